"""Stored mentions, scored again as the watch files say now."""

from __future__ import annotations

from datetime import datetime

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tidings.cli import steps
from tidings.cli.console import err
from tidings.home import Home


def rescore(*, brand: str | None = None, since: datetime | None = None) -> dict[str, int]:
    """Score and merge in parts, each a transaction; return how many were scored, and changed.

    ConfigurationError where a watch file's scorer can't be had; what was merged before stays.
    """
    from transforms.enrich import enrich
    from warehouse.rescore import choose, merge_scores, parts
    from warehouse.store import open_warehouse

    watches = steps.watches()
    totals = {"scored": 0, "changed": 0}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with (
        open_warehouse(Home.find().warehouse) as con,
        Progress(*columns, TimeRemainingColumn(), console=err) as bar,
    ):
        lots = choose(con, brand=brand, since=since)
        task = bar.add_task("Scoring again", total=sum(lot.n for lot in lots))
        for lot in lots:
            for mentions in parts(con, lot):
                enriched = enrich(mentions, watches=watches, about=lot.about, watch=lot.watch)
                totals["changed"] += merge_scores(con, enriched, lot.watch)
                totals["scored"] += mentions.num_rows
                bar.advance(task, mentions.num_rows)
    return totals
