"""Near copies are one voice in the marts, from when they are known to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drawn_tables import World
from staged_batches import said

from warehouse.gold import draw

if TYPE_CHECKING:
    import duckdb

MART = "marts.brand_reputation_daily"


def join(con: duckdb.DuckDBPyConnection, *, known_from: str) -> None:
    """Note that the texts ``one`` and ``other`` are near copies, as a later load would find."""
    con.execute(
        "INSERT INTO core.voice SELECT unnest(['one', 'other']), 'one', $known, NULL",
        {"known": known_from},
    )


def test_near_copies_count_once_from_the_refresh_that_learns_of_them(
    world: World, con: duckdb.DuckDBPyConnection
) -> None:
    world.say("""
        published        | voice | label    | keyword
        2026-03-01T10:00 | one   | positive | price
        2026-03-01T11:00 | other | positive | price
    """)
    drawn = """
        day        | brand | mentions | exposures | positive
        2026-03-01 | Acme  | {n}      | 2         | {n}
    """
    hits = """
        day        | brand | keyword | mentions | exposures
        2026-03-01 | Acme  | price   | {n}      | 2
    """
    world.mart(MART, drawn.format(n=2))
    join(con, known_from="2100-01-01")
    world.mart(MART, drawn.format(n=1))
    world.mart("marts.keyword_daily", hits.format(n=1))


def test_near_copies_are_drawn_once_to_be_labelled(
    world: World, con: duckdb.DuckDBPyConnection
) -> None:
    world.load([said(key, key, voice=key, label="positive") for key in ("one", "other", "third")])
    join(con, known_from="2026-03-02")
    assert sorted(d.text for d in draw(con, "Acme", n=9)) in (["one", "third"], ["other", "third"])
