"""Whatever comes, in whatever order, however often: what must hold of the warehouse then."""

from __future__ import annotations

import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staged_batches import NOON, Said, content_hash, said, stage

from warehouse.merge import Loaded, merge
from warehouse.store import open_warehouse

if TYPE_CHECKING:
    import duckdb

    Con = duckdb.DuckDBPyConnection

KEYS, TEXTS, WATCHES = "abcd", ("it is fine", "it broke", "it is mended"), ("acme", "zenith")


class Line(NamedTuple):
    """One row of a batch: a mention as it was on one page."""

    key: str
    text: str
    hour: int
    edited: int | None
    likes: int | None
    label: str
    voice: str
    brands: tuple[tuple[str, str], ...]


lines = st.builds(
    Line,
    st.sampled_from(KEYS),
    st.sampled_from(TEXTS),
    st.integers(1, 6),
    st.none() | st.integers(0, 6),
    st.none() | st.integers(0, 2),
    st.sampled_from(["positive", "negative", "unscored"]),
    st.sampled_from(["x", "y"]),
    st.sets(st.sampled_from([("Acme", "text"), ("Acme", "place"), ("Zenith", "text")])).map(
        lambda found: tuple(sorted(found))
    ),
)
batches = st.lists(
    st.tuples(st.lists(lines, max_size=8), st.sampled_from(WATCHES)), min_size=2, max_size=4
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[tuple[list[Line], str]], list[int]]:
    """Draw batches, and an order in which each is delivered at least once, some again."""
    found = draw(batches)
    once = draw(st.permutations(range(len(found))))
    again = draw(st.lists(st.sampled_from(range(len(found))), max_size=2))
    return found, [*once, *again]


def row(line: Line) -> Said:
    return said(
        line.key, line.text, label=line.label, voice=line.voice, brands=line.brands,
        collected=NOON + timedelta(hours=line.hour), likes=line.likes,
        edited=None if line.edited is None else NOON + timedelta(hours=line.edited),
    )  # fmt: skip


def taken(rows: list[Said]) -> dict[str, Said]:
    """Return what a batch says of each mention: of its rows the latest collected, then the last."""
    chosen: dict[str, Said] = {}
    for found in rows:
        key = found.mention.external_id
        if key not in chosen or _collected(found) >= _collected(chosen[key]):
            chosen[key] = found
    return chosen


def _collected(found: Said) -> datetime:
    assert found.mention.collected is not None
    return found.mention.collected


@settings(max_examples=15, deadline=None)
@given(history=histories())
def test_any_history(history: tuple[list[tuple[list[Line], str]], list[int]]) -> None:
    _play(*history)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(history=histories())
def test_many_histories(history: tuple[list[tuple[list[Line], str]], list[int]]) -> None:
    _play(*history)


def _play(found: list[tuple[list[Line], str]], order: list[int]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(_new(), folder / "warehouse.duckdb")
        with open_warehouse(folder / "warehouse.duckdb") as con:
            _deliver(con, folder, found, order)


_made: list[Path] = []


@pytest.fixture(autouse=True)
def _remember(new_warehouse: Path) -> None:
    _made[:] = [new_warehouse]


def _new() -> Path:
    return _made[0]


def _deliver(con: Con, folder: Path, found: list[tuple[list[Line], str]], order: list[int]) -> None:
    staged = [
        stage(folder / "staged", [row(line) for line in drawn], run=f"r{number}", watch=watch)
        for number, (drawn, watch) in enumerate(found)
    ]
    latest: dict[str, Said] = {}
    believed: list[tuple[datetime, dict[str, str]]] = []
    done: set[int] = set()
    for number in order:
        before = _whole(con)
        loaded = merge(con, staged[number], fence=0)
        if number in done:
            assert loaded == Loaded()
            assert _whole(con) == before, "a replay changed something"
            continue
        done.add(number)
        rows = [row(line) for line in found[number][0]]
        for key, said_now in taken(rows).items():
            if key not in latest or _order(said_now) > _order(latest[key]):
                latest[key] = said_now
        _accounted(loaded, len(rows))
        assert _current(con) == {k: s.mention.text for k, s in latest.items()}
        believed.append(
            (con.execute("SELECT max(finished) FROM core.load").fetchone()[0], _current(con))
        )
        _invariants(con)
    for time, then in believed:
        assert _current(con, time) == then, "what was known then can't be told any more"


def _order(found: Said) -> tuple[datetime, str]:
    return _collected(found), content_hash(found.mention)


def _accounted(loaded: Loaded, rows: int) -> None:
    out = loaded.new + loaded.changed + loaded.unchanged + loaded.duplicate + loaded.quarantined
    assert loaded.rows_in == rows == out


def _current(con: Con, known: datetime | None = None) -> dict[str, Any]:
    if known is None:
        text = "SELECT external_id, text FROM core.mention"
        found = con.execute(text).fetchall()
    else:
        text = (
            "SELECT external_id, text FROM core.mention_version WHERE valid_to IS NULL "
            "AND known_from <= $known AND (known_to IS NULL OR known_to > $known)"
        )
        found = con.execute(text, {"known": known}).fetchall()
    assert len(found) == len({key for key, _ in found}), "a mention is current twice"
    return dict(found)


def _whole(con: Con) -> dict[str, list[Any]]:
    tables = con.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'core'")
    return {
        name: con.execute(f"FROM core.{name} ORDER BY ALL").fetchall()
        for (name,) in tables.fetchall()
        if name != "fence"  # says when it was last used
    }


def _invariants(con: Con) -> None:
    for why, text in NEVER.items():
        found = con.execute(text).fetchall()
        assert found == [], f"{why}: {found}"


NEVER = {
    "two contents held at one time, as known at one time": """
        SELECT a.mention_id
        FROM core.mention_version AS a
        JOIN core.mention_version AS b ON a.mention_id = b.mention_id AND a.rowid < b.rowid
        WHERE a.known_from < coalesce(b.known_to, TIMESTAMP 'infinity')
            AND b.known_from < coalesce(a.known_to, TIMESTAMP 'infinity')
            AND a.valid_from < coalesce(b.valid_to, TIMESTAMP 'infinity')
            AND b.valid_from < coalesce(a.valid_to, TIMESTAMP 'infinity')
    """,
    "a time since it was published without content, as known now": """
        SELECT mention_id
        FROM (
            SELECT *, lead(valid_from) OVER (PARTITION BY mention_id ORDER BY valid_from) AS next
            FROM core.mention_version
            WHERE known_to IS NULL
        )
        WHERE valid_to IS DISTINCT FROM next
    """,
    "a first version that does not begin when it was published": """
        SELECT mention_id, min(valid_from) AS first, any_value(published) AS published
        FROM core.mention_version
        WHERE known_to IS NULL
        GROUP BY mention_id
        HAVING min(valid_from) <> any_value(published)
    """,
    "two versions in a row with the same content": """
        SELECT mention_id
        FROM (
            SELECT *, lag(content_hash) OVER (PARTITION BY mention_id ORDER BY valid_from) AS last
            FROM core.mention_version
            WHERE known_to IS NULL
        )
        WHERE content_hash = last
    """,
    "not exactly one score that counts, or one of other content": """
        SELECT m.mention_id
        FROM core.mention AS m
        LEFT JOIN core.score AS s ON s.mention_id = m.mention_id AND s.known_to IS NULL
        GROUP BY m.mention_id
        HAVING count(s.mention_id) <> 1 OR any_value(m.content_hash) <> any_value(s.content_hash)
    """,
    "two latest observations, or one that ends before it begins": """
        SELECT mention_id FROM core.engagement WHERE until IS NULL
        GROUP BY mention_id HAVING count(*) > 1
        UNION ALL
        SELECT mention_id FROM core.engagement WHERE until <= observed
    """,
    "a match that counts twice": """
        SELECT mention_id FROM core.brand_match WHERE known_to IS NULL
        GROUP BY mention_id, watch, brand, how, matched HAVING count(*) > 1
    """,
    "a mention that was never seen, or seen in two rows": """
        SELECT m.mention_id
        FROM core.mention AS m
        LEFT JOIN core.seen AS k ON k.mention_id = m.mention_id
        GROUP BY m.mention_id
        HAVING count(k.mention_id) <> 1
    """,
    "counts of the ledger that are not the mentions there are": """
        SELECT sum(new) FROM core.load
        HAVING coalesce(sum(new), 0) <> (SELECT count(*) FROM core.mention)
    """,
}
