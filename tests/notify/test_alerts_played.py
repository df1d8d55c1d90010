"""The made-up world's incident, played in its own time through the pipeline to the receivers."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import time_machine
from receiving import Mailbox, Receiver

from tidings.cli import steps, whole_run
from tidings.demo import World, serve, truth, write
from tidings.demo.brands import OWN
from tidings.home import Home

if TYPE_CHECKING:
    from tidings.demo.server import DemoServer

HOURS = 6
"""A collection every six hours while it begins, later one a day."""
BEFORE = 7
"""Hours from the first to its begin: so one comes after its first sign and before graver ones."""

CHANNELS = """
[[notify]]
name = "hook"
secret = "hook"
signing_secret = "hook-key"
private = true
severity = "warning"
rules = ["volume", "negative_count", "negative_share"]
brands = ["{brand}"]

[[notify]]
name = "mail"
secret = "mail"
severity = "warning"
rules = ["volume", "negative_count", "negative_share"]
brands = ["{brand}"]
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    found = Home.at(tmp_path)
    for name, value in found.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TIDINGS_ENRICH_PROCESSES", "0")
    return found


def round_(home: Home, server: DemoServer, now: datetime) -> None:
    """Collect, load and alert as if it were ``now``."""
    server.at(now)
    with time_machine.travel(now, tick=True):
        path = write(home.root, server.url, world=server.world, now=now)
        text = path.read_text("utf-8")
        path.write_text(text + CHANNELS.format(brand=OWN.name), "utf-8")
        run = steps.new_run("played")
        for watch in steps.watches(home):
            for source in watch.sources:
                for outcome in steps.collect_outcomes(watch.id, source.id, run=run):
                    assert outcome.error is None
        whole_run.check_and_load(holder=run)


def events(receiver: Receiver) -> Counter[str]:
    return Counter(got.json()["data"]["event"] for got in receiver.got)


@pytest.mark.slow
def test_the_incident_is_told_once_escalated_once_and_resolved_once(
    home: Home,
    receiver: Receiver,
    mailbox: tuple[Mailbox, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    box, port = mailbox
    monkeypatch.setenv("TIDINGS_SECRET_HOOK", receiver.url())
    monkeypatch.setenv("TIDINGS_SECRET_HOOK_KEY", "whsec_" + "a" * 32)
    mail = f"mailto://127.0.0.1:{port}?from=alerts@tidings.example&to=oncall@acme.example"
    monkeypatch.setenv("TIDINGS_SECRET_MAIL", mail)
    world = World(7, faults=False)
    window = truth(world).incident
    assert window is not None
    now = window.start - timedelta(hours=BEFORE)
    with serve(world) as server:
        while now <= world.until and "resolved" not in events(receiver):
            round_(home, server, now)
            now += timedelta(hours=HOURS if now < window.start + timedelta(days=2) else 24)
        round_(home, server, now)  # and nothing more is told
    # the film of a month before is hindsight when the brand is first looked at
    told = events(receiver)
    assert told.pop("digest") == 1
    assert told == {"opened": 1, "escalated": 1, "resolved": 1}
    keys = [got.headers["idempotency-key"] for got in receiver.got]
    assert len(set(keys)) == len(keys)
    assert len(box.mails) == 4
    graver = next(g.json() for g in receiver.got if g.json()["data"]["event"] == "escalated")
    (incident,) = graver["data"]["incidents"]
    assert incident["brand"] == OWN.name
    assert set(incident["words"][:3]) & {word for said in window.words for word in said.split()}
