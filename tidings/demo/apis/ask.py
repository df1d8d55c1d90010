"""What a source of the made-up world is asked, and what it answers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

import msgspec

from tidings.demo.item import Item
from tidings.demo.world import World

_WORDS = re.compile(r"[一-鿿]|[^\W一-鿿]+")


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """A request at the time ``now`` of the world. ``base`` is the server's ``http://host:port``."""

    world: World
    now: datetime
    path: str
    base: str = ""
    query: dict[str, list[str]] = {}
    headers: dict[str, str] = {}

    def one(self, name: str, default: str = "") -> str:
        """Return the last value of a query parameter."""
        return self.query.get(name, [default])[-1]

    def number(self, name: str, default: int, *, most: int, least: int = 1) -> int | None:
        """Return a whole number from the query, at most ``most``; None where it is none."""
        text = self.one(name, str(default))
        return max(least, min(int(text), most)) if re.fullmatch(r"-?\d+", text) else None

    def shown(self, source: str) -> list[Item]:
        """Return what ``source`` shows now, the newest first."""
        return [i for i in reversed(self.world.of(source)) if i.is_shown(self.now)]


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """An answer: ``body`` and its content type, a status and further headers."""

    body: bytes = b""
    type: str = "application/json; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = {}


def as_json(value: object, *, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    """Return ``value`` as an answer in JSON."""
    return Reply(body=msgspec.json.encode(value), status=status, headers=headers or {})


@lru_cache(maxsize=65_536)
def words(text: str) -> str:
    """Return the words of ``text`` in lower case between blanks; each Chinese sign is a word."""
    return f" {' '.join(_WORDS.findall(text.casefold()))} "


def matches(query: str, texts: Iterable[str | None]) -> bool:
    """Tell whether every word, and every quoted phrase, of ``query`` is among ``texts``."""
    whole = "".join(words(text) for text in texts if text)
    phrases = re.findall(r'"([^"]*)"|(\S+)', query)
    return all(words(quoted or single) in whole for quoted, single in phrases)


def iso(when: datetime) -> str:
    """Return a time as JSON APIs write it: ``2026-07-15T07:54:23.000Z``."""
    return f"{when:%Y-%m-%dT%H:%M:%S}.000Z"
