"""Facts: what each mention says of each brand, and its sums by day, kept up with what is learnt.

``facts/*.sql`` are run in their order. They make anew the facts of the mentions that were touched
since the last refresh and of all copies of these, and then the sums of the days that these are of.
The working tables ``days_due`` and ``watch_days_due`` say which; marts go on from there.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from warehouse.statements import run, statement, steps

if TYPE_CHECKING:
    import duckdb

FACTS = ("said", "keyword_said", "driver_said", "answer_said", "review_change")
SUMS = (
    "brand_day", "label_day", "keyword_day", "driver_day", "watch_day",
    "response_day", "scored_day", "source_day",
)  # fmt: skip
LASTING = ("days_due", "watch_days_due", "brand_home")
"""Working tables that the marts read."""

WORKING = (
    "hearing", "touched", "touched_now", "touched_words", "voices_due", "fresh_said",
    "fresh_keyword_said", "fresh_driver_said", "left_said", "left_keyword_said", "left_driver_said",
)  # fmt: skip

ALWAYS = datetime(1, 1, 1, tzinfo=UTC)


def keep(con: duckdb.DuckDBPyConnection, *, since: datetime | None) -> None:
    """Bring facts and sums up to what was learnt after ``since`` (UTC); None: all, afresh."""
    if since is None:
        for table in (*FACTS, *SUMS):
            con.execute(f"DELETE FROM core.{table}")  # noqa: S608
    for step in steps("facts"):
        run(con, step, {"since": since or ALWAYS})
    for table in WORKING:
        con.execute(f"DROP TABLE temp.{table}")


def digest() -> str:
    """Return 32 hex digits of how facts are made: where that changes, all are made afresh."""
    texts = "\0".join(statement(step) for step in steps("facts"))
    return hashlib.blake2b(texts.encode(), digest_size=16).hexdigest()
