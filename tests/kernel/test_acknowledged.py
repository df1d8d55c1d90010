"""The lines outside the warehouse: torn, flipped, folded, and against what is in it."""

import random
import resource
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from tidings.acknowledged import Acknowledged, acknowledge_erasure
from tidings.acknowledged_line import Line, day_of_batch, digest
from tidings.errors import WarehouseError
from warehouse.acknowledging import lacking, unacknowledged
from warehouse.store import open_warehouse

START = datetime(2026, 3, 1, tzinfo=UTC)
LOAD = """
INSERT INTO core.load BY NAME
SELECT
    $id AS batch_id, 'w' AS walk_id, 'w' AS label, 'forum' AS source, 'acme' AS watch, 'r' AS run,
    1 AS attempt, 1 AS part, $at AS collected, 1 AS rows_in, 0 AS rejected, 1 AS new, 0 AS changed,
    0 AS unchanged, 0 AS duplicate, 0 AS quarantined, 0 AS gone, 0 AS erased, 'p' AS mentions_path,
    1 AS fence, $at AS started, $at AS finished
"""


def batch(number: int, day: int) -> str:
    return f"forum/2026-03-{day:02d}/r{number}.1/w/batch-0001"


def line(number: int, day: int) -> Line:
    at = START + timedelta(days=day - 1, seconds=number)
    name = batch(number, day)
    return Line(kind="merged", id=name, day=day_of_batch(name), at=at, fence=number, counts=(1, 0))


def test_lines_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "data" / "acknowledged.jsonl"
    told = Acknowledged(path)
    told.add([line(1, 1), line(2, 1)])
    told.add([line(2, 1), line(3, 2)])
    acknowledge_erasure(path, "e1", at=START)
    again = Acknowledged(path)
    assert again.each("merged") == [line(1, 1), line(2, 1), line(3, 2)]
    assert (again.ids("erased"), again.fence(), again.damaged) == ({"e1"}, 3, 0)
    assert path.stat().st_mode & 0o777 == 0o600


def test_wherever_it_is_torn_the_lines_before_are_kept_and_the_next_is_whole(
    tmp_path: Path,
) -> None:
    path = tmp_path / "acknowledged.jsonl"
    Acknowledged(path).add([line(n, 1) for n in range(1, 4)])
    content = path.read_bytes()
    for length in range(len(content) + 1):
        path.write_bytes(content[:length])
        torn = Acknowledged(path)
        whole = content[:length].count(b"\n")
        assert (torn.damaged, len(torn.lines)) == (0, whole)
        torn.add([line(9, 1)])
        assert [one.fence for one in Acknowledged(path).lines] == [*range(1, whole + 1), 9]


def test_any_flipped_bit_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "acknowledged.jsonl"
    Acknowledged(path).add([line(n, 1) for n in range(1, 4)])
    content = path.read_bytes()
    for place in range(len(content) - 1):
        flipped = bytearray(content)
        flipped[place] ^= 1 << (place % 8)
        path.write_bytes(flipped)
        assert Acknowledged(path).damaged, place


def test_no_half_line_is_left_where_the_disk_is_full(tmp_path: Path) -> None:
    told = Acknowledged(tmp_path / "acknowledged.jsonl")
    told.add([line(1, 1)])
    content = told.path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(content) + 20, limits[1]))
    try:
        with pytest.raises(WarehouseError, match="can't be written"):
            told.add([line(2, 1)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert told.path.read_bytes() == content
    told.add([line(2, 1)])
    assert Acknowledged(told.path).lines == [line(1, 1), line(2, 1)]


@pytest.fixture
def merged(tmp_path: Path) -> tuple[duckdb.DuckDBPyConnection, Acknowledged]:
    """Three days of four batches, the first two days folded."""
    con = open_warehouse(tmp_path / "warehouse.duckdb")
    told = Acknowledged(tmp_path / "acknowledged.jsonl")
    lines = [line(number, 1 + number // 4) for number in range(12)]
    for one in lines:
        con.execute(LOAD, {"id": one.id, "at": one.at.replace(tzinfo=None)})
    told.add(unacknowledged(con, told))
    assert told.fold({one.id for one in lines}, START + timedelta(days=2)) == 6
    return con, told


def test_folded_lines_stand_for_their_batches(
    merged: tuple[duckdb.DuckDBPyConnection, Acknowledged],
) -> None:
    con, told = merged
    again = Acknowledged(told.path)
    assert [(one.day, one.folded) for one in again.folded()] == [
        ("2026-03-01", 4),
        ("2026-03-02", 4),
    ]
    assert not lacking(con, again)
    assert unacknowledged(con, again) == []
    late = batch(50, 1)  # of a folded day, merged later
    con.execute(LOAD, {"id": late, "at": START.replace(tzinfo=None) + timedelta(days=30)})
    assert [one.id for one in unacknowledged(con, again)] == [late]
    again.add(unacknowledged(con, again))
    assert not lacking(con, again)
    assert again.fold({late}, START + timedelta(days=2)) == 1
    assert not lacking(con, again)


def test_any_batch_that_is_gone_or_another_is_seen(
    merged: tuple[duckdb.DuckDBPyConnection, Acknowledged],
) -> None:
    con, told = merged
    for number in range(12):
        con.execute("BEGIN")
        gone = batch(number, 1 + number // 4)
        con.execute("DELETE FROM core.load WHERE batch_id = ?", [gone])
        lost = lacking(con, told)
        assert lost.told == "1 merged batch", number
        if number < 8:  # another in its place, so that the count is right
            at = START.replace(tzinfo=None)
            con.execute(LOAD, {"id": batch(99, 1 + number // 4), "at": at})
            assert lacking(con, told).folded
        con.execute("ROLLBACK")
    assert not lacking(con, told)


def test_batches_that_landing_has_keep_their_lines(tmp_path: Path) -> None:
    told = Acknowledged(tmp_path / "acknowledged.jsonl")
    told.add([line(1, 1), line(2, 1), line(3, 2)])
    assert told.fold({batch(1, 1)}, START + timedelta(days=9)) == 0
    assert told.ids("merged") == {batch(2, 1), batch(3, 2)}


def test_the_digest_is_the_same_in_any_order() -> None:
    names = [batch(number, 1) for number in range(100)]
    mixed = random.Random(1).sample(names, 100)
    assert digest(names) == digest(mixed) != digest(names[1:])
