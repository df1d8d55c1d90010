"""Marts about people and answers over random histories: in steps they are as told at once."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from drawn_tables import ACME, World
from staged_batches import Said, at, said

from tidings.connector import Gone
from warehouse.brands import sync
from warehouse.marts import refresh

if TYPE_CHECKING:
    import duckdb

    Con = duckdb.DuckDBPyConnection

MARTS = (
    "answer_queue", "author_reach", "brand_driver_daily", "perception_gap", "response_daily",
    "review_changes",
)  # fmt: skip
FACTS = ("answer_said", "review_change", "response_day", "scored_day")
OF_BRANDS = """
    SELECT r.brand, r.day
    FROM marts.brand_reputation_daily AS r
    LEFT JOIN (
        SELECT brand, day, sum(received_28) AS received, sum(n_answered_in_target_28) AS timed
        FROM marts.response_daily
        GROUP BY ALL
    ) AS s ON s.brand = r.brand AND s.day = r.day
    WHERE (r.n_response_28, r.n_answered_in_target_28)
        IS DISTINCT FROM (coalesce(s.received, 0), coalesce(s.timed, 0))
"""
"""Days whose sources together are not what the brand's own mart says."""

START = at("2026-02-20")
LABELS = ("positive", "negative", "neutral", "unscored")


def told(con: Con, name: str) -> list[tuple[Any, ...]]:
    """Return the rows of a mart, whenever they were first told; ``name`` may end in ``_as_of``."""
    return con.execute(f"SELECT * EXCLUDE (known_from) FROM marts.{name} ORDER BY ALL").fetchall()


def facts(con: Con) -> dict[str, list[tuple[Any, ...]]]:
    return {name: con.execute(f"FROM core.{name} ORDER BY ALL").fetchall() for name in FACTS}


def drawn(chance: random.Random, key: int, now: datetime) -> Said:
    """Draw what one mention says at a time: its kind, place and day are always the same."""
    fixed = random.Random(key)
    published = START + timedelta(hours=fixed.randrange(24 * 60))
    kind = fixed.choice(["review", "review", "review", "question", "post", "survey"])
    answered = published + timedelta(hours=chance.randrange(1, 900))
    fields: dict[str, Any] = {
        "kind": kind,
        "source": fixed.choice(["shop", "shop", "forum"]),
        "published": published,
        "collected": max(now, published),
        "author": fixed.choice([None, "p1", "p2", "p3"]),
        "author_followers": chance.choice([None, 10, 500]),
        "voice": fixed.choice([None, None, "same", "another"]),
        "brands": [(b, "text") for b in fixed.choice([["Acme"], ["Acme", "Zenith"], ["Zenith"]])],
        "drivers": [
            (d, chance.choice(LABELS), None)
            for d in chance.sample(["price", "service"], chance.randrange(3))
        ],
        "flags": chance.choice([(), ("question",)]),
        "label": chance.choice(LABELS),
    }
    if kind == "review":
        stars = float(chance.randrange(1, 6))
        fields |= {"rating": stars, "rating_min": 1.0, "rating_max": 5.0}
    if chance.random() < 0.4 and answered < now:
        fields |= {"answer": "So", "answered": chance.choice([None, answered])}
    if chance.random() < 0.3 and published < now:
        fields |= {"edited": published + (now - published) * chance.random()}
    return said(str(key), chance.choice(["a", "b"]), **fields)


def play(world: World, seed: int) -> None:
    chance = random.Random(seed)
    con, now = world.con, START + timedelta(days=25)
    sync(con, (ACME,), allows_answers=("shop",), walks=())
    published: dict[datetime, dict[str, list[tuple[Any, ...]]]] = {}
    for step in range(5):
        now += timedelta(hours=chance.choice([3, 30, 24 * 20]))
        keys = chance.sample(range(60), chance.choice([0, 4, 40]) if step else 40)
        gone = tuple(
            Gone(place="square", external_id=str(key), reason="gone", sure=True, noticed=now)
            for key in chance.sample(range(60), 4)
        )
        world.load([drawn(chance, key, now) for key in keys], collected=now)
        world.load([], source="shop", gone=gone, walk_id="visit", collected=now)
        refresh(con)
        stepwise, kept = {name: told(con, name) for name in MARTS}, facts(con)
        [(time,)] = con.execute("SELECT told FROM core.refreshed").fetchall()
        published[time] = stepwise
        refresh(con, full=True)
        for name in MARTS:
            assert told(con, name) == stepwise[name], f"{name} is another when told at once"
        assert facts(con) == kept
    for time, then in published.items():
        for name in MARTS:
            assert told(con, f"{name}_as_of(TIMESTAMP '{time}')") == then[name], (name, time)
    for name in MARTS:
        con.execute(f"DELETE FROM core.{name}")
    refresh(con, full=True)
    for name in MARTS:
        assert told(con, name) == stepwise[name], f"{name} is another when told for the first time"
    assert con.execute(OF_BRANDS).fetchall() == []
    rows = {name: max(len(then[name]) for then in published.values()) for name in MARTS}
    assert min(rows.values()) > 0, f"a history that says nothing: {rows}"


@pytest.mark.parametrize("seed", range(2))
def test_any_history_of_answers(world: World, seed: int) -> None:
    play(world, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 10))
def test_many_histories_of_answers(world: World, seed: int) -> None:
    play(world, seed)
