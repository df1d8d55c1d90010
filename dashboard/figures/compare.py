"""A brand beside itself earlier, and beside its rivals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from dashboard.asked import Asked, day
from dashboard.reader import Row, Snapshot

MEASURES = ("share_of_voice", "net_sentiment", "rating_bayes", "score")
"""What brands are held against each other by, as marts.competitor_matrix names it."""

_DIFFERENCE = {
    "share_of_voice": "share_difference",
    "net_sentiment": "sentiment_difference",
    "rating_bayes": "rating_difference",
    "score": "score_difference",
}
_LEADS = {
    "share_of_voice": "leads_share",
    "net_sentiment": "leads_sentiment",
    "rating_bayes": "leads_rating",
    "score": "leads_score",
}
_N = {
    "share_of_voice": ("n_share_of_voice", "n_share_of_voice"),
    "net_sentiment": ("scored", "rival_scored"),
    "rating_bayes": ("n_ratings_365", "rival_n_ratings_365"),
}


def periods(snapshot: Snapshot, asked: Asked) -> list[Row]:
    """Hold the period against the one before and the one a year ago, one row a figure.

    A row has ``figure``, its ``value``, ``low``, ``high`` and ``n``, and ``before`` and ``year``:
    the same of these periods with ``change`` and its interval. ``sure``: the interval leaves out 0.
    """
    found: dict[str, Row] = {}
    for row in snapshot.rows("compare_periods", asked.values()):
        own = {k: row[k] for k in ("figure", "count", "value", "low", "high", "n", "coverage")}
        kept = found.setdefault(row["figure"], own)
        kept[row["against"]] = {
            "value": row["then_value"],
            "low": row["then_low"],
            "high": row["then_high"],
            "n": row["then_n"],
            "days": row["then_days"],
            "change": row["change"],
            "change_low": row["change_low"],
            "change_high": row["change_high"],
            "sure": _sure(row["change_low"], row["change_high"]),
        }
    return list(found.values())


def told_of(rows: Sequence[Row], against: str) -> bool:
    """Whether there is any day of the period that is compared with (``before`` or ``year``)."""
    return any(row[against]["days"] for row in rows)


class Matrix(msgspec.Struct, frozen=True, kw_only=True):
    """A brand against its rivals in a month; ``months`` are those there are, the latest first."""

    month: date | None
    months: list[date]
    complete: bool
    coverage: float | None
    rows: list[Row]


def matrix(
    snapshot: Snapshot, asked: Asked, against: Sequence[str], month: str | None = None
) -> Matrix:
    """Hold a brand against its rivals (all where none is named), one row a rival and measure.

    The month is the one named (its first day, as 2026-10-01), else the last one that is over, else
    the last. A competitor's own page has no rows: only own brands are held against others.
    """
    rows = snapshot.rows("compare_rivals", asked.values())
    chosen, months = month_of(rows, month)
    told = [row for row in rows if row["month"] == chosen]
    found = [
        _measured(row, measure)
        for row in told
        if not against or row["rival"] in against
        for measure in MEASURES
    ]
    return Matrix(
        month=chosen,
        months=months,
        complete=all(row["complete"] for row in told),
        coverage=min(
            (row["coverage"] for row in told if row["coverage"] is not None), default=None
        ),
        rows=found,
    )


def month_of(rows: Sequence[Row], named: str | None) -> tuple[date | None, list[date]]:
    """Choose one of the months that rows tell of; return it, and all of them, the latest first.

    It is the one named (its first day, as 2026-10-01), else the last that is over, else the last.
    Rows have ``month`` and ``complete``. Raises ConfigurationError where the name is no day.
    """
    months = sorted({row["month"] for row in rows}, reverse=True)
    over = [month for month in months if any(r["month"] == month and r["complete"] for r in rows)]
    wanted = day(named, "month")
    if wanted in months:
        return wanted, months
    return next(iter([*over, *months]), None), months


def _measured(row: Row, measure: str) -> Row:
    n, rival_n = _N.get(measure, (None, None))
    difference = _DIFFERENCE[measure]
    return {
        "rival": row["rival"],
        "measure": measure,
        "value": row[measure],
        "low": row.get(f"{measure}_low"),
        "high": row.get(f"{measure}_high"),
        "n": row[n] if n else None,
        "rival_value": row[f"rival_{measure}"],
        "rival_low": row.get(f"rival_{measure}_low"),
        "rival_high": row.get(f"rival_{measure}_high"),
        "rival_n": row[rival_n] if rival_n else None,
        "difference": row[difference],
        "difference_low": row.get(f"{difference}_low"),
        "difference_high": row.get(f"{difference}_high"),
        "leads": row[_LEADS[measure]],
    }


def _sure(low: float | None, high: float | None) -> bool:
    return low is not None and high is not None and (low > 0 or high < 0)
