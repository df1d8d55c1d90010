"""What a backup's folder holds, by ``manifest.json``: hashes, counts, versions.

::

    tidings-20261101T031700Z/
        manifest.json        written last; without it there is no backup
        warehouse.duckdb     a whole, compact copy
        acknowledged.jsonl   what was merged by then
        tombstones.jsonl     what was erased by then
        publications.jsonl   where marts were published by then, for erasing to reach
        journal.sqlite       what people did on the pages
        watch/ models/       watch files, models fitted here
        secrets/             only where they were asked for

Folders are their owner's alone (0700), files too (0600).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import msgspec

from tidings import __version__
from tidings.errors import WarehouseError

NAME = "manifest.json"
WAREHOUSE = "warehouse.duckdb"
FORM = 1


class File(msgspec.Struct, frozen=True):
    """One file's size in bytes, and its SHA-256."""

    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """All about a backup. ``counts``: rows of the warehouse's tables; times are aware UTC."""

    form: int = FORM
    made: datetime
    tidings: str
    duckdb: str
    migrations: tuple[tuple[int, str, str], ...]
    counts: dict[str, int]
    files: dict[str, File]


def read(folder: Path) -> Manifest:
    """Read a backup's manifest; WarehouseError where there is none that this Tidings knows."""
    path = folder / NAME
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except FileNotFoundError as error:
        raise WarehouseError(
            f"{folder} is no backup: there is no {NAME} in it.", remedy="Name a backup's folder."
        ) from error
    except (OSError, msgspec.MsgspecError) as error:
        raise WarehouseError(
            f"{path} can't be read: {error}.", remedy="Use another backup."
        ) from error
    if found.form > FORM:
        raise WarehouseError(
            f"{folder} was made by a newer Tidings ({found.tidings}).",
            remedy="Use that one, or a later one.",
        )
    return found


def seal(folder: Path, made: datetime) -> Manifest:
    """Write the manifest of what is in the folder, last; all is on the disk when this returns."""
    from warehouse.copying import described

    migrations, counts = described(folder / WAREHOUSE)
    sealed = Manifest(
        made=made,
        tidings=__version__,
        duckdb=version("duckdb"),
        migrations=tuple(migrations),
        counts=counts,
        files={name: hashed(folder / name) for name in sorted(names(folder))},
    )
    draft = folder / f".{NAME}.writing"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(sealed), indent=1))
    for path in (draft, *(folder / name for name in sealed.files)):
        to_disk(path)
    draft.replace(folder / NAME)
    to_disk(folder)
    return sealed


def reseal(folder: Path) -> Manifest:
    """Write the manifest anew after files in the folder were changed on purpose, as by erasing."""
    return seal(folder, read(folder).made)


def names(folder: Path) -> Iterator[str]:
    """Give the files of a backup, relative to its folder, without the manifest."""
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != NAME and not path.name.endswith(".writing"):
            yield name


def hashed(path: Path) -> File:
    """Return a file's size and hash."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return File(path.stat().st_size, digest)


def to_disk(path: Path) -> None:
    """Have a file, or what a folder holds, on the disk when this returns."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
