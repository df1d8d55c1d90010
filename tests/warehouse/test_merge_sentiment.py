"""Sentiment toward brands and drivers: kept as versions, and the label that marts count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drawn_tables import World
from staged_batches import NOON, at, enriched, said, stage

from warehouse.merge import merge
from warehouse.rescore import merge_scores

if TYPE_CHECKING:
    import duckdb

    Con = duckdb.DuckDBPyConnection

LATER = datetime(2026, 3, 9, tzinfo=UTC)
TWO = [("Acme", "text"), ("Zenith", "text")]


def load(con: Con, folder: Path, *rows: Any, now: datetime = NOON, **fields: Any) -> None:
    fence = con.execute("SELECT fence FROM core.fence").fetchone()
    assert fence is not None
    merge(con, stage(folder, list(rows), **fields), fence=fence[0], now=now)


def test_marts_count_the_sentiment_toward_each_brand(world: World) -> None:
    row = said(
        "1", label="neutral", brands=TWO, published=at("2026-03-01"),
        toward={"Acme": ("positive", 0.8), "Zenith": ("negative", -0.6)},
    )  # fmt: skip
    plain = said("2", label="positive", brands=TWO, published=at("2026-03-01"))
    world.load([row, plain])
    world.mart(
        "marts.brand_reputation_daily",
        """
        day        | brand  | mentions | positive | neutral | negative
        2026-03-01 | Acme   | 2        | 2        | 0       | 0
        2026-03-01 | Zenith | 2        | 1        | 0       | 1
    """,
    )


def test_a_newer_whole_text_wins_over_an_older_sentiment_toward_the_brand(world: World) -> None:
    """Another watch file has since found that the text speaks of Acme as a whole."""
    day = at("2026-03-01")
    world.load([said("1", label="negative", toward={"Acme": ("positive", 0.8)}, published=day)])
    world.load([said("1", label="negative", published=day)], watch="zenith")
    world.mart(
        "marts.brand_reputation_daily",
        """
        day        | brand | mentions | positive | negative
        2026-03-01 | Acme  | 1        | 0        | 1
    """,
    )
    found = world.con.execute("SELECT label, whole_text FROM core.brand_score").fetchall()
    assert found == [("negative", True)]


def test_another_sentiment_toward_a_brand_is_a_new_match(con: Con, tmp_path: Path) -> None:
    load(con, tmp_path, said("1", toward={"Acme": ("positive", 0.8)}), batch_id="a")
    load(con, tmp_path, said("1", toward={"Acme": ("positive", 0.8)}), batch_id="b", now=LATER)
    load(con, tmp_path, said("1", toward={"Acme": ("positive", 0.7)}), batch_id="c", now=LATER)
    found = con.execute(
        "SELECT label, compound, known_to IS NULL FROM core.brand_match ORDER BY known_from, 2"
    ).fetchall()
    assert found == [("positive", 0.8, False), ("positive", 0.7, True)]


def test_drivers_are_kept_as_versions_and_go_with_their_words(con: Con, tmp_path: Path) -> None:
    hits = (("price", "negative", -0.5), ("service", "unscored", None))
    first = said("1", drivers=hits)
    load(con, tmp_path, first, batch_id="a")
    load(con, tmp_path, first, batch_id="b", now=LATER)
    assert len(con.execute("SELECT * FROM core.driver_hit").fetchall()) == 2
    edited = said(
        "1", "Other words", drivers=hits[:1], collected=NOON + timedelta(hours=3)
    )  # fmt: skip
    load(con, tmp_path, edited, batch_id="c", now=LATER)
    found = con.execute(
        "SELECT driver, matched, label, compound, watch, known_to IS NULL "
        "FROM core.driver_hit ORDER BY driver, known_from"
    ).fetchall()
    assert found == [
        ("price", "price", "negative", -0.5, "acme", True),
        ("service", "service", "unscored", None, "acme", False),
    ]


def test_the_last_bits_of_a_number_make_no_new_version(con: Con, tmp_path: Path) -> None:
    def row(bits: float) -> Any:
        return said(
            "1", compound=0.5 + bits, confidence=0.8 + bits,
            toward={"Acme": ("positive", 0.7 + bits)}, drivers=[("price", "negative", -0.5 - bits)],
        )  # fmt: skip

    load(con, tmp_path, row(0.0), batch_id="a")
    load(con, tmp_path, row(1e-7), batch_id="b", now=LATER)
    for table in ("score", "brand_match", "driver_hit"):
        assert con.execute(f"SELECT count(*) FROM core.{table}").fetchall() == [(1,)], table
    load(con, tmp_path, row(1e-3), batch_id="c", now=LATER)
    for table in ("score", "brand_match", "driver_hit"):
        assert con.execute(f"SELECT count(*) FROM core.{table}").fetchall() == [(2,)], table


def test_a_flag_or_confidence_that_changes_is_a_new_score(con: Con, tmp_path: Path) -> None:
    same = said("1", confidence=0.8, flags=["question"])
    load(con, tmp_path, same, batch_id="a")
    load(con, tmp_path, same, batch_id="b", now=LATER)
    load(con, tmp_path, said("1", confidence=0.8), batch_id="c", now=LATER)
    load(con, tmp_path, said("1", confidence=0.9), batch_id="d", now=LATER + timedelta(days=1))
    found = con.execute(
        "SELECT confidence, flags, known_to IS NULL FROM core.score ORDER BY known_from"
    ).fetchall()
    assert found == [(0.8, ["question"], False), (0.8, [], False), (0.9, [], True)]


def test_no_version_ends_before_it_began_where_the_clock_goes_back(
    con: Con, tmp_path: Path
) -> None:
    """Scored again by a clock that was ahead, once nothing but the sentiment toward the brand."""
    load(con, tmp_path, said("1", toward={"Acme": ("positive", 0.8)}), batch_id="a")
    again = [
        said("1", confidence=0.8, drivers=[("price", "negative", -0.5)]),
        said("1", confidence=0.8, toward={"Acme": ("negative", -0.8)}),
    ]
    for hour, row in enumerate(again):
        merge_scores(con, enriched([row]), "acme", now=LATER + timedelta(hours=hour))
    load(con, tmp_path, said("1", confidence=0.9), batch_id="b", now=NOON)
    for table in ("score", "brand_match", "driver_hit"):
        periods = con.execute(
            f"SELECT known_from < known_to FROM core.{table} WHERE known_to IS NOT NULL"
        ).fetchall()
        assert periods, table
        assert all(ordered for (ordered,) in periods), table
