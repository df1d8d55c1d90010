"""Staged batches of the soak: rows by SQL, files and markers as enriching leaves them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tidings.batch import Batch, enriched_schema, quarantine_schema

STATEMENT = Path(__file__).with_name("soak.sql")
NEWEST = datetime(2026, 1, 1, tzinfo=UTC)
APART = timedelta(minutes=10)


def make(first: int, last: int, rows: int) -> int:
    """Stage batches ``first`` to ``last`` (counted from 0) of ``rows`` rows; return how many."""
    import duckdb
    import pyarrow as pa

    from tidings.cli import staging
    from tidings.home import Home

    statement = STATEMENT.read_text("utf-8")
    none = pa.Table.from_pylist([], schema=quarantine_schema())
    folder = Home.find().staging
    folder.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"threads": "2"}) as con:
        con.execute("SET TimeZone = 'UTC'")
        for number in range(first, last):
            now = NEWEST + APART * number
            asked = {"number": number, "size": rows // 20, "now": now.replace(tzinfo=None)}
            table = _whole(con.execute(statement, asked).to_arrow_table())
            staging.stage(folder, _batch(number, table.num_rows, now), table, none)
    return last - first


def _whole(table: pa.Table) -> pa.Table:  # type: ignore[name-defined]  # noqa: F821
    """Return the table in the schema of enriched batches; what it does not name is null."""
    import pyarrow as pa

    columns = [
        table.column(field.name).cast(field.type)
        if field.name in table.column_names
        else pa.nulls(table.num_rows, field.type)
        for field in enriched_schema()
    ]
    return pa.table(columns, schema=enriched_schema())


def _batch(number: int, rows: int, now: datetime) -> Batch:
    batch_id = f"files/{now:%Y-%m-%d}/soak.1/in/batch-{number + 1:04d}"
    return Batch(
        batch_id=batch_id, source="files", walk_id="files:soak", label="files in", watch="acme",
        about=None, run="soak", attempt=1, part=number + 1, rows=rows, rejected=0,
        mentions_path=f"{batch_id}.parquet", rejected_path=None, collected=now,
        cursor={"done": number},
    )  # fmt: skip
