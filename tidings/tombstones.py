"""Tombstones: keyed hashes of what was erased, so that nothing brings it back.

They are kept in a file outside the warehouse (:attr:`tidings.home.Home.tombstones`), one JSON line
each, on the disk before anything is removed; ``core.tombstone`` is a copy that merging goes by.
Without the installation's key (:mod:`tidings.privacy`) nobody can tell what they stand for.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from tidings.errors import TidingsError
from tidings.speakers import is_field, speakers

Kind: TypeAlias = Literal["mention", "author", "source", "mark"]
Reason: TypeAlias = Literal["request", "law", "mistake", "policy"]

SHORTEST_MARK = 5
"""Characters; what is shorter is on pages that have nothing to do with it."""

SPEAKER = "\0by\0"
"""Before the name of who speaks, of any length; see :mod:`tidings.speakers`."""

_JSON_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)(?:"|\\?\Z)', re.DOTALL)
"""One without an end goes to the end of all; sought from each quote it would take the square."""
_WORD = re.compile(r"[^\s\"'<>()\[\]{},;=&]+")
_PIECE = re.compile(r"[/?#]")


class Tombstone(msgspec.Struct, frozen=True, kw_only=True):
    """What stands for one thing that was erased.

    ``mark`` is a word by which pages and unreadable records are known that tell of it: the author's
    handle, the source's identifier, an address.
    """

    kind: Kind
    hash: str
    made: datetime
    reason: Reason
    erasure: str


class Tombstones:
    """All tombstones, to ask whether something was erased. Nothing is asked of an empty one."""

    def __init__(self, key: bytes, hashes: Iterable[tuple[str, str]] = ()) -> None:
        self._key = hashlib.sha256(b"tidings tombstones\0" + key).digest()
        self._of: dict[str, set[str]] = {"mention": set(), "author": set(), "source": set()}
        self._of["mark"] = set()
        self.add(hashes)

    def __bool__(self) -> bool:
        return any(self._of.values())

    def add(self, hashes: Iterable[tuple[str, str]]) -> None:
        """Add (kind, hash) of further ones."""
        for kind, digest in hashes:
            self._of[kind].add(digest)

    def any_of(self, kind: Kind) -> bool:
        """Whether there are any of this kind."""
        return bool(self._of[kind])

    def hash(self, kind: Kind, *words: str) -> str:
        """Return 32 hex digits of a keyed BLAKE2b over what is erased."""
        message = "\0".join((kind, *words)).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(message, key=self._key, digest_size=16).hexdigest()

    def has(
        self, source: str, place: str | None, external_id: str | None, author: str | None = None
    ) -> bool:
        """Whether a mention was erased, itself or with its author (a pseudonym) or its source."""
        of = self._of
        if of["source"] and self.hash("source", source) in of["source"]:
            return True
        if author and of["author"] and self.hash("author", source, author) in of["author"]:
            return True
        if place is None or external_id is None or not of["mention"]:
            return False
        return self.hash("mention", source, place, external_id) in of["mention"]

    def marked(self, source: str, text: str) -> bool:
        """Whether a page or record of a source has a word by which something erased is known."""
        of = self._of
        if of["source"] and self.hash("source", source) in of["source"]:
            return True
        if not of["mark"]:
            return False
        return any(self.hash("mark", source, word) in of["mark"] for word in words_of(text))


def words_of(text: str) -> set[str]:
    """Return what a page may name a person or mention by; linear in its length.

    JSON texts, text between tags, words, and the parts of addresses.
    """
    plain = unescape(text)
    quoted = _JSON_TEXT.finditer(text)
    words = {_unquoted(one[1]) for one in quoted if not is_field(text, *one.span(1))}
    # between two tags; by a pattern it would take the square of the length of ">>>>"
    words.update(part.partition(">")[2].strip() for part in plain.split("<")[:-1])
    for at in _WORD.finditer(plain):
        bare = at[0].strip(".:!?*_@#\\")
        start = plain.index(bare, at.start())
        if is_field(plain, start, start + len(bare)):
            continue
        words.add(bare)
        if "/" in bare:
            words.update(piece.lstrip("@") for piece in _PIECE.split(bare.replace("\\/", "/")))
    told = {word for word in words if SHORTEST_MARK <= len(word) <= 4_000}
    return told | {SPEAKER + name for name in speakers(plain)}


def _unquoted(text: str) -> str:
    if "\\" not in text:
        return text
    try:
        return str(msgspec.json.decode(f'"{text}"'))
    except msgspec.DecodeError:
        return text


def read(path: Path) -> list[Tombstone]:
    """Read the file's tombstones, in their order; none where there is no file.

    A last line that a kill cut short is left out: what it stood for was not begun. TidingsError
    where another line is damaged.
    """
    if not path.exists():
        return []
    lines = path.read_bytes().split(b"\n")
    found = []
    for number, line in enumerate(lines, 1):
        try:
            found.append(msgspec.json.decode(line, type=Tombstone))
        except msgspec.DecodeError as error:
            if number == len(lines):
                continue
            raise TidingsError(
                f"{path}, line {number} is no tombstone: {error}.",
                remedy="Restore the file from a backup; the warehouse has a copy of its lines.",
            ) from error
    return found


def append(path: Path, made: Iterable[Tombstone]) -> int:
    """Add those that are not there yet; they are on the disk when this returns. Counts them."""
    known = {(one.kind, one.hash) for one in read(path)}
    fresh = {(one.kind, one.hash): one for one in made if (one.kind, one.hash) not in known}
    if not fresh:
        return 0
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        _drop_half_line(file.fileno())
        os.write(file.fileno(), b"".join(msgspec.json.encode(t) + b"\n" for t in fresh.values()))
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return len(fresh)


def _drop_half_line(descriptor: int) -> None:
    """Cut off a last line that a kill left unfinished."""
    size = os.fstat(descriptor).st_size
    if size and (whole := os.pread(descriptor, size, 0).rfind(b"\n") + 1) < size:
        os.ftruncate(descriptor, whole)
