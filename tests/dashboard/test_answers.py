"""The page of answers: its queue is the mart's, and what is marked leaves it at once."""

from __future__ import annotations

import random
import re
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

import pytest
from mentions_told import client_as, rows
from starlette.testclient import TestClient

if TYPE_CHECKING:
    import duckdb

    from tidings.home import Home

BRAND = "Nordkvern"


@pytest.fixture(scope="module")
def mart(told: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    con = told.cursor()
    con.execute("USE tidings")
    found = con.sql(f"SELECT * FROM marts.answer_queue WHERE brand = '{BRAND}' ORDER BY rank")
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def queue(client: TestClient, **asked: Any) -> list[str]:
    answer = client.get("/api/v1/answers", params={"brand": BRAND, **asked}).json()
    return [row["mention_id"] for row in answer["rows"]]


def test_the_queue_is_the_mart_s_for_random_filters(
    client: TestClient, mart: list[dict[str, Any]]
) -> None:
    dice = random.Random(2)
    assert len(mart) > 30
    several = 0
    for _ in range(40):
        one = dice.choice(mart)
        stars = None if one["rating"] is None else 1 + round(4 * one["rating"])
        known = {
            "source": one["source"],
            "label": one["label"],
            "kind": one["kind"],
            "driver": next(iter(one["drivers"]), None),
            "rating": stars,
            "overdue": "yes" if one["overdue"] else "no",
        }
        names = dice.sample(sorted(known), dice.randint(0, 3))
        asked = {name: known[name] for name in names if known[name] is not None}
        wanted = [
            str(row["mention_id"])
            for row in mart
            if row["source"] == asked.get("source", row["source"])
            and row["label"] == asked.get("label", row["label"])
            and row["kind"] == asked.get("kind", row["kind"])
            and ("driver" not in asked or asked["driver"] in row["drivers"])
            and ("rating" not in asked or 1 + round(4 * row["rating"]) == asked["rating"])
            and ("overdue" not in asked or row["overdue"] == (asked["overdue"] == "yes"))
        ]
        assert queue(client, **asked, limit=5_000) == wanted, asked
        paged = [
            x
            for start in range(0, len(wanted), 40)
            for x in queue(client, **asked, limit=40, offset=start)
        ]
        assert paged == wanted
        several += 1 < len(wanted) < len(mart)
    assert several > 15


def test_the_page_counts_what_waits(client: TestClient, mart: list[dict[str, Any]]) -> None:
    counts = client.get("/api/v1/answers", params={"brand": BRAND}).json()["counts"]
    assert counts["waiting"] == len(mart)
    assert counts["overdue"] == sum(row["overdue"] for row in mart)
    page = client.get("/answers", params={"brand": BRAND}).text
    assert f"{len(mart)} to answer" in page
    assert page.count('<article class="mention"') == min(50, len(mart))


def test_a_rival_has_no_queue(client: TestClient) -> None:
    assert queue(client, brand="Vantrosso") == []
    page = client.get("/answers", params={"brand": "Vantrosso"})
    assert page.status_code == 200
    assert "Nothing waits" in page.text


def test_figures_of_the_period_are_those_of_its_reviews(
    client: TestClient, told: duckdb.DuckDBPyConnection
) -> None:
    from scipy.stats import binomtest

    said = rows(told, BRAND)
    last = max(row["day"] for row in said)
    for days in (3, 20, 60):
        first = last - timedelta(days=days - 1)
        cohort = [r for r in said if r["first_asked"] and first <= r["day"] <= last]
        answered = [r for r in cohort if r["voice_answered"]]
        known = [r for r in cohort if r["voice_in_target"] is not None]
        in_target = sum(r["voice_in_target"] for r in known)
        hours = [
            max((r["voice_answered_at"] - r["published"]).total_seconds(), 0) / 3600
            for r in answered
            if r["voice_answered_at"] is not None
        ]
        asked = {"brand": BRAND, "from": first, "to": last}
        got = client.get("/api/v1/answers", params=asked).json()["period"]
        assert (got["received"], got["answered"]) == (len(cohort), len(answered))
        assert got["open"] == len(cohort) - len(answered)
        assert got["response_rate"] == pytest.approx(len(answered) / len(cohort))
        assert got["answered_in_target"] == pytest.approx(in_target / len(known))
        assert got["n_answered_in_target"] == len(known)
        low, high = binomtest(in_target, len(known)).proportion_ci(method="wilson")
        assert got["answered_in_target_low"] == pytest.approx(low, abs=1e-6)
        assert got["answered_in_target_high"] == pytest.approx(high, abs=1e-6)
        assert got["response_time_median"] == pytest.approx(median(hours), abs=1e-6)


def mark(client: TestClient, one: str, state: str, **headers: str) -> Any:
    return client.post(
        "/answers-mark",
        params={"brand": BRAND, "id": one},
        data={"state": state},
        headers=headers,
        follow_redirects=False,
    )


def test_what_is_marked_leaves_the_queue_at_once_and_comes_back(own_home: Home) -> None:
    with client_as(own_home, "editor") as client:
        before = queue(client)
        first, second = before[:2]
        answer = mark(client, first, "answered", **{"hx-request": "true"})
        assert answer.status_code == 200
        assert "Undo" in answer.text
        assert "<html" not in answer.text
        assert mark(client, second, "not_needed").headers["location"].startswith("answers?")
        assert queue(client) == before[2:]
        page = client.get("/answers", params={"brand": BRAND}).text
        assert f'<article class="mention" id="a{first}"' not in page
        assert f'<li id="a{first}"' in page
        assert f"{len(before) - 2} to answer" in page
        undone = mark(client, first, "open", **{"hx-request": "true"})
        assert f'<article class="mention" id="a{first}"' in undone.text
        assert queue(client) == [before[0], *before[2:]]


def test_a_mark_is_taken_over_and_can_be_undone_after(own_home: Home) -> None:
    from tidings.cli import steps

    def loaded() -> None:
        steps.load()
        steps.refresh()
        steps.publish()

    with client_as(own_home, "editor") as client:
        before = queue(client)
        mark(client, before[0], "not_needed")
        loaded()
        assert queue(client) == before[1:]
        page = client.get("/answers", params={"brand": BRAND}).text
        listed = re.search(rf'<li id="a{before[0]}">.*?</li>', page, re.S)
        assert listed is not None
        assert "next load" not in listed[0]
        told = mark(client, before[0], "open", **{"hx-request": "true"})
        assert "back in the list from the next load" in told.text
        loaded()
        assert queue(client) == before


def test_viewers_mark_nothing(own_home: Home) -> None:
    with client_as(own_home, "viewer") as viewer:
        one = queue(viewer)[0]
        assert "answers-mark" not in viewer.get("/answers").text
        assert mark(viewer, one, "answered").status_code == 403
        assert queue(viewer)[0] == one
    assert not own_home.journal.exists()


def test_what_is_no_mention_of_the_brand_can_t_be_marked(own_home: Home) -> None:
    with client_as(own_home, "editor") as client:
        for one in ("x", "00000000-0000-0000-0000-000000000000"):
            assert mark(client, one, "answered").status_code == 400
        assert mark(client, queue(client)[0], "thrown away").status_code == 422
    assert not own_home.journal.exists()


def test_age_is_told_against_the_target(client: TestClient, mart: list[dict[str, Any]]) -> None:
    rows_ = client.get("/api/v1/answers", params={"brand": BRAND, "limit": 5}).json()["rows"]
    for row, told in zip(rows_, mart, strict=False):
        target = (told["due"] - told["published"]).total_seconds() / 3600
        assert row["target_hours"] == pytest.approx(target)
        assert row["age_hours"] == pytest.approx(target - told["hours_left"])
    page = client.get("/answers", params={"brand": BRAND}).text
    assert "overdue by" in page
    assert "<meter" in page
