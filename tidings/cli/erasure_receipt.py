"""Receipts of erasures: rows in the warehouse, which say nothing of whom."""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec

from tidings.acknowledged import acknowledge_erasure
from tidings.cli import erasing_files, erasure_request, steps
from tidings.cli.erasure_request import Request
from tidings.errors import TidingsError
from tidings.home import Home
from tidings.times import utcnow

log = logging.getLogger("tidings")


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What an erasure did: rows and files that went, by layer; what it could not reach."""

    erasure: str
    subjects: int
    counts: dict[str, int]
    left_out: tuple[str, ...] = ()


def write(home: Home, request: Request, left_out: list[str]) -> Receipt:
    """Write the receipt into the warehouse, and publish it."""
    from warehouse.statements import run
    from warehouse.store import open_warehouse
    from warehouse.transaction import transaction

    needles = erasure_request.needles(request)
    left_out = [
        *left_out,
        *erasing_files.not_ours(home, needles),
        *erasing_files.read_folders(needles, _folders(home)),
    ]
    values = {
        "erasure": request.erasure,
        "kind": "again" if request.again else "erase",
        "who": request.who,
        "reason": request.reason,
        "subjects": len(request.subjects),
        "counts": msgspec.json.encode(request.counts).decode(),
        "left_out": left_out,
        "asked": request.asked,
        "finished": utcnow(),
    }
    with open_warehouse(home.warehouse) as con:
        with transaction(con):
            run(con, "sql/erasure/add_erasure", values)
            for (earlier,) in run(con, "sql/erasure/outstanding").fetchall():
                lost = {"erasure": earlier, "kind": "again", "counts": "{}", "left_out": []}
                run(con, "sql/erasure/add_erasure", values | lost)
        acknowledge_erasure(home.acknowledged, request.erasure)
        steps.write_snapshots(con, home)
    return Receipt(
        erasure=request.erasure,
        subjects=len(request.subjects),
        counts=dict(sorted(request.counts.items())),
        left_out=tuple(left_out),
    )


def _folders(home: Home) -> list[Path]:
    """Return the local folders that sources read."""
    from tidings.watch import load_watches

    try:
        watches = load_watches(home.watch_dir)
    except TidingsError as error:  # a watch file that is wrong keeps nobody from erasing
        log.warning("%s", error)
        return []
    every = [source.settings for watch in watches for source in watch.sources]
    named = {str(settings["folder"]) for settings in every if "folder" in settings}
    return [home.root / name for name in sorted(named) if "://" not in name]
