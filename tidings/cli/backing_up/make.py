"""Making a backup: beside its name, then renamed and verified; the oldest go, where asked."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from tidings.cli.backing_up import manifest, registry
from tidings.cli.backing_up.verify import verify
from tidings.cli.opening import opened
from tidings.errors import ConfigurationError, WarehouseError
from tidings.home import Home
from tidings.times import utcnow

if TYPE_CHECKING:
    import duckdb

log = logging.getLogger("tidings")


def backup(home: Home, into: Path, *, with_secrets: bool = False, keep: int | None = None) -> Path:
    """Make a backup in a new folder below ``into``, read it in full, return that folder.

    The writer's lock is held until the backup is listed: loads wait, and whoever erases finds it.
    ``keep``: how many of this installation's backups there stay, the newest; older ones are deleted
    once the new one was verified. Secrets, without which pseudonyms and tombstones of the backup
    can't be told, are in it only ``with_secrets``. Raises WarehouseError where there is no
    warehouse, where it is in use, damaged or came back older, or the copy can't be relied on.
    """
    if not home.warehouse.exists():
        raise WarehouseError("There is no warehouse yet.", remedy="Load first: 'tidings run'.")
    into = into.absolute()
    _outside(home, into)
    made = utcnow().replace(microsecond=0)
    target = into / f"tidings-{made:%Y%m%dT%H%M%SZ}"
    draft = into / f".{target.name}.{os.getpid()}.writing"
    if target.exists():
        raise WarehouseError(f"{target} is there already.", remedy="Wait a second.")
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(into)
    draft.mkdir(mode=0o700)
    try:
        with opened(home) as con:  # whatever is acknowledged meanwhile would not be in the copy
            _fill(con, home, draft, with_secrets=with_secrets)
            sealed = manifest.seal(draft, made)
            size = sum(file.size for file in sealed.files.values())
            # first: one that is not listed, erasing would not reach
            registry.register(home, registry.Entry(path=str(target), made=made, bytes=size))
            draft.rename(target)
            manifest.to_disk(into)
    except (OSError, sqlite3.Error) as error:
        raise WarehouseError(
            f"The backup {target} was not made: {error}.",
            remedy="Free space there; 'tidings doctor' says what is damaged here.",
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    verify(target)
    if keep is not None:
        rotate(home, into, keep)
    return target


def rotate(home: Home, into: Path, keep: int) -> list[Path]:
    """Delete the oldest of this installation's backups below ``into`` but ``keep``; return them.

    Those that can't be reached, as on a disk that is not mounted, stay listed, and count for none.
    """
    listed = [Path(one.path) for one in registry.entries(home)]
    there = [one for one in listed if one.parent == into.absolute() and one.is_dir()]
    old = there[: max(0, len(there) - max(1, keep))]
    for folder in old:
        (folder / manifest.NAME).unlink(missing_ok=True)  # first: half of one is no backup
        shutil.rmtree(folder, ignore_errors=True)
    registry.forget(home, {str(folder) for folder in old if not folder.exists()})
    return old


def _fill(con: duckdb.DuckDBPyConnection, home: Home, draft: Path, *, with_secrets: bool) -> None:
    from warehouse.copying import copy_whole

    copy_whole(con, draft / manifest.WAREHOUSE)
    for path in (home.acknowledged, home.tombstones, home.publications):
        if path.exists():
            _copy(path, draft / path.name)
    if home.journal.exists():
        _copy_journal(home.journal, draft / home.journal.name)
    _copy_tree(home.watch_dir, draft / "watch")
    _copy_tree(home.models, draft / "models")
    if with_secrets:
        _copy_tree(home.secrets, draft / "secrets")


def _copy(path: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.touch(mode=0o600)
    shutil.copyfile(path, target)


def _copy_tree(folder: Path, target: Path) -> None:
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file() and not path.name.startswith("."):
            _copy(path, target / path.relative_to(folder))


def _copy_journal(path: Path, target: Path) -> None:
    """Copy the journal by SQLite's own means: pages may be writing to it."""
    target.touch(mode=0o600)
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(uri, uri=True, timeout=10)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


def _outside(home: Home, into: Path) -> None:
    if "://" not in home.landing and into.is_relative_to(Path(home.landing)):
        raise ConfigurationError(
            f"{into} lies in the landing area.", remedy="Name a folder elsewhere, best elsewhere."
        )


def _sweep(into: Path) -> None:
    """Remove what a backup left that was killed an hour ago or earlier."""
    before = utcnow().timestamp() - 3_600
    for left in into.glob(".tidings-*.writing"):
        if left.stat().st_mtime < before:
            shutil.rmtree(left, ignore_errors=True)
