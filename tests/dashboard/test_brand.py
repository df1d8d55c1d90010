"""Page two: a brand's figures over time, its parts, and what it is compared with."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from math import sqrt
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

if TYPE_CHECKING:
    import duckdb

    from tidings.home import Home

DAY_COLUMNS = {
    "score": ("score", None),
    "net_sentiment": ("net_sentiment", "scored"),
    "negative_share": ("negative_share", "scored"),
    "share_of_voice": ("share_of_voice_28", "n_share_of_voice_28"),
    "rating": ("rating_bayes", "n_ratings_365"),
    "answered_in_target": ("answered_in_target", "n_answered_in_target_28"),
}
"""Of each figure by day: the mart's column, and that of its n."""

Z = 1.959963984540054


def _rows(told: duckdb.DuckDBPyConnection, text: str, *values: object) -> list[dict[str, Any]]:
    result = told.execute(text, list(values))
    names = [column for column, *_ in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _days(told: duckdb.DuckDBPyConnection, brand: str) -> dict[date, dict[str, Any]]:
    text = "FROM marts.brand_reputation_daily WHERE brand = ?"
    return {row["day"]: row for row in _rows(told, text, brand)}


def _percentile(values: list[float], share: float) -> float:
    """Interpolate linearly between the two values nearest to a share of the sorted ones."""
    at = share * (len(values) - 1)
    low = int(at)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (at - low)


def _wilson(k: float, n: float) -> tuple[float, float]:
    middle, half = k + Z * Z / 2, Z * sqrt(k * (n - k) / n + Z * Z / 4)
    return (middle - half) / (n + Z * Z), (middle + half) / (n + Z * Z)


def _get(client: TestClient, path: str, **asked: Any) -> dict[str, Any]:
    answer = client.get(f"/api/v1/{path}", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_days_are_the_marts_and_usual_is_of_the_90_days_before(
    client: TestClient, told: duckdb.DuckDBPyConnection
) -> None:
    dice, banded, plain = random.Random(2), 0, 0
    for brand in ("Nordkvern", "Vantrosso"):
        days = _days(told, brand)
        for row in _get(client, "brand/trend", brand=brand, days=40)["rows"]:
            if row["figure"] not in DAY_COLUMNS or dice.random() < 0.6:
                continue
            day = date.fromisoformat(row["starts"])
            column, n = DAY_COLUMNS[row["figure"]]
            assert row["value"] == days[day][column]
            assert row["n"] == (days[day][n] if n else None)
            assert row["low"] == days[day].get(f"{column}_low")
            past = [days.get(day - timedelta(days=k), {}).get(column) for k in range(1, 91)]
            known = sorted(value for value in past if value is not None)
            if len(known) < 14:
                assert (row["usual"], row["usual_low"], row["usual_high"]) == (None, None, None)
                plain += 1
                continue
            banded += 1
            for name, share in (("usual_low", 0.1), ("usual", 0.5), ("usual_high", 0.9)):
                assert row[name] == pytest.approx(_percentile(known, share), abs=1e-9)
    assert banded > 50


def test_of_a_day_of_which_nothing_was_collected_no_zero_is_told(
    client: TestClient, told: duckdb.DuckDBPyConnection
) -> None:
    days = _days(told, "Nordkvern")
    rows = _get(client, "brand/trend", brand="Nordkvern", days=50)["rows"]
    mentions = {r["starts"]: r["value"] for r in rows if r["figure"] == "mentions"}
    for day, row in days.items():
        if str(day) in mentions:
            nothing = row["coverage"] == 0 and row["mentions"] == 0
            assert mentions[str(day)] == (None if nothing else row["mentions"])


@pytest.mark.parametrize("step", ["week", "month"])
def test_weeks_and_months_are_the_roll_ups(
    client: TestClient, told: duckdb.DuckDBPyConnection, step: str
) -> None:
    table = f"marts.brand_reputation_{step}ly"
    mart = {str(r[step]): r for r in _rows(told, f"FROM {table} WHERE brand = 'Nordkvern'")}
    found = _get(client, "brand/trend", brand="Nordkvern", days=45, step=step)
    first, last = date.fromisoformat(found["from"]), date.fromisoformat(found["to"])
    rows = [r for r in found["rows"] if r["figure"] == "net_sentiment"]
    assert {r["starts"] for r in rows} == {
        start
        for start, row in mart.items()
        if date.fromisoformat(start) <= last
        and date.fromisoformat(start) + timedelta(days=6 if step == "week" else 27) >= first
    }
    for row in rows:
        assert row["value"] == mart[row["starts"]]["net_sentiment"]
        assert row["high"] == mart[row["starts"]]["net_sentiment_high"]
        assert row["complete"] == mart[row["starts"]]["complete"]


@pytest.mark.parametrize("by", ["source", "language"])
def test_parts_add_up_to_the_brand(
    client: TestClient, told: duckdb.DuckDBPyConnection, by: str
) -> None:
    found = _get(client, "brand/parts", brand="Nordkvern", days=20, by=by, step="week")
    column = "source" if by == "source" else "coalesce(score_language, '')"
    voices = _rows(
        told,
        f"SELECT {column} AS part, label, first_copy FROM core.said "
        "WHERE brand = 'Nordkvern' AND day BETWEEN ?::DATE AND ?::DATE",
        found["from"],
        found["to"],
    )
    totals = [row for row in found["rows"] if row["starts"] is None]
    assert sum(row["mentions"] for row in totals) == sum(v["first_copy"] for v in voices)
    assert len(totals) > 2
    for row in totals:
        mine = [v for v in voices if v["part"] == row["part"]]
        labels = [v["label"] for v in mine if v["first_copy"]]
        scored = len(labels) - labels.count("unscored")
        assert (row["exposures"], row["scored"]) == (len(mine), scored)
        if scored < 5:
            assert row["net_sentiment"] is None
        else:
            net = (labels.count("positive") - labels.count("negative")) / scored
            assert row["net_sentiment"] == pytest.approx(net)
            interval = (row["negative_share_low"], row["negative_share_high"])
            assert interval == pytest.approx(_wilson(labels.count("negative"), scored))
        steps = [r for r in found["rows"] if r["part"] == row["part"] and r["starts"] is not None]
        assert sum(r["mentions"] for r in steps) == row["mentions"]


def test_drivers_of_a_brand_are_the_sums_of_their_days(
    client: TestClient, told: duckdb.DuckDBPyConnection
) -> None:
    found = _get(client, "brand/parts", brand="Nordkvern", days=20, by="driver")
    mart = _rows(
        told,
        "SELECT driver, sum(mentions) AS mentions, sum(negative) AS negative "
        "FROM marts.brand_driver_daily WHERE brand = 'Nordkvern' "
        "AND day BETWEEN ?::DATE AND ?::DATE GROUP BY driver HAVING sum(mentions) > 0",
        found["from"],
        found["to"],
    )
    totals = {row["part"]: row for row in found["rows"] if row["starts"] is None}
    assert {r["driver"]: (r["mentions"], r["negative"]) for r in mart} == {
        name: (row["mentions"], row["negative"]) for name, row in totals.items()
    }


def test_the_period_is_held_against_the_one_before(
    client: TestClient, told: duckdb.DuckDBPyConnection
) -> None:
    days = _days(told, "Nordkvern")
    last = max(days) - timedelta(days=5)
    first = last - timedelta(days=13)
    asked = {"brand": "Nordkvern", "from": str(first), "to": str(last)}
    rows = {r["figure"]: r for r in _get(client, "compare/periods", **asked)["rows"]}
    now = [days[first + timedelta(days=k)] for k in range(14)]
    then = [days[first - timedelta(days=k)] for k in range(1, 15)]

    def share(of: list[dict[str, Any]]) -> tuple[float, float, float]:
        k, n = sum(d["negative"] for d in of), sum(d["scored"] for d in of)
        return (k / n, *_wilson(k, n))

    (a, a_low, a_high), (b, b_low, b_high) = share(now), share(then)
    row = rows["negative_share"]
    assert (row["value"], row["before"]["value"]) == pytest.approx((a, b))
    assert row["before"]["change"] == pytest.approx(a - b)
    low = a - b - sqrt((a - a_low) ** 2 + (b_high - b) ** 2)
    high = a - b + sqrt((a_high - a) ** 2 + (b - b_low) ** 2)
    assert row["before"]["change_low"] == pytest.approx(low)
    assert row["before"]["change_high"] == pytest.approx(high)
    assert row["before"]["sure"] == (low > 0 or high < 0)
    mentions = [sum(d["mentions"] for d in of) for of in (now, then)]
    assert rows["mentions"]["value"] == mentions[0]
    assert rows["mentions"]["before"]["change"] == pytest.approx(mentions[0] / mentions[1] - 1)
    assert rows["score"]["value"] == days[last]["score"]


def test_a_count_of_a_period_that_is_told_in_part_is_no_count(
    client: TestClient, told: duckdb.DuckDBPyConnection
) -> None:
    days = _days(told, "Nordkvern")
    first = min(days) + timedelta(days=3)  # three days before it are told of, no more
    asked = {"brand": "Nordkvern", "from": str(first), "to": str(max(days))}
    rows = {r["figure"]: r for r in _get(client, "compare/periods", **asked)["rows"]}
    assert rows["mentions"]["value"] > 0
    assert rows["mentions"]["before"]["value"] is None
    assert rows["mentions"]["before"]["change"] is None
    assert rows["mentions"]["before"]["days"] == 3
    page = client.get("/brand", params=asked).text
    assert "Nothing is told of the same days a year ago" in page


def test_rivals_are_the_matrix_and_only_those_asked_for(
    client: TestClient, told: duckdb.DuckDBPyConnection
) -> None:
    mart = _rows(told, "FROM marts.competitor_matrix WHERE brand = 'Nordkvern'")
    for month in {row["month"] for row in mart}:
        found = _get(client, "compare/rivals", brand="Nordkvern", days=400, month=str(month))
        assert found["month"] == str(month)
        told_of = [row for row in mart if row["month"] == month]
        assert len(found["rows"]) == 4 * len(told_of) > 0
        for row in found["rows"]:
            [of] = [r for r in told_of if r["rival"] == row["rival"]]
            if row["measure"] == "net_sentiment":
                assert row["difference_high"] == of["sentiment_difference_high"]
                assert (row["leads"], row["rival_n"]) == (of["leads_sentiment"], of["rival_scored"])
            if row["measure"] == "rating_bayes":
                assert (row["rival_low"], row["leads"]) == (
                    of["rival_rating_bayes_low"],
                    of["leads_rating"],
                )
    one = _get(client, "compare/rivals", brand="Nordkvern", days=60, against="Vantrosso")
    assert {row["rival"] for row in one["rows"]} == {"Vantrosso"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"step": "hour"}, "step=hour is none of day, week, month"),
        ({"by": "colour"}, "can&#39;t be broken down by that"),
        ({"against": "Nobody"}, "There is no &#39;Nobody&#39; to compare with"),
        ({"against": "Nordkvern"}, "There is no &#39;Nordkvern&#39; to compare with"),
        ({"month": "soon"}, "month=soon is no day"),
    ],
)
def test_a_choice_that_is_none_is_told_the_way_out(
    client: TestClient, asked: dict[str, str], said: str
) -> None:
    answer = client.get("/brand", params={"brand": "Nordkvern"} | asked)
    assert answer.status_code == 400
    assert said in answer.text


def test_every_day_opens_its_mentions_and_the_choice_stays_in_the_address(
    client: TestClient,
) -> None:
    asked = {"brand": "Nordkvern", "days": "7", "by": "source", "against": ["Vantrosso"]}
    page = client.get("/brand", params=asked).text
    last = client.get("/api/v1/brands").json()["brands"][0]["last"]
    assert f'href="mentions?brand=Nordkvern&amp;from={last}&amp;to={last}"' in page
    assert 'href="mentions?brand=Nordkvern&amp;days=7&amp;source=' in page
    assert re.search(
        r'href="\?brand=Nordkvern&amp;days=28&amp;by=source&amp;against=Vantrosso"', page
    )
    assert '<input type="hidden" name="against" value="Vantrosso">' in page
    assert re.search(r'value="Vantrosso" data-submits checked', page)


def test_a_week_opens_its_seven_days(client: TestClient) -> None:
    page = client.get("/brand", params={"brand": "Nordkvern", "days": "28", "step": "week"}).text
    spans = re.findall(r'href="mentions\?brand=Nordkvern&amp;from=([\d-]+)&amp;to=([\d-]+)"', page)
    assert spans
    for start, end in spans:
        assert date.fromisoformat(end) - date.fromisoformat(start) == timedelta(days=6)


def test_a_segment_shows_its_surveys(client: TestClient) -> None:
    page = client.get("/brand", params={"brand": "Nordkvern", "by": "segment:product"}).text
    assert "Survey segment: product" in page
    assert "<bdi>Nordkvern Halo</bdi>" in page


def test_what_an_incident_says_is_text(own_home: Home) -> None:
    import duckdb
    from app_client import client_of

    hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    with duckdb.connect(str(own_home.snapshot)) as con:
        con.execute("UPDATE tidings.core.incident SET sentence = $hostile", {"hostile": hostile})
        con.execute("UPDATE tidings.core.said SET source = $hostile", {"hostile": hostile})
    client = client_of(own_home)
    page = client.get("/brand", params={"brand": "Nordkvern", "days": "60", "by": "source"}).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page  # it is shown, as text
    assert "\\u003cscript\\u003ealert(1)" in page  # and stays data in a chart


@pytest.mark.parametrize("brand", ["Nordkvern", "Brummelhof"])
@pytest.mark.parametrize("path", ["brand", "keywords", "drivers"])
@pytest.mark.parametrize("period", ["running", "long", "early", "none"])
def test_pages_are_shown_of_periods_of_which_little_is_told(
    client: TestClient, brand: str, path: str, period: str
) -> None:
    known = {b["brand"]: b for b in client.get("/api/v1/brands").json()["brands"]}[brand]
    asked: dict[str, str] = {
        "running": {"from": known["last"], "to": known["last"]},
        "long": {"days": "3000", "step": "month", "by": "language"},
        "early": {"from": "2018-01-01", "to": known["first"], "by": "driver"},
        "none": {"from": "2001-01-01", "to": "2001-01-31", "by": "source", "step": "week"},
    }[period]
    answer = client.get(f"/{path}", params={"brand": brand, "words": "1"} | asked)
    assert answer.status_code == 200
    assert "</html>" in answer.text


def test_a_browser_that_has_the_brand_is_told_so(client: TestClient) -> None:
    first = client.get("/brand", params={"days": "7"})
    tag = {"if-none-match": first.headers["etag"]}
    assert client.get("/brand", params={"days": "7"}, headers=tag).status_code == 304
    assert (
        client.get("/brand", params={"days": "7", "step": "week"}, headers=tag).status_code == 200
    )
