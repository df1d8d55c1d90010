"""Erasing from inboxes of pushes: the records that name what was erased go, those of others stay.

A record is an object in an array; where one goes, ``null`` stands, since a record's id is its place
in its body. A body that names the erased in another way is emptied whole.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec

from tidings.home import Home
from tidings.needles import Needles

_EMPTY = {".json": b"[]", ".ndjson": b""}


def inboxes(home: Home, needles: Needles) -> int:
    """Take what names the erased out of pushed bodies; return how many bodies had it.

    No file is removed: the next body's number goes on from the newest.
    """
    changed = 0
    folder = home.warehouse.parent / "inbox"
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        body = path.read_bytes()
        if needles.found(body.decode("utf-8", "replace")):
            _write(path, without(body, path.suffix, needles))
            changed += 1
    return changed


def without(body: bytes, suffix: str, needles: Needles) -> bytes:
    """Return a body (``.json``, or ``.ndjson``: one value a line) without what names the erased."""
    if suffix == ".ndjson":
        left = b"\n".join(_one(line, b"null", needles) for line in body.splitlines())
    else:
        left = _one(body, b"[]", needles)
    named = needles.found(left.decode("utf-8", "replace"))
    return _EMPTY.get(suffix, b"") if named else left


def _one(part: bytes, nothing: bytes, needles: Needles) -> bytes:
    if not needles.found(part.decode("utf-8", "replace")):
        return part
    try:
        value = _left(msgspec.json.decode(part), needles)
    except (msgspec.DecodeError, RecursionError):
        return nothing
    return nothing if value is None else msgspec.json.encode(value)


def _left(value: Any, needles: Needles) -> Any:
    """Return a value without records that name the erased; None where it does so itself."""
    if not _named(value, needles):
        return value
    if isinstance(value, list):
        return [None if isinstance(item, dict) and _named(item, needles) else _left(item, needles)
                for item in value]  # fmt: skip
    if isinstance(value, dict):
        left = {key: _left(part, needles) for key, part in value.items()}
        gone = any(left[key] is None for key, part in value.items() if part is not None)
        return None if gone else left
    return None


def _named(value: Any, needles: Needles) -> bool:
    return needles.found(msgspec.json.encode(value).decode())


def _write(path: Path, body: bytes) -> None:
    draft = path.with_name(f".{path.name}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
