"""Page five: keywords against their own past, the words of the period, and queries tried."""

from __future__ import annotations

import re
import tomllib
from datetime import date, timedelta
from math import comb
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from dashboard.figures.keywords_query import SHOWN, pieces, watch_line

if TYPE_CHECKING:
    import duckdb

    from tidings.home import Home

HOSTILE = '"<script>alert(1)</script>" OR \'><img src=x onerror=alert(1)>'


def _get(client: TestClient, path: str, **asked: Any) -> dict[str, Any]:
    answer = client.get(f"/api/v1/{path}", params={"brand": "Nordkvern"} | asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _daily(told: duckdb.DuckDBPyConnection) -> dict[str, dict[date, dict[str, Any]]]:
    result = told.execute("FROM marts.keyword_daily WHERE brand = 'Nordkvern'")
    names = [column for column, *_ in result.description or []]
    found: dict[str, dict[date, dict[str, Any]]] = {}
    for values in result.fetchall():
        row = dict(zip(names, values, strict=True))
        found.setdefault(row["keyword"], {})[row["day"]] = row
    return found


def _chance(k: int, n: int) -> float:
    return sum(comb(n, i) * 0.2**i * 0.8 ** (n - i) for i in range(k, n + 1))


def _way(row: dict[str, Any]) -> str | None:
    k, usual = row["mentions_7"], row["baseline_28"]
    if usual is not None and k > usual / 4 and _chance(k, k + usual) < 0.01:
        return "rising"
    if row["trend"] is None:
        return None
    if row["trend_low"] > 1:
        return "rising"
    return "falling" if row["trend_high"] < 1 else "usual"


def test_keywords_are_the_marts_and_rise_where_it_is_no_chance(
    client: TestClient, told: duckdb.DuckDBPyConnection
) -> None:
    daily, ways = _daily(told), set()
    end = max(day for days in daily.values() for day in days)
    for back in (0, 3, 10, 17, 24):
        last = end - timedelta(days=back)
        first = last - timedelta(days=9)
        found = _get(client, "keywords", **{"from": str(first), "to": str(last)})
        order = []
        for row in found["rows"]:
            days = daily[row["keyword"]]
            within = [days[d] for d in sorted(days) if first <= d <= last]
            assert row["mentions"] == sum(d["mentions"] for d in within)
            assert row["mentions"] == sum(row["daily"])
            newest = [d for d in within if d["coverage"] > 0][-1]
            assert (row["trend_day"], row["trend"]) == (str(newest["day"]), newest["trend"])
            assert row["way"] == _way(newest)
            rising = [d for d in within if _way(d) == "rising"]
            assert row["rose"] == len(rising)
            ways.add(row["way"])
            order.append({"rising": 1, "falling": 2}.get(row["way"], 3))
        assert order == sorted(order)
        assert len(found["rows"]) > 3
    assert {"rising", "falling", "usual"} <= ways


def test_pages_of_keywords_have_no_holes(client: TestClient) -> None:
    whole = _get(client, "keywords")["rows"]
    paged, offset = [], 0
    while offset is not None:
        answer = _get(client, "keywords", limit=3, offset=offset)
        paged += answer["rows"]
        offset = answer["next"]
    assert paged == whole


def test_company_is_the_marts_of_one_month(
    client: TestClient, told: duckdb.DuckDBPyConnection
) -> None:
    found = _get(client, "keywords/company", days=90)
    mart = told.execute(
        "SELECT keyword, form, company, together, lift FROM marts.keyword_company "
        "WHERE brand = 'Nordkvern' AND month = ?::DATE",
        [found["month"]],
    ).fetchall()
    rows = {
        (r["keyword"], r["form"], r["company"], r["together"], r["lift"]) for r in found["rows"]
    }
    assert rows == set(mart)
    assert rows
    page = client.get("/keywords", params={"brand": "Nordkvern", "days": 90}).text
    assert 'data-kind="graph"' in page


def _texts(told: duckdb.DuckDBPyConnection, first: str, last: str, label: str = "") -> list[str]:
    return [
        f"{title or ''} {text or ''}"
        for title, text in told.execute(
            "SELECT m.title, m.text FROM core.said AS s "
            "JOIN core.mention AS m ON m.mention_id = s.mention_id "
            "WHERE s.brand = 'Nordkvern' AND s.first_copy "
            "AND s.day BETWEEN ?::DATE AND ?::DATE AND (? = '' OR s.label = ?)",
            [first, last, label, label],
        ).fetchall()
    ]


def test_words_of_the_period_are_in_so_many_of_its_texts(
    client: TestClient, told: duckdb.DuckDBPyConnection
) -> None:
    found = _get(client, "keywords/words", days=28, label="negative")
    texts = _texts(told, found["from"], found["to"], "negative")
    assert found["texts"] == len(texts)
    latin = [row for row in found["rows"] if row["word"].isascii()]
    assert len(latin) >= 3
    for row in latin:
        said = [t for t in texts if re.search(rf"(?<![^\W_]){row['word']}(?![^\W_])", t, re.I)]
        assert abs(len(said) - row["texts"]) <= 1, row  # a link or an account is no word
        assert row["z"] >= 1.96
        assert 1 <= row["size"] <= 7
    assert max(row["size"] for row in found["rows"]) == 7


def test_a_query_finds_what_its_words_say(
    client: TestClient, told: duckdb.DuckDBPyConnection
) -> None:
    found = _get(client, "keywords/query", query="leak* OR recall* NOT pump", days=40)
    period = _get(client, "keywords", days=40)
    texts = _texts(told, period["from"], period["to"])
    pattern = re.compile(r"(?<![^\W_])(leak|recall)\w*", re.I)
    leak = re.compile(r"(?<![^\W_])leak\w*", re.I)
    pump = re.compile(r"(?<![^\W_])pump(?![^\W_])", re.I)
    # NOT binds closer than OR: it is only recalls that must not speak of a pump
    wanted = [t for t in texts if leak.search(t) or (pattern.search(t) and not pump.search(t))]
    assert (found["looked"], found["capped"]) == (len(texts), False)
    assert found["matched"] == len(wanted) > 10
    assert found["read"] == "leak* OR (recall* AND NOT pump)"
    assert sum(found["labels"].values()) == sum(found["sources"].values()) == len(wanted)
    for example in found["examples"]:
        marked = [text for text, matched in example["pieces"] if matched]
        assert marked
        assert all(pattern.fullmatch(text) for text in marked)


def test_all_that_was_collected_is_more_than_the_brands(client: TestClient) -> None:
    own = _get(client, "keywords/query", query="the", days=28)
    everything = _get(client, "keywords/query", query="the", days=28, within="all")
    assert everything["looked"] > own["looked"]
    assert everything["matched"] > own["matched"]


def test_only_so_many_of_the_newest_are_looked_at_and_it_is_said(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("keywords", "keywords_query"):
        monkeypatch.setattr(f"dashboard.figures.{module}.MOST_TEXTS", 25)
    monkeypatch.setattr("dashboard.pages.keywords.figures.MOST_TEXTS", 25)
    found = _get(client, "keywords/query", query="the OR i", days=40)
    assert (found["looked"], found["capped"]) == (25, True)
    times = [example["published"] for example in found["examples"]]
    assert times == sorted(times, reverse=True)
    answer = client.get("/keywords_query", params={"query": "the", "days": 40})
    assert "There are more than 25" in answer.text


def test_a_query_that_cannot_be_read_says_where_and_the_way_out(client: TestClient) -> None:
    found = _get(client, "keywords/query", query="late NEAR delivery")
    assert found["wrong"]["position"] == 5
    assert found["wrong"]["before"] == "late "
    assert "NEAR/5" in found["wrong"]["remedy"]
    assert found["looked"] == 0
    page = client.get("/keywords_query", params={"query": "late NEAR delivery"}).text
    assert "late <mark>N</mark>EAR delivery" in page


def test_where_to_look_twice_is_told(client: TestClient) -> None:
    page = client.get("/keywords_query", params={"query": "app* OR Zyx", "days": 40}).text
    assert "is short for a beginning" in page
    assert '<code dir="auto">Zyx</code> is short' in page
    assert "is in none of these texts" in page


def test_what_is_typed_is_text_and_nothing_can_be_posted(client: TestClient) -> None:
    for path in ("/keywords", "/keywords_query"):
        answer = client.get(path, params={"query": HOSTILE, "name": HOSTILE})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        assert client.post(path, data={"query": "x"}).status_code == 405
    answer = client.get("/keywords", params={"label": HOSTILE})
    assert answer.status_code == 400
    assert "<script>alert" not in answer.text


def test_what_a_mention_says_is_text(own_home: Home) -> None:
    import duckdb
    from app_client import client_of

    with duckdb.connect(str(own_home.snapshot)) as con:
        con.execute(
            "UPDATE tidings.core.mention_version SET text = 'leak ' || $hostile",
            {"hostile": HOSTILE},
        )
    page = client_of(own_home).get("/keywords", params={"query": "leak", "words": "1", "days": 40})
    assert "<mark>leak</mark>" in page.text
    assert "&lt;script&gt;alert(1)" in page.text
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text


@pytest.mark.parametrize(
    ("text", "places", "expected"),
    [
        ("a pump leaks", [(2, 6)], [("a ", False), ("pump", True), (" leaks", False)]),
        ("pumps", [(0, 4), (2, 5)], [("pumps", True)]),  # overlapping matches are one
        ("pump", [], [("pump", False)]),  # a mere field matched
        ("a b", [(2, 3), (0, 1)], [("a", True), (" ", False), ("b", True)]),
    ],
)
def test_a_text_is_cut_at_its_matches(
    text: str, places: list[tuple[int, int]], expected: list[tuple[str, bool]]
) -> None:
    assert pieces(text, places) == expected


def test_of_a_long_text_what_is_near_the_first_match_is_shown() -> None:
    text = "x" * 1000 + " leak " + "y" * 1000
    found = pieces(text, [(1001, 1005), (2001, 2003)])
    assert [piece for piece, matched in found if matched] == ["leak"]
    assert found[0] == found[-1] == ("…", False)
    assert sum(len(piece) for piece, _ in found) == SHOWN + 2


@pytest.mark.parametrize(
    "query",
    ['"late delivery" OR a', "a\\b", "x\ty\n z", "诺德坤 OR نوردکورن", "a\x7fb", "'a' \"b\""],
)
def test_the_line_for_the_watch_file_is_toml_of_the_same_query(query: str) -> None:
    read = tomllib.loads(f"[queries]\n{watch_line('Late, delivery!', query)}")
    assert read == {"queries": {"late-delivery": " ".join(query.split())}}
    assert watch_line("", "a") == 'name = "a"'
