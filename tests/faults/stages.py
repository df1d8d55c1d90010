"""The steps that are killed, as the command line and the DAGs call them; each in a child."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

WATCH = "acme"
SOURCES = ("mastodon", "files")

BATCH_MENTIONS = 10
"""Mentions of a batch here, instead of thousands: so a walk of a small world lands several."""


def collect(run: str, attempt: int) -> list[str]:
    """Collect both sources; return the ids of the batches landed."""
    import tidings.collect
    from tidings.cli import steps

    tidings.collect.BATCH_MENTIONS = BATCH_MENTIONS
    landed: list[str] = []
    for source in SOURCES:
        landed += steps.collect(WATCH, source, run=run, attempt=attempt)
    return landed


def check() -> int:
    """Check what waits and do nothing with it; for measuring how much of scoring this is."""
    from tidings.cli import enriching, steps
    from tidings.home import Home

    home = Home.find()
    batches = steps.waiting_batches(home)
    return len(list(enriching.checked_batches(home, steps.watches(home), batches, [])))


def score() -> list[str]:
    """Check, enrich and stage what waits; return the ids of the batches staged."""
    from tidings.cli import steps

    return [batch_id for group in steps.waiting() for batch_id in steps.enrich(group)]


def merge(holder: str) -> dict[str, int]:
    """Merge what is staged; return the counts."""
    from tidings.cli import steps

    return steps.load(holder=holder)


def publish() -> dict[str, str]:
    """Rebuild the marts and publish the snapshots."""
    from tidings.cli import steps

    steps.refresh()
    return steps.publish()


def alert() -> dict[str, int]:
    """Look for incidents, publish them, tell of them."""
    from tidings.cli.alerting import steps as alerts

    counts = alerts.look()
    alerts.publish(counts)
    return {**counts, **alerts.tell()}


def backup() -> str:
    """Make a backup beside the installation, keep one; return its folder's name."""
    import time

    from tidings.cli.backing_up.make import backup as make
    from tidings.home import Home
    from tidings.times import utcnow

    home = Home.find()
    into = home.root.parent / "backups"
    while (into / f"tidings-{utcnow():%Y%m%dT%H%M%SZ}").exists():
        time.sleep(0.1)  # a backup is named by its second
    return make(home, into, keep=1).name


def backups() -> dict[str, Any]:
    """Verify all backups; tell what is wrong. What has no manifest is half deleted, and is none."""
    from tidings.cli.backing_up.manifest import NAME
    from tidings.cli.backing_up.verify import verify
    from tidings.errors import WarehouseError
    from tidings.home import Home

    wrong: dict[str, int] = {}
    made = (Home.find().root.parent / "backups").glob(f"tidings-*/{NAME}")
    for folder in (manifest.parent for manifest in made):
        try:
            verify(folder)
        except WarehouseError as error:
            wrong[f"backup: {error.message}"] = 1
    return {"wrong": wrong}


def erase(author: str) -> dict[str, int]:
    """Erase an author, or end an erasure that was killed; return the counts."""
    from tidings.cli import erasing, erasure_request
    from tidings.home import Home

    home = Home.find()
    receipt = None
    if erasure_request.pending(home) is not None:
        receipt = erasing.apply_again(home)
    if receipt is None:
        request = erasure_request.new_request([erasure_request.author(author)], "request")
        receipt = erasing.carry_out(home, request)
    return receipt.counts


def whole(holder: str) -> dict[str, int]:
    """Do all that comes after collecting, as one run."""
    from tidings.cli.whole_run import check_and_load

    return check_and_load(holder=holder)


def change(words: str) -> bool:
    """Do what a person does on the page: the journal has it when this returns."""
    from tidings.home import Home
    from tidings.journal import Change, Journal, OnIncident

    what = OnIncident(incident_id="none", action="note", words=words)
    return Journal(Home.find().journal).add(Change(what=what, who="desk", role="editor"))


def changes() -> list[str]:
    """Return the words of what people did, of the journal and of the warehouse."""
    from tidings.home import Home
    from tidings.journal import Journal

    return [str(getattr(one.what, "words", "")) for one in Journal(Home.find().journal).unseen(())]


def soak_make(first: int, last: int, rows: int) -> int:
    """Stage batches ``first`` to ``last`` of the soak, as enriching would have."""
    from tests.faults.soak_batches import make

    return make(first, last, rows)


def soak_refresh() -> dict[str, int]:
    """Rebuild the marts."""
    from tidings.cli import steps

    return steps.refresh()


def opened() -> dict[str, Any]:
    """Open the warehouse as every command does, read all of it; return what its tables hold."""
    from tests.faults.reckoning import held
    from tidings.cli.opening import opened as system_opened
    from tidings.home import Home

    with system_opened(Home.find()) as con:
        return held(con)


def mend() -> Any:
    """Mend the warehouse as ``tidings doctor --mend`` does."""
    from tidings.cli.doctoring.mend import mend as system_mend
    from tidings.home import Home

    return system_mend(Home.find()).why


def at(hours: float, stage: str, arguments: dict[str, Any]) -> Any:
    """Do a step on a clock that is so many hours ahead (below 0: behind)."""
    import time_machine

    from tidings.times import utcnow

    wrong = utcnow() + timedelta(hours=hours)
    with time_machine.travel(wrong, tick=True):
        return globals()[stage](**arguments)


def reckon(acknowledged: list[str]) -> dict[str, Any]:
    """Hold the warehouse against itself and against what was acknowledged."""
    from tests.faults.reckoning import reckoned

    return reckoned(acknowledged)


def read() -> dict[str, Any]:
    """Open the published files as a reader does and hold them against themselves."""
    from tests.faults.reckoning import published

    return published()


@cache
def warm() -> None:
    """Check and enrich one made-up mention, so that models and words are in memory."""
    from datetime import UTC, datetime

    from tidings.mention import Mention
    from tidings.schema import to_arrow
    from tidings.watch import Brand, Quality, Watch
    from transforms.check import check as check_rows
    from transforms.enrich import Enricher

    now = datetime.now(UTC)
    said = Mention(
        source="files", place="in", external_id="1", kind="post", published=now, collected=now,
        text="The kettle of Acme is terrible and they never answered.", language="en",
    )  # fmt: skip
    rows = to_arrow([said])
    checked = check_rows(rows, None, batch_id="warm", quality=Quality(), now=now)
    watch = Watch(id=WATCH, brand=Brand(name="Acme"))
    Enricher([watch]).enrich(checked.good, about=None, watch=WATCH)
