"""Checks of the warehouse and of what was published from it. They read; they change nothing."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tidings.acknowledged import Acknowledged
from tidings.cli.doctoring.candidates import Candidate, look_at
from tidings.cli.doctoring.finding import BY_MENDING, Finding, broken, ok, warning
from tidings.cli.opening import is_told_of
from tidings.errors import WarehouseBusy, WarehouseError
from tidings.home import Home
from tidings.times import utcnow

if TYPE_CHECKING:
    from warehouse.snapshot import Published

FAST_CLOCK = timedelta(hours=1)
"""What was merged later than so long from now was merged by a clock that ran ahead."""


class Seen(msgspec.Struct, kw_only=True):
    """What was read of the warehouse, for other checks; None where it can't be read."""

    findings: list[Finding]
    merged: set[str] | None = None
    loads: int | None = None
    newest: datetime | None = None
    tombstones: set[tuple[str, str]] | None = None


def warehouse(home: Home) -> Seen:
    """Open the warehouse, read every block of it, compare it with what was acknowledged."""
    told = Acknowledged(home.acknowledged)
    if not home.warehouse.exists():
        if not is_told_of(told):
            return Seen(findings=[ok("warehouse", "there is none yet")])
        gone = f"{home.warehouse} is not there, and {home.acknowledged} says what was merged."
        return Seen(findings=[broken("warehouse", gone, BY_MENDING, mends=True)])
    try:
        found = look_at(home.warehouse, told)
    except WarehouseError as error:
        state = warning if isinstance(error, WarehouseBusy) else broken
        return Seen(findings=[state("warehouse", error.message, error.remedy)])
    findings = [_whole(found), _agrees(home, found, told)]
    seen = Seen(findings=[one for one in findings if one is not None])
    if not found.problem:
        _read(home, seen)
    return seen


def _whole(found: Candidate) -> Finding:
    if found.problem:
        return broken("warehouse", f"{found.path}: {found.problem}", BY_MENDING, mends=True)
    return ok("warehouse", "opens, and every block of it can be read")


def _agrees(home: Home, found: Candidate, told: Acknowledged) -> Finding | None:
    if told.damaged:
        return broken(
            "acknowledged",
            f"{told.damaged} lines of {home.acknowledged} are damaged.",
            BY_MENDING,
            mends=True,
        )
    if found.problem:
        return None
    if found.lacking:
        return broken(
            "acknowledged",
            f"The warehouse came back older: it lacks {found.lacking} that it had committed.",
            BY_MENDING,
            mends=True,
        )
    return ok("acknowledged", "the warehouse has all that was acknowledged")


def _read(home: Home, seen: Seen) -> None:
    import duckdb

    from warehouse.cursors import merged_batches
    from warehouse.migrate import applied, migrations
    from warehouse.snapshot import open_snapshot
    from warehouse.statements import run
    from warehouse.tombstones import known

    try:
        with closing(open_snapshot(home.warehouse)) as con:
            waiting = len(migrations()) - len(applied(con))
            if waiting:
                text = f"{waiting} migrations wait; the next load applies them"
                seen.findings.append(ok("migrations", text))
                return
            seen.findings.append(ok("migrations", f"{len(migrations())}, unchanged"))
            seen.merged = merged_batches(con)
            seen.loads = len(seen.merged)
            seen.tombstones = {(one.kind, one.hash) for one in known(con)}
            newest = run(con, "sql/refresh/seen").fetchone()
            seen.newest = newest[0].replace(tzinfo=UTC) if newest and newest[0] else None
    except (WarehouseError, duckdb.Error) as error:
        seen.findings.append(broken("warehouse", str(error), BY_MENDING, mends=True))


def clock(seen: Seen) -> Finding:
    """See whether what is known is known from a time that is still to come."""
    now = utcnow()
    if seen.newest is not None and seen.newest > now + FAST_CLOCK:
        return warning(
            "clock",
            f"The newest rows are known from {seen.newest:%Y-%m-%d %H:%M} UTC, it is "
            f"{now:%Y-%m-%d %H:%M} here.",
            "Set this machine's clock (NTP). Rows that follow are known from just after these.",
        )
    return ok("clock", f"{now:%Y-%m-%d %H:%M} UTC")


def published(home: Home, seen: Seen) -> list[Finding]:
    """Compare what readers have with the warehouse: snapshots, ledger, index of words."""
    if not seen.loads and not home.snapshot.exists():
        return [ok("snapshot", "nothing was published yet")]
    files = {"snapshot": home.snapshot, "ledger": home.ledger}
    if home.private_snapshot is not None:
        files["private snapshot"] = home.private_snapshot
    found = [_copy(name, path, seen) for name, path in files.items()]
    return [*found, _index(home)]


def _copy(name: str, path: Path, seen: Seen) -> Finding:
    remedy = "'tidings publish --whole' or " + BY_MENDING
    if not path.exists():
        return warning(name, f"{path} is not there.", remedy, mends=True)
    whole = look_at_copy(path)
    if isinstance(whole, str):
        return broken(name, f"{path}: {whole}", remedy, mends=True)
    if seen.loads is None or whole is None:
        return ok(name, "can be read in full")
    if whole.loads > seen.loads:
        more = f"It has {whole.loads:,} batches, the warehouse {seen.loads:,}."
        return warning(name, more, "See 'acknowledged'; was it meant: --accept-older.", mends=True)
    behind = seen.loads - whole.loads
    return ok(name, f"of {whole.published:%Y-%m-%d %H:%M} UTC, {behind:,} batches behind")


def look_at_copy(path: Path) -> Published | str | None:
    """Read a published file in full; return what it was made of, or what is wrong with it."""
    import duckdb

    from warehouse.snapshot import open_snapshot, published
    from warehouse.wholeness import damaged

    try:
        with closing(open_snapshot(path)) as con:
            broken_tables = damaged(con)
            if broken_tables:
                return next(iter(broken_tables.values()))
            return published(con)
    except (WarehouseError, duckdb.Error) as error:
        return str(error)


def _index(home: Home) -> Finding:
    import sqlite3

    from warehouse.search import about

    if not home.search.exists():
        return warning("search", "There is no index of words.", "The next publish makes it.")
    try:
        uri = f"{home.search.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as con:
            [(said,)] = con.execute("PRAGMA integrity_check(1)").fetchall()
    except sqlite3.Error as error:
        said = str(error)
    if said != "ok" or about(home.search) is None:
        told = f"{home.search} is damaged: {said}"
        return warning("search", told, "Delete it and publish; " + BY_MENDING, mends=True)
    return ok("search", "the index of words can be read in full")
