"""The charts of page two: a brand's figures over time, and its parts."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from dashboard.asked import Asked
from dashboard.charts import Chart, chart, column, marks, series
from dashboard.figures.brand import Choice, Parts, days_of
from dashboard.look import Look
from dashboard.reader import Row

FIGURES = (
    "score",
    "net_sentiment",
    "negative_share",
    "share_of_voice",
    "rating",
    "answered_in_target",
)
"""Those that have a chart of their own; mentions and exposures share one."""

UNITS = {
    "score": "score",
    "net_sentiment": "net",
    "negative_share": "percent",
    "share_of_voice": "percent",
    "rating": "net",
    "answered_in_target": "percent",
}
OF_PERIOD = {
    "share_of_voice": "share_of_voice_period",
    "rating": "rating_mean",
    "answered_in_target": "answered_in_target_period",
}
"""Weeks and months count by themselves what days look back for."""

TONES = ("c1", "c2", "c3", "c4", "c5", "c6", "c7")

MOST_PARTS = 7
"""Parts that one chart can tell apart; the table has them all."""


def charts(
    look: Look,
    choice: Choice,
    own: Mapping[str, Sequence[Row]],
    others: Mapping[str, Mapping[str, Sequence[Row]]],
    incidents: Sequence[Row],
) -> list[tuple[str, Chart]]:
    """Return the charts of a brand, by what defines them; ``others`` are its rivals' rows."""
    found = []
    for figure in FIGURES:
        rows = own.get(figure, [])
        if any(row["value"] is not None for row in rows):
            beside = {name: of.get(figure, []) for name, of in others.items()}
            name = figure if choice.step == "day" else OF_PERIOD.get(figure, figure)
            found.append((name, _figure(look, choice, figure, rows, beside, incidents)))
    mentions = own.get("mentions", [])
    if mentions:
        found.insert(
            min(3, len(found)), ("mentions", _mentions(look, choice, own, others, incidents))
        )
    return found


def _figure(
    look: Look,
    choice: Choice,
    figure: str,
    rows: Sequence[Row],
    beside: Mapping[str, Sequence[Row]],
    incidents: Sequence[Row],
) -> Chart:
    name = look.asked.brand if beside else look.texts(f"figure.{figure}")
    drawn = [_line(name, rows, figure, interval=True)]
    drawn += _rivals(rows, beside, figure)
    if not beside:
        drawn += _usual(look, rows, figure)
    made = _over_time(look, choice, rows, drawn, incidents, unit=UNITS[figure])
    return made | {"scaled": figure == "rating"}


def _mentions(
    look: Look,
    choice: Choice,
    own: Mapping[str, Sequence[Row]],
    others: Mapping[str, Mapping[str, Sequence[Row]]],
    incidents: Sequence[Row],
) -> Chart:
    rows = own["mentions"]
    name = look.asked.brand if others else look.texts("figure.mentions")
    drawn = [_line(name, rows, "mentions")]
    if others:
        drawn += _rivals(rows, {n: of.get("mentions", []) for n, of in others.items()}, "mentions")
    else:
        exposures = {row["starts"]: row["value"] for row in own.get("exposures", [])}
        told = [exposures.get(row["starts"]) for row in rows]
        drawn.append(series(look.texts("figure.exposures"), told, tone="c2"))
        drawn += _usual(look, rows, "mentions")
    return _over_time(look, choice, rows, drawn, incidents, unit="number")


def _line(name: str, rows: Sequence[Row], figure: str, *, interval: bool = False) -> Chart:
    low, high = (_scaled(rows, part, figure) for part in ("low", "high"))
    band = {"low": low, "high": high} if interval and any(v is not None for v in low) else {}
    counted = column(rows, "n")
    n = {"n": counted} if figure != "score" and any(v is not None for v in counted) else {}
    return series(name, _scaled(rows, "value", figure), tone="c1", **band, **n)


def _rivals(rows: Sequence[Row], beside: Mapping[str, Sequence[Row]], figure: str) -> list[Chart]:
    drawn = []
    for tone, (name, theirs) in zip(TONES[1:], beside.items(), strict=False):
        told = {
            row["starts"]: value
            for row, value in zip(theirs, _scaled(theirs, "value", figure), strict=True)
        }
        drawn.append(series(name, [told.get(row["starts"]) for row in rows], tone=tone))
    return drawn


def _usual(look: Look, rows: Sequence[Row], figure: str) -> list[Chart]:
    if all(row["usual"] is None for row in rows):
        return []
    return [
        series(
            look.texts("brand.usual"),
            _scaled(rows, "usual", figure),
            low=_scaled(rows, "usual_low", figure),
            high=_scaled(rows, "usual_high", figure),
            tone="neutral",
            dashed=True,
        )
    ]


def _scaled(rows: Sequence[Row], name: str, figure: str) -> list[float | None]:
    """Return a column of a figure as it is shown: ratings of 0..1 as one to five stars."""
    values = column(rows, name)
    if figure != "rating":
        return values
    return [None if value is None else value * 4 + 1 for value in values]


def _over_time(
    look: Look,
    choice: Choice,
    rows: Sequence[Row],
    drawn: Sequence[Chart],
    incidents: Sequence[Row],
    *,
    unit: str,
) -> Chart:
    starts = [row["starts"].isoformat() for row in rows]
    return chart(
        starts,
        drawn,
        axis=look.texts(f"step.{choice.step}"),
        unit=unit,
        marks=marks(_within_steps(incidents, rows), starts),
        links=[f"mentions?{look.asked.query(**days_of(row))}" for row in rows],
    )


def _within_steps(incidents: Sequence[Row], rows: Sequence[Row]) -> list[Row]:
    """Return incidents that begin and end with the steps (weeks, months) in which they do."""
    return [
        one | {name: _step_of(one[f"{name}_here"], rows) for name in ("opened", "closed")}
        for one in incidents
    ]


def _step_of(time: datetime | None, rows: Sequence[Row]) -> datetime | None:
    if time is None:
        return None
    for row in rows:
        if row["starts"] <= time.date() <= row["ends"]:
            return datetime.combine(row["starts"], datetime.min.time())
    return time


def by_parts(look: Look, choice: Choice, parts: Parts) -> list[tuple[str, Chart]]:
    """Return how much was said by part over time, and how well each was spoken of."""
    starts = sorted({row["starts"] for row in parts.steps})
    told = {(row["part"], row["starts"]): row for row in parts.steps}
    shown = [row["part"] for row in parts.totals[:MOST_PARTS]]
    links = [f"mentions?{look.asked.query(**_span(look.asked, choice, day))}" for day in starts]

    def drawn(figure: str, **more: Any) -> list[Chart]:
        return [
            series(
                part_name(look, parts.by, part),
                [told.get((part, day), {}).get(figure) for day in starts],
                tone=tone,
                **more,
            )
            for tone, part in zip(TONES, shown, strict=False)
        ]

    x = [day.isoformat() for day in starts]
    axis = look.texts(f"step.{choice.step}")
    return [
        (
            "mentions",
            chart(
                x,
                drawn("mentions", kind="bar"),
                axis=axis,
                stacked=parts.by != "driver",
                links=links,
            ),
        ),
        ("net_sentiment", chart(x, drawn("net_sentiment"), axis=axis, unit="net", links=links)),
    ]


def _span(asked: Asked, choice: Choice, day: date) -> dict[str, object]:
    days = {"day": 0, "week": 6, "month": monthrange(day.year, day.month)[1] - 1}[choice.step]
    last = min(day + timedelta(days=days), asked.last)
    return {"from_": max(day, asked.first).isoformat(), "to": last.isoformat()}


def part_name(look: Look, by: str, part: str) -> str:
    """Return what a part is called in the page's language."""
    if by == "language":
        return look.formats.language(part) if part else look.texts("brand.no_language")
    if by == "driver":
        return look.texts.maybe(f"driver.{part}", part)
    return part
