"""When a rule would have told, at another threshold: the detectors on what the snapshot has.

Counts are as they are known now; ``tidings alerts backtest`` looks at them as they were first
known, under all rules at once, and puts alarms together to incidents.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from functools import partial
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from dashboard.asked import Asked
from dashboard.figures.incidents import naive
from dashboard.reader import Row, Snapshot
from tidings.errors import ConfigurationError, WarehouseError

if TYPE_CHECKING:
    from transforms.alarm import Alarm
    from transforms.spoken import Flags, Times

LONGEST = {"volume": 400, "negative_count": 400, "negative_share": 180}
"""Days that are looked back on at most: the share takes some 4 seconds for 90 days."""

MOST_MENTIONS = 200_000
"""Mentions that the negative share is worked out of at most; the rest is left to the command."""

MOST_WALKS = 0.5
"""A quarter of an hour is looked at once this share of the brand's walks has covered it."""

QUARTER = timedelta(minutes=15)
RUN_UP = timedelta(days=36)
"""Days before the period that the detectors are given: as many as alerts give them."""


class Slider(msgspec.Struct, frozen=True, kw_only=True):
    """The thresholds of a rule that can be chosen."""

    least: float
    most: float
    step: float


RULES = {
    "volume": Slider(least=2.0, most=10.0, step=0.05),
    "negative_count": Slider(least=2.0, most=10.0, step=0.05),
    "negative_share": Slider(least=0.05, most=5.0, step=0.05),
}
"""The rules that are looked back on here."""


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at and what would have been told; times naive UTC.

    ``alarms`` have ``onset``, ``at``, ``observed``, ``expected``, ``n``, ``probability`` and, in
    ``incident``, the kept incident that was open then. ``days`` are mentions and negatives by day
    of the brand. ``kept`` are incidents that the rule found as the file has it.
    """

    rule: str
    threshold: float
    brand: str
    since: datetime
    until: datetime
    mentions: int
    alarms: list[Row]
    days: list[Row]
    kept: list[Row]

    @property
    def per_week(self) -> float:
        """Alarms a week."""
        return len(self.alarms) / ((self.until - self.since) / timedelta(days=7))


def look_back(snapshot: Snapshot, asked: Asked, rule: str, threshold: float) -> Looked:
    """Return what one rule would have told of the brand in the period, at this threshold.

    Raises ConfigurationError where there is no such rule or threshold, or too much to look at.
    """
    checked(rule, threshold)
    if asked.length > LONGEST[rule]:
        raise ConfigurationError(
            f"The period has more than {LONGEST[rule]} days.",
            remedy=f"Ask for less, or run: tidings alerts backtest --rule {rule} --days 730",
        )
    zone = ZoneInfo(asked.known.timezone)
    since = naive(datetime.combine(asked.first, time(), zone))
    until = naive(datetime.combine(asked.last + timedelta(days=1), time(), zone))
    values = asked.values() | {"since": since - RUN_UP, "until": until}
    counts = snapshot.rows("backtest_counts", values)
    if rule == "negative_share":
        alarms = _remembered(snapshot, values, threshold)
    else:
        alarms = _volume(snapshot, values, counts, rule, threshold)
    kept = snapshot.rows("backtest_kept", values | {"since": since})
    found = [_told(alarm, kept) for alarm in alarms]
    inside = [row for row in counts if row["starts"] >= since]
    return Looked(
        rule=rule,
        threshold=threshold,
        brand=asked.brand,
        since=since,
        until=until,
        mentions=sum(row["mentions"] for row in inside),
        alarms=[one for one in found if since < one["at"] <= until],
        days=_days(inside, asked, zone),
        kept=[one for one in kept if rule in one["rules"] or "competitor" in one["rules"]],
    )


def checked(rule: str, threshold: float | None) -> None:
    """Raise ConfigurationError where there is no such rule here, or no such threshold."""
    if rule not in RULES:
        raise ConfigurationError(
            f"{rule[:80]!r} can't be looked back on here.",
            remedy=f"There is: {', '.join(RULES)}. For others: tidings alerts backtest --rule RULE",
        )
    slider = RULES[rule]
    if threshold is not None and not slider.least <= threshold <= slider.most:
        raise ConfigurationError(
            f"threshold={threshold} is not from {slider.least} to {slider.most}."
        )


def _volume(
    snapshot: Snapshot, values: Row, counts: Sequence[Row], rule: str, threshold: float
) -> list[Alarm]:
    import numpy as np

    from transforms.spoken import bucket_starts
    from transforms.volume import VolumeSettings, volume_alarms, volume_scores

    measure: Literal["mentions", "negative"] = "mentions" if rule == "volume" else "negative"
    starts = bucket_starts(values["since"], values["until"])
    series = np.zeros((1, len(starts)), np.int64)
    at = np.searchsorted(starts, np.array([r["starts"] for r in counts], "datetime64[us]"))
    series[0, at] = [row[measure] for row in counts]
    listened = _listened(snapshot, values, starts)
    about = snapshot.one("backtest_first", values)
    first = about["first_said"] if about else None
    known = len(starts) if first is None else (first - values["since"]) // QUARTER
    # where nothing was said yet but somebody listened, it is known that nothing was said
    heard = int(listened.argmax()) if listened.any() else len(starts)
    settings = VolumeSettings(threshold=threshold)
    seen = np.array([min(known, heard)])
    scores = volume_scores(series, listened[None, :], seen, settings)
    return volume_alarms(series, scores, starts[0], measure, settings)


def _listened(snapshot: Snapshot, values: Row, starts: Times) -> Flags:
    """Return for each quarter of an hour whether most walks covered it."""
    import numpy as np

    walks: dict[str, Flags] = {}
    for row in snapshot.rows("backtest_walks", values):
        covered = walks.setdefault(row["series"], np.zeros(len(starts), bool))
        if row["starts"] is not None and row["ends"] is not None:
            first, end = (np.datetime64(row[name], "us") for name in ("starts", "ends"))
            covered |= (starts >= first) & (starts + np.timedelta64(15, "m") <= end)
    if not walks:
        return np.zeros(len(starts), bool)
    most: Flags = np.mean(list(walks.values()), axis=0) >= MOST_WALKS
    return most


_LOCK = Lock()
_FOUND: OrderedDict[tuple[Any, ...], list[Alarm]] = OrderedDict()
MOST_FOUND = 200
"""Answers that are kept: who moves a slider comes back to where it was."""

MOST_WAITING = 6
"""People who wait for such an answer at a time, some seconds each; a page's threads are few, and
whoever waits keeps one of them from all other pages."""

_WAITING = BoundedSemaphore(MOST_WAITING)


def _remembered(snapshot: Snapshot, values: Row, threshold: float) -> list[Alarm]:
    """Return the alarms of the negative share, worked out once a snapshot, and one at a time.

    Raises WarehouseError where too many wait for theirs.
    """
    key = (snapshot.stamp, values["brand"], values["since"], values["until"], threshold)
    if not _WAITING.acquire(blocking=False):
        raise WarehouseError(
            "Others look back on this rule just now.", remedy="Try again in some seconds."
        )
    try:
        with _LOCK:  # whoever waits here waits less than beside others
            if key not in _FOUND:
                _FOUND[key] = _shares(snapshot, values, threshold)
                if len(_FOUND) > MOST_FOUND:
                    _FOUND.popitem(last=False)
            return _FOUND[key]
    finally:
        _WAITING.release()


def _shares(snapshot: Snapshot, values: Row, threshold: float) -> list[Alarm]:
    """Return the brand's alarms; the detector learns from all brands, so it is given all."""
    import numpy as np

    from transforms.negative_share import ShareSettings, negative_share
    from transforms.voices_heard import Grid, Mentions

    rows = snapshot.rows("backtest_heard", values | {"most": MOST_MENTIONS + 1})
    if len(rows) > MOST_MENTIONS:
        raise ConfigurationError(
            f"More than {MOST_MENTIONS:,} mentions are too many to look at here.",
            remedy="Ask for fewer days, or run: tidings alerts backtest --rule negative_share",
        )
    brands = [row["brand"] for row in snapshot.rows("backtest_brands")]
    number = {brand: index for index, brand in enumerate(brands)}
    rows = [row for row in rows if row["brand"] in number]
    mentions = Mentions(
        series=np.array([number[r["brand"]] for r in rows], np.int64),
        published=np.array([r["published"] for r in rows], "datetime64[us]"),
        arrived=np.array([r["arrived"] for r in rows], "datetime64[us]"),
        text=np.array([r["voice"] for r in rows], np.uint64),
        author=np.array([r["author"] for r in rows], np.uint64),
        negative=np.array([r["negative"] for r in rows], bool),
    )
    buckets = (values["until"] - values["since"]) // QUARTER
    grid = Grid(np.datetime64(values["since"], "us"), buckets)
    settings = ShareSettings(budget=threshold)
    words = partial(_words, snapshot, rows)
    found = negative_share(mentions, len(brands), grid, settings, words=words)
    return [alarm for alarm in found.alarms if brands[alarm.series] == values["brand"]]


def _words(snapshot: Snapshot, said: Sequence[Row], wanted: Any) -> list[frozenset[str]]:
    """Return the words of these rows (indices); none where the text is gone."""
    from transforms.driving_words import meaningful

    chosen = [said[row] for row in wanted.tolist()]
    if not chosen:
        return []
    times = [row["published"] for row in chosen]
    ids = [str(row["mention_id"]) for row in chosen]
    values = {"ids": ids, "first_said": min(times), "last_said": max(times)}
    texts = {row["mention_id"]: row["text"] for row in snapshot.rows("backtest_texts", values)}
    return [frozenset(meaningful(texts.get(row["mention_id"]) or "")) for row in chosen]


def _told(alarm: Alarm, kept: Sequence[Row]) -> Row:
    onset, at = (moment.astimezone(UTC).replace(tzinfo=None) for moment in (alarm.onset, alarm.at))
    standing = [
        one
        for one in kept
        if one["opened"] <= at and (one["closed"] is None or one["closed"] >= at)
    ]
    return {
        "onset": onset,
        "at": at,
        "observed": alarm.observed,
        "expected": alarm.expected,
        "n": alarm.n,
        "probability": alarm.probability,
        "incident": standing[-1]["incident_id"] if standing else None,
    }


def _days(counts: Sequence[Row], asked: Asked, zone: ZoneInfo) -> list[Row]:
    """Return mentions and negatives by day of the brand, days without any too."""
    days: dict[str, Row] = {}
    for index in range(asked.length):
        day = (asked.first + timedelta(days=index)).isoformat()
        days[day] = {"day": day, "mentions": 0, "negative": 0}
    for row in counts:
        day = row["starts"].replace(tzinfo=UTC).astimezone(zone).date().isoformat()
        if day in days:
            days[day]["mentions"] += row["mentions"]
            days[day]["negative"] += row["negative"]
    return list(days.values())
