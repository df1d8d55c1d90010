"""The document on access shows what there is."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from dashboard.entry import Doors, Roles, entry, wishes
from dashboard.proxied import Proxied
from tidings.home import Home

TEXT = (Path(__file__).parents[2] / "docs" / "dashboard-access.md").read_text("utf-8")
RUN = "from tidings.cli import main; main()"


def test_the_file_it_shows_is_right_and_has_every_key(tmp_path: Path) -> None:
    [example] = re.findall(r"```toml\n(.*?)```", TEXT, re.S)
    (tmp_path / "dashboard.toml").write_text(example)
    home = Home.at(tmp_path)
    wished = wishes(home)
    assert isinstance(entry(home, wished, at="10.0.0.9").access, Proxied)
    for table, struct in (("access", Doors), ("roles", Roles)):
        for field in msgspec.structs.fields(struct):
            assert f"`{table}.{field.name}`" in TEXT
            assert re.search(rf"^{field.name} = ", example, re.M)


def commands() -> list[str]:
    shown = "\n".join(re.findall(r"```sh\n(.*?)```", TEXT, re.S)).replace("\\\n", " ")
    return [line for line in shown.splitlines() if line.startswith("tidings ")]


@pytest.mark.parametrize("command", commands())
def test_the_options_it_shows_are_there(command: str) -> None:
    _, *words = shlex.split(command)
    options = [w for w in words if w.startswith("--")]
    path = ["dashboard", *(words[1:3] if words[1] == "token" else [])]
    told = subprocess.run(
        [sys.executable, "-c", RUN, *path, "--help"],
        capture_output=True, text=True, check=True, env={"COLUMNS": "200", "PATH": ""},
    ).stdout  # fmt: skip
    assert [o for o in options if o not in told] == []
