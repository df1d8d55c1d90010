"""Page six: drivers by source and brand, surveys by segment, and the gap between them."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

if TYPE_CHECKING:
    import duckdb

    from tidings.home import Home


def _get(client: TestClient, path: str, **asked: Any) -> dict[str, Any]:
    answer = client.get(f"/api/v1/{path}", params={"brand": "Nordkvern"} | asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _charts(page: str, kind: str) -> list[dict[str, Any]]:
    found = re.findall(
        rf'data-kind="{kind}".*?<script type="application/json">(.*?)</script>', page, re.S
    )
    return [json.loads(text) for text in found]


def test_drivers_by_source_add_up_to_the_brands(
    client: TestClient, told: duckdb.DuckDBPyConnection
) -> None:
    found = _get(client, "drivers/sources", days=30)
    mart = told.execute(
        "SELECT driver, sum(mentions), sum(positive), sum(negative) FROM marts.brand_driver_daily "
        "WHERE brand = 'Nordkvern' AND day BETWEEN ?::DATE AND ?::DATE "
        "GROUP BY driver HAVING sum(mentions) > 0",
        [found["from"], found["to"]],
    ).fetchall()
    summed: dict[str, Counter[str]] = {}
    for row in found["rows"]:
        of = summed.setdefault(row["driver"], Counter())
        of.update({name: row[name] for name in ("mentions", "positive", "negative")})
        if row["scored"] < 5:
            assert row["driver_net"] is None
        else:
            net = (row["positive"] - row["negative"]) / row["scored"]
            assert row["driver_net"] == pytest.approx(net)
            assert row["driver_net_low"] < net + 1e-9
            assert net - 1e-9 < row["driver_net_high"]
    assert {d: (c["mentions"], c["positive"], c["negative"]) for d, c in summed.items()} == {
        driver: counts for driver, *rest in mart for counts in [tuple(rest)]
    }
    assert any(row["driver_net"] is None for row in found["rows"])


def test_drivers_by_brand_are_the_marts_own_brand_first(
    client: TestClient, told: duckdb.DuckDBPyConnection
) -> None:
    found = _get(client, "drivers/rivals", days=30, brand="Vantrosso")
    mart = told.execute(
        "SELECT driver, brand, sum(mentions), sum(negative) FROM marts.brand_driver_daily "
        "WHERE day BETWEEN ?::DATE AND ?::DATE GROUP BY ALL HAVING sum(mentions) > 0",
        [found["from"], found["to"]],
    ).fetchall()
    rows = {(r["driver"], r["part"], r["mentions"], r["negative"]) for r in found["rows"]}
    assert rows == set(mart)
    assert found["rows"][0]["part"] == "Vantrosso"


def test_cells_of_too_few_are_empty_and_the_others_open_their_mentions(client: TestClient) -> None:
    page = client.get("/drivers", params={"brand": "Nordkvern", "days": 30}).text
    rows = _get(client, "drivers/sources", days=30)["rows"]
    by_source, by_brand = _charts(page, "heat")
    assert len(by_source["cells"]) == sum(row["driver_net"] is not None for row in rows)
    for column, row, value, note, link in by_source["cells"]:
        driver, source = by_source["rows"][row], by_source["columns"][column]
        [of] = [r for r in rows if (r["driver"], r["part"]) == (driver, source)]
        assert value == of["driver_net"]
        assert note.endswith(f"n = {of['scored']}")
        about = f"driver={driver}&source={source}&kind=public"
        assert link == f"mentions?brand=Nordkvern&days=30&{about}"
    assert by_brand["columns"][0] == "Nordkvern"
    links = {cell[4] for cell in by_brand["cells"]}
    assert any(link.startswith("mentions?brand=Vantrosso&days=30&driver=") for link in links)


def _nps(values: list[float]) -> float:
    return 100 * (sum(v >= 9 for v in values) - sum(v <= 6 for v in values)) / len(values)


def test_surveys_of_a_period_are_counted_from_the_answers(
    client: TestClient, told: duckdb.DuckDBPyConnection
) -> None:
    found = _get(client, "surveys", days=40, segment="product")
    answers = told.execute(
        "SELECT value, segments['product'] FROM core.survey_answer WHERE brand = 'Nordkvern' "
        "AND measure = 'nps' AND day BETWEEN ?::DATE AND ?::DATE",
        [found["from"], found["to"]],
    ).fetchall()
    rows = {row["segment_value"]: row for row in found["rows"]}
    assert set(rows) == {"", *(product for _, product in answers if product)}
    assert len(rows) > 2
    for product, row in rows.items():
        values = [value for value, of in answers if product in ("", of)]
        assert row["n"] == len(values)
        if len(values) >= 5:
            assert row["value"] == pytest.approx(_nps(values))
            assert row["low"] < row["value"] < row["high"]


def test_a_whole_month_is_the_marts(client: TestClient, told: duckdb.DuckDBPyConnection) -> None:
    month, value, low, n = told.execute(
        "SELECT starts, value, low, n FROM marts.survey_scores WHERE brand = 'Nordkvern' "
        "AND segment = '' AND measure = 'nps' AND period = 'month' ORDER BY n DESC LIMIT 1"
    ).fetchall()[0]
    end = (month.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    [row] = _get(client, "surveys", **{"from": str(month), "to": str(end)})["rows"]
    assert (row["n"], row["value"], row["low"]) == (n, pytest.approx(value), pytest.approx(low))


def test_segments_of_too_few_have_no_figure(client: TestClient) -> None:
    found = _get(client, "surveys", days=9, segment="country")
    few = [row for row in found["rows"] if row["n"] < 5]
    assert few
    assert all(row["value"] is None and row["low"] is None for row in few)


def test_who_is_asked_too_often_is_told_of_where_there_are_any(
    client: TestClient, own_home: Home
) -> None:
    import duckdb
    from app_client import client_of

    said = "people were asked for NPS again within 182 days"
    assert said not in client.get("/drivers", params={"brand": "Nordkvern"}).text
    with duckdb.connect(str(own_home.snapshot)) as con:
        con.execute(
            "UPDATE tidings.core.mention_version SET author = 'one' WHERE mention_id IN ("
            "SELECT mention_id FROM tidings.core.survey_answer WHERE measure = 'nps' "
            "ORDER BY published DESC LIMIT 3)"
        )
        con.execute("USE tidings")
        again = con.execute("SELECT count(*) FROM core.survey_fatigue").fetchall()
    assert again == [(2,)]
    page = client_of(own_home).get("/drivers", params={"brand": "Nordkvern"}).text
    assert f"1 {said} (2 times" in page


def test_the_gap_is_the_marts_of_the_month(
    client: TestClient, told: duckdb.DuckDBPyConnection
) -> None:
    months = told.execute(
        "SELECT DISTINCT month FROM marts.perception_gap WHERE brand = 'Nordkvern'"
    ).fetchall()
    compared = 0
    for (month,) in months:
        found = _get(client, "drivers/gap", days=400, month=str(month))
        mart = told.execute(
            "SELECT driver, perception_gap, perception_gap_low, public_net, survey_scored "
            "FROM marts.perception_gap WHERE brand = 'Nordkvern' AND month = ?",
            [month],
        ).fetchall()
        names = ("driver", "perception_gap", "perception_gap_low", "public_net", "survey_scored")
        assert {tuple(row[name] for name in names) for row in found["rows"]} == set(mart)
        for row in found["rows"]:
            low, high = row["perception_gap_low"], row["perception_gap_high"]
            assert row["sure"] == (low is not None and not low <= 0 <= high)
            compared += low is not None
    assert compared > 3


def test_the_month_shown_is_the_last_that_is_over(client: TestClient) -> None:
    found = _get(client, "drivers/gap", days=60)
    last = date.fromisoformat(found["to"])
    over = (last.replace(day=1) - timedelta(days=1)).replace(day=1)
    assert (found["month"], found["complete"]) == (str(over), True)


def test_a_segment_in_the_address_is_text_and_stays(client: TestClient) -> None:
    hostile = "<script>alert(1)</script>"
    page = client.get("/drivers", params={"brand": "Nordkvern", "segment": hostile}).text
    assert hostile not in page
    assert 'name="segment" value="&lt;script&gt;' in page
    page = client.get("/drivers", params={"brand": "Nordkvern", "segment": "product"}).text
    assert "<bdi>Nordkvern Halo</bdi>" in page


def test_files_of_page_six_hold_the_same_rows(client: TestClient) -> None:
    import csv
    import io

    for path in ("drivers/sources", "drivers/gap", "surveys"):
        rows = _get(client, path, days=30)["rows"]
        asked = {"brand": "Nordkvern", "days": "30", "format": "csv"}
        text = client.get(f"/api/v1/{path}", params=asked).content.decode("utf-8-sig")
        assert len(list(csv.DictReader(io.StringIO(text)))) == len(rows) > 0
