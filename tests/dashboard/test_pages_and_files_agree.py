"""Files hold what the page shows, what is not told is no zero, and nothing false is said."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from app_client import Changed, client_of

if TYPE_CHECKING:
    import duckdb
    from starlette.testclient import TestClient

    from tidings.home import Home

BRAND = "Nordkvern"


def rows_of(client: TestClient, address: str) -> list[dict[str, str]]:
    text = client.get(address).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def links(page: str, begins: str) -> list[str]:
    return [unescape(part.split('"')[0]) for part in page.split(f'href="{begins}')[1:]]


def newest_of(told: duckdb.DuckDBPyConnection) -> date:
    [(found,)] = told.execute("SELECT max(day) FROM marts.brand_reputation_daily").fetchall()
    assert isinstance(found, date)
    return found


def test_a_file_of_a_long_period_is_whole(changed: Changed) -> None:
    """The page draws all days; eight figures of a year are more rows than one page of JSON."""
    newest = "(SELECT max(day) FROM core.brand_reputation_daily)"
    client = changed(
        f"DELETE FROM core.brand_reputation_daily WHERE day <= {newest} - 61",
        "DELETE FROM core.brand_reputation_daily WHERE known_to IS NOT NULL",
        "INSERT INTO core.brand_reputation_daily SELECT t.* REPLACE (day - 61 * n::INTEGER AS day) "
        "FROM core.brand_reputation_daily AS t, range(1, 7) AS r (n) "
        f"WHERE brand = '{BRAND}'",
        "INSERT INTO core.keyword_daily SELECT t.* REPLACE (keyword || n AS keyword) "
        f"FROM core.keyword_daily AS t, range(600) AS r (n) WHERE brand = '{BRAND}' "
        "AND known_to IS NULL AND day = (SELECT max(day) FROM core.keyword_daily)",
    )
    page = client.get("/brand", params={"brand": BRAND, "days": 365}).text
    [link] = [one for one in links(page, "api/v1/brand/trend") if "csv" in one]
    found = rows_of(client, f"/api/v1/brand/trend{link}")
    days = {(row["figure"], row["starts"]) for row in found}
    assert len(found) == len(days) > 2000
    assert {figure for figure, _ in days} >= {"answered_in_target", "score", "share_of_voice"}
    page = client.get("/keywords", params={"brand": BRAND}).text
    [link] = [one for one in links(page, "api/v1/keywords?") if "csv" in one]
    assert len(rows_of(client, f"/api/v1/keywords?{link}")) > 600
    paged = client.get("/api/v1/brand/trend", params={"brand": BRAND, "days": 365}).json()
    assert len(paged["rows"]) == paged["next"] == 2000
    asked = {"brand": BRAND, "days": 365, "format": "csv", "limit": 3}
    assert len(client.get("/api/v1/brand/trend", params=asked).text.splitlines()) == 4


@pytest.mark.parametrize(
    ("page", "path"),
    [
        ("keywords", "api/v1/keywords/company"),
        ("brand", "api/v1/compare/rivals"),
        ("drivers", "api/v1/drivers/gap"),
    ],
)
def test_a_file_is_of_the_month_that_is_shown(client: TestClient, page: str, path: str) -> None:
    asked: dict[str, Any] = {"brand": BRAND, "days": 60}
    shown = client.get(f"/{page}", params=asked).text
    months = sorted({one.split("month=")[1][:10] for one in links(shown, "?") if "month=" in one})
    assert len(months) > 1
    for month in months:
        made = client.get(f"/{page}", params={**asked, "month": month}).text
        files = links(made, f"{path}?")
        assert len(files) == 2
        for link in files:
            told = client.get(f"/{path}?{link.replace('format=', 'was=')}").json()
            assert told["month"] == month


@pytest.mark.parametrize(("stars", "drawn"), [(1.5, 2), (2.5, 3), (3.5, 4), (4.5, 5), (3.0, 3)])
def test_half_stars_are_drawn_as_they_are_filtered(
    changed: Changed, told: duckdb.DuckDBPyConnection, stars: float, drawn: int
) -> None:
    found = told.execute(
        "SELECT mention_id, author FROM core.said WHERE brand = $1 AND kind = 'review' "
        "AND rating IS NOT NULL AND first_copy AND author IS NOT NULL "
        "ORDER BY published DESC LIMIT 1",
        [BRAND],
    ).fetchone()
    assert found is not None
    client = changed(
        f"UPDATE core.said SET stars = {stars}, rating_max = 5, "
        f"rating = (({stars} - 1) / 4 * 1e9)::INTEGER WHERE mention_id = '{found[0]}'"
    )
    asked = {"brand": BRAND, "days": 60, "rating": drawn, "author": found[1]}
    page = client.get("/mentions", params=asked).text
    card = page[page.index(f'aria-labelledby="m{found[0]}"') :]
    assert card.index("★" * drawn + "☆" * (5 - drawn)) < card.index("</header>")


def test_beyond_the_last_page_nothing_is_said_to_be_calm(client: TestClient) -> None:
    """An address with an offset is sent on, and meanwhile the list has become shorter."""
    asked = {"brand": BRAND, "days": 60}
    waiting = client.get("/api/v1/answers", params=asked).json()["counts"]["waiting"]
    assert waiting
    queue = client.get("/answers", params={**asked, "offset": 5000}).text
    assert f"{waiting} to answer" in queue
    assert "Nothing waits" not in queue
    assert 'rel="prev"' in queue
    assert client.get("/api/v1/incidents", params=asked).json()["rows"]
    page = client.get("/incidents", params={**asked, "offset": 5000}).text
    assert "No incidents" not in page


def test_a_day_of_an_outage_makes_counts_lower_bounds(
    changed: Changed, told: duckdb.DuckDBPyConnection
) -> None:
    """The running day is never whole; a day before it of which nothing came is another thing."""
    outage = newest_of(told) - timedelta(days=4)
    tables = ("brand_reputation_daily", "keyword_daily", "brand_driver_daily")
    client = changed(
        *(f"UPDATE core.{table} SET coverage = 1" for table in tables),
        *(f"UPDATE core.{table} SET coverage = 0 WHERE day = '{outage}'" for table in tables),
    )
    asked = {"brand": BRAND, "days": 7}
    for path in ("keywords", "drivers/rivals", "surveys", "compare/periods"):
        rows = client.get(f"/api/v1/{path}", params=asked).json()["rows"]
        assert rows, path
        assert {row["coverage"] for row in rows} == {0}, path
    assert (
        "were not collected to their end"
        not in client.get("/keywords", params={"brand": BRAND, "days": 3}).text
    )


def test_a_period_that_is_not_over_is_not_less_than_the_one_before(
    client: TestClient, told: duckdb.DuckDBPyConnection
) -> None:
    newest = newest_of(told)
    asked = {"brand": BRAND, "from": newest - timedelta(days=4), "to": newest + timedelta(days=15)}
    [found] = client.get("/api/v1/today", params=asked).json()["standings"]
    assert found["figures"]["mentions"] > 0
    assert found["figures"]["mentions_change"] is None


def test_days_that_nothing_is_told_of_are_no_zeros(
    changed: Changed, told: duckdb.DuckDBPyConnection
) -> None:
    newest = newest_of(told)
    client = changed(
        "UPDATE core.brand_reputation_daily SET coverage = 0, mentions = 0, exposures = 0, "
        f"scored = 0, positive = 0, neutral = 0, negative = 0 WHERE day = '{newest}'::DATE - 3",
    )
    later = {"brand": BRAND, "from": newest + timedelta(days=2), "to": newest + timedelta(days=9)}
    [found] = client.get("/api/v1/today", params=later).json()["standings"]
    assert found["figures"]["mentions"] is None
    assert client.get("/today", params=later).status_code == 200
    [found] = client.get("/api/v1/today", params={"brand": BRAND, "days": 7}).json()["standings"]
    daily = {row["day"]: row["mentions"] for row in found["trend"]}
    assert daily[str(newest - timedelta(days=3))] is None
    known = client.get("/api/v1/brands").json()["brands"]
    first = next(date.fromisoformat(one["first"]) for one in known if one["brand"] == BRAND)
    asked = {"brand": BRAND, "from": first - timedelta(days=10), "to": newest}
    rows = client.get("/api/v1/keywords", params=asked).json()["rows"]
    assert rows
    for row in rows:
        assert row["daily"][:10] == [None] * 10
        assert all(n is not None for n in row["daily"][10:])
        assert sum(n or 0 for n in row["daily"]) == row["mentions"]
    assert client.get("/keywords", params=asked).status_code == 200
    kept = client.get("/api/v1/keywords", params={**asked, "format": "csv"}).text
    assert "None" not in kept


def test_a_threshold_that_was_changed_is_told_at_once(own_home: Home) -> None:
    """The watch file is no part of the snapshot, so the browser's copy may be old."""
    client = client_of(own_home)
    asked = {"brand": BRAND, "rule": "volume", "threshold": 4, "days": 7}
    first = client.get("/backtest-told", params=asked)
    for path in own_home.watch_dir.glob("*.toml"):
        path.write_text(path.read_text("utf-8") + "\n[alerts.volume]\nthreshold = 7.25\n", "utf-8")
    known = {"if-none-match": first.headers.get("etag", "")}
    again = client.get("/backtest-told", params=asked, headers=known)
    assert (first.status_code, again.status_code) == (200, 200)
    assert "7.25" not in first.text
    assert "7.25" in again.text


def test_persian_pages_have_persian_marks(client: TestClient) -> None:
    page = client.get("/brand", params={"brand": BRAND, "days": 14, "lang": "fa"}).text
    shown = page[page.index('id="compared"') : page.index('id="trends"')]
    assert " %" not in shown
    client.cookies.clear()
    page = client.get("/today", params={"brand": BRAND, "lang": "fa"}).text
    assert "/ 5" not in page
    client.cookies.clear()


def test_an_incident_of_the_installation_is_named_everywhere(changed: Changed) -> None:
    """Checks that failed are of no brand; an empty name before a colon tells nobody what failed."""
    client = changed("UPDATE core.incident SET brand = '', closed = NULL")
    asked = {"brand": BRAND, "days": 60}
    for page in ("today", "incidents"):
        shown = client.get(f"/{page}", params=asked).text
        assert "The installation" in shown, page
        assert not re.search(r"(?<!/bdi)>: \S|, : ", shown), page
    one = client.get("/api/v1/incidents", params=asked).json()["rows"][0]["incident_id"]
    title = client.get("/incident", params={"id": one, **asked}).text.split("</title>")[0]
    assert "The installation" in title
