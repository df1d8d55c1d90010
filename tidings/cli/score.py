"""``tidings score``: why the score moved, what it is weighed by, and how it would be otherwise."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tidings.cli import steps
from tidings.cli.console import AsJson, err, out, table
from tidings.cli.opening import opened
from tidings.errors import ConfigurationError
from tidings.home import Home

if TYPE_CHECKING:
    from warehouse.weights import Moved, Weight

app = typer.Typer(
    help="The reputation score: why it moved, its weights, and how it would be under others.",
    no_args_is_help=True,
)

File = Annotated[Path, typer.Argument(help="A TOML file of weights; see docs/marts/score.md.")]


@app.command()
def why(
    brand: Annotated[str, typer.Argument(help="The brand.")],
    start: Annotated[str, typer.Option("--from", metavar="DAY", help="From this day, 2026-03-01.")],
    end: Annotated[str, typer.Option("--to", metavar="DAY", help="To this day.")],
    json: AsJson = False,
) -> None:
    """Show what each part did to the score between two days; the rows sum to the change."""
    from warehouse.snapshot import open_current
    from warehouse.weights import why as explained

    days = _day(start, "--from"), _day(end, "--to")
    with open_current(Home.find().snapshot) as con:
        moved = explained(con, brand, *days)
    if json:
        out.print_json(steps.as_json([one._asdict() for one in moved]))
        return
    _show_moved(brand, days, moved)


def _show_moved(brand: str, days: tuple[date, date], moved: list[Moved]) -> None:
    was, now = moved[0].score_from, moved[0].score_to
    columns = (
        "part", "how", "value", "value then", "weight", "weight then", "by value", "by weight",
        "points",
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = [
        (
            one.part, one.how, one.value_from, one.value_to, one.weight_from, one.weight_to,
            one.by_value, one.by_weight, one.contribution,
        )
        for one in moved
    ]  # fmt: skip
    if was is not None and now is not None:
        parts = [one.contribution for one in moved if one.contribution is not None]
        rows.append(("sum", "", None, None, None, None, None, None, sum(parts)))
    shown = " -> ".join("none" if s is None else f"{s:.2f}" for s in (was, now))
    table(columns, rows, title=f"{brand}: {days[0]} -> {days[1]}, score {shown}")


@app.command()
def weights(json: AsJson = False) -> None:
    """Show the weights in force: the default set, and sets of a brand's own, by their days."""
    from warehouse.snapshot import open_current
    from warehouse.weights import PARTS, in_force

    with open_current(Home.find().snapshot) as con:
        sets = _sets(in_force(con))
    if json:
        out.print_json(steps.as_json(sets))
        return
    columns = ("brand", "from", "to", *PARTS)
    table(columns, [[one[c] for c in columns] for one in sets], title="Weights of the score")


def _sets(found: Sequence[Weight]) -> list[dict[str, Any]]:
    """Put the weights of one brand and the same days together."""
    from warehouse.weights import PARTS

    sets: dict[tuple[Any, ...], dict[str, Any]] = {}
    for one in found:
        key = (one.brand, one.valid_from, one.valid_to)
        empty = {"brand": one.brand, "from": one.valid_from, "to": one.valid_to}
        sets.setdefault(key, empty | dict.fromkeys(PARTS, 0.0))[one.part] = one.weight
    return list(sets.values())


@app.command("set-weights")
def set_weights(file: File) -> None:
    """Put weights in force, tell all scores by them, and publish. The old ones are kept."""
    from warehouse.weights import put_in_force, read

    given = read(file)
    with opened(Home.find()) as con:
        added = put_in_force(con, given)
    steps.refresh()  # in force already, too: an earlier call may have been stopped here
    steps.publish()
    out.print(
        "The weights are in force; all scores are told by them."
        if added
        else "These weights are in force already."
    )


@app.command()
def replay(
    file: Annotated[
        Path, typer.Option("--weights", metavar="FILE", help="A TOML file of weights to try.")
    ],
    brand: Annotated[str | None, typer.Option(help="Only this brand.")] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DAY", help="Only days from then on.")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    json: AsJson = False,
) -> None:
    """Show every day's score as it would be under other weights, beside the one that is told.

    Nothing is changed; 'tidings score set-weights' puts the same file in force.
    """
    from warehouse.snapshot import open_current
    from warehouse.weights import Replayed, brands, declared, read
    from warehouse.weights import replay as replayed

    if as_csv and json:
        raise ConfigurationError("--csv and --json don't go together.", remedy="Take one of them.")
    given = read(file)
    first = None if since is None else _day(since, "--since")
    with open_current(Home.find().snapshot) as con:
        for name in {brand, *(one.brand for one in given)} - {None}:
            declared(str(name), brands(con))
        rows = replayed(con, given, brand=brand, since=first)
    if json:
        out.print_json(steps.as_json([row._asdict() for row in rows]))
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(Replayed._fields)
        writer.writerows(rows)
    else:
        table(Replayed._fields, rows, title=f"Scores under {file.name}")
    if not rows:
        err.print("No score is told of such days.", style="yellow")


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ConfigurationError(
            f"{option} {text!r} is no day.", remedy="Write it as 2026-10-31."
        ) from error
