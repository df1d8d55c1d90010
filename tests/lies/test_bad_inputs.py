"""Whatever comes in is loaded, quarantined or known already; nothing crashes, nothing vanishes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from bad_inputs import load

from tidings.batch import Batch
from tidings.connector import read_records
from tidings.covered import Seen
from tidings.landing import BatchAbout, Landing
from tidings.mention import Mention

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BEFORE_TIME = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5)))
AFTER_TIME = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def _landed(folder: Path, *mentions: Mention) -> Batch:
    walk = Landing(str(folder)).walk(source="s", walk_id="s:1", run="r", attempt=1, started=NOON)
    about = BatchAbout(
        source="s", walk_id="s:1", label="s", watch="acme", about=None, run="r", attempt=1
    )
    return walk.write_batch(
        list(mentions), [], about=about, cursor=None, coverage=None, collected=NOON
    )


def _mention(**fields: Any) -> Mention:
    known: dict[str, Any] = {"source": "s", "place": "p", "kind": "post", "published": NOON}
    return Mention(**{"external_id": "1", "text": "x", **known, **fields})


@pytest.mark.parametrize(
    "odd",
    [{"published": BEFORE_TIME}, {"edited": "yesterday"}, {"likes": 10**400}, {"text": "\ud800"}],
    ids=["before all time", "no time", "beyond numbers", "half a sign"],
)
def test_a_value_that_can_not_be_written_costs_its_own_row_only(
    tmp_path: Path, odd: dict[str, Any]
) -> None:
    batch = _landed(tmp_path, _mention(), _mention(external_id="2", **odd))
    assert (batch.rows, batch.rejected) == (1, 1)


def test_a_record_with_a_number_beyond_numbers_is_rejected_alone() -> None:
    def read(record: int) -> Mention:
        return _mention(rating=float(record))

    mentions, rejected = read_records([1, 10**400, 2], read)
    assert (len(mentions), len(rejected)) == (2, 1)


def test_times_at_the_ends_of_time_tell_nothing_of_coverage() -> None:
    seen = Seen()
    for time in (BEFORE_TIME, AFTER_TIME, NOON):
        seen.add(time)
    assert (seen.oldest, seen.newest) == (NOON, NOON)
    assert seen.down_to() == NOON + timedelta(seconds=1)


@pytest.mark.slow
def test_bad_inputs_add_up_within_memory_and_time() -> None:
    done = load(500, 5)
    assert done.unaccounted() == []
    assert done.loaded["new"] > 100
    assert done.loaded["quarantined"] > 100
