"""An installation with one loud complaint, loaded, of which nobody was told yet."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tidings.cli import steps
from tidings.home import Home

WATCH = """
[brand]
name = "Acme"

[[sources]]
connector = "files"
[sources.settings]
folder = "in"

[[notify]]
name = "hook"
secret = "hook"
signing_secret = "hook-key"
severity = "info"
private = true
rules = ["influential_author"]
"""
KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TEXT = "Acme is terrible, the worst kettle ever, awful and dangerous"


def alerting_home(folder: Path, hook: str, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Make the installation in ``folder`` and take the environment there; ``hook`` is told."""
    home = Home.at(folder)
    for name, value in home.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TIDINGS_SECRET_HOOK", hook)
    monkeypatch.setenv("TIDINGS_SECRET_HOOK_KEY", KEY)
    home.watch_dir.mkdir(parents=True)
    (home.watch_dir / "acme.toml").write_text(WATCH, "utf-8")
    complain(home, "1", datetime.now(UTC) - timedelta(hours=1))
    load(home)
    return home


def complain(home: Home, key: str, when: datetime) -> None:
    """Drop one complaint of an author whom many follow."""
    row = {
        "external_id": key,
        "published": when.isoformat(),
        "text": f"{TEXT} {key}",
        "language": "en",
        "author_handle": f"loud-{key}",
        "author_followers": 250_000,
        "kind": "post",
    }
    (home.root / "in").mkdir(exist_ok=True)
    (home.root / "in" / f"{key}.jsonl").write_text(json.dumps(row) + "\n", "utf-8")


def load(home: Home) -> None:
    """Collect, load and publish, without alerts."""
    run = steps.new_run("test")
    for watch in steps.watches(home):
        for source in watch.sources:
            steps.collect(watch.id, source.id, run=run)
    for group in steps.waiting():
        steps.enrich(group)
    steps.load(holder=run)
    steps.refresh()
    steps.publish()
