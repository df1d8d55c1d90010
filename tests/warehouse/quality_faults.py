"""A sound warehouse, and a fault for every check: how to write it into the tables, and its name."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from drawn_tables import ACME, World
from staged_batches import NOON, coverage, quarantined, said

from tidings.times import utcnow
from warehouse.brands import Walk, sync
from warehouse.marts import refresh

if TYPE_CHECKING:
    import duckdb

    Con = duckdb.DuckDBPyConnection

WALK = Walk(walk_id="forum:1", watch="acme", label="forum square", source="forum")


def sound(world: World) -> None:
    """Tell a few days of which every figure is shown, with an edit, a disappearance, bad rows."""
    world.say(
        """
        day        | source | place | kind   | rating | label    | brand       | n | keyword
        2026-03-01 | forum  | a     | post   |        | positive | Acme        | 6 | price
        2026-03-02 | forum  | a     | post   |        | negative | Acme Zenith | 7 | price late
        2026-03-02 | shop   | b     | review | 4      | positive | Acme:place  | 9 |
        2026-03-05 | forum  | a     | post   |        | neutral  | Zenith      | 8 | late
        """
    )
    edited = said(
        "7",
        "It is better now",
        label="positive",
        drivers=[("price", "positive", 0.5)],
        collected=NOON + timedelta(days=1),
    )
    world.load([said("7", "It is bad", label="negative"), said("8", "Soon gone")])
    world.load(
        [edited],
        bad=[quarantined("forum:1/run 3.1/batch-0001", 1)],
        coverage=coverage(NOON - timedelta(days=3), NOON, started=utcnow(), ended=utcnow()),
    )
    sync(world.con, (ACME,), allows_answers=("shop",), walks=(WALK,))
    refresh(world.con)


class Fault(NamedTuple):
    """A fault of one check: statements that write it, and a word that its example must have."""

    check: str
    statements: tuple[str, ...]
    named: str = ""


def told(con: Con, mart: str) -> str:
    """Return the table that holds what ``marts.mart`` tells, whether that is a table or a view."""
    tables = con.execute(
        "SELECT schema_name FROM duckdb_tables() WHERE table_name = ? AND database_name = "
        "current_database() ORDER BY schema_name DESC",
        [mart],
    ).fetchall()
    return f"{tables[0][0]}.{mart}"


def unguarded(table: str) -> tuple[str, ...]:
    """Return statements that free a table of its CHECK constraints, as a damaged file is."""
    name = table.partition(".")[2]
    return (
        f"CREATE TABLE {table}_unguarded AS FROM {table}",
        f"DROP TABLE {table}",
        f"ALTER TABLE {table}_unguarded RENAME TO {name}",
    )


ONE_ACME = "brand = 'Acme' AND day = '2026-03-02'"
ONE_KEYWORD = "brand = 'Acme' AND keyword = 'price' AND day = '2026-03-02'"
AGAIN = "INSERT INTO core.{0} SELECT * FROM core.{0} WHERE known_to IS NULL LIMIT 1"
STRANGER = "'00000000-0000-0000-0000-000000000001'::UUID"

FAULTS = (
    Fault(
        "load_adds_up",
        (*unguarded("core.load"), "UPDATE core.load SET unchanged = 1 WHERE run = 'run 1'"),
        "run 1",
    ),
    Fault("load_once", ("INSERT INTO core.load FROM core.load WHERE run = 'run 2'",), "run 2"),
    Fault(
        "landed_is_loaded",
        (
            *unguarded("core.load"),
            "UPDATE core.load SET rows_in = 29, new = 29 WHERE run = 'run 1'",
        ),
        "run 1",
    ),
    Fault("loaded_is_stored", ("DELETE FROM core.mention_version WHERE kind = 'review'",), "run 1"),
    Fault("loaded_is_stored", ("DELETE FROM core.quarantine",), "run 3"),
    Fault("published_is_kept", ("DELETE FROM core.load WHERE run = 'run 2'",)),
    Fault(
        "one_open_version",
        (
            "INSERT INTO core.mention_version SELECT * REPLACE (valid_from + INTERVAL 9 DAY AS "
            "valid_from) FROM core.mention_version WHERE valid_to IS NULL AND known_to IS NULL "
            "LIMIT 1",
        ),
        "-",
    ),
    Fault("one_open_score", (AGAIN.format("score"),), "-"),
    Fault("hits_once", (AGAIN.format("brand_match"),), "brand_match"),
    Fault("hits_once", (AGAIN.format("keyword_hit"),), "keyword_hit"),
    Fault("hits_once", (AGAIN.format("driver_hit"),), "driver_hit"),
    Fault(
        "known_in_order",
        (
            *unguarded("core.mention_version"),
            "UPDATE core.mention_version SET known_to = known_from WHERE external_id = '8'",
        ),
        "mention_version",
    ),
    Fault(
        "known_in_order",
        (
            *unguarded("core.mention_version"),
            "UPDATE core.mention_version SET valid_to = valid_from WHERE external_id = '8'",
        ),
        "mention_version",
    ),
    *(
        Fault(
            "known_in_order",
            (f"UPDATE core.{table} SET known_to = known_from - INTERVAL 1 HOUR",),
            table,
        )
        for table in ("score", "brand_match", "keyword_hit", "driver_hit")
    ),
    Fault(
        "versions_apart",
        (
            "UPDATE core.mention_version SET valid_to = NULL WHERE external_id = '7' "
            "AND known_to IS NULL AND valid_to IS NOT NULL",
        ),
        "-",
    ),
    Fault(
        "scores_apart",
        ("UPDATE core.score SET known_to = known_to + INTERVAL 1 HOUR WHERE known_to IS NOT NULL",),
        "-",
    ),
    *(
        Fault(
            "no_orphans",
            (
                f"INSERT INTO core.{table} SELECT * REPLACE ({STRANGER} AS mention_id) "
                f"FROM core.{table} LIMIT 1",
            ),
            table,
        )
        for table in ("score", "brand_match", "keyword_hit", "driver_hit")
    ),
    Fault("score_of_its_text", ("UPDATE core.score SET content_hash = 'other'",), "-"),
    Fault("every_mention_scored", ("DELETE FROM core.score WHERE label = 'neutral'",), "-"),
    Fault(
        "weights_of_a_set",
        ("UPDATE core.weight SET weight = 0.3 WHERE part = 'sentiment'",),
        "default",
    ),
    Fault(
        "weights_of_a_set",
        (
            "INSERT INTO core.weight (brand, part, weight, valid_from, valid_to) "
            "VALUES ('Acme', 'rating', 0.9, '2026-01-01', '2026-02-01')",
        ),
        "Acme 2026-01-01",
    ),
    Fault(
        "score_of_parts",
        (f"UPDATE brand_reputation_daily SET score = score + 1e-8 WHERE {ONE_ACME}",),
        "Acme 2026-03-02",
    ),
    Fault(
        "score_of_parts",
        (f"UPDATE brand_reputation_daily SET score = 'nan' WHERE {ONE_ACME}",),
        "Acme 2026-03-02",
    ),
    Fault(
        "weights_of_parts",
        (f"UPDATE brand_reputation_daily SET weight_rating = 0.9 WHERE {ONE_ACME}",),
        "Acme 2026-03-02",
    ),
    Fault(
        "weights_of_parts",
        (f"UPDATE brand_reputation_daily SET weight_surveys = 0.1 WHERE {ONE_ACME}",),
        "Acme 2026-03-02",
    ),
    *(
        Fault(
            "reputation_below_minimum",
            (f"UPDATE brand_reputation_daily SET {figure} = 0.5, {n} = 0 WHERE {ONE_ACME}",),
            "Acme 2026-03-02",
        )
        for figure, n in (
            ("net_sentiment", "scored"),
            ("net_sentiment_polar", "negative = 0, positive"),
            ("negative_share", "scored"),
            ("rating_mean", "n_ratings"),
            ("rating_bayes", "n_ratings_365"),
            ("response_rate", "n_response_28"),
            ("answered_in_target", "n_answered_in_target_28"),
            ("share_of_voice", "n_share_of_voice"),
            ("share_of_voice_28", "n_share_of_voice_28"),
            ("nps", "n_nps_28"),
            ("csat", "n_csat_28"),
        )
    ),
    *(
        Fault(
            "keyword_below_minimum",
            (f"UPDATE keyword_daily SET {figure} = 0.5, {n} = 0 WHERE {ONE_KEYWORD}",),
            "Acme price 2026-03-02",
        )
        for figure, n in (
            ("net_sentiment", "scored"),
            ("net_sentiment_polar", "negative = 0, positive"),
            ("negative_share", "scored"),
        )
    ),
    Fault("reputation_days", (f"DELETE FROM brand_reputation_daily WHERE {ONE_ACME}",), "Acme"),
    Fault(
        "reputation_days",
        (
            "INSERT INTO brand_reputation_daily FROM brand_reputation_daily WHERE brand = 'Zenith' "
            "AND day = '2026-03-02'",
        ),
        "Zenith",
    ),
    Fault("keyword_days", (f"DELETE FROM keyword_daily WHERE {ONE_KEYWORD}",), "Acme price"),
    Fault(
        "days_that_were",
        (f"UPDATE brand_reputation_daily SET day = '2199-01-01' WHERE {ONE_ACME}",),
        "2199-01-01",
    ),
    Fault(
        "days_that_were",
        (f"UPDATE keyword_daily SET day = '1970-01-01' WHERE {ONE_KEYWORD}",),
        "1970-01-01",
    ),
    Fault(
        "brand_is_declared",
        (f"UPDATE brand_reputation_daily SET brand = 'Nobody' WHERE {ONE_ACME}",),
        "Nobody",
    ),
    Fault(
        "brand_is_declared",
        (f"UPDATE keyword_daily SET brand = 'Nobody' WHERE {ONE_KEYWORD}",),
        "Nobody",
    ),
    *(
        Fault(
            "figures_in_range",
            (f"UPDATE brand_reputation_daily SET {figure} = {value} WHERE {ONE_ACME}",),
            "2026-03-02 Acme",
        )
        for figure, value in (
            ("coverage", "1.5"),
            ("scored_share", "-0.1"),
            ("negative_share", "'nan'"),
            ("net_sentiment", "-1.2"),
            ("share_of_voice_28", "2"),
            ("score", "101"),
            ("nps", "-101"),
            ("part_response", "1.01"),
        )
    ),
    Fault(
        "figures_in_range",
        (f"UPDATE keyword_daily SET coverage = -1 WHERE {ONE_KEYWORD}",),
        "2026-03-02 Acme price",
    ),
    *(
        Fault(
            "interval_around_value",
            (f"UPDATE brand_reputation_daily SET {change} WHERE {ONE_ACME}",),
            "2026-03-02 Acme",
        )
        for change in (
            "net_sentiment_low = net_sentiment + 0.01",
            "negative_share_high = negative_share - 0.01",
            "rating_bayes_low = NULL",
            "csat_low = 0.1, csat_high = 0.2",
            "share_of_voice = NULL",
        )
    ),
    Fault(
        "interval_around_value",
        (f"UPDATE keyword_daily SET net_sentiment_low = 0 WHERE {ONE_KEYWORD}",),
        "2026-03-02 Acme price",
    ),
    *(
        Fault(
            "counts_add_up",
            (f"UPDATE brand_reputation_daily SET {change} WHERE {ONE_ACME}",),
            "2026-03-02 Acme",
        )
        for change in ("positive = positive + 1", "mentions = 1", "exposures = 1")
    ),
    Fault(
        "exposures_recounted",
        (f"UPDATE brand_reputation_daily SET exposures = exposures + 1 WHERE {ONE_ACME}",),
        "Acme 2026-03-02",
    ),
    Fault(
        "walks_fresh",
        ("UPDATE core.coverage SET ended = ended - INTERVAL 3 DAY",),
        "forum square",
    ),
    Fault("walks_fresh", ("DELETE FROM core.coverage",), "forum square"),
    Fault(
        "asked_too_often",
        (
            "UPDATE core.mention_version SET kind = 'survey', measure = 'nps', author = 'someone', "
            "rating = 9, rating_min = 0, rating_max = 10, "
            "published = now()::TIMESTAMP - INTERVAL 1 DAY * (1 + CAST(external_id = '7' AS INT)) "
            "WHERE external_id IN ('7', '8')",
        ),
        "Acme",
    ),
)
"""At least one of every check. Marts are named without a schema, see :func:`plant`."""


def plant(con: Con, fault: Fault) -> None:
    """Write the fault into the tables."""
    for statement in fault.statements:
        text = statement
        for mart in ("brand_reputation_daily", "keyword_daily"):
            text = text.replace(f" {mart} ", f" {told(con, mart)} ")
        con.execute(text)
