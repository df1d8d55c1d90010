"""``tidings status``: how each walk is doing, and what is not collected."""

from __future__ import annotations

from tidings.cli import gaps, steps
from tidings.cli.console import AsJson, out, table
from tidings.cli.query_saved import question
from tidings.cli.reading import answers

MOST_WALKS = 100_000


def status(json: AsJson = False) -> None:
    """Show each walk's last run and what it has not collected: suspects and open gaps first.

    It reads the published snapshot, so it tells of what has been loaded.
    """
    columns, rows = answers(question("status"), MOST_WALKS)
    walks = [dict(zip(columns, row, strict=True)) for row in rows]
    left = gaps.open_now()
    if json:
        out.print_json(steps.as_json({"walks": walks, "open_gaps": left}))
        return
    table(columns, rows, title="Walks")
    gaps.show_open(left)
