"""The detectors of spikes, as shipped, run on files; and what they are worth beside others' rules.

    python bench/spikes.py volume IN_DIR OUT_DIR [--phase 0|1|2]
    python bench/spikes.py volume-mentions MENTIONS.parquet BRANDS.csv ALERTS.csv
    python bench/spikes.py negative MENTIONS.parquet BRANDS.csv ALERTS.csv
    python bench/spikes.py table SPIKES_DIR WORK_DIR [--seeds 901,902,903,904,905] [--doc FILE]
    python bench/spikes.py scale [--brands 1000] [--days 90]

``volume`` reads every CSV of IN_DIR (columns timestamp, value; a row for every five minutes) and
writes the same rows with ``alert`` 0 or 1 to OUT_DIR. Three rows are a bucket, the first beginning
with row ``--phase``; an alert stands at the last row of its bucket, when it is known. The others
read mentions (brand, text_id, author_id, event_ts, ingest_ts, label, text) and brands
(brand, first_seen), and write alerts (brand, ts). ``table`` makes streams with
SPIKES_DIR/simulate.py in WORK_DIR, runs everything and writes its tables into FILE.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

    from transforms.alarm import Alarm
    from transforms.negative_words import Words
    from transforms.voices_heard import Grid, Heard, Mentions

ROWS = 3
"""Rows of five minutes that are one bucket."""
BUCKET = 900


class Stream(NamedTuple):
    """Mentions of many brands, from when on each brand is known, and their texts (or null)."""

    brands: pd.DataFrame
    mentions: Mentions
    grid: Grid
    texts: pa.ChunkedArray

    def words(self, rows: NDArray[np.int64]) -> list[frozenset[str]]:
        """Return the words of these mentions."""
        from transforms.driving_words import meaningful

        return [frozenset(meaningful(text or "")) for text in self.texts.take(rows).to_pylist()]


def bucket_counts(values: NDArray[np.float64], phase: int) -> NDArray[np.int64]:
    """Return the sums [1, buckets] of whole buckets, the first beginning with row ``phase``."""
    import numpy as np

    whole = values[phase:]
    whole = whole[: len(whole) // ROWS * ROWS]
    return whole.reshape(1, -1, ROWS).sum(axis=2).astype(np.int64)


def volume_rows(timestamps: pd.Series, values: NDArray[np.float64], phase: int) -> list[int]:
    """Return the numbers of the rows at which volume alerts are sent."""
    import numpy as np

    from transforms.alarm import seconds
    from transforms.silence import scorable_buckets
    from transforms.volume import volume_alarms, volume_scores

    start = timestamps.to_numpy()[phase]
    counts = bucket_counts(values, phase)
    scores = volume_scores(counts, scorable_buckets(counts), np.zeros(1, np.int64))
    ends = [a.at.timestamp() - seconds(start) for a in volume_alarms(counts, scores, start)]
    return [phase + round(end / BUCKET) * ROWS - 1 for end in ends]


def volume(source: Path, target: Path, phase: int) -> None:
    """Write the alerts of every series of ``source`` to ``target``."""
    import numpy as np
    import pandas as pd

    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.glob("*.csv")):
        rows = pd.read_csv(path)
        alert = np.zeros(len(rows), np.int64)
        times = pd.to_datetime(rows["timestamp"])
        alert[volume_rows(times, rows["value"].to_numpy(float), phase)] = 1
        rows.assign(alert=alert).to_csv(target / path.name, index=False)


def read_stream(mentions: Path, brands: Path) -> Stream:
    """Read the two files; series are numbered as the brands are in theirs."""
    import numpy as np
    import pandas as pd
    import pyarrow.parquet as pq

    from transforms.voices_heard import Grid, Mentions

    named = pd.read_csv(brands, parse_dates=["first_seen"])
    columns = ["brand", "text_id", "author_id", "event_ts", "ingest_ts", "label"]
    table = pq.read_table(mentions, columns=[*columns, "text"])
    rows = table.select(columns).to_pandas()
    arrived = rows["ingest_ts"].to_numpy("datetime64[s]")
    start = arrived.min().astype("datetime64[D]").astype("datetime64[s]")
    buckets = int((arrived.max() - start).astype(np.int64)) // BUCKET + 1
    return Stream(
        named,
        Mentions(
            rows["brand"].map({b: i for i, b in enumerate(named["brand"])}).to_numpy(np.int64),
            rows["event_ts"].to_numpy("datetime64[s]"),
            arrived,
            rows["text_id"].to_numpy(np.uint64) + np.uint64(1),
            rows["author_id"].to_numpy(np.uint64) + np.uint64(1),
            (rows["label"] == "neg").to_numpy(),
        ),
        Grid(start, buckets),
        table["text"],
    )


def first_buckets(stream: Stream) -> NDArray[np.int64]:
    """Return the bucket with which each brand is known."""
    import numpy as np

    seen = stream.brands["first_seen"].to_numpy("datetime64[s]") - stream.grid.start
    return seen.astype(np.int64) // BUCKET


def heard_at_once(stream: Stream) -> Heard:
    """Count distinct voices for volume: what is over an hour old when it arrives is no surge."""
    from transforms.voices_heard import voices, voices_heard

    heard = voices(stream.mentions, old_hours=1)
    return voices_heard(stream.mentions, len(stream.brands), stream.grid, heard)


def volume_of(stream: Stream) -> list[Alarm]:
    """Return the volume alarms of a stream."""
    from transforms.silence import scorable_buckets
    from transforms.volume import volume_alarms, volume_scores

    heard = heard_at_once(stream)
    scorable = scorable_buckets(heard.all)
    scores = volume_scores(heard.fresh, scorable, first_buckets(stream))
    return volume_alarms(heard.fresh, scores, stream.grid.start)


def negative_of(stream: Stream, words: Words | None) -> list[Alarm]:
    """Return the alarms about negative shares of a stream, by counts and these words of rows."""
    from transforms.negative_share import negative_share

    return negative_share(stream.mentions, len(stream.brands), stream.grid, words=words).alarms


def alerts(found: list[Alarm], stream: Stream) -> pd.DataFrame:
    """Return alarms as the scorer reads them: brand, ts."""
    import pandas as pd

    names = stream.brands["brand"].tolist()
    rows = [(names[a.series], a.at.replace(tzinfo=None)) for a in found]
    return pd.DataFrame(rows, columns=["brand", "ts"])


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    rows = commands.add_parser("volume")
    rows.add_argument("source", type=Path)
    rows.add_argument("target", type=Path)
    rows.add_argument("--phase", type=int, default=0, choices=range(ROWS))
    for name in ("negative", "volume-mentions"):
        one = commands.add_parser(name)
        for file in ("mentions", "brands", "alerts"):
            one.add_argument(file, type=Path)
    table = commands.add_parser("table")
    table.add_argument("spikes", type=Path)
    table.add_argument("work", type=Path)
    table.add_argument("--seeds", default="901,902,903,904,905")
    table.add_argument("--doc", type=Path)
    scale = commands.add_parser("scale")
    scale.add_argument("--brands", type=int, default=1000)
    scale.add_argument("--days", type=int, default=90)
    a = parser.parse_args()
    if a.command == "volume":
        volume(a.source, a.target, a.phase)
    elif a.command == "table":
        from bench.spikes_table import write

        write(a.spikes, a.work, [int(seed) for seed in a.seeds.split(",")], a.doc)
    elif a.command == "scale":
        from bench.spikes_scale import report

        print("\n".join(report(a.brands, a.days)))
    else:
        stream = read_stream(a.mentions, a.brands)
        negative = a.command == "negative"
        found = negative_of(stream, stream.words) if negative else volume_of(stream)
        alerts(found, stream).to_csv(a.alerts, index=False)


if __name__ == "__main__":
    main()
