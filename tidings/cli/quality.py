"""``tidings quality``: what the checks of the warehouse found, and how to go on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tidings.cli import steps
from tidings.cli.console import AsJson, err, out, table
from tidings.cli.opening import opened
from tidings.errors import ConfigurationError, WarehouseError
from tidings.home import Home
from tidings.times import utcnow

if TYPE_CHECKING:
    from warehouse.checks import Result

FAILED = 1
"""Exit code where a failed check keeps the snapshot from being published."""


def quality(
    run: Annotated[bool, typer.Option("--run", help="Run the checks now.")] = False,
    whole: Annotated[
        bool, typer.Option(help="With --run: look at all rows, not only at what is new.")
    ] = False,
    check: Annotated[
        str | None, typer.Option(help="Only this check: its history, or with --run itself.")
    ] = None,
    examples: Annotated[
        int, typer.Option(min=1, max=10_000, help="With --run: failing rows to name at most.")
    ] = 5,
    docs: Annotated[
        Path | None, typer.Option(help="Write pages on the last run into this folder.")
    ] = None,
    publish_anyway: Annotated[
        str | None,
        typer.Option(metavar="REASON", help="Accept what fails now, recorded, and publish."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Show what the checks of the warehouse found last; or run them, or go on all the same.

    They run before every publishing. A failed one of severity 'fail' stops it; exit code 1 then.
    """
    if publish_anyway is not None:
        results = _publish_anyway(publish_anyway)
    elif run:
        results = _run(whole=whole, check=check, examples=examples)
    elif whole:
        raise ConfigurationError("--whole needs --run.", remedy="Add --run.")
    else:
        results = _last(check)
    if docs is not None:
        _write(docs, check)
    if json:
        out.print_json(steps.as_json(results))
    else:
        _show(results)
    if any(one.stops for one in results) and (run or check is None):
        raise typer.Exit(FAILED)


def _run(*, whole: bool, check: str | None, examples: int) -> list[Result]:
    from tidings.cli.judging import look

    home = _home()
    with opened(home) as con:
        return look(con, home, whole=whole, only=check, examples=examples)


def _publish_anyway(reason: str) -> list[Result]:
    from tidings.cli.judging import look
    from warehouse.quality import accept

    if not reason.strip():
        raise ConfigurationError(
            "--publish-anyway has no reason.", remedy="Say why it may be published all the same."
        )
    home = _home()
    with opened(home) as con:
        results = accept(con, look(con, home), reason=reason.strip(), now=utcnow())
        steps.write_snapshots(con, home)
    return results


def _last(check: str | None) -> list[Result]:
    """Read the results from the warehouse, whose last run may not have been published."""
    from warehouse.quality import last
    from warehouse.snapshot import open_current

    home = _home()
    try:
        con = open_current(home.warehouse)
    except WarehouseError as error:
        if not home.snapshot.exists():
            raise
        err.print(f"{error.message} These are of the published snapshot.", style="yellow")
        con = open_current(home.snapshot)
    with con:
        return last(con, check=check)


def _write(folder: Path, check: str | None) -> None:
    from warehouse.data_docs import build

    if check is not None:
        raise ConfigurationError("--docs is of a whole run.", remedy="Leave --check out.")
    err.print(f"written: {build(_last(None), folder.absolute())}", markup=False)


def _home() -> Home:
    home = Home.find()
    if not home.warehouse.exists():
        raise WarehouseError(
            f"There is no warehouse {home.warehouse} yet.", remedy="Load first: 'tidings run'."
        )
    return home


def _show(results: Iterable[Result]) -> None:
    rows = [
        (
            "passed" if one.success else "accepted" if one.accepted is not None else one.severity,
            one.check_name,
            one.table_name,
            one.failing,
            one.observed,
            one.most,
            "; ".join(one.examples),
            one.judged,
        )
        for one in results
    ]
    columns = ("result", "check", "table", "rows", "observed", "most", "examples", "judged")
    table(columns, rows, title="Checks of the warehouse")
    for one in results:
        if one.accepted is not None:
            out.print(f"{one.check_name} is accepted: {one.accepted}", markup=False, style="dim")
    if any(one.stops for one in results):
        out.print("Nothing is published while a check fails: see docs/quality.md.", style="red")
