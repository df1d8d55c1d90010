"""What is really in the made-up world, for checks: what can be had, is bad, is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from tidings.demo.apis import feeds
from tidings.demo.apis.ask import Ask, matches
from tidings.demo.brands import FEEDS, GENERAL_TAG, HASHTAGS, QUERIES, WIRE
from tidings.demo.events import INCIDENT, INCIDENT_WORDS
from tidings.demo.item import SOURCES, Item
from tidings.demo.world import World


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of time (aware UTC, ``end`` not in it) of which a place can't be had."""

    source: str
    place: str
    start: datetime
    end: datetime
    items: int
    reason: str


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened: from ``start`` on, until before ``end`` (aware UTC)."""

    start: datetime
    end: datetime
    items: dict[str, int]
    words: tuple[str, ...] = ()


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """What one who asks at the given times, as the demo's watch file does, can get.

    By source: ``items`` distinct good ones, ``bad`` records by flaw, ``repeats`` items listed twice
    in one answer, ``copies`` good items that repeat another's words, ``answered`` and ``edited``
    ones as they stand at the last time. ``unreachable`` are good ones that were published and that
    nobody can get; ``gaps`` the stretches they lie in. ``keys`` are the items' identifiers, and
    ``copy_of`` maps ``source identifier`` of a copy to that of what it repeats.
    """

    items: dict[str, int]
    bad: dict[str, dict[str, int]]
    repeats: dict[str, int]
    copies: dict[str, int]
    answered: dict[str, int]
    edited: dict[str, int]
    unreachable: dict[str, int]
    gaps: tuple[Gap, ...]
    incident: Window | None
    viral: Window | None
    keys: dict[str, frozenset[str]]
    copy_of: dict[str, str]


def truth(world: World, *times: datetime) -> Truth:
    """Return what can be had by asking at ``times`` (aware UTC); default: at the world's end."""
    times = tuple(sorted(times)) or (world.until,)
    now = times[-1]
    had = {source: _had(world, source, times) for source in SOURCES}
    good = {source: [i for i in items if i.flaw is None] for source, items in had.items()}
    every = [item for source in SOURCES for item in good[source]]
    missing = {s: _missing(world, s, now, {id(i) for i in had[s]}) for s in SOURCES}
    return Truth(
        items={s: len(items) for s, items in good.items()},
        bad={s: dict(Counter(i.flaw for i in had[s] if i.flaw is not None)) for s in SOURCES},
        repeats={s: sum(i.repeated for i in items) for s, items in good.items()},
        copies={s: sum(i.copy_of is not None for i in items) for s, items in good.items()},
        answered={s: sum(i.answer_at(now) is not None for i in good[s]) for s in SOURCES},
        edited={s: sum(i.edit_at(now) is not None for i in good[s]) for s in SOURCES},
        unreachable={s: len(items) for s, items in missing.items()},
        gaps=tuple(_gaps(world, now, missing)),
        incident=_incident(world, every),
        viral=_viral(world, every),
        keys={s: frozenset(i.id for i in items) for s, items in good.items()},
        copy_of={_name(i): _name(i.copy_of) for i in every if i.copy_of is not None},
    )


def reachable(world: World, source: str, now: datetime) -> list[Item]:
    """Return what of ``source`` the demo's watch file gets at ``now``, bad records too."""
    ask = Ask(world=world, now=now, path="")
    shown = ask.shown(source)
    match source:
        case "hackernews":
            return [i for i in shown if _searched(i.title, i.text, i.root.title)]
        case "bluesky":
            return [i for i in shown if _searched(i.text)]
        case "mastodon":
            return [i for i in shown if _tagged(world, i)]
        case "rss":
            return [i for feed in FEEDS for i in feeds.entries(ask, feed)]
    return shown


def _searched(*texts: str | None) -> bool:
    return any(matches(query, texts) for query in QUERIES)


def _tagged(world: World, item: Item) -> bool:
    tags = set(item.tags).intersection(HASHTAGS)
    old = world.broken_before is not None and item.published < world.broken_before
    return bool(tags - {GENERAL_TAG} if old else tags)


def _had(world: World, source: str, times: Iterable[datetime]) -> list[Item]:
    return list({id(i): i for now in times for i in reachable(world, source, now)}.values())


def _missing(world: World, source: str, now: datetime, had: set[int]) -> list[Item]:
    """Return the good items that are shown, and would be asked for, but can't be had."""
    shown = [i for i in world.of(source) if i.is_shown(now) and i.flaw is None]
    if source == "mastodon":
        shown = [i for i in shown if set(i.tags).intersection(HASHTAGS)]
    elif source == "bluesky":
        shown = [i for i in shown if _searched(i.text)]
    return [i for i in shown if id(i) not in had]


def _gaps(world: World, now: datetime, missing: dict[str, list[Item]]) -> Iterable[Gap]:
    broken = world.broken_before
    if broken is not None and now > world.start:
        yield Gap(
            source="mastodon",
            place=f"#{GENERAL_TAG}",
            start=world.start,
            end=min(broken, now),
            items=len(missing["mastodon"]),
            reason="the older pages of this hashtag answer 503, whenever they are asked for",
        )
    lost = [i for i in missing["rss"] if i.place == WIRE]
    if lost:
        yield Gap(
            source="rss",
            place=WIRE,
            start=lost[0].published,
            end=lost[-1].published + timedelta(seconds=1),
            items=len(lost),
            reason="the feed shows its newest entries only",
        )


def _incident(world: World, every: list[Item]) -> Window | None:
    if world.incident_days is None:
        return None
    first, end = (world.start + timedelta(days=day) for day in world.incident_days)
    counts = Counter(i.source for i in every if i.event == "incident")
    return Window(
        start=first, end=end, items={s: counts[s] for s in INCIDENT}, words=INCIDENT_WORDS
    )


def _viral(world: World, every: list[Item]) -> Window | None:
    if world.viral_day is None:
        return None
    start = world.start + timedelta(days=world.viral_day)
    counts = Counter(i.source for i in every if i.event == "viral")
    return Window(start=start, end=start + timedelta(days=1), items=dict(counts))


def _name(item: Item) -> str:
    return f"{item.source} {item.id}"
