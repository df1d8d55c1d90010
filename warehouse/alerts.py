"""What alerts read from the warehouse: what was heard, what was collected, the evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from tidings.incident import Voice
from warehouse.statements import arrow, aware, run

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


class Watched(NamedTuple):
    """A brand, and the watch file whose rules hold for it; ``own``: it is no competitor there."""

    brand: str
    watch: str
    own: bool
    timezone: str


class Piece(NamedTuple):
    """A stretch of time that one walk has covered, naive UTC; None: it has covered nothing yet."""

    watch: str
    about: str | None
    series: str
    starts: datetime | None
    ends: datetime | None


def brands(con: duckdb.DuckDBPyConnection) -> list[Watched]:
    """Return the brands of the watch files by name."""
    return [Watched(*row) for row in run(con, "sql/alerts/brands").fetchall()]


def heard(
    con: duckdb.DuckDBPyConnection, since: datetime, until: datetime, *, then: bool = False
) -> pa.Table:
    """Return what was said from ``since`` to before ``until``, one row a mention and brand.

    By published; the columns are those of ``sql/alerts/heard.sql``. ``then``: as it was first
    known, with what has gone since and the labels first given.
    """
    name = "sql/alerts/heard_then" if then else "sql/alerts/heard"
    return arrow(con, name, {"since": since, "until": until})


def collected(con: duckdb.DuckDBPyConnection, since: datetime) -> list[Piece]:
    """Return what the declared walks have covered since then; each walk at least once."""
    found = run(con, "sql/alerts/collected", {"since": since}).fetchall()
    return [Piece(*row) for row in found]


def looked_to(con: duckdb.DuckDBPyConnection) -> datetime | None:
    """Return until when the detectors have looked at all brands; None where one is new."""
    (found,) = run(con, "sql/alerts/looked_to").fetchone() or (None,)
    return aware(found)


def first_said(con: duckdb.DuckDBPyConnection) -> dict[str, datetime]:
    """Return when the first mention of each brand was published (naive UTC)."""
    return dict(run(con, "sql/alerts/first_said").fetchall())


def last_said(con: duckdb.DuckDBPyConnection) -> dict[str, datetime]:
    """Return when the newest mention of each brand was published (naive UTC)."""
    return dict(run(con, "sql/alerts/last_said").fetchall())


def newest(con: duckdb.DuckDBPyConnection) -> datetime | None:
    """Return when the newest mention was published (naive UTC); None where there is none."""
    row: tuple[datetime | None] = run(con, "sql/alerts/newest").fetchone() or (None,)
    return row[0]


def failed_checks(con: duckdb.DuckDBPyConnection) -> list[tuple[datetime, str, str, str, int]]:
    """Return (failing since, check, table, severity, rows) of the last quality run's failures."""
    return run(con, "sql/alerts/quality").fetchall()


class Evidence(NamedTuple):
    """The mentions that drive an incident, the foremost first, and what they have in common."""

    mention_ids: list[str]
    voices: int
    sources: list[str]
    languages: list[str]
    keywords: list[str]
    drivers: list[str]


MOST_MENTIONS = 200


def evidence(
    con: duckdb.DuckDBPyConnection,
    brand: str,
    since: datetime,
    until: datetime,
    *,
    label: str | None,
    only: Sequence[str] | None = None,
) -> Evidence:
    """Return the evidence of a stretch of time: of this ``label``, or of all; of these mentions."""
    values = {"brand": brand, "since": since, "until": until, "label": label, "only": only}
    rows = run(con, "sql/alerts/evidence", values).fetchall()
    ids = [row[0] for row in rows[:MOST_MENTIONS]]
    spoken = run(con, "sql/alerts/spoken_of", {"brand": brand, "ids": ids}).fetchall()
    return Evidence(
        mention_ids=ids,
        voices=len(rows),
        sources=_by_number(row[3] for row in rows),
        languages=_by_number(row[4] for row in rows if row[4]),
        keywords=[name for what, name in spoken if what == "keyword"],
        drivers=[name for what, name in spoken if what == "driver"],
    )


def _by_number(names: Any) -> list[str]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return sorted(counts, key=lambda name: (-counts[name], name))


def texts(
    con: duckdb.DuckDBPyConnection,
    brand: str,
    since: datetime,
    until: datetime,
    *,
    label: str | None,
    most: int = 5_000,
) -> list[str]:
    """Return texts of the brand's voices of a stretch of time, at most ``most``, spread over it."""
    values = {"brand": brand, "since": since, "until": until, "label": label, "most": most}
    return [text for _, text in run(con, "sql/alerts/texts", values).fetchall()]


def said(
    con: duckdb.DuckDBPyConnection,
    ids: Sequence[str],
    since: datetime,
    until: datetime,
    *,
    then: bool = False,
) -> dict[str, str]:
    """Return the texts of these mentions by id, all published from ``since`` to ``until``.

    As they are now, none of what was erased; ``then``: as they were first known.
    """
    name = "sql/alerts/heard_said_then" if then else "sql/alerts/heard_said"
    values = {"ids": list(ids), "since": since, "until": until}
    return dict(run(con, name, values).fetchall())


def voices(
    con: duckdb.DuckDBPyConnection, brand: str, ids: Sequence[str], since: datetime, until: datetime
) -> list[Voice]:
    """Return what a message quotes of these mentions, in their order; those erased are left out."""
    values = {"brand": brand, "ids": list(ids), "since": since, "until": until}
    return [
        Voice(
            mention_id=mention_id,
            text=text,
            source=source,
            published=aware(published) or published,
            url=url,
            language=language,
            followers=followers,
            copies=copies,
        )
        for mention_id, text, source, published, url, language, followers, copies in run(
            con, "sql/alerts/voices", values
        ).fetchall()
    ]


def hourly(
    con: duckdb.DuckDBPyConnection, brand: str, since: datetime, until: datetime
) -> dict[datetime, tuple[int, int, int]]:
    """Return mentions, negative and scored ones by hour (naive UTC), voices counted."""
    values = {"brand": brand, "since": since, "until": until}
    found = run(con, "sql/alerts/hourly", values).fetchall()
    return {starts: (mentions, negative, scored) for starts, mentions, negative, scored in found}


def least_coverage(
    con: duckdb.DuckDBPyConnection, brand: str, since: datetime, until: datetime
) -> float | None:
    """Return the least coverage (0..1) of the brand's days; None where none is told."""
    values = {"brand": brand, "since": since, "until": until}
    (found,) = run(con, "sql/alerts/lower_bound", values).fetchone() or (None,)
    return None if found is None else float(found)


def daily(
    con: duckdb.DuckDBPyConnection, brand: str, since: datetime, until: datetime
) -> dict[datetime, int]:
    """Return a brand's mentions by day (naive UTC midnight), days without any left out."""
    values = {"brand": brand, "since": since, "until": until}
    return dict(run(con, "sql/alerts/daily", values).fetchall())
