"""Page two: a brand over time, in its parts, and beside its rivals."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from dashboard.figures import brand as figures
from dashboard.figures import compare, surveys
from dashboard.look import Look, Looking
from dashboard.pages import brand_charts, survey_charts

router = APIRouter()


@router.get("/brand")
def brand(look: Looking) -> Response:
    """Show a brand's figures over time, what they are made of, and how rivals stand."""
    look.unless_known()
    asked, snapshot = look.asked, look.snapshot
    rivals = figures.rivals(snapshot, asked, look.brands)
    choice = chosen(look, rivals)
    own = figures.by_figure(figures.trend(snapshot, asked, choice.step))
    others = {
        name: figures.by_figure(figures.trend(snapshot, figures.of_rival(asked, name), choice.step))
        for name in choice.against
    }
    incidents = figures.incidents(snapshot, asked)
    segment = choice.segment
    parted = next((by for by in figures.PARTS if by == choice.by), None)
    parts = figures.parts(snapshot, asked, parted, choice.step) if parted else None
    told = surveys.measures(snapshot, asked, segment, choice.step) if segment is not None else []
    month = look.request.query_params.get("month")
    return look.page(
        "brand.html",
        choice=choice,
        rivals=rivals,
        segments=surveys.segments(snapshot, asked),
        charts=brand_charts.charts(look, choice, own, others, incidents),
        uncollected=[r for r in own.get("mentions", []) if (r["coverage"] or 0) < 1],
        steps=len(own.get("mentions", [])),
        incidents=incidents,
        periods=compare.periods(snapshot, asked),
        told_of=compare.told_of,
        parts=parts,
        part_charts=brand_charts.by_parts(look, choice, parts) if parts else [],
        part_name=lambda by, part: brand_charts.part_name(look, by, part),
        measures=told,
        survey_chart=lambda measure: survey_charts.over_time(look, measure, choice.step),
        survey_name=lambda measure: survey_charts.name_of(look, measure),
        matrix=compare.matrix(snapshot, asked, choice.against, month),
    )


def chosen(look: Look, rivals: list[str]) -> figures.Choice:
    """Read what the address chose of the brand."""
    query = look.request.query_params
    return figures.choice(query, query.getlist("against"), rivals)
