"""Incidents: told as versions, and what they do to the score's stability."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from drawn_tables import World

from tidings.times import utcnow
from warehouse.marts import refresh

if TYPE_CHECKING:
    import duckdb

    Con = duckdb.DuckDBPyConnection

NAME = "marts.brand_reputation_daily"


def looked(con: Con, since: str, *, brand: str = "Acme") -> None:
    con.execute(
        "INSERT INTO core.detector_run VALUES (?, 'poisson', '1', ?, '2026-03-31', ?)",
        [brand, since, utcnow().replace(tzinfo=None)],
    )


def opened(con: Con, key: str, opened_at: str, closed: str | None) -> datetime:
    now = utcnow().replace(tzinfo=None)
    con.execute(
        "UPDATE core.incident SET known_to = ? WHERE incident_id = ? AND known_to IS NULL",
        [now, key],
    )
    con.execute(
        "INSERT INTO core.incident BY NAME SELECT ? AS incident_id, 'Acme' AS brand, "
        "'negative' AS measure, ?::TIMESTAMP AS opened, ?::TIMESTAMP AS closed, 2 AS baseline, "
        "9 AS observed, 9 AS n, 0.001 AS probability, 0.01 AS adjusted, false AS lower_bound, "
        "[]::UUID[] AS mention_ids, ['broken'] AS words, []::VARCHAR[] AS keywords, "
        "['quality'] AS drivers, ['forum'] AS sources, 'poisson' AS detector, "
        "'1' AS detector_version, ? AS known_from",
        [key, opened_at, closed, now],
    )
    return now


def stability(world: World, *shares: str) -> None:
    days = ("2026-03-01", "2026-03-04", "2026-03-05", "2026-03-06", "2026-03-31", "2026-04-02")
    rows = (f"{day} | Acme | {share}" for day, share in zip(days, shares, strict=True))
    world.mart(NAME, "\n".join(["day | brand | part_stability", *rows]))


def test_stability_is_known_once_somebody_has_looked(world: World, con: Con) -> None:
    """The 28 days of 31 March begin on the 4th, those of 2 April on the 6th."""
    world.say("""
        n | day        | label
        5 | 2026-03-01 | positive
        1 | 2026-04-02 | positive
    """)
    stability(world, "-", "-", "-", "-", "-", "-")
    looked(con, "2026-03-04", brand="Zenith")
    looked(con, "2026-03-04 12:00")
    stability(world, "-", "1.0", "1.0", "1.0", "1.0", "1.0")
    opened(con, "a", "2026-03-04 23:00", None)
    stability(world, "-", "0.96429", "0.92857", "0.89286", "0.0", "0.0")
    first = opened(con, "a", "2026-03-04 23:00", "2026-03-06 00:00")
    opened(con, "b", "2026-03-05 01:00", "2026-03-05 02:00")  # within the other
    stability(world, "-", "0.96429", "0.92857", "0.92857", "0.92857", "1.0")
    looked(con, "2026-03-01")
    stability(world, "1.0", "0.96429", "0.92857", "0.92857", "0.92857", "1.0")
    told = con.execute(f"FROM {NAME} ORDER BY ALL").fetchall()
    refresh(con, full=True)
    assert con.execute(f"FROM {NAME} ORDER BY ALL").fetchall() == told
    missing = f"SELECT parts_missing FROM {NAME} WHERE brand = 'Acme' AND day = '2026-03-05'"
    assert con.execute(missing).fetchall() == [("rating, response, surveys",)]
    _versions(con, first)


def _versions(con: Con, first: datetime) -> None:
    now = con.execute("SELECT incident_id, closed::VARCHAR FROM marts.incidents ORDER BY 1")
    assert now.fetchall() == [("a", "2026-03-06 00:00:00"), ("b", "2026-03-05 02:00:00")]
    before = first - timedelta(microseconds=1)
    then = con.execute("SELECT incident_id, closed FROM marts.incidents_as_of(?)", [before])
    assert then.fetchall() == [("a", None)]
