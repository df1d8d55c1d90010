"""What is really in the made-up world, for checks: what can be had, is bad, is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from tidings.demo.apis import feeds
from tidings.demo.apis.ask import Ask, matches
from tidings.demo.brands import (
    APPS,
    CAPPED_POSTS,
    CAPPED_QUERY,
    FEEDS,
    GENERAL_TAG,
    HASHTAGS,
    PRODUCTS,
    QUERIES,
    WIRE,
)
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

    By source: ``items`` distinct good ones, ``bad`` distinct records by flaw, ``copies`` good items
    that repeat another's words, ``answered`` and ``edited`` ones as they stand at the last time.
    ``rows`` and ``bad_rows`` are what one pass over all walks gets at the last time, from nothing:
    an item under two hashtags is two rows, and so is one that its feed lists twice. So of one
    pass rows = items + bad rows + duplicates. ``unreachable`` are good ones that were published
    and that nobody can get; ``gaps`` the stretches they lie in. ``keys`` are the items'
    identifiers, ``copy_of`` maps ``source identifier`` of a copy to that of what it repeats.
    """

    items: dict[str, int]
    bad: dict[str, dict[str, int]]
    rows: dict[str, int]
    bad_rows: dict[str, int]
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
    passed = {s: [i for walk in asked(world, s, now).values() for i in walk] for s in SOURCES}
    missing = {s: _missing(world, s, now, {id(i) for i in had[s]}) for s in SOURCES}
    return Truth(
        items={s: len(items) for s, items in good.items()},
        bad={s: dict(Counter(i.flaw for i in had[s] if i.flaw is not None)) for s in SOURCES},
        rows={s: len(rows) for s, rows in passed.items()},
        bad_rows={s: sum(i.flaw is not None for i in rows) for s, rows in passed.items()},
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


def walks(world: World, source: str, now: datetime) -> dict[str, list[Item]]:
    """Return the rows that each walk of ``source`` gets at ``now``, bad records too.

    The walks are those of the demo's watch file, named by query, hashtag, app, page, feed or
    folder. An item that the source lists twice is there twice.
    """
    ask = Ask(world=world, now=now, path="")
    shown = ask.shown(source)
    match source:
        case "hackernews":
            titled = [(i, (i.title, i.text, i.root.title)) for i in shown]
            return {q: [i for i, texts in titled if matches(q, texts)] for q in QUERIES}
        case "bluesky":
            return {q: [i for i in shown if matches(q, [i.text])] for q in QUERIES}
        case "mastodon":
            return {tag: [i for i in shown if _listed(world, tag, i)] for tag in HASHTAGS}
        case "steam":
            return {app.id: [i for i in shown if i.place == app.id] for app in APPS}
        case "reviews":
            return {p.slug: [i for i in shown if i.place == p.slug] for p in PRODUCTS}
        case "rss":
            return {feed.name: _twice(feeds.entries(ask, feed)) for feed in FEEDS}
    return {source: _twice(shown)}


def asked(world: World, source: str, now: datetime) -> dict[str, list[Item]]:
    """Return what :func:`walks` does, less what lies behind the pages that the demo asks for."""
    found = walks(world, source, now)
    if source == "bluesky" and world.faults:
        found[CAPPED_QUERY] = found[CAPPED_QUERY][:CAPPED_POSTS]
    return found


def reachable(world: World, source: str, now: datetime) -> list[Item]:
    """Return each item of ``source`` that the demo's watch file gets at ``now``, once."""
    rows = [item for walk in asked(world, source, now).values() for item in walk]
    return list({id(item): item for item in rows}.values())


def _listed(world: World, tag: str, item: Item) -> bool:
    old = world.broken_before is not None and item.published < world.broken_before
    return tag in item.tags and not (old and tag == GENERAL_TAG)


def _twice(items: list[Item]) -> list[Item]:
    return [i for item in items for i in ([item, item] if item.repeated else [item])]


def _had(world: World, source: str, times: Iterable[datetime]) -> list[Item]:
    return list({id(i): i for now in times for i in reachable(world, source, now)}.values())


def _missing(world: World, source: str, now: datetime, had: set[int]) -> list[Item]:
    """Return the good items that are shown, and would be asked for, but can't be had."""
    shown = [i for i in world.of(source) if i.is_shown(now) and i.flaw is None]
    if source == "mastodon":
        shown = [i for i in shown if set(i.tags).intersection(HASHTAGS)]
    elif source == "bluesky":
        shown = [i for i in shown if any(matches(q, [i.text]) for q in QUERIES)]
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
    behind = sorted(missing["bluesky"], key=lambda item: item.published)
    if behind:
        yield Gap(
            source="bluesky",
            place=CAPPED_QUERY,
            start=world.start,
            end=behind[-1].published + timedelta(seconds=1),
            items=len(behind),
            reason="the watch file lets this query be asked for one page only",
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
