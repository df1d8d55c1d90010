"""Marts about attention and the score over random loads: kept up they are as made afresh.

Beside what ``test_mart_histories`` does, enough is said here for what stands together and for
trends, and incidents are told between the loads.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from drawn_tables import World
from staged_batches import Said, at, coverage, said

from tidings.times import utcnow
from tidings.watch import Brand, Competitor, Source, Watch
from warehouse.brands import sync
from warehouse.marts import refresh

if TYPE_CHECKING:
    import duckdb

    Con = duckdb.DuckDBPyConnection

WATCHES = (
    Watch(
        id="acme",
        brand=Brand(name="Acme", timezone="Asia/Kathmandu"),
        competitors=(Competitor(name="Zenith"), Competitor(name="Nadir")),
        sources=(Source(connector="forum"), Source(connector="press")),
    ),
    Watch(
        id="zenith",
        brand=Brand(name="Zenith"),
        competitors=(Competitor(name="Acme"),),
        sources=(Source(connector="forum"),),
    ),
)
MARTS = (
    "brand_reputation_daily", "brand_reputation_weekly", "brand_reputation_monthly",
    "share_of_voice_daily", "competitor_matrix", "keyword_daily", "keyword_company",
    "source_health",
)  # fmt: skip


def mention(dice: random.Random, key: str, collected: datetime) -> Said:
    late = dice.random() < 0.5
    brands = [b for b in ("Acme", "Zenith", "Nadir") if dice.random() < (0.7 if late else 0.3)]
    return said(
        key,
        label=dice.choice(("positive", "neutral", "negative", "unscored")),
        voice=dice.choice((None, None, None, "copied")),
        brands=[(b, "text") for b in brands or ["Acme"]],
        keywords=[("Acme", "late", 1)] * late
        + [("Acme", k, 1) for k in ("price", "even") if dice.random() < 0.4],
        drivers=[("delivery", "negative", -0.5)] * (late and dice.random() < 0.9),
        source=dice.choice(("forum", "press")),
        published=collected - timedelta(days=dice.choice((0, 1, 3, 20, 50)), hours=7),
        collected=collected,
    )


def disturb(con: Con, dice: random.Random) -> None:
    """Tell of a detector, of an incident, or take one back."""
    now = utcnow().replace(tzinfo=None)
    brand, back = dice.choice(("Acme", "Zenith")), dice.randrange(1, 40)
    began = datetime(2026, 3, 1) - timedelta(days=back)
    con.execute(
        "INSERT INTO core.detector_run VALUES (?, 'one', '1', ?, '2026-03-01', ?)",
        [brand, began, now],
    )
    con.execute("UPDATE core.incident SET known_to = ? WHERE known_to IS NULL", [now])
    con.execute(
        "INSERT INTO core.incident BY NAME SELECT 'i' AS incident_id, ? AS brand, "
        "'mentions' AS measure, ?::TIMESTAMP AS opened, ?::TIMESTAMP AS closed, 1 AS baseline, "
        "5 AS observed, 5 AS n, 0.01 AS probability, 0.05 AS adjusted, true AS lower_bound, "
        "[]::UUID[] AS mention_ids, []::VARCHAR[] AS words, []::VARCHAR[] AS keywords, "
        "[]::VARCHAR[] AS drivers, []::VARCHAR[] AS sources, 'one' AS detector, "
        "'1' AS detector_version, ? AS known_from",
        [brand, began, dice.choice((None, began + timedelta(days=3))), now],
    )


def told(con: Con) -> dict[str, list[tuple[Any, ...]]]:
    return {m: con.execute(f"FROM marts.{m} ORDER BY ALL").fetchall() for m in MARTS}


def play(world: World, seed: int) -> None:
    dice, con = random.Random(seed), world.con
    con.execute("UPDATE core.minimum SET n = least(n, 2)")
    sync(con, WATCHES)
    keys = 0
    for load in range(4):
        now = at("2026-02-20") + timedelta(days=5 * load)
        rows = [mention(dice, str(keys + n), now) for n in range(40)]
        again = [mention(dice, str(dice.randrange(keys)), now) for _ in range(5 if keys else 0)]
        keys += len(rows)
        covered = coverage(now - timedelta(days=dice.randrange(1, 9)), now)
        world.load(rows + again, collected=now, coverage=covered)
        if load:
            disturb(con, dice)
        refresh(con)
    kept = told(con)
    assert all(kept.values()), [mart for mart, rows in kept.items() if not rows]
    refresh(con, full=True)
    afresh = told(con)
    for mart in MARTS:
        assert afresh[mart] == kept[mart], mart


def test_the_scores_marts_kept_up_are_as_made_afresh(world: World) -> None:
    play(world, 1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 22))
def test_the_scores_marts_kept_up_are_as_made_afresh_in_many(world: World, seed: int) -> None:
    play(world, seed)
