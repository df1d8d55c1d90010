"""The warehouse and what is published, held against themselves and against the landing area."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

PARTIAL: Mapping[str, str] = {
    "loads that do not add up": "SELECT count(*) FROM core.load WHERE rows_in + rejected "
    "<> new + changed + unchanged + duplicate + quarantined + erased",
    "batches merged twice": "SELECT count(*) - count(DISTINCT batch_id) FROM core.load",
    "half batches": "SELECT count(*) FROM core.load AS l WHERE l.new + l.changed <> (SELECT "
    "count(DISTINCT mention_id) FROM core.mention_version AS v WHERE v.batch_id = l.batch_id)",
    "rows of no batch": "SELECT count(*) FROM core.mention_version AS v ANTI JOIN core.load AS l "
    "ON l.batch_id = v.batch_id",
    "quarantine of no batch": "SELECT count(*) FROM core.quarantine AS q ANTI JOIN core.load AS l "
    "ON l.batch_id = q.batch_id",
    "mentions twice": "SELECT count(*) - count(DISTINCT mention_id) FROM core.mention",
    "mentions without a score": "SELECT count(*) FROM core.mention AS m ANTI JOIN (FROM core.score "
    "WHERE known_to IS NULL) AS s ON s.mention_id = m.mention_id",
    "mentions with two scores": "SELECT count(*) FROM (SELECT 1 FROM core.score WHERE known_to IS "
    "NULL GROUP BY mention_id HAVING count(*) > 1)",
    "cursors of no batch": "SELECT count(*) FROM core.cursor AS c ANTI JOIN core.load AS l "
    "ON l.batch_id = c.batch_id",
    "known times that do not rise": "SELECT count(*) FROM (SELECT finished <= lag(finished) OVER "
    "(ORDER BY rowid) AS falls FROM core.load) WHERE falls",
    "notices of no incident": "SELECT count(*) FROM (SELECT unnest(incident_ids) AS incident_id "
    "FROM core.delivery) AS d ANTI JOIN core.incident AS i ON i.incident_id = d.incident_id",
    "notices twice": "SELECT count(*) - count(DISTINCT key) FROM core.delivery",
}
"""What must be 0 at any moment at which the warehouse can be opened."""

SNAPSHOT: Mapping[str, str] = {
    "loads of another number": "SELECT abs((SELECT loads FROM core.published) - (SELECT count(*) "
    "FROM core.load))",
    "half batches": PARTIAL["half batches"],
    "mentions twice": PARTIAL["mentions twice"],
    "mentions without a score": PARTIAL["mentions without a score"],
}
LEDGER: Mapping[str, str] = {
    "loads of another number": SNAPSHOT["loads of another number"],
    "half batches": PARTIAL["half batches"],
    "cursors of no batch": PARTIAL["cursors of no batch"],
}


def reckoned(acknowledged: list[str]) -> dict[str, Any]:
    """Open the warehouse as a writer; tell what is wrong, and what was acknowledged and is gone."""
    from tidings.cli.opening import opened
    from tidings.home import Home

    with opened(Home.find()) as con:
        loaded = {row[0] for row in con.execute("SELECT batch_id FROM core.load").fetchall()}
        return {
            "wrong": _wrong(con, PARTIAL),
            "gone": sorted(set(acknowledged) - loaded),
            "loads": len(loaded),
        }


def held(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return how many rows each table of ``core`` holds, and a digest of them."""
    tables = con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'core' AND NOT temporary "
        "ORDER BY 1"
    ).fetchall()
    found = {}
    for (table,) in tables:
        sql = f"SELECT count(*), bit_xor(hash(t)) FROM core.{table} AS t"
        found[table] = list(con.execute(sql).fetchall()[0])
    return found


def published() -> dict[str, Any]:
    """Open the snapshot and the ledger; tell what is wrong in them and how many loads they have."""
    from tidings.home import Home
    from warehouse.snapshot import open_snapshot

    home = Home.find()
    found: dict[str, Any] = {"wrong": {}, "loads": {}}
    files = {"snapshot": (home.snapshot, SNAPSHOT), "ledger": (home.ledger, LEDGER)}
    for name, (path, asked) in files.items():
        if not path.exists():
            continue
        with open_snapshot(path) as con:
            found["wrong"] |= {f"{name}: {k}": n for k, n in _wrong(con, asked).items()}
            ((found["loads"][name],),) = con.execute("SELECT count(*) FROM core.load").fetchall()
    return found


def _wrong(con: duckdb.DuckDBPyConnection, asked: Mapping[str, str]) -> dict[str, int]:
    found = {}
    for name, sql in asked.items():
        (count,) = con.execute(sql).fetchone() or (0,)
        if count:
            found[name] = int(count)
    return found
