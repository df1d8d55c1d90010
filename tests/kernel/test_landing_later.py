"""Batches that an earlier version landed: columns declared since are nothing in them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq

from tidings.landing import BatchAbout, Landing
from tidings.mention import Mention
from tidings.schema import arrow_schema, from_arrow

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_batch_without_the_columns_of_today_is_read(tmp_path: Path) -> None:
    mention = Mention(
        source="s", place="p", external_id="1", kind="survey", published=NOON, measure="nps"
    )
    landing = Landing(str(tmp_path))
    folder = landing.walk(source="s", walk_id="s:1", run="r", attempt=1, started=NOON)
    about = BatchAbout(
        source="s", walk_id="s:1", label="s", watch="w", about=None, run="r", attempt=1
    )
    batch = folder.write_batch(
        [mention], [], about=about, cursor=None, coverage=None, collected=NOON
    )
    path = tmp_path / batch.mentions_path
    table = pq.read_table(path)
    pq.write_table(table.drop_columns(["survey", "measure", "country"]), path)
    read = landing.mentions(batch)
    assert read.schema.equals(arrow_schema())
    [found] = from_arrow(read)
    assert (found.external_id, found.published, found.measure) == ("1", NOON, None)
