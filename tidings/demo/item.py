"""One thing somebody said in the made-up world, with all that happens to it over time."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Literal

import msgspec

from tidings.mention import Kind

Mood = Literal["positive", "neutral", "negative"]
MOODS: tuple[Mood, ...] = ("positive", "neutral", "negative")

SOURCES = ("hackernews", "mastodon", "bluesky", "steam", "reviews", "rss", "files")
"""The sources of the world: six that are asked over HTTP, and the folder of survey files."""

LANGUAGES = ("en", "no", "da", "fa", "zh")


class Author(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who writes. ``id`` is the source's stable identifier, ``handle`` what is shown."""

    id: str
    handle: str
    shown_as: str
    language: str
    followers: int
    country: str


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """What an item says from ``at`` on (aware UTC)."""

    at: datetime
    text: str
    rating: int | None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The owner's answer, there from ``at`` on (aware UTC)."""

    at: datetime
    text: str


class Item(msgspec.Struct, kw_only=True, eq=False):
    """One statement. Times are aware UTC, whole seconds.

    ``shown`` is from when its source shows it (late indexing), ``removed`` from when it no longer
    does. ``brand`` is empty for chatter about nobody. ``flaw`` names what is wrong with its record,
    ``event`` is ``incident`` or ``viral``; ``copy_of`` the item whose words it repeats;
    ``repeated`` means that the source lists this same item twice.
    """

    source: str
    place: str
    kind: Kind
    published: datetime
    shown: datetime
    brand: str
    language: str
    author: Author
    text: str
    mood: Mood
    id: str = ""
    topic: str = ""
    title: str | None = None
    product: str | None = None
    rating: int | None = None
    tags: tuple[str, ...] = ()
    parent: Item | None = None
    link: str | None = None
    likes: int = 0
    shares: int = 0
    removed: datetime | None = None
    edit: Edit | None = None
    answer: Answer | None = None
    copy_of: Item | None = None
    flaw: str | None = None
    event: str | None = None
    segments: dict[str, str] = {}
    repeated: bool = False

    def is_shown(self, now: datetime) -> bool:
        """Tell whether the source shows it at ``now``."""
        return self.shown <= now and (self.removed is None or now < self.removed)

    def edit_at(self, now: datetime) -> Edit | None:
        """Return the edit that is in force at ``now``, if any."""
        return self.edit if self.edit is not None and self.edit.at <= now else None

    def text_at(self, now: datetime) -> str:
        """Return what it says at ``now``."""
        edit = self.edit_at(now)
        return edit.text if edit else self.text

    def rating_at(self, now: datetime) -> int | None:
        """Return the stars it gives at ``now``, on its source's scale."""
        edit = self.edit_at(now)
        return edit.rating if edit else self.rating

    def answer_at(self, now: datetime) -> Answer | None:
        """Return the owner's answer, if it is there at ``now``."""
        return self.answer if self.answer is not None and self.answer.at <= now else None

    def count_at(self, final: int, now: datetime) -> int:
        """Return how far a count has grown at ``now``: most of it in the first day."""
        hours = max(0.0, (now - self.published).total_seconds() / 3600)
        return int(final * (1 - math.exp(-hours / 18)))

    @property
    def root(self) -> Item:
        """The first of the thread that it is part of."""
        item = self
        while item.parent is not None:
            item = item.parent
        return item
