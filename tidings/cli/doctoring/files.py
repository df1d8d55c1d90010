"""Checks of the files beside the warehouse: landing, journal, staging, drafts, tombstones."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from tidings import tombstones
from tidings.cli.backing_up import manifest, registry
from tidings.cli.doctoring.finding import BY_MENDING, Finding, broken, ok, warning
from tidings.errors import TidingsError, WarehouseError
from tidings.home import Home
from tidings.landing import Landing
from tidings.storage import is_url
from tidings.times import utcnow

STALE_DAYS = 8
"""A newest backup that is older is told of: landing has what came since for so long and longer."""

AROUND = frozenset(
    {
        sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN,
    }
)  # fmt: skip
"""What SQLite says where a journal can't be used now, as while another writes to it: it is whole,
and setting it aside would take from sight what people did."""

OLD = timedelta(hours=1)
"""No writer takes so long over one file; a draft that is older was left by one that was killed."""


def landing(home: Home) -> Finding:
    """Read all markers; see that their files are there, and nothing is left of killed walks."""
    try:
        area = Landing(home.landing)
        ids = area.batch_ids()
    except TidingsError as error:
        return broken("landing", error.message, error.remedy or "See to TIDINGS_LANDING.")
    except (OSError, ValueError) as error:
        return broken(
            "landing", f"{home.landing} can't be reached: {error}", "See to TIDINGS_LANDING."
        )
    wrong, missing, rows = [], [], 0
    for batch_id in ids:
        try:
            batch = area.batch(batch_id)
        except WarehouseError as error:
            wrong.append(error.message)
            continue
        rows += batch.rows
        parts = (batch.mentions_path, batch.rejected_path)
        missing += [path for path in parts if path and not (area.root / path).exists()]
    if wrong or missing:
        first = [*wrong, *(f"{path} is not there" for path in missing)][0]
        return broken(
            "landing",
            f"{len(wrong)} markers can't be read, {len(missing)} files of batches are missing: "
            f"{first}",
            "Restore them, or move the markers away: their walks are collected again.",
        )
    return ok("landing", f"{len(ids):,} batches, {rows:,} mentions in {home.landing}")


def leftovers(home: Home) -> Finding:
    """Look for drafts that writers left which were killed; --mend removes them."""
    left = stale_drafts(home)
    if left:
        return warning(
            "leftovers",
            f"{len(left)} drafts of writers that were killed, e.g. {left[0]}",
            BY_MENDING,
            mends=True,
        )
    return ok("leftovers", "no drafts of killed writers")


def stale_drafts(home: Home) -> list[Path]:
    """Return files that are older than an hour and were to be renamed by a writer that is gone."""
    data = home.warehouse.parent
    found = [
        *(p for f in {data, home.snapshot.parent} for p in f.glob(".*.publishing*")),
        *(p for f in {data, home.models} for p in f.glob(".*.writing")),
        *data.glob(".*.alone*"),
        *data.glob(".*.mending*"),
        *data.glob("*.draft"),
    ]
    for place in (home.staged_at or str(data / "staging"), home.landing):
        if not is_url(place):
            found += Path(place).rglob("*.draft")
    before = (utcnow() - OLD).timestamp()
    return sorted(path for path in found if path.stat().st_mtime < before)


def staged(home: Home, merged: set[str]) -> Finding:
    """Look at batches that were enriched and not loaded."""
    from tidings.cli import staging

    try:
        waiting = staging.staged(home.staging, remove=False)
    except TidingsError as error:
        return warning("staging", error.message, error.remedy or "See to TIDINGS_STAGING.")
    except (OSError, ValueError) as error:
        return warning(
            "staging",
            f"A staged file can't be read: {error}",
            f"Delete {home.staging}: what was in it is made again.",
        )
    stray = [one for one in waiting if one.batch.batch_id in merged]
    if stray:
        return warning(
            "staging",
            f"{len(stray)} staged batches are merged.",
            "The daily maintenance removes them.",
        )
    return ok("staging", f"{len(waiting)} batches wait to be loaded")


def journal(home: Home, *, patience: float = 10) -> Finding:
    """Have SQLite check the journal's file, and read what is in it; wait so many seconds for it."""
    from tidings.journal import Journal

    if not home.journal.exists():
        return ok("journal", "there is none: nobody has changed anything on the pages")
    remedy = f"{BY_MENDING} It sets it aside; changes that no load took over are in it only."
    try:
        uri = f"{home.journal.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=patience)) as con:
            [(said,)] = con.execute("PRAGMA integrity_check(1)").fetchall()
        waiting = Journal(home.journal).pending()
    except (sqlite3.Error, TidingsError) as error:
        cause = error.__cause__ if isinstance(error, TidingsError) else error
        if isinstance(cause, sqlite3.Error) and cause.sqlite_errorcode & 0xFF in AROUND:
            return broken("journal", f"{home.journal}: {error}", "See to its disk, owner and mode.")
        return broken("journal", str(error), remedy, mends=True)
    if said != "ok":
        return broken("journal", f"{home.journal} is damaged: {said}", remedy, mends=True)
    return ok("journal", f"{len(waiting)} changes wait for the next load")


def erased(home: Home, known: set[tuple[str, str]] | None) -> Finding:
    """Compare the tombstones beside the warehouse with those in it (None: it can't be read)."""
    try:
        told = {(one.kind, one.hash) for one in tombstones.read(home.tombstones)}
    except TidingsError as error:
        return broken("tombstones", error.message, error.remedy)
    if known is None:
        return ok("tombstones", f"{len(told)} beside the warehouse")
    if told != known:
        return warning(
            "tombstones",
            f"{len(told - known)} are not in the warehouse, {len(known - told)} not in the file.",
            "The next load brings both together; so does " + BY_MENDING,
            mends=True,
        )
    return ok("tombstones", f"{len(told)}, all in the warehouse too")


def backups(home: Home) -> Finding:
    """Look at how old the newest backup is, and whether the listed ones are there."""
    try:
        listed = registry.entries(home)
    except WarehouseError as error:
        return broken("backups", error.message, error.remedy)
    if not listed:
        return warning(
            "backups", "None was ever made.", "'tidings backup FOLDER', on another disk."
        )
    newest = listed[-1]
    days = (utcnow() - newest.made).total_seconds() / 86_400
    if not (Path(newest.path) / manifest.NAME).exists():
        return warning("backups", f"{newest.path} is not there.", "'tidings backup FOLDER'.")
    if days > STALE_DAYS:
        return warning(
            "backups", f"The newest is {days:,.0f} days old.", "'tidings backup FOLDER'."
        )
    return ok("backups", f"{len(listed)}, the newest of {newest.made:%Y-%m-%d %H:%M} UTC")
