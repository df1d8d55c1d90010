"""Charts of what surveys tell."""

from __future__ import annotations

from dashboard.charts import Chart, chart, series
from dashboard.figures.surveys import MOST, Measure
from dashboard.look import Look

TONES = ("c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8")


def unit_of(measure: Measure) -> str:
    """Return the unit in which charts show a measure."""
    return {"nps": "score", "csat": "percent"}.get(measure.measure, "net")


def name_of(look: Look, measure: Measure) -> str:
    """Return what a measure is called, with the scale and direction of CES."""
    t, f = look.texts, look.formats
    name = t(f"figure.{measure.measure}")
    if measure.measure != "ces":
        return name
    scale = f"{f.number(measure.scale_min)}–{f.number(measure.scale_max)}"
    direction = t.maybe(f"surveys.{measure.direction}", "") if measure.direction else ""
    return f"{name} ({', '.join(part for part in (scale, direction) if part)})"


def over_time(look: Look, measure: Measure, step: str) -> Chart:
    """Return a measure over time: all answers with their interval, and each segment."""
    starts = sorted({row["starts"] for row in measure.steps})
    told = {(row["segment_value"], row["starts"]): row for row in measure.steps}
    names = [row["segment_value"] for row in measure.rows][: MOST + 1]

    def line(name: str, figure: str = "value") -> list[float | None]:
        return [told.get((name, day), {}).get(figure) for day in starts]

    whole = series(
        look.texts("surveys.all"),
        line(""),
        low=line("", "low"),
        high=line("", "high"),
        n=line("", "n"),
        tone="c1",
    )
    others = [
        series(name, line(name), tone=tone)
        for tone, name in zip(TONES[1:], names[1:], strict=False)
    ]
    return chart(
        [day.isoformat() for day in starts],
        [whole, *others],
        axis=look.texts(f"step.{step}"),
        unit=unit_of(measure),
    )


def of_segments(look: Look, measure: Measure) -> Chart:
    """Return a measure by segment, as bars, the most answers first."""
    rows = measure.rows[: MOST * 2 + 1]
    names = [row["segment_value"] or look.texts("surveys.all") for row in rows]
    return chart(
        names,
        [series(look.texts(f"figure.{measure.measure}"), [row["value"] for row in rows])],
        axis=look.texts("column.segment"),
        unit=unit_of(measure),
    )
