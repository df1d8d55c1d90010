"""What is held about people, told: how much an erasure would reach, and all of it to the person."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from tidings.cli import erasure_request
from tidings.cli.erasure_request import Request
from tidings.cli.opening import opened
from tidings.errors import ConfigurationError
from tidings.home import Home
from tidings.landing import Landing
from tidings.privacy import key_of
from tidings.times import utcnow
from tidings.tombstones import Tombstones


def dry_run(home: Home, request: Request) -> dict[str, int]:
    """Count what an erasure would reach in warehouse and landing area; nothing is changed."""
    from tidings import landing_erasure
    from warehouse.erasure import doom

    key = key_of(home)
    stones = Tombstones(key)
    stones.add((one.kind, one.hash) for one in erasure_request.tombstones(request, stones, key))
    with opened(home) as con:
        told = doom(con, stones)
    found = landing_erasure.look(Landing(home.landing), stones)
    return {
        "subjects": len(request.subjects),
        "mentions": len(told.keys),
        "landed_rows": sum(len(rows) for rows in found.rows.values()),
        "raw_pages_at_least": len(found.pages | told.pages),
    }


def tell(home: Home, request: Request, dest: Path) -> dict[str, int]:
    """Write all that is held about authors to a JSON file, and a row about that; return counts.

    ConfigurationError where the file is there already.
    """
    from warehouse.held_about import held_about
    from warehouse.statements import run
    from warehouse.transaction import transaction

    key = key_of(home)
    stones = Tombstones(key)
    stones.add((one.kind, one.hash) for one in erasure_request.tombstones(request, stones, key))
    with opened(home) as con:
        held = held_about(con, stones, erasure_request.handles(request))
        counts = {table: len(rows) for table, rows in held.items()}
        _write_private(dest, {"made": request.asked, "held": held})
        values = {
            "erasure": request.erasure,
            "kind": "export",
            "who": request.who,
            "reason": request.reason,
            "subjects": len(request.subjects),
            "counts": msgspec.json.encode(counts).decode(),
            "left_out": [],
            "asked": request.asked,
            "finished": utcnow(),
        }
        with transaction(con):
            run(con, "sql/erasure/add_erasure", values)
    return counts


def _write_private(dest: Path, told: object) -> None:
    try:
        descriptor = os.open(dest, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise ConfigurationError(f"{dest} is there already.", remedy="Name another.") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(told), indent=1) + b"\n")
