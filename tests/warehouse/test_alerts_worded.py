"""What was said counts where alerts look at negative shares: from the warehouse, now and then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from drawn_tables import ACME, World
from staged_batches import said

from tidings.cli.alerting.looking import look
from transforms.incidents import SLIGHT
from warehouse.alerts import said as texts
from warehouse.brands import sync
from warehouse.marts import refresh

if TYPE_CHECKING:
    import duckdb

    Con = duckdb.DuckDBPyConnection

START = datetime(2026, 3, 2, tzinfo=UTC)
ONSET = 10 * 24
USUAL = ("slow", "cold", "rude", "late", "dirty", "loud", "small", "dear")


def talk(news: str, *, edited: str | None = None) -> list[list]:  # type: ignore[type-arg]
    """Eleven days, five voices an hour, a fifth negative; 60 % for the last three hours.

    Negative voices of the last hours say ``news``; later they were ``edited`` to say that.
    """
    rng = np.random.default_rng(5)
    first, later = [], []
    for hour in range(ONSET + 3):
        for minute in range(0, 60, 12 if hour < ONSET else 6):
            negative = rng.random() < (0.2 if hour < ONSET else 0.6)
            usual = " ".join(str(word) for word in rng.choice(USUAL, 2, replace=False))
            when = START + timedelta(hours=hour, minutes=minute)
            key = f"{hour}-{minute}"
            rising = negative and hour >= ONSET

            def one(text: str, collected: datetime, key: str = key, when=when, negative=negative):  # type: ignore[no-untyped-def]
                return said(
                    key,
                    text,
                    label="negative" if negative else "neutral",
                    voice=key,
                    author=f"author {key}",
                    published=when,
                    collected=collected,
                )

            first.append(one(f"{usual} {news}" if rising else usual, when))
            if rising and edited is not None:
                later.append(one(f"{usual} {edited}", START + timedelta(hours=ONSET + 4)))
    return [first, later]


def alarms(world: World, *, then: bool = False) -> list[datetime]:
    """When the negative share was an alarm, no matter of a digest."""
    sync(world.con, (ACME,), allows_answers=())
    refresh(world.con)
    since = START.replace(tzinfo=None)
    until = since + timedelta(hours=ONSET + 3)
    found = look(world.con, [ACME], since, until, then=then, rules=("negative_share",))
    return [f.at for f in found.findings if f.detail != SLIGHT]


def test_a_rise_with_a_word_is_an_alarm(world: World) -> None:
    first, _ = talk("valve")
    world.load(first)
    assert len(alarms(world)) == 1


def test_the_same_rise_without_a_word_is_none(world: World) -> None:
    first, _ = talk("")
    world.load(first)
    assert alarms(world) == []


def test_a_look_back_goes_by_what_was_said_first(world: World) -> None:
    first, later = talk("valve", edited="")
    world.load(first)
    world.load(later)
    assert alarms(world) == []
    assert len(alarms(world, then=True)) == 1


def test_texts_are_those_asked_for_and_none_of_what_is_unknown(world: World, con: Con) -> None:
    world.load([said("a", "the valve", title="Leaks", published=START), said("b", "cold")])
    ids = dict(con.execute("SELECT external_id, mention_id::VARCHAR FROM core.mention").fetchall())
    since = START.replace(tzinfo=None)
    asked = [ids["a"], "00000000-0000-0000-0000-000000000000"]
    for then in (False, True):
        assert texts(con, asked, since, since, then=then) == {ids["a"]: "Leaks\nthe valve"}
        assert texts(con, [], since, since, then=then) == {}
