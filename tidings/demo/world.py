"""The made-up world: everything that was said in it, drawn from one seed.

The same seed gives the same world on any machine: each source has dice of its own, seeded by name,
and nothing depends on hashes, clocks or the order of sets.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tidings.demo import events, flaws, identifiers, news, opinions, voices
from tidings.demo.brands import FEEDS
from tidings.demo.item import SOURCES, Item
from tidings.demo.people import Crowd
from tidings.demo.scene import LANGUAGE_SHARES, Scene
from tidings.demo.writer import Writer

UNTIL = datetime(2026, 10, 31, tzinfo=UTC)
"""The end of the world, unless another is asked for."""

DAILY = {
    "hackernews": 3.3,
    "mastodon": 9.0,
    "bluesky": 9.5,
    "steam": 5.5,
    "reviews": 6.5,
    "rss": 2.8,
    "files": 4.2,
}
"""Items a day by source, on average, in a world of scale 1."""

MAKERS: dict[str, Callable[[Scene, int], list[Item]]] = {
    "hackernews": voices.forum,
    "mastodon": voices.social,
    "bluesky": voices.social,
    "steam": opinions.app_reviews,
    "reviews": opinions.shop_reviews,
    "rss": news.articles,
    "files": opinions.survey,
}

PEOPLE_A_DAY = 2.5
SHORTEST_WITH_EVENTS = 30
"""Days. A shorter world has neither incident nor viral film."""

BROKEN_BEFORE = 0.35
"""The part of the days before which the walk of one hashtag is broken."""


class World:
    """A made-up world of ``days`` days that end at ``until`` (aware UTC, midnight).

    ``scale`` multiplies the number of items. ``bad_records`` False: every record can be read, and
    is there once.
    ``faults`` False: no server ever fails and no feed hides its older entries, so that everything
    said can be had.
    """

    def __init__(
        self,
        seed: int = 7,
        *,
        days: int = 120,
        scale: float = 1.0,
        until: datetime = UNTIL,
        bad_records: bool = True,
        faults: bool = True,
    ) -> None:
        self.seed, self.days, self.scale = seed, days, scale
        self.until, self.start = until, until - timedelta(days=days)
        self.bad_records, self.faults = bad_records, faults
        eventful = days >= SHORTEST_WITH_EVENTS
        first = round(days * 0.8)
        self.incident_days = (first, first + len(events.INCIDENT_DAYS)) if eventful else None
        self.viral_day = days // 2 if eventful else None
        self._items = self._make()
        self._replies: dict[int, list[Item]] = {}
        for item in self.items:
            if item.parent is not None:
                self._replies.setdefault(id(item.parent), []).append(item)

    def of(self, source: str) -> list[Item]:
        """Return the items of ``source``, in the order of their publication."""
        return self._items[source]

    @property
    def items(self) -> list[Item]:
        """All items of all sources."""
        return [item for source in SOURCES for item in self._items[source]]

    def replies(self, item: Item, now: datetime) -> list[Item]:
        """Return the direct replies to ``item`` that are shown at ``now`` (aware UTC)."""
        return [reply for reply in self._replies.get(id(item), []) if reply.is_shown(now)]

    @property
    def broken_before(self) -> datetime | None:
        """Until when (aware UTC) the general hashtag's old pages answer with an error, if any."""
        if not self.faults:
            return None
        return self.start + timedelta(days=round(self.days * BROKEN_BEFORE))

    def newest_entries(self, feed: str) -> int | None:
        """Return how many entries ``feed`` shows; None: all."""
        if not self.faults:
            return None
        whole = next(f.newest for f in FEEDS if f.name == feed)
        return max(3, round(whole * self.scale)) if whole is not None else None

    def _make(self) -> dict[str, list[Item]]:
        said: set[str] = set()
        scenes = {source: self._scene(source, said) for source in SOURCES}
        items = {source: self._of_source(scenes[source]) for source in SOURCES}
        for source in SOURCES:
            copied = events.copies(scenes[source], items)
            items[source] += [i for i in copied if i.published < self.until]
        for source in SOURCES:
            items[source].sort(key=lambda item: item.published)
        self._disturb(scenes, items)
        for source in SOURCES:
            identifiers.assign(scenes[source].rng, source, items[source])
        return items

    def _scene(self, source: str, said: set[str]) -> Scene:
        rng = random.Random(f"{self.seed}/{source}")  # noqa: S311 - a world, not a secret
        people = PEOPLE_A_DAY * self.days * max(self.scale, 0.2)
        shares = LANGUAGE_SHARES[source]
        return Scene(
            source=source,
            rng=rng,
            writer=Writer(rng, said),
            crowd=Crowd(rng, source, {lang: max(3, int(people * s)) for lang, s in shares.items()}),
            start=self.start,
            days=self.days,
            incident=self.incident_days,
        )

    def _of_source(self, scene: Scene) -> list[Item]:
        source = scene.source
        items = MAKERS[source](scene, max(8, round(DAILY[source] * self.days * self.scale)))
        if self.incident_days and source in events.INCIDENT:
            items += events.incident(scene, max(1, round(events.INCIDENT[source] * self.scale)))
        if self.viral_day and source in events.VIRAL:
            count = max(1, round(events.VIRAL[source] * self.scale))
            items += events.viral(scene, self.viral_day, count)
        return [item for item in items if item.published < self.until]

    def _disturb(self, scenes: dict[str, Scene], items: dict[str, list[Item]]) -> None:
        every = [item for source in SOURCES for item in items[source]]
        needed = {id(i.parent) for i in every} | {id(i.copy_of) for i in every}
        for source in ("hackernews", "mastodon", "bluesky", "steam"):
            events.delay(scenes[source], items[source])
        for source in ("mastodon", "steam", "reviews"):
            events.remove(scenes[source], items[source], needed)
        if self.bad_records:
            for source in SOURCES:
                flaws.spoil(scenes[source].rng, source, items[source], needed)
            for source in ("rss", "files"):
                events.repeat(scenes[source], items[source])
