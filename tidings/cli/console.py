"""How the CLI prints: tables for people, JSON for machines, progress on standard error."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

PIPED_WIDTH = 160
"""Columns where the output is no terminal: a file or a pager can be scrolled."""

out = Console(soft_wrap=True, width=None if sys.stdout.isatty() else PIPED_WIDTH)
err = Console(stderr=True, soft_wrap=True)

MOST_ROWS = 1_000_000_000
"""The greatest ``--limit``: more than any table has, less than what DuckDB can't count."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Characters by which a text could steer the terminal that shows it."""

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]


def cell(value: Any) -> Text:
    """Show one value: nothing for NULL, three decimals, times without microseconds."""
    if value is None:
        return Text("-", style="dim")
    if isinstance(value, float):
        return Text(f"{value:.3f}".rstrip("0").rstrip("."), justify="right")
    if isinstance(value, datetime):
        return Text(value.isoformat(" ", "seconds"))
    if isinstance(value, date):
        return Text(value.isoformat())
    shown = _CONTROL.sub("\ufffd", str(value))
    return Text(shown, justify="right" if isinstance(value, int) else "left")


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str = "") -> None:
    """Print a table; text from outside is shown as text, never read as markup."""
    shown = Table(title=title or None, header_style="bold", title_justify="left")
    for column in columns:
        shown.add_column(column, overflow="fold")
    for row in rows:
        shown.add_row(*(cell(value) for value in row))
    out.print(shown, soft_wrap=False)


@contextmanager
def walking(title: str) -> Iterator[WalkProgress]:
    """Show the walks in progress on standard error, one line each."""
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TextColumn("{task.completed:>7,.0f} items on {task.fields[pages]} pages"),
        TimeElapsedColumn(),
        console=err,
    )
    err.print(title, style="bold", markup=False)
    with bar:
        yield WalkProgress(bar)


class WalkProgress:
    """Counts items and pages of each walk; may be called from several threads."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._tasks: dict[str, Any] = {}
        self._pages: dict[str, int] = {}

    def page(self, label: str, items: int) -> None:
        """Tell of one more page of the walk called ``label``."""
        if label not in self._tasks:
            self._tasks[label] = self._bar.add_task(label[:60], total=None, pages=0)
        self._pages[label] = self._pages.get(label, 0) + 1
        self._bar.update(self._tasks[label], advance=items, pages=self._pages[label])
