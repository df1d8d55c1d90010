"""``tidings sentiment lake``: scoring again where there are many processors, by Spark."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tidings.cli import steps
from tidings.cli.console import AsJson, err, out, table
from tidings.errors import ConfigurationError
from tidings.home import Home

if TYPE_CHECKING:
    import pyarrow as pa

    from tidings.watch import Watch

log = logging.getLogger("tidings")

app = typer.Typer(
    help=(
        "Score stored mentions again on Spark, where there are too many for one machine.\n\n"
        "hand-out -> score (on the cluster) -> take-in"
    ),
    no_args_is_help=True,
)

FILE_ROWS = 100_000
"""Mentions in one file that is handed out: some 20 MB, a minute's work of one processor."""

MENTIONS, SCORES = "mentions", "scores"

Folder = Annotated[
    Path, typer.Argument(help="Folder that all machines of the cluster have, e.g. a mounted one.")
]


@app.command()
def hand_out(
    folder: Folder,
    brand: Annotated[str | None, typer.Option(help="Only mentions of this brand.")] = None,
    since: Annotated[
        str | None, typer.Option(help="Only what was published from this day on (UTC).")
    ] = None,
    json: AsJson = False,
) -> None:
    """Write the mentions that are to be scored again to FOLDER/mentions, as Parquet files.

    They have texts and pseudonyms: keep the folder as private as the warehouse.
    """
    from tidings.cli.opening import opened
    from tidings.landing import parquet
    from transforms.lake import handed_out_schema
    from warehouse.lake import handed_out
    from warehouse.rescore import choose

    target = folder / MENTIONS
    if target.exists():
        raise ConfigurationError(
            f"{target} is there already.", remedy="Name another folder, or remove it."
        )
    start = None if since is None else steps.as_utc(since, option="--since")
    written = {"mentions": 0, "files": 0}
    draft = folder / f"{MENTIONS}.draft"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if draft.exists():  # of a run that was killed: more files than this one may write
        rmtree(draft)
    draft.mkdir(mode=0o700)
    with opened(Home.find()) as con, err.status("Handing out ..."):
        for lot in choose(con, brand=brand, since=start):
            for part in handed_out(con, lot, FILE_ROWS, handed_out_schema()):
                written["files"] += 1
                _write(draft / f"part-{written['files']:05d}.parquet", parquet(part))
                written["mentions"] += part.num_rows
    draft.replace(target)  # whole or not at all: half of it would be scored as if it were all
    _tell(written, json, "Handed out")


@app.command()
def score(
    folder: Folder,
    master: Annotated[
        str | None,
        typer.Option(help="Spark's master, e.g. local[4]; default: its own settings."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Score what was handed out on Spark, as the watch files say now, into FOLDER/scores.

    Every machine of the cluster needs Tidings installed as here. What is not settled here, Spark's
    own settings say (SPARK_CONF_DIR).
    """
    written = score_lake(folder, steps.watches(), master=master)
    _tell({"scored": written}, json, "Scored")


@app.command()
def take_in(folder: Folder, json: AsJson = False) -> None:
    """Merge the scores in FOLDER/scores into the warehouse, refresh and publish.

    A mention that was edited or erased meanwhile is left as it is. Doing it again changes nothing.
    """
    totals = merge_lake(folder)
    with err.status("Refreshing the marts and publishing ..."):
        steps.refresh()
        steps.publish()
    _tell(totals, json, "Taken in (mentions)")


def score_lake(folder: Path, watches: list[Watch], *, master: str | None = None) -> int:
    """Score FOLDER/mentions into FOLDER/scores; return how many rows.

    Those whose watch file has gone are left out, and logged. ConfigurationError without Spark,
    without mentions, or where there are scores already: a second run's files beside the first's
    would be taken in twice.
    """
    from transforms.lake import scored_schema

    if not (folder / MENTIONS).is_dir():
        raise ConfigurationError(
            f"{folder / MENTIONS} is not there.",
            remedy="Let 'tidings sentiment lake hand-out' end first.",
        )
    if (folder / SCORES).exists():
        raise ConfigurationError(
            f"{folder / SCORES} is there already.", remedy="Take it in, or remove it."
        )
    spark, from_arrow = _spark(master)
    try:
        mentions = spark.read.parquet(_uri(folder / MENTIONS))
        schema = from_arrow(scored_schema(), prefer_timestamp_ntz=True)
        scored = mentions.mapInArrow(scoring(watches), schema)
        scored.write.option("compression", "zstd").parquet(_uri(folder / SCORES))
        count = int(spark.read.parquet(_uri(folder / SCORES)).count())
        if left := mentions.count() - count:
            log.warning("%d mentions keep their scores: their watch files are gone.", left)
        return count
    finally:
        spark.stop()


def scoring(
    watches: list[Watch],
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Return what ``mapInArrow`` calls on each part, in processes of its own."""
    from transforms.lake import score_batches

    return partial(score_batches, watches=watches)


def merge_lake(folder: Path) -> dict[str, int]:
    """Merge FOLDER/scores; return how many came, were changed, and were outdated."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from tidings.cli.opening import opened
    from transforms.lake import WATCH, scored_schema
    from warehouse.lake import take_in as merge

    if not (folder / SCORES / "_SUCCESS").exists():
        raise ConfigurationError(
            f"{folder / SCORES} is not there, or not whole.",
            remedy="Let 'tidings sentiment lake score' end first.",
        )
    totals = {"scored": 0, "changed": 0, "outdated": 0}
    with opened(Home.find()) as con:
        for path in sorted((folder / SCORES).glob("*.parquet")):
            found = pq.read_table(path).cast(scored_schema())
            for watch in pc.unique(found[WATCH]).to_pylist():
                taken = merge(con, found.filter(pc.equal(found[WATCH], watch)), watch)
                totals["changed"] += taken.changed
                totals["outdated"] += taken.outdated
            totals["scored"] += found.num_rows
    return totals


def _spark(master: str | None) -> tuple[Any, Any]:
    try:
        from pyspark.sql import SparkSession
        from pyspark.sql.pandas.types import from_arrow_schema
    except ImportError as error:
        raise ConfigurationError(
            f"Spark is not installed: {error}.", remedy="Install tidings[spark], and Java 17."
        ) from error
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else some python3 of the path
    builder = SparkSession.builder.appName("tidings sentiment lake")
    builder = builder.config("spark.sql.session.timeZone", "UTC")
    builder = builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", "2000")
    if master:
        builder = builder.master(master)
    if master and master.startswith("local"):  # nobody else has business with it
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1")
        builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.ui.enabled", False)
    return builder.getOrCreate(), from_arrow_schema


def _uri(path: Path) -> str:
    return path.absolute().as_uri()


def _write(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)


def _tell(counts: dict[str, int], json: bool, title: str) -> None:
    if json:
        out.print_json(steps.as_json(counts))
    else:
        table(tuple(counts), [tuple(counts.values())], title=title)
