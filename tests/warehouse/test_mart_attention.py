# ruff: noqa: E501 - the tables are drawn wide
"""Who is talked about, and how two compare: share of voice by source, and the competitors' matrix."""

from __future__ import annotations

from drawn_tables import World
from staged_batches import at, coverage

from tidings.watch import Brand, Competitor, Source, Watch
from warehouse.brands import Walk, sync
from warehouse.marts import refresh

WATCH = Watch(
    id="acme",
    brand=Brand(name="Acme"),
    competitors=(Competitor(name="Zenith"),),
    sources=(
        Source(connector="forum"),
        Source(connector="press"),
        Source(connector="shop", about="Acme"),
    ),
)


def test_share_of_voice_by_source_and_of_all_together(world: World) -> None:
    """Wilson's interval of 6 of 24: (6 + 1.92) / 27.84 = 0.2845, -+ 0.1645.

    The shop is Acme's alone and counts for nobody; four mentions are too few for a share.
    """
    world.say("""
        n  | day        | source | brand
        6  | 2026-03-01 | forum  | Acme
        2  | 2026-03-01 | forum  | Zenith
        4  | 2026-03-01 | press  | Zenith
        50 | 2026-03-01 | shop   | Acme:place
        12 | 2026-03-02 | forum  | Zenith
        1  | 2026-04-05 | forum  | Zenith
    """)
    world.mart("marts.share_of_voice_daily", """
        day        | brand  | source | own   | coverage | mentions | of_all | share_of_voice | mentions_28 | of_all_28 | share_of_voice_28 | share_of_voice_28_low | share_of_voice_28_high
        2026-03-01 | Acme   |        | true  | 0        | 6        | 12     | 0.5            | 6           | 12        | 0.50              | 0.2538                | 0.7462
        2026-03-01 | Acme   | forum  | true  | 0        | 6        | 8      | 0.75           | 6           | 8         | 0.75              | 0.4093                | 0.9285
        2026-03-01 | Acme   | press  | true  | 0        | 0        | 4      | -              | 0           | 4         | -                 | -                     | -
        2026-03-02 | Acme   |        | true  | 0        | 0        | 12     | 0.0            | 6           | 24        | 0.25              | 0.1200                | 0.4490
        2026-03-02 | Acme   | forum  | true  | 0        | 0        | 12     | 0.0            | 6           | 20        | 0.30              | 0.1455                | 0.5190
        2026-03-02 | Zenith | press  | false | 0        | 0        | 0      | -              | 4           | 4         | -                 | -                     | -
        2026-03-28 | Zenith | press  | false | 0        | 0        | 0      | -              | 4           | 4         | -                 | -                     | -
        2026-03-29 | Zenith |        | false | 0        | 0        | 0      | -              | 12          | 12        | 1.00              | 0.7575                | 1.0000
        2026-04-05 | Acme   |        | true  | 0        | 0        | 1      | -              | 0           | 1         | -                 | -                     | -
    """, watches=(WATCH,))  # fmt: skip
    told = world.con.execute(
        "SELECT day::VARCHAR FROM marts.share_of_voice_daily WHERE source = 'press' AND own "
        "ORDER BY day DESC LIMIT 1"
    ).fetchall()
    assert told == [("2026-03-28",)], "a source has rows while its 28 days hold anything"


ACME_AND_ZENITH = (
    Watch(
        id="acme",
        brand=Brand(name="Acme"),
        competitors=(Competitor(name="Zenith"),),
        sources=(Source(connector="forum"), Source(connector="shop", about="Zenith")),
    ),
    Watch(
        id="zenith",
        brand=Brand(name="Zenith"),
        competitors=(Competitor(name="Acme"),),
        sources=(Source(connector="press"),),
    ),
)


def test_a_comparison_is_covered_as_what_it_compares_there(world: World) -> None:
    """Zenith's own watch has collected all of the press; Acme's watch half of what tells of Zenith, of
    the shop alone nothing, until it is collected late. Then the rows are told again."""
    world.say("""
        n  | day        | source | brand
        20 | 2026-03-01 | forum  | Acme Zenith
    """)
    month = (at("2026-03-01", 0), at("2026-03-02", 0))
    world.walk("f", coverage(*month), watch="acme", source="forum")
    world.walk("p", coverage(*month), watch="zenith", source="press")
    walks = tuple(
        Walk(walk_id=walk_id, watch=watch, label=walk_id, source=source, about=about)
        for walk_id, watch, source, about in (
            ("f", "acme", "forum", None), ("s", "acme", "shop", "Zenith"), ("p", "zenith", "press", None),
        )
    )  # fmt: skip
    told = (
        "SELECT watch, coverage FROM marts.share_of_voice_daily "
        "WHERE day = '2026-03-01' AND source = '' AND brand = 'Acme' ORDER BY watch"
    )
    months = "SELECT watch, coverage FROM marts.competitor_matrix ORDER BY watch"
    for acme in (0.5, 1.0):
        sync(world.con, ACME_AND_ZENITH, walks=walks)
        refresh(world.con)
        assert world.con.execute(told).fetchall() == [("acme", acme), ("zenith", 1.0)]
        assert world.con.execute(months).fetchall() == [("acme", acme), ("zenith", 1.0)]
        world.walk("s", coverage(*month), watch="acme", source="shop", about="Zenith")


def test_two_brands_beside_each_other_in_a_month(world: World) -> None:
    """Net sentiment 0.4 in 0.2357 .. 0.5486 (n = 100) v 0 in -+ 0.1513: the difference is at least
    0.4 - sqrt(0.1643^2 + 0.1513^2) = 0.1766. Scores: (0.35 x 0.7 + 0.1 x 0.5) / 0.45 = 0.6556 v
    (0.35 x 0.5 + 0.1 x 0.5) / 0.45 = 0.5. In April four mentions are too few for anything.
    """
    world.say("""
        n  | day        | label    | brand
        60 | 2026-03-10 | positive | Acme
        20 | 2026-03-10 | negative | Acme
        20 | 2026-03-31 | neutral  | Acme
        30 | 2026-03-31 | positive | Zenith
        30 | 2026-03-31 | negative | Zenith
        40 | 2026-03-20 | neutral  | Zenith
        4  | 2026-04-02 | positive | Zenith
    """, collected=at("2026-04-02", 13))  # fmt: skip
    world.mart("marts.competitor_matrix", """
        month      | brand | rival  | complete | n_share_of_voice | share_of_voice | rival_share_of_voice | share_difference | share_difference_low | share_difference_high | leads_share
        2026-03-01 | Acme  | Zenith | true     | 200              | 0.5            | 0.5                  | 0.0              | -0.1379              | 0.1379                | nobody
        2026-04-01 | Acme  | Zenith | false    | 4                | -              | -                    | -                | -                    | -                     | -
    """, watches=(WATCH,))  # fmt: skip
    world.mart("marts.competitor_matrix", """
        month      | brand | rival  | scored | rival_scored | net_sentiment | rival_net_sentiment | sentiment_difference | sentiment_difference_low | sentiment_difference_high | leads_sentiment | rating_bayes | leads_rating
        2026-03-01 | Acme  | Zenith | 100    | 100          | 0.4           | 0.0                 | 0.4                  | 0.1766                   | 0.6121                    | Acme            | -            | -
        2026-04-01 | Acme  | Zenith | 0      | 4            | -             | -                   | -                    | -                        | -                         | -               | -            | -
    """, watches=(WATCH,))  # fmt: skip
    march = "WHERE month = '2026-03-01'"
    [(brand, score, rival, lead)] = world.con.execute(
        f"SELECT brand, score, rival_score, leads_score FROM marts.competitor_matrix {march}"
    ).fetchall()
    days = "SELECT score FROM marts.brand_reputation_daily WHERE brand = ? AND day = '2026-03-31'"
    assert (score, rival) == tuple(
        world.con.execute(days, [name]).fetchall()[0][0] for name in ("Acme", "Zenith")
    )
    assert lead == brand == "Acme"


def test_a_pair_stays_told_while_another_watch_of_the_brand_is_due(world: World) -> None:
    """Acme is compared with Zenith in one file and with Other in a second one. What is learnt of Other
    after months is due of its own year, and of Acme's in the second file, but of none of Zenith's."""
    watches = tuple(
        Watch(
            id=rival.lower(),
            brand=Brand(name="Acme"),
            competitors=(Competitor(name=rival),),
            sources=(Source(connector="forum"),),
        )
        for rival in ("Zenith", "Other")
    )
    world.say("""
        day        | brand
        2026-01-05 | Acme Zenith Other
        2026-04-05 | Acme Zenith Other
    """, collected=at("2026-04-06"))  # fmt: skip
    sync(world.con, watches)
    refresh(world.con)
    world.say("""
        day        | brand
        2026-01-06 | Other
    """, collected=at("2026-04-06", 13))  # fmt: skip
    refresh(world.con)
    rows = "FROM marts.competitor_matrix ORDER BY watch, brand, rival, month"
    kept = world.con.execute(rows).fetchall()
    assert len(kept) == 2 * 4, "two pairs, January to April"
    refresh(world.con, full=True)
    assert world.con.execute(rows).fetchall() == kept
