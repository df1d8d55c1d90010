"""A secret in an Airflow connection: a task that fails with it leaves it in no log and no table."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from canary_search import SECRET, found_in, hits
from canary_world import add_stranger, network

from tidings.cli.airflow.setup import environment, prepare
from tidings.home import Home

pytestmark = [pytest.mark.slow, pytest.mark.airflow]

WATCH = """
[brand]
name = "Acme"
[[sources]]
connector = "crashing"
schedule = ""
settings = { credential = "canary" }
[[sources]]
connector = "yelp"
schedule = ""
settings = { businesses = ["acme"], credential = "canary", base_url = "NETWORK/denied" }
"""


def _airflow(env: dict[str, str], folder: Path, *command: str) -> bytes:
    done = subprocess.run(
        ["airflow", *command], env=env, cwd=folder, capture_output=True, check=False
    )
    return done.stdout + done.stderr


def test_a_connection_s_password_stays_in_the_connection(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "home")
    home.watch_dir.mkdir(parents=True)
    add_stranger(tmp_path / "stranger")
    with network() as net:
        (home.watch_dir / "acme.toml").write_text(WATCH.replace("NETWORK", net.url))
        prepare(home, tell=lambda _line: None)
        env = {**environment(home), "PYTHONPATH": str(tmp_path / "stranger")}
        _airflow(env, home.root, "connections", "add", "canary", "--conn-type", "generic",
                 "--conn-password", SECRET)  # fmt: skip
        said = [
            _airflow(env, home.root, "dags", "test", f"collect__acme__{name}")
            for name in ("crashing", "yelp")
        ]
        assert any(found_in(asked.encode()) for asked in net.asked), said[1][-3000:]
    assert b"can't sign in with" in said[0], "the connector got as far as its bug"
    assert [found_in(text) for text in said] == [[], []]
    assert hits(home.root) == []
