"""Erasing from what lies around the warehouse: journal, logs, staged batches."""

from __future__ import annotations

import gzip
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from tidings.home import Home
from tidings.needles import Needles
from tidings.unpacked import gunzipped, texts


def journal(path: Path, needles: Needles) -> int:
    """Take changes that name what was erased out of a journal; return how many they were."""
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path, timeout=30.0, isolation_level=None)) as con:
        con.execute("PRAGMA secure_delete = ON")
        rows = con.execute("SELECT place, body FROM change").fetchall()
        doomed = [(place,) for place, body in rows if needles.found(_text(body))]
        if doomed:
            con.execute("BEGIN IMMEDIATE")
            con.executemany("DELETE FROM change WHERE place = ?", doomed)
            con.execute("COMMIT")
            con.execute("VACUUM")
        con.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # also after one that was killed before it
    return len(doomed)


def staged(home: Home) -> int:
    """Remove all staged batches: they are made again from landing, without what was erased."""
    if not home.staging.exists():
        return 0
    files = [path for path in home.staging.rglob("*") if path.is_file()]
    for path in sorted(files, key=lambda one: one.suffix != ".json"):  # the markers first
        path.unlink(missing_ok=True)
    return len(files)


def logs(home: Home, needles: Needles) -> int:
    """Write log files anew without the lines that name what was erased; return how many lines."""
    if not needles:
        return 0
    gone = 0
    for folder in (home.root / "logs", home.warehouse.parent / "logs"):
        for path in _files(folder):
            if path.name.startswith(".") and path.suffix == ".draft":
                path.unlink()  # of an erasure that was killed
            else:
                gone += _log(path, needles)
    return gone


def _log(path: Path, needles: Needles) -> int:
    lines = (gunzipped(path) or path.read_bytes()).split(b"\n")
    left = [line for line in lines if not needles.found(line.decode("utf-8", "replace"))]
    if len(left) == len(lines):
        return 0
    stat = path.stat()
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, stat.st_mode & 0o777)
    with os.fdopen(descriptor, "wb") as file:
        told = b"\n".join(left)
        file.write(told if gunzipped(path) is None else gzip.compress(told))
        file.flush()
        os.fsync(file.fileno())
    os.utime(draft, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    draft.replace(path)
    return len(lines) - len(left)


def left_behind(home: Home) -> int:
    """Remove what killed processes left beside the warehouse: spilled rows, half-made files."""
    data = home.warehouse.parent
    left = [data / f"{home.warehouse.name}.tmp", *data.glob(".*.erasing*")]
    left += [*data.glob(".*.publishing*"), *data.glob("journal.*.draft*")]
    left += home.erasing.parent.glob(f".{home.erasing.name}.*.draft")  # these name the erased
    for path in left:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(left)


def not_ours(home: Home, needles: Needles) -> list[str]:
    """Return what names the erased and isn't ours to change, with what to do there."""
    found = []
    for path in sorted(home.root.glob("airflow.db*")):
        if _in_file(path, needles):
            found.append(
                f"Airflow's database {path.name} names it; 'airflow db clean' removes old rows"
            )
    for path in home.watch_dir.glob("*.toml"):
        if needles.found(path.read_text("utf-8", "replace")):
            found.append(f"the watch file {path.name} names it: take it out there")
    return found


def read_folders(needles: Needles, folders: list[Path]) -> list[str]:
    """Return the files that sources read and that name the erased: they aren't ours to change."""
    found = []
    for folder in folders:
        hits = sum(_in_file(path, needles) for path in _files(folder))
        if hits:
            found.append(
                f"{hits} files in {folder.name}, which a source reads, name it: remove it there"
            )
    return found


def _in_file(path: Path, needles: Needles) -> bool:
    return any(needles.found(text) for text in texts(path))


def _files(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path


def _text(body: Any) -> str:
    return body if isinstance(body, str) else bytes(body).decode("utf-8", "replace")


class Place(msgspec.Struct, frozen=True):
    """A form in which the marts were published elsewhere: parquet, ducklake or private."""

    form: str
    place: str


def remember(home: Home, form: str, place: str) -> None:
    """Note where something was published, so that an erasure reaches it."""
    path = home.publications
    told = Place(form, place)
    if told in published(home):
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(told) + b"\n")


def published(home: Home) -> list[Place]:
    """Return the forms that were published elsewhere."""
    if not home.publications.exists():
        return []
    lines = home.publications.read_bytes().splitlines()
    return [msgspec.json.decode(line, type=Place) for line in lines if line.strip()]
