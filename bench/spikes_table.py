"""The tables of docs/alerts-measured.md: ours and others' rules on the same streams and series."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from statistics import fmean
from types import ModuleType
from typing import TYPE_CHECKING, Any

from bench.spikes import Stream, alerts, heard_at_once, negative_of, read_stream, volume, volume_of
from bench.spikes_rivals import NEGATIVE, VOLUME, cooled

if TYPE_CHECKING:
    from transforms.negative_words import Words

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
TICKERS = ("AAPL", "CRM", "FB", "KO", "PFE")
WORDS_OF = timedelta(hours=24)
"""How far back the words of an alert's mentions are looked for."""
Row = dict[str, float]


def write(spikes: Path, work: Path, seeds: Sequence[int], doc: Path | None) -> None:
    """Measure everything and put the tables into ``doc``, or print them."""
    lines = [BEGIN, "", *_public(spikes, work), ""]
    streams = [_made(spikes, work, seed) for seed in seeds]
    scorer = _module(spikes / "simulate.py")
    lines += [*_negative(streams, scorer), "", *_volume(streams, scorer), "", END]
    if doc is None:
        print("\n".join(lines))
        return
    text = doc.read_text("utf-8")
    before, rest = text.split(BEGIN)
    doc.write_text(before + "\n".join(lines) + rest.split(END)[1], "utf-8")


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _made(spikes: Path, work: Path, seed: int) -> Path:
    """Make the stream of a seed, if it isn't there yet, and return its folder."""
    folder = work / f"seed-{seed}"
    if not (folder / "brands.csv").exists():
        make = [sys.executable, str(spikes / "simulate.py"), "make", str(folder)]
        subprocess.run(  # noqa: S603
            [*make, "--seed", str(seed), "--bases", ",".join(TICKERS)], check=True
        )
    return folder


def _public(spikes: Path, work: Path) -> list[str]:
    """Return the table of the public series: the mean over the three phases of buckets."""
    scorer = _module(spikes / "nab_score.py")
    series = scorer.load_data(series=TICKERS)
    reports: list[Row] = []
    for phase in range(3):
        target = work / f"phase-{phase}"
        volume(spikes / "data" / "realTweets", target, phase)
        reports.append(scorer.report(series, scorer.load_dir(str(target), series)[1]))
    keys = {
        "nab_standard": "standard profile",
        "nab_reward_low_FP_rate": "low-FP profile",
        "precision": "precision",
        "recall": "windows found",
        "strict_recall": "alert within -1 h .. +6 h",
        "alerts_per_series_day": "alerts a series and day",
    }
    rows = [f"| {name} | {fmean(r[key] for r in reports):.2f} |" for key, name in keys.items()]
    return ["| public series, volume | |", "|---|---|", *rows]


def _rival_alerts(stream: Stream, kept: list[tuple[int, int]]) -> Any:
    import pandas as pd

    names = stream.brands["brand"].tolist()
    start = pd.Timestamp(stream.grid.start)
    rows = [(names[s], start + timedelta(minutes=15 * (t + 1))) for s, t in kept]
    return pd.DataFrame(rows, columns=["brand", "ts"])


def _raw(stream: Stream) -> tuple[Any, Any]:
    """Return counts of all mentions and of negatives by arrival, as the rivals have them."""
    from transforms.voices_heard import voices_heard

    unknown = stream.mentions._replace(
        text=stream.mentions.text * 0, author=stream.mentions.author * 0
    )
    heard = voices_heard(unknown, len(stream.brands), stream.grid)
    return heard.all.astype(float), heard.all_negative.astype(float)


def _streams(folders: Sequence[Path]) -> list[tuple[Stream, Any]]:
    import pandas as pd

    return [
        (
            read_stream(f / "mentions.parquet", f / "brands.csv"),
            pd.read_csv(f / "incidents.csv", parse_dates=["start", "end"]),
        )
        for f in folders
    ]


def _negative(folders: Sequence[Path], scorer: ModuleType) -> list[str]:
    """Return the table of alarms about negative shares."""
    results: dict[str, list[Row]] = {}
    driving: list[bool] = []
    for folder, (stream, incidents) in zip(folders, _streams(folders), strict=True):
        found = negative_of(stream, stream.words)
        results.setdefault("ours", []).append(
            _scored(scorer, alerts(found, stream), stream, incidents)
        )
        driving += _driven(folder, found, stream, incidents)
        for name, words in {
            "ours, where incidents have no word": _without(stream, set(incidents["word"])),
            "ours, without texts": None,
        }.items():
            told = alerts(negative_of(stream, words), stream)
            results.setdefault(name, []).append(_scored(scorer, told, stream, incidents))
        counts, negatives = _raw(stream)
        for name, rule in NEGATIVE.items():
            told = _rival_alerts(stream, cooled(rule(counts, negatives)))
            results.setdefault(name, []).append(_scored(scorer, told, stream, incidents))
    head = (
        "| negative share, simulated | precision | recall of detectable | false a brand and week "
        "| median delay, min | repeats | in viral, flood, gap |"
    )
    lines = [head, "|---|---|---|---|---|---|---|"]
    for name, rows in results.items():
        decoys = sum(sum(r["false_in"][k] for k in ("viral", "flood", "gap")) for r in rows)  # type: ignore[index]
        mean = {k: fmean(r[k] for r in rows) for k in rows[0] if k != "false_in"}
        lines.append(
            f"| {name} | {mean['precision']:.2f} | {mean['recall_detectable']:.2f} "
            f"| {mean['false_per_brand_week']:.3f} | {mean['delay_median_min']:.0f} "
            f"| {mean['repeats']:.1f} | {decoys} |"
        )
    share = fmean(driving)
    lines += ["", f"The driving word was among the first three in {share:.1%} of {len(driving)}."]
    return lines


def _without(stream: Stream, left_out: set[str]) -> Words:
    return lambda rows: [words - left_out for words in stream.words(rows)]


def _scored(scorer: ModuleType, told: Any, stream: Stream, incidents: Any) -> Row:
    """Score as simulate.py does: from two weeks on, or from when a brand is known."""
    import numpy as np
    import pandas as pd

    warm = scorer.T0 + pd.Timedelta(days=scorer.WARM_DAYS)
    brands = stream.brands.assign(lo=stream.brands["first_seen"].clip(lower=warm))
    weeks = float(((incidents["end"].max() - brands["lo"]) / np.timedelta64(7, "D")).sum())
    told = told.merge(brands[["brand", "lo"]], on="brand")
    row: Row = scorer.score(incidents, told[told["ts"] >= told["lo"]], weeks)
    return row


def _driven(folder: Path, found: list[Any], stream: Stream, incidents: Any) -> list[bool]:
    """Say of each true alarm whether its incident's word is among the first three."""
    import pyarrow.parquet as pq

    from transforms.driving_words import driving_words, said

    rows = pq.read_table(folder / "mentions.parquet").to_pandas()
    rows = rows[rows["label"] == "neg"].drop_duplicates(["brand", "text_id"])
    by_brand = dict(list(rows.groupby("brand")))
    out = []
    for alarm in found:
        brand = stream.brands["brand"].iloc[alarm.series]
        at, onset = alarm.at.replace(tzinfo=None), alarm.onset.replace(tzinfo=None)
        true = incidents[(incidents["brand"] == brand) & (incidents["kind"] == "incident")]
        true = true[(true["start"] <= at) & (at <= true["end"])]
        if not len(true):
            continue
        texts = by_brand[brand]
        known = texts[texts["ingest_ts"] < at]
        now = known["ingest_ts"] >= onset
        split = [[text.split() for text in part["text"]] for part in (known[now], known[~now])]
        words = [d.word for d in driving_words(said(split[0]), said(split[1]), 3)]
        out.append(true["word"].iloc[0] in words)
    return out


def _volume(folders: Sequence[Path], scorer: ModuleType) -> list[str]:
    """Return the table of volume alarms."""
    results: dict[str, list[Row]] = {}
    for stream, incidents in _streams(folders):
        tried = {"ours": alerts(volume_of(stream), stream)}
        counts = heard_at_once(stream).all.astype(float)
        for name, rule in VOLUME.items():
            tried[name] = _rival_alerts(stream, cooled(rule(counts)))
        for name, told in tried.items():
            row = scorer.score_volume(incidents, told, stream.brands)["20 and up"]
            results.setdefault(name, []).append(row)
    lines = [
        "| volume, simulated, brands of 20 a day and more | surges found | others a brand and week "
        "| median delay, min |",
        "|---|---|---|---|",
    ]
    for name, rows in results.items():
        mean = {k: fmean(r[k] for r in rows) for k in rows[0]}
        lines.append(
            f"| {name} | {mean['recall']:.2f} | {mean['outside_per_brand_week']:.2f} "
            f"| {mean['delay_median_min']:.0f} |"
        )
    return lines
