"""What a kind of fault is, and the lists of them put together."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TypeAlias

import msgspec
from fault_line import Line

from tidings.http import Answer

Act: TypeAlias = Callable[["Scene"], None]


class Scene:
    """One fault at one request: the line, the answer that would be right, chance, the canary."""

    def __init__(self, line: Line, good: Answer, rng: random.Random, canary: str) -> None:
        self.line, self.good, self.rng, self.canary = line, good, rng, canary

    def cut(self, content: bytes) -> bytes:
        """Return the beginning of ``content``, up to a place by chance, never the whole."""
        return content[: self.rng.randrange(len(content))] if content else b""

    @property
    def kind(self) -> str:
        """The good answer's content type."""
        return self.good.headers.get("content-type", "")


class Kind(msgspec.Struct, frozen=True):
    """One kind of fault. ``harmless``: it is odd but right, and all items must come.

    ``slow``: it is known by the client's deadlines only. ``words``: texts may come out as others,
    since the source itself says so. ``not_of``: subjects whose source says just that where it has
    nothing. ``fits`` says for which good answers it is
    a fault at all.
    """

    name: str
    act: Act
    harmless: bool = False
    slow: bool = False
    words: bool = False
    not_of: tuple[str, ...] = ()
    fits: Callable[[Answer], bool] = lambda _good: True


def is_json(good: Answer) -> bool:
    """Tell whether the source speaks JSON here."""
    return good.body.lstrip()[:1] in (b"{", b"[")
