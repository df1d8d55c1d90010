"""Page one and the marts as JSON: their figures are those of the tables."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from dashboard.figures.marts import MARTS

if TYPE_CHECKING:
    import duckdb

ORDERED_BY = {
    "source_health": ("watch", None),
    "author_reach": ("brand", None),
    "survey_scores": ("brand", "starts"),
    "brand_reputation_weekly": ("brand", "week"),
    "brand_reputation_monthly": ("brand", "month"),
    "competitor_matrix": ("brand", "month"),
    "keyword_company": ("brand", "month"),
    "perception_gap": ("brand", "month"),
    "review_changes": ("brand", "month"),
}
"""Of each mart: by what it is asked, and the column of its day; others: brand and day."""


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def _of_mart(
    told: duckdb.DuckDBPyConnection, mart: str, brand: str, first: date, last: date
) -> set[str]:
    """Ask the mart itself, in words of this test's own; each row as text."""
    by, day = ORDERED_BY.get(mart, ("brand", "day"))
    rows = told.sql(f"FROM marts.{mart}").to_arrow_table().to_pylist()
    [watch] = told.execute("SELECT DISTINCT watch FROM marts.brand_reputation_daily").fetchall()
    found = [row for row in rows if row[by] == (brand if by == "brand" else watch[0])]
    if mart == "incidents":
        end = datetime.combine(last, datetime.min.time()) + timedelta(days=1)
        start = datetime.combine(first, datetime.min.time())
        found = [
            r for r in found if r["opened"] < end and (r["closed"] is None or r["closed"] >= start)
        ]
    elif day in ("week", "month"):
        found = [row for row in found if row[day] <= last and _ends(row[day], day) >= first]
    elif day is not None:
        found = [row for row in found if first <= row[day] <= last]
    return {repr({k: _plain(v) for k, v in row.items()}) for row in found}


def _ends(starts: date, period: str) -> date:
    if period == "week":
        return starts + timedelta(days=6)
    return (starts.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def test_each_mart_tells_what_its_table_says_for_200_random_filters(
    client: TestClient, told: duckdb.DuckDBPyConnection
) -> None:
    dice = random.Random(200)
    brands = [b for (b,) in told.execute("SELECT brand FROM core.brand ORDER BY ALL").fetchall()]
    [end] = told.execute("SELECT max(day) FROM marts.brand_reputation_daily").fetchall()
    seen = 0
    for number in range(200):
        mart = MARTS[number % len(MARTS)]
        brand = dice.choice(brands)
        last = end[0] - timedelta(days=dice.randrange(40))
        first = last - timedelta(days=dice.randrange(30))
        asked = {"brand": brand, "from": str(first), "to": str(last)}
        rows: list[dict[str, Any]] = []
        offset: int | None = 0
        while offset is not None:
            page = dice.choice([7, 500])
            answer = client.get(
                f"/api/v1/marts/{mart}", params=asked | {"limit": page, "offset": offset}
            ).json()
            rows += answer["rows"]
            offset = answer["next"]
        wanted = _of_mart(told, mart, brand, first, last)
        assert {repr(row) for row in rows} == wanted, (mart, asked)
        assert len(rows) == len(wanted), (mart, asked)
        seen += len(rows)
    assert seen > 1000


def _today(client: TestClient, **asked: str) -> str:
    answer = client.get("/today", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_page_one_shows_the_score_and_why_it_moved(
    client: TestClient, told: duckdb.DuckDBPyConnection
) -> None:
    days = told.execute(
        "SELECT day, score, mentions FROM marts.brand_reputation_daily "
        "WHERE brand = 'Nordkvern' ORDER BY day DESC LIMIT 29"
    ).fetchall()
    score, before, mentions = days[0][1], days[28][1], sum(row[2] for row in days[:28])
    assert mentions > 0
    page = _today(client)
    assert f">{score:.1f}<" in page
    assert f"{abs(score - before):.1f}</span>" in page
    assert f">{mentions:,}<" in page
    assert 'data-kind="waterfall"' in page


def test_what_moved_the_score_sums_to_its_change(client: TestClient) -> None:
    from dashboard.asked import asked
    from dashboard.figures.brands import brands
    from dashboard.figures.today import standing
    from dashboard.setup import Setup

    setup: Setup = client.app.state.setup  # type: ignore[attr-defined]
    with setup.reader.snapshot() as snapshot:
        for days in ("7", "28"):
            found = standing(snapshot, asked({"days": days}, brands(snapshot)))
            assert found is not None
            moved = sum(row["contribution"] for row in found.why)
            assert moved == pytest.approx(found.figures["score_change"], abs=1e-9)
            assert found.why


def test_a_browser_that_has_it_is_told_so(client: TestClient) -> None:
    first = client.get("/today")
    again = client.get("/today", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/today?days=7", headers={"if-none-match": first.headers["etag"]})
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"brand": "Nobody"}, "There is no brand &#39;Nobody&#39;"),
        ({"days": "0"}, "days=0 is no number from 1"),
        ({"from": "yesterday"}, "from=yesterday is no day"),
        ({"from": "2026-05-02", "to": "2026-05-01"}, "ends before"),
        ({"from": "1900-01-01", "to": "2026-05-01"}, "more than 3700 days"),
    ],
)
def test_an_address_that_asks_for_nonsense_is_told_the_way_out(
    client: TestClient, asked: dict[str, str], said: str
) -> None:
    answer = client.get("/today", params=asked)
    assert answer.status_code == 400
    assert said in answer.text


def test_a_period_before_all_days_says_that_nothing_is_told(client: TestClient) -> None:
    page = _today(client, **{"from": "2001-01-01", "to": "2001-02-01"})
    assert "Nothing is told of this period" in page


def test_errors_of_the_api_are_json(client: TestClient) -> None:
    answer = client.get("/api/v1/marts/nosuch")
    assert answer.status_code == 400
    assert answer.json()["error"] == "ConfigurationError"
    assert "brand_reputation_daily" in answer.json()["remedy"]


def test_files_hold_the_same_rows(client: TestClient) -> None:
    import csv
    import io

    from openpyxl import load_workbook

    where = "/api/v1/marts/brand_driver_daily"
    rows = client.get(where, params={"days": "7"}).json()["rows"]
    text = client.get(where, params={"days": "7", "format": "csv"})
    assert "attachment" in text.headers["content-disposition"]
    read = list(csv.DictReader(io.StringIO(text.content.decode("utf-8-sig"))))
    assert [r["mentions"] for r in read] == [str(r["mentions"]) for r in rows]
    book = load_workbook(
        io.BytesIO(client.get(where, params={"days": "7", "format": "xlsx"}).content)
    )
    sheet = list(book.active.values)  # type: ignore[union-attr]
    assert sheet[0] == tuple(rows[0])
    assert len(sheet) == len(rows) + 1
