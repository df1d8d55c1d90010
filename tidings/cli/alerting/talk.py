"""Volume and negative share: the series of each brand, handed to the two detectors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from tidings.cli.alerting.places import Looked, Place, covered, naive
from transforms.incidents import SLIGHT, Finding

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    from numpy.typing import NDArray

    from transforms.alarm import Alarm
    from transforms.spoken import Spoken, Times
    from warehouse.alerts import Piece

WEAKER = 0.5
"""The part of a volume alarm's threshold from which there still is evidence of an incident."""

LEAST_DECADES = 2.0
"""Likewise of the CUSUM on shares, in powers of ten, as long as it rises: it remembers for long."""

RISING = 48
"""Buckets over which it has to rise: half a day, longer than a night without a word."""

QUIET = timedelta(days=2)
"""What is later than the last mention by this isn't looked at: twice the longest of the detectors'
windows, so that all of them are empty. Old data, loaded today, would be half of it."""

AT_ONCE = 64
"""Brands whose volume is looked at together: a quarter's buckets of one take a megabyte."""

VOLUME: dict[str, Literal["mentions", "negative"]] = {
    "volume": "mentions",
    "negative_count": "negative",
}


def talk(
    con: duckdb.DuckDBPyConnection,
    places: Sequence[Place],
    said: Spoken,
    since: datetime,
    until: datetime,
    found: Looked,
    *,
    then: bool = False,
) -> None:
    """Add what the detectors find in the buckets from ``since`` to ``until`` (naive UTC).

    Volume is counted by when things were published, in buckets that were collected; the share by
    when they could be known, and by what was said: as it is now or, with ``then``, was first.
    Long after the last mention nothing is looked at.
    """
    from transforms.spoken import bucket_starts
    from warehouse.alerts import collected, first_said

    spoken_until = naive(said.published.max()) + QUIET if len(said.published) else since
    starts = bucket_starts(since, min(until, spoken_until))
    if len(starts):
        known = _first(places, first_said(con), starts[0])
        _volume(places, said, starts, collected(con, since), known, found)
        _share(con, places, said, starts, found, then)


def _volume(
    places: Sequence[Place],
    said: Spoken,
    starts: Times,
    pieces: Sequence[Piece],
    known: NDArray[np.int64],
    found: Looked,
) -> None:
    import numpy as np

    from transforms.spoken import counted
    from transforms.volume import VolumeSettings, volume_alarms, volume_scores

    scorable = covered(places, pieces, starts)
    # where nothing was said yet but somebody listened, it is known that nothing was said
    listened = np.where(scorable.any(axis=1), scorable.argmax(axis=1), len(starts))
    since = np.minimum(known, listened)
    voices = said.of(said.first_copy)
    for rule, measure in VOLUME.items():
        heard = voices if measure == "mentions" else voices.of(voices.negative)
        for (threshold, cooldown), group in groups(places, rule).items():
            chosen = _changed(VolumeSettings(), threshold=threshold, cooldown_hours=cooldown)
            for first in range(0, len(group), AT_ONCE):
                some = group[first : first + AT_ONCE]
                rows = np.array(some)
                counts = counted(_only(heard, rows), starts)
                scores = volume_scores(counts, scorable[rows], since[rows], chosen)
                alarms = volume_alarms(counts, scores, starts[0], measure, chosen)
                _add(places, rule, some, alarms, found)
                weak = scores.score >= WEAKER * chosen.threshold
                _add_evidence(places, some, weak, starts, found)


def _only(said: Spoken, rows: NDArray[np.int64]) -> Spoken:
    """Return what was said of these brands, which are numbered by their place in ``rows``."""
    import numpy as np

    number = np.full(len(said.brands), -1)
    number[rows] = np.arange(len(rows))
    mine = said.of(number[said.brand] >= 0)
    return mine._replace(brands=[said.brands[row] for row in rows], brand=number[mine.brand])


def _share(
    con: duckdb.DuckDBPyConnection,
    places: Sequence[Place],
    said: Spoken,
    starts: Times,
    found: Looked,
    then: bool,
) -> None:
    import numpy as np

    from transforms.negative_share import ShareSettings, negative_share
    from transforms.voices_heard import Grid, Mentions

    scored = said.of(said.scored)
    grid = Grid(starts[0], len(starts))
    for (budget, pause), group in groups(places, "negative_share").items():
        rows = np.array(group)
        mine = _only(scored, rows)
        mentions = Mentions(
            series=mine.brand,
            published=mine.published,
            arrived=mine.arrived,
            text=mine.voice,
            author=mine.author,
            negative=mine.negative,
        )
        whole = ShareSettings().budget if budget is None else budget
        part = whole * len(group) / len(places)  # the budget is that of all brands together
        chosen = _changed(ShareSettings(), budget=part, pause_hours=pause)
        words = partial(_words, con, mine, then)
        shares = negative_share(mentions, len(rows), grid, chosen, words=words)
        _add(places, "negative_share", group, shares.alarms, found)
        _add(places, "negative_share", group, shares.digest, found, only_digest=True)
        _add_evidence(places, group, _rising(shares.score), starts, found)


def _words(
    con: duckdb.DuckDBPyConnection, said: Spoken, then: bool, rows: NDArray[np.int64]
) -> list[frozenset[str]]:
    """Return the words of these rows; none where the text is gone."""
    from transforms.driving_words import meaningful
    from warehouse import alerts

    asked = said.of(rows)
    if not len(rows):
        return []
    first, last = naive(asked.published.min()), naive(asked.published.max())
    texts = alerts.said(con, asked.mention_id.tolist(), first, last, then=then)
    return [frozenset(meaningful(texts.get(one, ""))) for one in asked.mention_id]


def _rising(score: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return where the CUSUM is high, and higher than half a day before."""
    import numpy as np

    before = np.zeros_like(score)
    before[:, RISING:] = score[:, :-RISING]
    rising: NDArray[np.bool_] = (score >= LEAST_DECADES) & (score > before)
    return rising


def groups(
    places: Sequence[Place], name: str
) -> dict[tuple[float | None, float | None], list[int]]:
    """Return indices of places by threshold and cool-down; those that have the rule off are out.

    A competitor's rule is on where both it and ``competitor`` are.
    """
    from tidings.alert_rules import setting

    found: dict[tuple[float | None, float | None], list[int]] = {}
    for index, place in enumerate(places):
        held, told = setting(place.watch, name), place.rule(name)[1]
        if held.enabled and told.enabled:
            found.setdefault((held.threshold, held.cooldown_hours), []).append(index)
    return found


def _changed(defaults: Any, **given: float | None) -> Any:
    """Return the shipped settings with those that a watch file gives."""
    return msgspec.structs.replace(defaults, **{k: v for k, v in given.items() if v is not None})


def _first(
    places: Sequence[Place], first: Mapping[str, datetime], start: np.datetime64
) -> NDArray[np.int64]:
    """Return the bucket of each brand's first mention: below 0 where it is before ``start``."""
    import numpy as np

    quarter = np.timedelta64(15, "m")
    last = np.iinfo(np.int32).max  # nothing was ever said of it
    found = [
        int((np.datetime64(first[p.brand], "us") - start) // quarter) if p.brand in first else last
        for p in places
    ]
    return np.array(found, np.int64)


def _add(
    places: Sequence[Place],
    name: str,
    group: Sequence[int],
    alarms: Iterable[Alarm],
    found: Looked,
    *,
    only_digest: bool = False,
) -> None:
    for alarm in alarms:
        place = places[group[alarm.series]]
        rule, held = place.rule(name)
        found.findings.append(
            Finding(
                rule=rule,
                watch=place.watch.id,
                brand=place.brand,
                measure=alarm.measure,
                severity="info" if only_digest else held.severity or "warning",
                onset=alarm.onset.astimezone(UTC).replace(tzinfo=None),
                at=alarm.at.astimezone(UTC).replace(tzinfo=None),
                observed=alarm.observed,
                baseline=alarm.expected,
                n=alarm.n,
                probability=alarm.probability,
                detail=SLIGHT if only_digest else "",
            )
        )


def _add_evidence(
    places: Sequence[Place],
    group: Sequence[int],
    weak: NDArray[np.bool_],
    starts: Times,
    found: Looked,
) -> None:
    import numpy as np

    ends = starts + np.timedelta64(15, "m")
    for row, index in enumerate(group):
        times = [naive(time) for time in ends[weak[row]]]
        if times:
            found.evidence.setdefault((places[index].brand, "talk"), []).extend(times)
