"""What an erasure is asked for: kept in a file until it is done, so that a killed one goes on.

The file names the people it is about, as whoever asked did; it is its owner's alone (mode 0600)
and is removed with the last of what they said.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from datetime import datetime
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias
from unicodedata import normalize

import msgspec

from tidings.errors import ConfigurationError
from tidings.home import Home
from tidings.needles import Needles
from tidings.privacy import pseudonym
from tidings.times import utcnow
from tidings.tombstones import SPEAKER, Reason, Tombstone, Tombstones

if TYPE_CHECKING:
    import duckdb

Of: TypeAlias = Literal["author", "mention", "source"]
_PSEUDONYM = re.compile(r"[0-9a-f]{24}")
_UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")


class Subject(msgspec.Struct, frozen=True):
    """One thing to erase: an author of a source, a mention, or a source.

    ``words`` is as it was given: a handle or pseudonym, or the mention's place and external id.
    """

    of: Of
    source: str
    words: tuple[str, ...] = ()


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One request, and what of it is done: rows removed, by layer."""

    erasure: str
    asked: datetime
    who: str
    reason: Reason
    subjects: tuple[Subject, ...]
    counts: dict[str, int] = {}
    rebuilt: bool = False
    words: tuple[str, ...] = ()
    """What names the mentions that go, kept once the warehouse has them no more."""
    names: tuple[tuple[str, str], ...] = ()
    """The same within a source: (source, handle or id)."""
    everyday: tuple[tuple[str, str], ...] = ()
    """Names that are words of everybody's; see :func:`warehouse.erasure.everyday`."""
    again: bool = False
    """Tombstones are applied anew, to what was restored."""


def new_request(subjects: Iterable[Subject], reason: Reason, *, again: bool = False) -> Request:
    """Return a request of now, by the user of this process."""
    now = utcnow()
    return Request(
        erasure=f"erasure-{now:%Y%m%dT%H%M%S%f}Z",
        asked=now,
        who=_user(),
        reason=reason,
        subjects=tuple(dict.fromkeys(subjects)),
        again=again,
    )


def _user() -> str:
    try:
        return getuser()
    except (OSError, KeyError):  # a container's user may have no name
        return f"user {os.getuid()}"


def author(text: str) -> Subject:
    """Read ``SOURCE:HANDLE`` or ``SOURCE:PSEUDONYM``."""
    source, colon, handle = text.partition(":")
    if not (colon and source.strip() and handle.strip()):
        raise ConfigurationError(
            f"--author {text!r} is not SOURCE:HANDLE.",
            remedy="Write it as reddit:somebody, or reddit: and the pseudonym of the pages.",
        )
    return Subject("author", source.strip(), (handle.strip(),))


def mention(con: duckdb.DuckDBPyConnection, text: str) -> list[Subject]:
    """Find the mentions of an id, an address, or a quarantined row; ConfigurationError if none."""
    from warehouse.statements import run

    values = {
        "id": text.lower() if _UUID.fullmatch(text.lower()) else None,
        "url": text,
        "quarantine_id": text,
    }
    found = run(con, "sql/erasure/mention", values).fetchall()
    if not found:
        raise ConfigurationError(
            f"There is no mention {text!r}.",
            remedy="Name it by its id or address as the pages show them, or erase its author.",
        )
    return [Subject("mention", source, (place, key)) for source, place, key in found]


def listed(con: duckdb.DuckDBPyConnection, path: Path) -> list[Subject]:
    """Read a list of subjects: ``author SOURCE:HANDLE``, ``mention ID``, ``source NAME`` a line."""
    found: list[Subject] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        kind, _, rest = line.strip().partition(" ")
        if not kind or kind.startswith("#"):
            continue
        if kind == "author":
            found.append(author(rest.strip()))
        elif kind == "mention":
            found += mention(con, rest.strip())
        elif kind == "source" and rest.strip():
            found.append(Subject("source", rest.strip()))
        else:
            raise ConfigurationError(
                f"{path}, line {number}: {line.strip()[:40]!r} is no subject.",
                remedy="Begin each line with author, mention or source.",
            )
    return found


def handles(request: Request) -> set[tuple[str, str]]:
    """Return the handles that were given, as pages of their (source, handle) write them."""
    return {(s.source, f) for s in request.subjects if s.of == "author" for f in _forms(s.words[0])}


def _forms(handle: str) -> set[str]:
    """Return the ways in which one handle is written: with ``@``, composed and decomposed."""
    bare = handle.lstrip("@") or handle
    said = {handle, bare, f"@{bare}"}
    return said | {normalize(form, one) for form in ("NFC", "NFD") for one in said}


def needles(request: Request) -> Needles:
    """Return what is looked for."""
    return Needles(request.words, request.names, request.everyday)


def tombstones(request: Request, stones: Tombstones, key: bytes) -> list[Tombstone]:
    """Return the tombstones of what is asked for."""
    made: list[tuple[Literal["mention", "author", "source", "mark"], str]] = []
    for one in request.subjects:
        if one.of == "source":
            made.append(("source", stones.hash("source", one.source)))
        elif one.of == "mention":
            made.append(("mention", stones.hash("mention", one.source, *one.words)))
        else:
            for handle in sorted(_forms(one.words[0])):
                names = {pseudonym(key, one.source, handle)}
                names |= {handle} if _PSEUDONYM.fullmatch(handle) else set()
                made += [("author", stones.hash("author", one.source, name)) for name in names]
                made.append(("mark", stones.hash("mark", one.source, SPEAKER + handle)))
    return [
        Tombstone(
            kind=k, hash=h, made=request.asked, reason=request.reason, erasure=request.erasure
        )
        for k, h in dict.fromkeys(made)
    ]


def pending(home: Home) -> Request | None:
    """Return the request that has not ended; None where there is none."""
    try:
        return msgspec.json.decode(home.erasing.read_bytes(), type=Request)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as error:
        raise ConfigurationError(
            f"{home.erasing} is no request: {error}.",
            remedy="Remove it, and ask for the erasure again.",
        ) from error


def begin(home: Home, request: Request) -> None:
    """Write what is asked for, unless it is there; ConfigurationError while another is."""
    draft = _drafted(home, request)
    try:
        os.link(draft, home.erasing)  # unlike rename, fails where another was first
    except FileExistsError:
        waiting = pending(home)
        if waiting is not None and waiting.erasure != request.erasure:
            raise ConfigurationError(
                f"{waiting.erasure} has not ended.",
                remedy="Let it end, or end it: 'tidings erase --resume'. Then ask again.",
            ) from None
    except FileNotFoundError:  # another erasure was under way, and cleared what it took for left
        begin(home, request)
    finally:
        draft.unlink(missing_ok=True)


def keep(home: Home, request: Request) -> None:
    """Write what is asked for, and how far it is; on the disk when this returns."""
    _drafted(home, request).replace(home.erasing)


def _drafted(home: Home, request: Request) -> Path:
    path = home.erasing
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(request))
        file.flush()
        os.fsync(file.fileno())
    return draft
