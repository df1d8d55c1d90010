"""The marts: told anew where something was learnt, and kept as they were told.

``marts/NAME.sql`` computes rows of the mart NAME, those that are due; ``marts/scope/NAME.sql``
gives the rows told now that they take the place of. Rows that differ are closed (known_to) and
added (known_from) in ``core.NAME``; ``marts.NAME`` shows those that are open,
``marts.NAME_as_of(t)`` those that were at a time. The first lines of ``marts/NAME.sql`` say::

    -- definition: 1          counted up where the meaning of a figure changes
    -- key: brand, day        the columns that name a row
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tidings import correction
from tidings.times import utcnow
from warehouse import facts
from warehouse.corrected import confusion_rows, correct
from warehouse.migrate import migrations
from warehouse.statements import bound, run, statement, steps
from warehouse.transaction import transaction

if TYPE_CHECKING:
    import duckdb

_KNOWN = frozenset(("known_from", "known_to"))
_HEAD = re.compile(r"^-- (definition|key): (.+)$", re.MULTILINE)


class Mart(NamedTuple):
    """One mart: its name, the number of its definition, its key, and a hash of its SQL."""

    name: str
    definition: int
    key: tuple[str, ...]
    hash: str


class _State(NamedTuple):
    """What a refresh starts from; None and empty before the first."""

    seen: datetime | None
    told: datetime | None
    places: str
    rules: str


def marts() -> list[Mart]:
    """Return the marts in the order of their names."""
    parts = "\0".join(statement(step) for step in steps("marts/parts"))
    return [_mart(step, parts) for step in steps("marts")]


def _mart(step: str, parts: str) -> Mart:
    text = statement(step)
    head = dict(_HEAD.findall(text))
    key = tuple(column.strip() for column in head["key"].split(","))
    text += statement(step.replace("marts/", "marts/scope/"))
    digest = hashlib.blake2b((text + parts).encode(), digest_size=16).hexdigest()
    return Mart(step.rpartition("/")[2], int(head["definition"]), key, digest)


def refresh(
    con: duckdb.DuckDBPyConnection, *, full: bool = False, now: datetime | None = None
) -> dict[str, int]:
    """Bring all marts up to what is known, in one transaction; return how many rows each has.

    Only what changed since the last refresh is computed again, unless ``full``, or where brands,
    zones, sources or definitions have changed; the rows are the same either way. ``now`` is when
    they are told (default: the clock).
    """
    with transaction(con):
        old = _State(*(run(con, "sql/refresh/state").fetchone() or (None, None, "", "")))
        new = _state(con, old, now or utcnow())
        afresh = full or old.seen is None or old.places != new.places
        facts.keep(con, since=None if afresh else old.seen)
        found = marts()
        defined = _define(con, found, new.told)
        everything = afresh or defined or old.rules != new.rules
        _parts(con, everything=everything)
        for mart in found:
            _tell(con, mart, new.told)
        _remember(con, new)
        return {mart.name: _rows(con, mart) for mart in found}


def _state(con: duckdb.DuckDBPyConnection, old: _State, now: datetime) -> _State:
    """Return what this refresh goes by: what is known, when it tells, and digests of settings."""
    seen = _one(con, "sql/refresh/seen") or bound(facts.ALWAYS)
    told = max(bound(now), seen)  # a clock may go back; what is told may not
    if old.told is not None:
        told = max(told, old.told + timedelta(microseconds=1))
    formulas = (migrations()[-1].hash, Path(correction.__file__).read_text("utf-8"))
    rules = f"{_one(con, 'sql/refresh/rules')} {confusion_rows(con)} {formulas}"
    return _State(
        seen=seen,
        told=told,
        places=f"{_one(con, 'sql/refresh/places')} {facts.digest()}",
        rules=hashlib.blake2b(rules.encode(), digest_size=16).hexdigest(),
    )


def _define(con: duckdb.DuckDBPyConnection, found: list[Mart], told: datetime | None) -> bool:
    """Note the definitions that rows are told by from now on; return whether any is another."""
    known = {row[0]: tuple(row[1:]) for row in run(con, "sql/refresh/definitions").fetchall()}
    others = [m for m in found if known.get(m.name) != (m.definition, m.hash)]
    for mart in others:
        values = {"mart": mart.name, "definition": mart.definition, "hash": mart.hash, "told": told}
        run(con, "sql/refresh/close_definition", values)
        run(con, "sql/refresh/add_definition", values)
    return bool(others)


def _parts(con: duckdb.DuckDBPyConnection, *, everything: bool) -> None:
    """Make the working tables that marts are computed of."""
    if everything:  # then no day needs to be looked for
        for table in ("days_due", "watch_days_due"):
            con.execute(f"DELETE FROM temp.{table}")
    for part in steps("marts/parts"):
        run(con, part, {"all": everything})
    correct(con)


def _tell(con: duckdb.DuckDBPyConnection, mart: Mart, told: datetime | None) -> None:
    """Close the rows that are told otherwise now, and add those that are."""
    name, key = mart.name, ", ".join(mart.key)
    columns = con.execute(f"DESCRIBE core.{name}").fetchall()
    cast = ", ".join(f"{c[0]}::{c[1]} AS {c[0]}" for c in columns if c[0] not in _KNOWN)
    # Made of the query at once: of a table made empty and filled in the same transaction with more
    # than 122,880 rows, DuckDB 2.0.0 gave none back where nothing was asked of them.
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE fresh AS SELECT {cast} FROM ({statement(f'marts/{name}')})"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE told AS SELECT * EXCLUDE (known_from, known_to) FROM "
        f"({statement(f'marts/scope/{name}')})"
    )
    same = " AND ".join(f"f.{c} IS NOT DISTINCT FROM t.{c}" for c in mart.key)
    chosen = ", ".join(f"coalesce(f.{c}, t.{c}) AS {c}" for c in mart.key)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE differing AS SELECT {chosen} FROM temp.fresh AS f "
        f"FULL JOIN temp.told AS t ON {same} WHERE f IS DISTINCT FROM t"
    )
    matched = " AND ".join(f"m.{c} IS NOT DISTINCT FROM d.{c}" for c in mart.key)
    con.execute(
        f"UPDATE core.{name} AS m SET known_to = $told FROM temp.differing AS d "
        f"WHERE m.known_to IS NULL AND {matched}",
        {"told": told},
    )
    con.execute(
        f"INSERT INTO core.{name} BY NAME SELECT m.*, $told AS known_from FROM temp.fresh AS m "
        f"SEMI JOIN temp.differing AS d ON {matched} ORDER BY {key}",
        {"told": told},
    )


def _remember(con: duckdb.DuckDBPyConnection, state: _State) -> None:
    run(con, "sql/refresh/forget_state")
    run(con, "sql/refresh/set_state", state._asdict())
    for table in (*facts.LASTING, "fresh", "told", "differing", "corrected"):
        con.execute(f"DROP TABLE temp.{table}")
    for part in steps("marts/parts"):
        con.execute(f"DROP TABLE temp.{part.rpartition('/')[2].partition('_')[2]}")


def _rows(con: duckdb.DuckDBPyConnection, mart: Mart) -> int:
    row = con.execute(f"SELECT count(*) FROM marts.{mart.name}").fetchone()
    assert row is not None
    return int(row[0])


def _one(con: duckdb.DuckDBPyConnection, name: str) -> Any:
    row = run(con, name).fetchone()
    assert row is not None
    return row[0]
