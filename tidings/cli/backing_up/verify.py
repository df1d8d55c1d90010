"""Whether a backup is as it was made, and whether a warehouse can be had from it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tidings.acknowledged import Acknowledged
from tidings.cli.backing_up import manifest
from tidings.errors import WarehouseError


def verify(folder: Path) -> manifest.Manifest:
    """Read all of a backup; return its manifest. WarehouseError names everything that is wrong.

    Hashes and sizes of all files, every block of the warehouse, its rows, its migrations against
    those of this Tidings, what it must have by its own list of merged batches, the journal.
    """
    told = manifest.read(folder)
    wrong = [*_files(folder, told)]
    if not wrong:
        wrong = [*_warehouse(folder, told), *_journal(folder)]
    if wrong:
        raise WarehouseError(
            f"The backup {folder} can't be relied on: {'; '.join(wrong)}.",
            remedy="Use another one ('tidings verify' looks at all), and make a new one.",
        )
    return told


def _files(folder: Path, told: manifest.Manifest) -> list[str]:
    there = set(manifest.names(folder))
    wrong = [f"{name} is missing" for name in sorted(set(told.files) - there)]
    wrong += [f"{name} was added" for name in sorted(there - set(told.files))]
    for name in sorted(there & set(told.files)):
        try:
            same = manifest.hashed(folder / name) == told.files[name]
        except OSError as error:
            wrong.append(f"{name} can't be read: {error.strerror}")
            continue
        if not same:
            wrong.append(f"{name} was changed")
    return wrong


def _warehouse(folder: Path, told: manifest.Manifest) -> list[str]:
    import duckdb

    from warehouse.acknowledging import lacking
    from warehouse.copying import open_to_look
    from warehouse.migrate import applied, check, migrations
    from warehouse.wholeness import counts, damaged

    path = folder / manifest.WAREHOUSE
    try:
        with closing(open_to_look(path)) as con:
            check(applied(con), migrations())
            wrong = [f"{name}: {why}" for name, why in damaged(con).items()]
            if wrong:
                return wrong
            if counts(con) != told.counts:
                return ["its tables have other counts of rows than were noted"]
            if len(applied(con)) == len(migrations()):
                lost = lacking(con, Acknowledged(folder / "acknowledged.jsonl"))
                return [f"it lacks {lost.told}"] if lost else []
    except WarehouseError as error:
        return [str(error).rstrip(".")]
    except duckdb.Error as error:
        return [f"{path.name} can't be opened: {error}"]
    return []


def _journal(folder: Path) -> list[str]:
    path = folder / "journal.sqlite"
    if not path.exists():
        return []
    try:
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as con:
            [(said,)] = con.execute("PRAGMA integrity_check(1)").fetchall()
    except sqlite3.Error as error:
        return [f"the journal: {error}"]
    return [] if said == "ok" else [f"the journal: {said}"]
