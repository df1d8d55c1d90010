"""Page five: keywords, what they stand with, the words of the period, and the query editor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from fastapi import APIRouter
from fastapi.responses import Response

from dashboard.charts import Chart, chart, series
from dashboard.figures import keywords as figures
from dashboard.figures.keywords_query import Tried, tried
from dashboard.look import Look, Looking
from dashboard.reader import Row
from tidings.errors import ConfigurationError

router = APIRouter()

TONES = ("c1", "c2", "c3", "c4", "c5", "c6", "c7")
MOST_EDGES = 60
"""Pairs that the network shows, the surest ones; the table has them all."""

FORM_TONES = {"keyword": "c1", "driver": "c2", "brand": "c3"}


@router.get("/keywords")
def keywords(look: Looking) -> Response:
    """Show the keywords of the period; with ``words`` or ``query``, these too, without a script."""
    look.unless_known()
    query = look.request.query_params
    rows = figures.keywords(look.snapshot, look.asked)
    company = figures.company(look.snapshot, look.asked, query.get("month"))
    label = _label(look)
    words = figures.driving(look.snapshot, look.asked, label) if "words" in query else None
    return look.page(
        "keywords.html",
        rows=rows,
        spark=spark,
        over_time=_over_time(look, rows),
        company=company,
        network=_network(look, company),
        label=label,
        labels=figures.LABELS,
        words=words,
        past_days=figures.PAST_DAYS,
        most_texts=figures.MOST_TEXTS,
        text=query.get("query", ""),
        name=query.get("name", ""),
        everything=query.get("within") == "all",
        tried=_tried(look),
    )


@router.get("/keywords_words")
def words(look: Looking) -> Response:
    """Return the cloud of words, a part of the page."""
    look.unless_known()
    found = figures.driving(look.snapshot, look.asked, _label(look))
    return look.page("_words.html", words=found, past_days=figures.PAST_DAYS, label=_label(look))


@router.get("/keywords_query")
def query(look: Looking) -> Response:
    """Return what a query finds, a part of the page. Nothing is written."""
    look.unless_known()
    return look.page("_query.html", tried=_tried(look), most_texts=figures.MOST_TEXTS)


def _tried(look: Look) -> Tried | None:
    query = look.request.query_params
    text = query.get("query", "")
    if not text.strip():
        return None
    everything = query.get("within") == "all"
    name = query.get("name", "")
    return tried(look.snapshot, look.asked, text, name=name, everything=everything)


def _label(look: Look) -> str:
    label = look.request.query_params.get("label", "")
    if label not in figures.LABELS:
        raise ConfigurationError(
            f"label={label} is none of {', '.join(figures.LABELS[1:])}.", remedy="Leave it out."
        )
    return label


def spark(values: Sequence[int | None], width: int = 120, height: int = 26) -> str:
    """Return the points of a small line over ``values``, as SVG takes them; '' for none.

    None is a day that nothing is told of: it has no point.
    """
    most = max((value for value in values if value), default=1)
    last = max(len(values) - 1, 1)
    return " ".join(
        f"{1 + n * (width - 2) / last:.1f},{height - 2 - value * (height - 4) / most:.1f}"
        for n, value in enumerate(values)
        if value is not None
    )


def _over_time(look: Look, rows: list[Row]) -> Chart:
    shown = sorted(rows, key=lambda row: -row["mentions"])[: len(TONES)]
    length = max((len(row["daily"]) for row in shown), default=0)
    days = [look.asked.first + timedelta(days=n) for n in range(length)]
    return chart(
        [day.isoformat() for day in days],
        [
            series(row["keyword"], row["daily"], tone=tone)
            for tone, row in zip(TONES, shown, strict=False)
        ],
        axis=look.texts("column.day"),
        links=[
            f"mentions?{look.asked.query(from_=day.isoformat(), to=day.isoformat())}"
            for day in days
        ],
    )


def _network(look: Look, company: figures.Company) -> Chart:
    """Return keywords and what they stand with as a network; names of each form are kept apart."""
    edges: dict[tuple[str, str], int] = {}
    nodes: dict[str, Chart] = {}
    for row in company.rows:
        ends = [
            _node(look, nodes, "keyword", row["keyword"], row["n_keyword"]),
            _node(look, nodes, row["form"], row["company"], row["n_company"]),
        ]
        pair = (min(ends), max(ends))  # of two keywords both rows tell the same
        if pair not in edges and len(edges) < MOST_EDGES:
            edges[pair] = row["together"]
    used = {name for pair in edges for name in pair}
    return {
        "nodes": [node for name, node in nodes.items() if name in used],
        "edges": [{"source": a, "target": b, "weight": n} for (a, b), n in edges.items()],
    }


def _node(look: Look, nodes: dict[str, Chart], form: str, name: str, n: int) -> str:
    told = company_name(look, form, name)
    shown = told if form == "keyword" else f"{told} ({look.texts(f'form.{form}')})"
    nodes.setdefault(
        shown,
        {
            "name": shown,
            "size": n,
            "tone": FORM_TONES.get(form),
            "link": f"mentions?{link_of(look, form, name)}",
        },
    )
    return shown


def company_name(look: Look, form: str, name: str) -> str:
    """Return what stands with a keyword, in the page's language where it is a driver."""
    return look.texts.maybe(f"driver.{name}", name) if form == "driver" else name


def link_of(look: Look, form: str, name: str) -> str:
    """Return the query of the mentions of a keyword, a driver or another brand."""
    return look.asked.query(**{form: name})
