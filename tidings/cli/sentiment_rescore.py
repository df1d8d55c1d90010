"""Stored mentions, scored again as the watch files say now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tidings.cli import steps
from tidings.cli.console import err
from tidings.cli.opening import opened
from tidings.home import Home

if TYPE_CHECKING:
    from tidings.watch import Watch
    from warehouse.rescore import Lot


def rescore(*, brand: str | None = None, since: datetime | None = None) -> dict[str, int]:
    """Score and merge in parts, each a transaction; return how many were scored, and changed.

    ``left_out`` are mentions of watch files that have gone: nothing says who is to score them.
    ConfigurationError where a watch file's scorer can't be had; what was merged before stays.
    """
    from transforms.enrich import enrich
    from warehouse.rescore import choose, merge_scores, parts

    watches = steps.watches()
    totals = {"scored": 0, "changed": 0, "left_out": 0}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with (
        opened(Home.find()) as con,
        Progress(*columns, TimeRemainingColumn(), console=err) as bar,
    ):
        chosen = choose(con, brand=brand, since=since)
        lots = _told_of(chosen, watches)
        totals["left_out"] = sum(lot.n for lot in chosen) - sum(lot.n for lot in lots)
        task = bar.add_task("Scoring again", total=sum(lot.n for lot in lots))
        for lot in lots:
            for mentions in parts(con, lot):
                enriched = enrich(mentions, watches=watches, about=lot.about, watch=lot.watch)
                totals["changed"] += merge_scores(con, enriched, lot.watch)
                totals["scored"] += mentions.num_rows
                bar.advance(task, mentions.num_rows)
    return totals


def _told_of(chosen: Sequence[Lot], watches: Sequence[Watch]) -> list[Lot]:
    """Return the lots that a watch file tells of; say which are left out."""
    names = {watch.id for watch in watches}
    gone: Counter[str] = Counter()
    for lot in chosen:
        if lot.watch not in names:
            gone[lot.watch] += lot.n
    for name, n in sorted(gone.items()):
        err.print(
            f"Left out: {n} mentions that came by watch/{name}.toml, which is gone. Put it back to "
            "have them scored again.",
            style="yellow", markup=False, highlight=False,
        )  # fmt: skip
    return [lot for lot in chosen if lot.watch in names]
