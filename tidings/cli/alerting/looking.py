"""What the warehouse has, handed to the detectors: findings by rule and brand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tidings.alert_rules import setting
from tidings.cli.alerting.places import Looked, Place, naive
from tidings.cli.alerting.talk import talk
from tidings.watch import Watch
from transforms.incidents import ONE_CAUSE, Finding

if TYPE_CHECKING:
    import duckdb

    from transforms.conditions import Found
    from transforms.spoken import Spoken
    from warehouse.alerts import Watched

BEFORE = timedelta(days=36)
"""What the rules look back on: the longest is the rating, 7 days against the 28 before."""

USUAL = timedelta(days=14)
"""Before a silence: what tells whether it is one."""

SHORTEST = timedelta(days=1)
"""Of silences; well above the time in which an incident closes."""


def look(
    con: duckdb.DuckDBPyConnection,
    watches: Iterable[Watch],
    since: datetime,
    until: datetime,
    *,
    then: bool = False,
    rules: Sequence[str] = (),
) -> Looked:
    """Look for alarms between two times (naive UTC), under the rules of the watch files.

    ``then``: on the numbers as they were first known. ``rules``: these only; empty: all.
    """
    from transforms.spoken import spoken
    from warehouse import alerts

    known = {watch.id: watch for watch in watches}
    places = [_place(w, known) for w in alerts.brands(con) if w.watch in known]
    names = [place.brand for place in places]
    table = alerts.heard(con, since - BEFORE, until, then=then)
    said = spoken(table, names)
    found = Looked([], {}, names)
    if names:
        talk(con, places, said, since - BEFORE, until, found, then=then)
        _conditions(places, said, until, found)
        _still_silent(con, places, since, until, found)
    _checks(con, known, since, until, found)
    wanted = [f for f in found.findings if since < f.at <= until and (not rules or f.rule in rules)]
    return Looked(wanted, {k: sorted(set(t)) for k, t in found.evidence.items()}, names)


def _place(watched: Watched, known: Mapping[str, Watch]) -> Place:
    return Place(watched.brand, known[watched.watch], watched.own)


def _conditions(places: Sequence[Place], said: Spoken, until: datetime, found: Looked) -> None:
    import numpy as np

    from transforms import conditions

    end = np.datetime64(until, "us")
    asked: list[tuple[str, str, Callable[[Spoken, float], Found]]] = [
        ("rating_drop", "rating_mean", lambda s, t: conditions.rating_drops(s, end, least_drop=t)),
        ("influential_author", "reach", lambda s, t: conditions.influential(s, least_followers=t)),
        ("unanswered", "unanswered", lambda s, t: conditions.overdue(s, end, least=t)),
        ("silence", "hours_silent", lambda s, t: conditions.silences(s, end, least_hours=t)),
    ]
    for rule, measure, ask in asked:
        for threshold, group in _groups(places, rule).items():
            mine = said.of(np.isin(said.brand, list(group)))
            if len(mine.published):
                _add(places, rule, measure, ask(mine, threshold), found)


def _groups(places: Sequence[Place], rule: str) -> dict[float, set[int]]:
    """Return the indices of own brands by the rule's threshold; those that have it off are out."""
    groups: dict[float, set[int]] = {}
    for index, place in enumerate(places):
        held = setting(place.watch, rule)
        if place.own and held.enabled:
            groups.setdefault(held.threshold or 0.0, set()).add(index)
    return groups


def _add(places: Sequence[Place], rule: str, measure: str, news: Found, found: Looked) -> None:
    for sign in news.signs:
        place = places[sign.brand]
        found.findings.append(
            Finding(
                rule=rule,
                watch=place.watch.id,
                brand=place.brand,
                measure=measure,
                severity=setting(place.watch, rule).severity or "warning",
                onset=naive(sign.onset),
                at=naive(sign.at),
                observed=sign.observed,
                baseline=sign.baseline,
                n=sign.n,
                detail=sign.mention or "",
            )
        )
    for index, times in news.evidence.items():
        cause = places[index].brand, ONE_CAUSE.get(rule, rule)
        found.evidence.setdefault(cause, []).extend(map(naive, times))


def _checks(
    con: duckdb.DuckDBPyConnection,
    known: Mapping[str, Watch],
    since: datetime,
    until: datetime,
    found: Looked,
) -> None:
    """Add failed checks of the warehouse: one finding, for the first watch file that wants it.

    One that has nobody to tell comes after those that have.
    """
    from warehouse.alerts import failed_checks

    failed = failed_checks(con)
    wanted = [w for w in known.values() if setting(w, "quality").enabled]
    if not wanted:
        return
    wanted.sort(key=lambda watch: not watch.notify)
    held = setting(wanted[0], "quality")
    if not failed or len(failed) < (held.threshold or 1):
        return
    found.findings.append(
        Finding(
            rule="quality",
            watch=wanted[0].id,
            brand="",
            measure="checks",
            severity=held.severity or "warning",
            onset=failed[0][0],
            at=until,
            observed=float(len(failed)),
            baseline=0.0,
            n=sum(rows for *_, rows in failed),
            detail=", ".join(f"{check} ({table})" for _, check, table, _, _ in failed[:5]),
        )
    )
    found.evidence["", "quality"] = list(_hourly(max(failed[0][0], since - BEFORE), until))


def _still_silent(
    con: duckdb.DuckDBPyConnection,
    places: Sequence[Place],
    since: datetime,
    until: datetime,
    found: Looked,
) -> None:
    """Add evidence of silences so long that what was said before is not looked at any more."""
    from warehouse.alerts import last_said

    last = last_said(con)
    for place in places:
        if place.brand in last and last[place.brand] < since - BEFORE + USUAL:
            # not from the last mention on: that one ended the silence before it
            start = max(last[place.brand] + SHORTEST, since - BEFORE)
            times = found.evidence.setdefault((place.brand, "silence"), [])
            times.extend(_hourly(start, until))


def _hourly(start: datetime, end: datetime) -> Iterator[datetime]:
    """Give times an hour apart, the last one ``end`` itself."""
    while start < end:
        yield start
        start += timedelta(hours=1)
    yield end
