"""Which files a whole warehouse could begin with: what is there, without its log, backups."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex

import msgspec

from tidings.acknowledged import Acknowledged
from tidings.cli.backing_up import manifest, registry
from tidings.cli.backing_up.verify import verify
from tidings.errors import WarehouseError
from tidings.home import Home

log = logging.getLogger("tidings")


class Candidate(msgspec.Struct, kw_only=True):
    """One file. ``problem``: why it can't be the base; ``opens``: tables of it may be readable.

    ``merged`` counts the acknowledged batches it has (None: that can't be read), ``lacking`` says
    what it has not. ``logs`` are its write-ahead logs, by the ending of their names. ``backup``: it
    is a copy made before.
    """

    what: str
    path: Path
    logs: dict[str, Path] = {}
    backup: bool = False
    problem: str = ""
    opens: bool = False
    merged: int | None = None
    lacking: str = ""
    forget: Callable[[], None] = lambda: None


def candidates(home: Home, told: Acknowledged) -> list[Candidate]:
    """Return what is there, what is there without its write-ahead log, and the good backups.

    The first is always what is there.

    Nothing is changed: files are opened to be read. Raises WarehouseError where the warehouse is in
    use, or newer than this program: both are no damage.
    """
    from warehouse.wholeness import logs

    beside = logs(home.warehouse)
    current = Candidate(what="the warehouse as it is", path=home.warehouse, logs=beside)
    if not current.path.exists():
        current.problem = "it is not there any more"
    else:
        _look(current, told)
    found = [current]
    if beside and current.problem and current.path.exists():
        found.append(_without_log(home, told))
    return [*found, *_backups(home, told)]


def best(found: list[Candidate]) -> Candidate | None:
    """Return the good one that has the most of what was acknowledged; the first of equals."""
    good = [one for one in found if not one.problem]
    return max(good, key=lambda one: one.merged or 0) if good else None


def salvageable(found: list[Candidate], base: Candidate | None) -> Path | None:
    """Return the file that was in use, to take of it what landing can't give; None: there is none.

    Not where that file is the base, nor where it came back older than the base: what people did
    since is in the base only.
    """
    if base is not None and not base.backup:
        return None
    least = (base.merged or 0) if base else 0
    for one in found:
        if one.opens and not one.backup and (one.merged is None or one.merged >= least):
            return one.path
    return None


def not_in_use(path: Path) -> None:
    """Raise WarehouseError where another process has the file open to write, and only there."""
    import duckdb

    from warehouse.copying import open_to_look
    from warehouse.store import is_in_use, refused

    if not path.exists():
        return
    try:
        open_to_look(path).close()
    except duckdb.Error as error:
        if is_in_use(error):
            raise refused(path, error) from error


def look_at(path: Path, told: Acknowledged) -> Candidate:
    """Open a database file to read it, in full; see :class:`Candidate`."""
    found = Candidate(what=str(path), path=path)
    _look(found, told)
    return found


def _look(one: Candidate, told: Acknowledged) -> None:
    import duckdb

    from warehouse.acknowledging import lacking
    from warehouse.copying import open_to_look
    from warehouse.cursors import merged_batches
    from warehouse.migrate import applied, check, migrations
    from warehouse.store import is_damage, refused
    from warehouse.wholeness import damaged

    try:
        con = open_to_look(one.path)
    except duckdb.Error as error:
        if not is_damage(error):
            raise refused(one.path, error) from error
        one.problem = f"it can't be opened: {_first_line(error)}"
        return
    try:
        one.opens = True
        broken = damaged(con)
        if broken:
            one.problem = _damage(broken)
        if broken.keys() & {"core.load", "core.migration"}:
            return
        done = applied(con)
        check(done, migrations())
        merged = merged_batches(con) if done else set()
        listed = told.ids("merged")
        one.merged = len(merged & listed) if told.lines else len(merged)
        if broken:
            return
        if len(done) == len(migrations()):
            one.lacking = lacking(con, told).told
        elif listed - merged:  # of an older Tidings: it is migrated when it is opened to write
            one.lacking = f"{len(listed - merged):,} merged batches"
    except duckdb.Error as error:
        if not is_damage(error):
            raise refused(one.path, error) from error
        one.problem = f"it can't be read: {_first_line(error)}"
    finally:
        con.close()


def _damage(broken: dict[str, str]) -> str:
    name, why = next(iter(broken.items()))
    more = f" and of {len(broken) - 1} tables more" if len(broken) > 1 else ""
    return f"blocks of {name}{more} are damaged: {why}"


def _without_log(home: Home, told: Acknowledged) -> Candidate:
    """The database file by itself, under another name: its log can't be replayed."""
    alone = home.warehouse.with_name(f".{home.warehouse.name}.{token_hex(4)}.alone")
    os.link(home.warehouse, alone)
    found = Candidate(
        what="the warehouse without its write-ahead log",
        path=alone,
        forget=lambda: alone.unlink(missing_ok=True),
    )
    _look(found, told)
    return found


def _backups(home: Home, told: Acknowledged) -> list[Candidate]:
    """Return the newest backup that can be reached and is good; none where there is none."""
    for entry in reversed(registry.entries(home)):
        if not Path(entry.path).is_dir():
            continue
        try:
            verify(Path(entry.path))
        except WarehouseError as error:
            log.warning("%s", error)
            continue
        return [of_backup(Path(entry.path), told)]
    return []


def of_backup(folder: Path, told: Acknowledged) -> Candidate:
    """Return the warehouse of a backup that was verified."""
    found = Candidate(what=f"the backup {folder}", path=folder / manifest.WAREHOUSE, backup=True)
    _look(found, told)
    return found


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
