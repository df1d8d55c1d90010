"""What surveys tell: NPS, CSAT and CES of a period, by segment, and over time."""

from __future__ import annotations

import msgspec

from dashboard.asked import Asked
from dashboard.reader import Row, Snapshot

MEASURES = ("nps", "csat", "ces")

MOST = 7
"""Segments that one chart can tell apart; a table has them all."""


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One measure of a brand in a period, on its own scale.

    ``rows`` has one row a segment, all answers (``segment_value`` is '') first, then the others,
    the most answers first. ``steps`` has one row a segment and step of time.
    """

    measure: str
    direction: str | None
    scale_min: float | None
    scale_max: float | None
    rows: list[Row]
    steps: list[Row]

    @property
    def whole(self) -> Row:
        """The row of all answers."""
        return self.rows[0]


def segments(snapshot: Snapshot, asked: Asked) -> list[str]:
    """Return the attributes by which the period's answers can be told apart."""
    return [row["segment"] for row in snapshot.rows("surveys_segments", asked.values())]


def measures(snapshot: Snapshot, asked: Asked, segment: str, step: str) -> list[Measure]:
    """Return what surveys told of a period; without a ``segment`` ('') of all answers only.

    ``step`` is day, week or month. CES on several scales or in two directions are several measures.
    """
    values = asked.values() | {"segment": segment, "step": step}
    steps: dict[tuple[object, ...], list[Row]] = {}
    for row in snapshot.rows("surveys_trend", values):
        steps.setdefault(_key(row), []).append(row)
    found: dict[tuple[object, ...], list[Row]] = {}
    for row in snapshot.rows("surveys_period", values):
        found.setdefault(_key(row), []).append(row)
    return [
        Measure(
            measure=rows[0]["measure"],
            direction=rows[0]["direction"],
            scale_min=rows[0]["scale_min"],
            scale_max=rows[0]["scale_max"],
            rows=rows,
            steps=steps.get(key, []),
        )
        for key, rows in sorted(found.items(), key=lambda item: MEASURES.index(str(item[0][0])))
    ]


def _key(row: Row) -> tuple[object, ...]:
    ces = row["measure"] == "ces"
    scale = (row["scale_min"], row["scale_max"]) if ces else (None, None)
    return (row["measure"], row["direction"], *scale)


def fatigue(snapshot: Snapshot, asked: Asked) -> Row | None:
    """Return how often people were asked for NPS again too soon; None where nobody was."""
    row = snapshot.one("surveys_fatigue", asked.values())
    return row if row and row["times"] else None
