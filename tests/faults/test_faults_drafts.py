"""What a killed writer leaves half written holds what was said: it does not stay for ever."""

from __future__ import annotations

import os
from pathlib import Path

from tidings.cli import steps
from tidings.home import Home

WATCH = '[brand]\nname = "Acme"\n[[sources]]\nconnector = "files"\nsettings = { folder = "in" }\n'


def test_maintenance_removes_drafts_of_writers_that_were_killed(home: Path) -> None:
    (home / "watch" / "acme.toml").write_text(WATCH, "utf-8")
    here = Home.find()
    walk = Path(here.landing) / "files" / "2026-01-01" / "r.1" / "walk"
    for folder in (here.staging, walk):
        folder.mkdir(parents=True)
    old = [here.staging / "ab.json.12-cd.draft", walk / "batch-0001.parquet.draft"]
    new = here.staging / "ef.json.13-gh.draft"
    for path in (*old, new):
        path.write_text("what was said")
    for path in old:
        os.utime(path, (0, 0))
    steps.maintain()
    assert not any(path.exists() for path in old)
    assert new.exists(), "another process is writing it just now"
