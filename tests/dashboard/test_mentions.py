"""The page of mentions: what it counts and lists is what the tables say of all its filters."""

from __future__ import annotations

import csv
import io
import math
import random
import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from mentions_told import Row, client_as, rows
from starlette.testclient import TestClient

from transforms.search_words import sought

if TYPE_CHECKING:
    import duckdb

    from tidings.home import Home

BRAND = "Nordkvern"
QUERIES = (
    "leak*",
    "the",
    "app OR support",
    '"water tank"',
    "machine -leak*",
    "kaffe* OR coffee",
    "漏水",
    "漏",
    "terrible OR dårlig OR 很好",
    "nothingofthekind",
    '"it leaks"* -support OR app',
)


@pytest.fixture(scope="module")
def said(told: duckdb.DuckDBPyConnection) -> list[Row]:
    return rows(told, BRAND)


@pytest.fixture(scope="module")
def last(said: list[Row]) -> date:
    newest: date = max(row["day"] for row in said)
    return newest


def fits(row: Row, asked: dict[str, Any]) -> bool:
    """Whether a mention fits, in words of this test's own."""
    stars = None if row["rating"] is None else 1 + math.floor(4 * row["rating"] / 1e9 + 0.5)
    checks: dict[str, Callable[[Any], bool]] = {
        "source": lambda v: row["source"] == v,
        "kind": lambda v: row["kind"] == v,
        "place": lambda v: row["place"] == v,
        "language": lambda v: row["score_language"] == v,
        "label": lambda v: row["label"] == v,
        "keyword": lambda v: v in row["keyword"],
        "driver": lambda v: v in row["driver"],
        "author": lambda v: row["author"] == v,
        "voice": lambda v: row["voice"] == v,
        "rating": lambda v: stars == v,
        "reach": lambda v: (row["author_followers"] or -1) >= v,
        "answered": lambda v: (
            row["has_answer"] if v == "yes" else row["answerable"] and not row["has_answer"]
        ),
        "q": lambda v: sought(v).holds(row["title"], row["text"]),
        "from": lambda v: row["day"] >= v,
        "to": lambda v: row["day"] <= v,
    }
    return all(checks[name](value) for name, value in asked.items())


def asked_at_random(dice: random.Random, said: list[Row], last: date) -> dict[str, Any]:
    """Choose a period and up to three filters, with values of a mention there is."""
    one = dice.choice(said)
    known: dict[str, Any] = {
        "source": one["source"],
        "kind": one["kind"],
        "place": one["place"],
        "language": one["score_language"],
        "label": one["label"],
        "keyword": next(iter(sorted(one["keyword"])), None),
        "driver": next(iter(sorted(one["driver"])), None),
        "author": one["author"],
        "voice": one["voice"],
        "rating": dice.randint(1, 5),
        "reach": dice.choice([0, 100, 1_000]),
        "answered": dice.choice(["yes", "no"]),
        "q": dice.choice(QUERIES),
    }
    to = last - timedelta(days=dice.randrange(20))
    names = dice.sample(sorted(known), dice.randint(0, 3))
    asked = {name: known[name] for name in names if known[name] is not None}
    return asked | {"from": to - timedelta(days=dice.randrange(50)), "to": to}


def listed(client: TestClient, asked: dict[str, Any], size: int) -> tuple[Row, list[Row]]:
    """Return the counts and all rows, page after page."""
    offset: int | None = 0
    told: list[Row] = []
    counts: Row = {}
    while offset is not None:
        answer = client.get(
            "/api/v1/mentions",
            params={"brand": BRAND, **asked, "limit": size, "offset": offset},
        )
        assert answer.status_code == 200, answer.text
        counts, offset = answer.json()["counts"], answer.json()["next"]
        told += answer.json()["rows"]
    return counts, told


def test_counts_and_voices_are_those_of_the_tables_for_random_filters(
    client: TestClient, said: list[Row], last: date
) -> None:
    dice = random.Random(3)
    several = 0
    for _ in range(70):
        asked = asked_at_random(dice, said, last)
        wanted = [row for row in said if fits(row, asked)]
        first = [row for row in wanted if row["first_copy"]]
        counts, told = listed(client, asked, dice.choice([200, 1_000]))
        assert counts["exposures"] == len(wanted), asked
        assert counts["mentions"] == len(first), asked
        labels = Counter(row["label"] for row in first)
        for label in ("positive", "neutral", "negative", "unscored"):
            assert counts[label] == labels[label], asked
        voices = Counter(row["voice"] for row in wanted)
        assert {int(row["voice"]): row["copies"] + 1 for row in told} == voices, asked
        assert len(told) == len(voices) == counts["voices"], asked
        by_day = Counter(row["day"].isoformat() for row in first)
        assert {d["day"]: d["mentions"] for d in counts["days"] if d["mentions"]} == by_day
        several += len(wanted) > 1
    assert several > 35


def test_unfiltered_it_counts_what_the_mart_counts(
    client: TestClient, told: duckdb.DuckDBPyConnection, last: date
) -> None:
    counts, _ = listed(client, {"from": last - timedelta(days=20), "to": last}, 5_000)
    [mart] = told.execute(
        "SELECT sum(mentions), sum(exposures), sum(positive), sum(negative), sum(scored) "
        "FROM marts.brand_reputation_daily WHERE brand = $1 AND day BETWEEN $2 AND $3",
        [BRAND, last - timedelta(days=20), last],
    ).fetchall()
    names = ("mentions", "exposures", "positive", "negative", "scored")
    assert tuple(counts[name] for name in names) == mart


def test_newest_first_and_loudest_first(client: TestClient, said: list[Row], last: date) -> None:
    asked = {"from": last - timedelta(days=15), "to": last}
    _, newest = listed(client, asked, 1_000)
    times = [row["published"] for row in newest]
    assert times == sorted(times, reverse=True)
    _, loudest = listed(client, asked | {"sort": "loudest"}, 1_000)
    of_voice: dict[int, list[Row]] = {}
    for row in said:
        if fits(row, asked):
            of_voice.setdefault(row["voice"], []).append(row)

    def loudness(voice: int) -> float:
        copies = of_voice[voice]
        reactions = max(sum(c[n] or 0 for n in ("likes", "replies", "shares")) for c in copies)
        reach = sum(c["author_followers"] or 0 for c in copies)
        return math.log10((1 + reach) * (1 + reactions) * len(copies))

    told = [loudness(int(row["voice"])) for row in loudest]
    assert told == pytest.approx(sorted(told, reverse=True))
    assert told[0] > told[-1]


def test_without_an_index_the_same_is_found_and_the_page_says_so(
    own_home: Home, client: TestClient, last: date
) -> None:
    asked = {"from": last - timedelta(days=30), "to": last, "q": "leak*"}
    counts, told = listed(client, asked, 1_000)
    own_home.search.unlink()
    with client_as(own_home, "editor") as other:
        same, rows_ = listed(other, asked, 1_000)
        assert (same, rows_) == (counts, told)
        assert counts["mentions"] > 10
        page = other.get("/mentions", params={"brand": BRAND, "q": "leak*"})
        assert "no index of the words" in page.text
        assert "etag" not in page.headers
    with_index = client.get("/mentions", params={"brand": BRAND, "q": "leak*"})
    assert "no index of the words" not in with_index.text


def test_matched_words_are_marked_and_voices_folded(client: TestClient, said: list[Row]) -> None:
    page = client.get("/mentions", params={"brand": BRAND, "days": 60, "q": "leak*"}).text
    marked = re.findall(r"<mark>(.*?)</mark>", page)
    assert marked
    assert {word.lower()[:4] for word in marked} == {"leak"}
    voice, copies = Counter(row["voice"] for row in said).most_common(1)[0]
    assert copies > 1
    folded = client.get("/mentions", params={"brand": BRAND, "days": 60, "voice": str(voice)}).text
    assert f"and {copies - 1} copies" in folded
    assert folded.count('<article class="mention"') == 1


def test_pages_have_no_holes(client: TestClient) -> None:
    seen: list[str] = []
    address: str | None = f"mentions?brand={BRAND}&days=60&label=negative"
    while address:
        page = client.get(f"/{address}").text
        seen += re.findall(r'aria-labelledby="m([0-9a-f-]{36})"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else None
    counts, told = listed(client, {"days": 60, "label": "negative"}, 1_000)
    assert seen == [row["mention_id"] for row in told]
    assert len(seen) == counts["voices"] > 50


def test_what_is_typed_is_shown_as_typed_and_never_an_error(client: TestClient) -> None:
    hostile = ("<script>alert(1)</script>", '"><img src=x onerror=x>', "' OR 1=1 --", "\x00", "*")
    for typed in (*hostile, "NEAR(", "a" * 999, "-only", '"""', "{{7*7}}"):
        for where in ("q", "source", "author", "keyword", "place"):
            page = client.get("/mentions", params={"brand": BRAND, where: typed})
            assert page.status_code == 200, (where, typed)
            assert "<script>alert" not in page.text
            assert "<img src=x" not in page.text
            assert ">49<" not in page.text


@pytest.mark.parametrize(
    "asked", ["rating=6", "rating=x", "label=bad", "answered=maybe", "reach=-1", "sort=worst"]
)
def test_a_value_of_no_use_is_said_to_be_one(client: TestClient, asked: str) -> None:
    name = asked.partition("=")[0]
    answer = client.get(f"/api/v1/mentions?{asked}")
    assert answer.status_code == 400
    assert name in answer.json()["message"]


def test_a_file_of_the_list_has_its_rows_and_no_formulas(client: TestClient, last: date) -> None:
    asked: Any = {
        "brand": BRAND,
        "from": last - timedelta(days=10),
        "to": last,
        "driver": "quality",
    }
    _, told = listed(client, asked, 1_000)
    made = client.get("/api/v1/mentions", params={**asked, "format": "csv", "limit": 5_000})
    lines = list(csv.DictReader(io.StringIO(made.content.decode("utf-8-sig"))))
    assert [line["mention_id"] for line in lines] == [row["mention_id"] for row in told]
    assert all("quality: " in line["drivers"] for line in lines)
    assert not any(value[:1] in "=+@\t\r" for line in lines for value in line.values() if value)
    sheet = client.get("/api/v1/mentions", params={**asked, "format": "xlsx"})
    assert sheet.content[:2] == b"PK"


def test_a_browser_that_has_it_is_told_so(client: TestClient) -> None:
    for address in ("/mentions?q=leak*", "/answers", "/api/v1/mentions?q=leak*"):
        first = client.get(address)
        again = client.get(address, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
