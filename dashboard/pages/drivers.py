"""Page six: what people judge a brand by, and what surveys tell."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from dashboard.charts import Chart, chart, column, series
from dashboard.figures import brand, drivers, surveys
from dashboard.look import Look, Looking
from dashboard.pages import brand_charts, survey_charts
from dashboard.reader import Row

router = APIRouter()


@router.get("/drivers")
def page(look: Looking) -> Response:
    """Show drivers by source and by competitor, surveys by segment, and the gap between them."""
    look.unless_known()
    asked, snapshot, query = look.asked, look.snapshot, look.request.query_params
    segments = surveys.segments(snapshot, asked)
    segment = query.get("segment", "")
    step = _step(query.get("step"), asked.length)
    gap = drivers.gap(snapshot, asked, query.get("month"))
    grids = [drivers.grid(snapshot, asked, across) for across in ("sources", "rivals")]
    return look.page(
        "drivers.html",
        grids=[(grid, heat(look, grid)) for grid in grids],
        parts=brand.parts(snapshot, asked, "driver", "day"),
        part_name=lambda by, part: brand_charts.part_name(look, by, part),
        segments=segments,
        segment=segment,
        step=step,
        measures=surveys.measures(snapshot, asked, segment, step),
        survey_name=lambda measure: survey_charts.name_of(look, measure),
        survey_chart=lambda measure: survey_charts.over_time(look, measure, step),
        segment_chart=lambda measure: survey_charts.of_segments(look, measure),
        fatigue=surveys.fatigue(snapshot, asked),
        gap=gap,
        gap_chart=_gap_chart(look, [row for row in gap.rows if row["perception_gap"] is not None]),
    )


def _step(given: str | None, length: int) -> str:
    """Return the steps of time of surveys: weeks, or months where a period is long."""
    return given if given in brand.STEPS else "week" if length <= 190 else "month"


def heat(look: Look, grid: drivers.Grid) -> Chart:
    """Return drivers by sources or brands as a heat map; each cell opens its mentions."""
    cells = []
    for row_at, driver in enumerate(grid.drivers):
        for column_at, part in enumerate(grid.parts):
            row = grid.cells.get((driver, part))
            if row is not None and row["driver_net"] is not None:
                link = f"mentions?{link_of(look, grid.across, row)}"
                cells.append([column_at, row_at, row["driver_net"], _note(look, row), link])
    return {
        "axis": look.texts("column.driver"),
        "unit": "net",
        "columns": grid.parts,
        "rows": [brand_charts.part_name(look, "driver", driver) for driver in grid.drivers],
        "cells": cells,
        "least": -1,
        "most": 1,
    }


def link_of(look: Look, across: str, row: Row) -> str:
    """Return the query of the mentions of one cell."""
    if across == "sources":
        return look.asked.query(driver=row["driver"], source=row["part"], kind="public")
    return look.asked.query(driver=row["driver"], brand=row["part"], kind="public")


def _note(look: Look, row: Row) -> str:
    f = look.formats
    low, high = f.signed(row["driver_net_low"], 2), f.signed(row["driver_net_high"], 2)
    return f"{low} … {high}, n = {f.number(row['scored'])}"


def _gap_chart(look: Look, rows: list[Row]) -> Chart:
    t = look.texts
    return chart(
        [brand_charts.part_name(look, "driver", row["driver"]) for row in rows],
        [
            series(t("drivers.public"), column(rows, "public_net"), tone="c1"),
            series(t("drivers.surveys"), column(rows, "survey_net"), tone="c2"),
        ],
        axis=t("column.driver"),
        unit="net",
        links=[f"mentions?{look.asked.query(driver=row['driver'])}" for row in rows],
    )
