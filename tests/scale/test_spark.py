"""Scored on Spark, in processes of its own, is scored as here: the same bytes, the same merge."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

pytest.importorskip("pyspark")

from tidings.cli import sentiment_lake, steps, whole_run
from tidings.cli.opening import opened
from tidings.cli.sentiment_rescore import rescore
from tidings.home import Home

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("java") is None, reason="no Java on this machine"),
]

WATCH = """\
[brand]
name = "Acme"
languages = ["en", "no"]
[[competitors]]
name = "Bexley"
[queries]
late = "late OR slow"
[[sources]]
connector = "files"
name = "{name}"
{about}
[sources.settings]
folder = "{folder}"
place = "{name}"
columns = {{ external_id = "id", published = "at", rating = "stars", text = "text" }}
constants = {{ rating_min = 1, rating_max = 5 }}
"""
TEXTS = (
    "Acme was late, but the price is fine",
    "Veldig dårlig service fra Acme, jeg er skuffet",
    "Great service from Bexley! 😀 Much better than Acme.",
    "",
    "Terrible. It broke after a day and nobody answered.",
)


@pytest.fixture
def loaded(home: Path) -> Home:
    """A warehouse of two watch files; of one everything is about its brand."""
    for name, about in (("forum", ""), ("shop", 'about = "Acme"')):
        folder = home / name
        folder.mkdir()
        rows = [
            f'{name}{n},2026-05-{n % 28 + 1:02d}T08:00:00Z,{n % 5 + 1},"{TEXTS[n % 5]} {n}"'
            for n in range(300)
        ]
        (folder / "all.csv").write_text("\n".join(["id,at,stars,text", *rows]), "utf-8")
        text = WATCH.format(name=name, about=about, folder=folder)
        (home / "watch" / f"{name}.toml").write_text(text.replace("Acme", "Acme"), "utf-8")
        steps.collect(name, name, run="r1")
    whole_run.check_and_load(holder="r1")
    return Home.find()


SCORES = (
    "SELECT mention_id, label, compound, positive, neutral, negative, unscored_reason, scorer, "
    "scorer_version, score_language, language_confidence, confidence, flags FROM core.score "
    "WHERE known_to IS NULL ORDER BY ALL"
)
TARGETS = (
    "SELECT mention_id, watch, brand, label, compound FROM core.brand_match "
    "WHERE known_to IS NULL ORDER BY ALL"
)
DRIVERS = "SELECT * EXCLUDE (known_from) FROM core.driver_hit WHERE known_to IS NULL ORDER BY ALL"


def told(home: Home) -> list[list[tuple[object, ...]]]:
    with opened(home) as con:
        return [con.execute(sql).fetchall() for sql in (SCORES, TARGETS, DRIVERS)]


def spoil(home: Home) -> None:
    """Leave other scores than the watch files' own, so that scoring again has something to do."""
    with opened(home) as con:
        con.execute(
            "UPDATE core.score SET label = 'neutral', compound = 0.0, scorer = 'old' "
            "WHERE label IN ('positive', 'negative')"
        )
        con.execute("UPDATE core.driver_hit SET compound = 0.0")


def test_spark_scores_the_same_bytes_and_merges_the_same(
    loaded: Home, tmp_path: Path, counts: dict[str, int]
) -> None:
    from transforms.lake import scored_schema

    logging.getLogger("py4j").setLevel(logging.WARNING)  # it says goodbye after all is closed
    folder = tmp_path / "lake"
    right = told(loaded)
    spoil(loaded)
    assert told(loaded) != right
    sentiment_lake.FILE_ROWS = 100
    sentiment_lake.hand_out(folder, brand=None, since=None, json=True)
    files = sorted((folder / "mentions").glob("*.parquet"))
    assert len(files) == 6
    assert {f.stat().st_mode & 0o777 for f in files} == {0o600}

    watches = steps.watches()
    assert sentiment_lake.score_lake(folder, watches, master="local[2]") == 600

    # the same bytes as this process makes of it
    here = [
        pa.Table.from_batches(sentiment_lake.scoring(watches)(table.to_batches()), scored_schema())
        for table in map(pq.read_table, files)
    ]
    there = [pq.read_table(f).cast(scored_schema()) for f in (folder / "scores").glob("*.parquet")]
    assert len(there) > 1  # more than one process had a part
    order = [("mention_id", "ascending")]
    assert as_bytes(pa.concat_tables(there).sort_by(order)) == as_bytes(
        pa.concat_tables(here).sort_by(order)
    )

    # and the same in the warehouse as scoring again in one process; what was edited meanwhile stays
    [edited] = edit_one(loaded)
    taken = sentiment_lake.merge_lake(folder)
    assert (taken["scored"], taken["outdated"]) == (600, 1)
    assert taken["changed"] > 300
    with opened(loaded) as con:
        [(kept,)] = con.execute(
            "SELECT scorer FROM core.score WHERE mention_id = ? AND known_to IS NULL", [edited]
        ).fetchall()
    assert kept == "old"
    assert sentiment_lake.merge_lake(folder)["changed"] == 0
    assert rescore()["changed"] == 1  # the one that was edited, and nothing else is left to do
    assert told(loaded) == right
    counts["mentions scored by Spark"] = taken["scored"]
    counts["rows of scores, targets and drivers, equal to the byte"] = sum(map(len, right))


def edit_one(home: Home) -> list[object]:
    with opened(home) as con:
        return [
            mention
            for (mention,) in con.execute(
                "UPDATE core.mention_version SET content_hash = repeat('0', 32) WHERE mention_id = "
                "(SELECT min(mention_id) FROM core.score WHERE scorer = 'old') RETURNING mention_id"
            ).fetchall()
        ]


def as_bytes(table: pa.Table) -> bytes:
    """The table as Arrow's own stream: equal bytes are equal values, types, nulls and order."""
    sink = pa.BufferOutputStream()
    whole = table.combine_chunks().replace_schema_metadata(None)
    with pa.ipc.new_stream(sink, whole.schema) as stream:
        stream.write_table(pa.Table.from_pylist(whole.to_pylist(), schema=whole.schema))
    return sink.getvalue().to_pybytes()


def test_half_of_the_scores_are_not_taken_in(loaded: Home, tmp_path: Path) -> None:
    from tidings.errors import ConfigurationError

    (tmp_path / "lake" / "scores").mkdir(parents=True)
    with pytest.raises(ConfigurationError, match="not whole"):
        sentiment_lake.merge_lake(tmp_path / "lake")
