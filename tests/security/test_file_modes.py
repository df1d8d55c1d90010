"""What lies in the data folder is for its owner only, whatever the umask."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tidings.home import Home

CODE = """
import os, sys
os.umask(0o022)
from tidings.cli import steps, whole_run
steps.collect("acme", "files", run="modes")
whole_run.check_and_load(holder="modes")
steps.maintain()
"""
WATCH = (
    '[brand]\nname = "Acme"\n[[sources]]\nconnector = "files"\n[sources.settings]\nfolder = "in"\n'
)


@pytest.mark.slow
def test_every_file_is_for_its_owner_only(home: Path) -> None:
    (home / "watch" / "acme.toml").write_text(WATCH)
    (home / "in").mkdir()
    row = {
        "external_id": "1",
        "published": datetime.now(UTC).isoformat(),
        "kind": "post",
        "text": "Acme",
    }
    (home / "in" / "1.jsonl").write_text(json.dumps(row) + "\n")
    env = {**os.environ, **Home.at(home).environment()}
    subprocess.run([sys.executable, "-c", CODE], env=env, cwd=home, check=True, capture_output=True)
    files = [
        p for p in (*(home / "data").rglob("*"), *(home / ".secrets").rglob("*")) if p.is_file()
    ]
    assert len(files) > 6
    # a folder that nobody else may enter guards what is in it
    open_to_others = [
        str(p.relative_to(home))
        for p in files
        if p.stat().st_mode & 0o077 and not _is_shut(p, home)
    ]
    assert open_to_others == []


def _is_shut(file: Path, root: Path) -> bool:
    return any(f.stat().st_mode & 0o077 == 0 for f in file.parents if root in f.parents)
