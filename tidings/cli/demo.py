"""``tidings demo``: the made-up world, collected over HTTP by the real connectors."""

from __future__ import annotations

import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tidings.cli import steps, whole_run
from tidings.cli.console import err, out, table, walking
from tidings.cli.query_saved import question
from tidings.cli.reading import answers
from tidings.errors import ConfigurationError
from tidings.home import Home
from tidings.times import utcnow

if TYPE_CHECKING:
    from tidings.demo.world import World

MARKER = "made-by-tidings-demo"
"""File that says that a folder is the demo's own and may be made anew."""

EARLIER = timedelta(days=10)
"""The first of two rounds sees the world as it was then, so that the second brings edits."""


def demo(
    folder: Annotated[
        Path | None, typer.Option(help="Where to put it; default data/demo. Made anew each time.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same world.")] = 7,
    days: Annotated[int, typer.Option(min=1, help="Days of the world.")] = 120,
    scale: Annotated[float, typer.Option(min=0.01, max=100, help="Of the number of items.")] = 1.0,
    port: Annotated[
        int,
        typer.Option(
            min=0, max=65_535, help="Of the world's server; it is part of places and so of keys."
        ),
    ] = 8911,
    airflow: Annotated[
        bool, typer.Option("--airflow", help="Run it through Airflow's scheduler.")
    ] = False,
) -> None:
    """Replay a made-up brand's 120 days through the whole pipeline, offline.

    A local server plays six kinds of sources in five languages; what it says is collected, checked,
    scored, loaded and published like anything else, in a folder of its own.
    """
    from tidings.demo.server import serve
    from tidings.demo.world import World

    home = Home.at(_fresh((folder or Home.find().root / "data" / "demo").absolute()))
    os.environ.update(home.environment())
    err.print(f"Making a world of {days} days from seed {seed} ...", highlight=False)
    world = World(seed, days=days, scale=scale, until=_midnight())
    with serve(world, port=_port(port)) as server:
        if airflow:
            _through_airflow(home, world, server.url)
        else:
            for now in (world.until - EARLIER, world.until):
                server.at(now)
                _round(home, world, server.url, now)
    _show(home)


def _midnight() -> datetime:
    """Return the beginning of today (UTC): the world's last day is yesterday."""
    return utcnow().replace(hour=0, minute=0, second=0, microsecond=0)


def _port(wanted: int) -> int:
    """Return ``wanted``, or 0 (any free one) and a word about it where it is taken."""
    from tidings.cli.airflow.services import free_port

    try:
        return free_port(wanted)
    except ConfigurationError:
        err.print(
            f"Port {wanted} is taken, so another is used: keys of mentions will differ from those "
            "of other demos (--port chooses one).",
            style="yellow",
        )
        return 0


def _fresh(folder: Path) -> Path:
    """Empty the demo's folder; ConfigurationError if it holds anything that is not the demo's."""
    if folder.exists() and not folder.is_dir():
        raise ConfigurationError(f"{folder} is no folder.", remedy="Choose another with --folder.")
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARKER).exists():
            raise ConfigurationError(
                f"{folder} is not empty and was not made by 'tidings demo'.",
                remedy="Choose another with --folder, or empty it yourself.",
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).touch()
    return folder


def _round(home: Home, world: World, url: str, now: datetime) -> None:
    from tidings.cli.running import chosen
    from tidings.demo.watching import write

    write(home.root, url, world=world, now=now)
    run = steps.new_run("demo")
    with walking(f"Collecting what the world says until {now:%Y-%m-%d}") as progress:
        for watch, source in chosen([]):
            for outcome in steps.collect_outcomes(watch, source, run=run, on_page=progress.page):
                if outcome.error is not None:
                    raise outcome.error
    with err.status("Checking, scoring, loading and publishing ..."):
        whole_run.check_and_load(holder=run)


def _through_airflow(home: Home, world: World, url: str) -> None:
    from tidings.cli.airflow import run_through_airflow
    from tidings.demo.watching import write

    write(home.root, url, world=world, schedule="")  # each source once, and never by the clock
    runs = run_through_airflow(home, tell=lambda line: err.print(line, highlight=False))
    table(
        ("DAG", "run", "state"),
        [(run.dag_id, run.dag_run_id, run.state) for run in runs],
        title="Airflow's runs",
    )


def _show(home: Home) -> None:
    columns, rows = answers(question("reputation"), 100)
    table(columns, rows, title="Reputation, last day (0 to 100)")
    _, [counts] = answers(question("totals"), 1)
    mentions, sources, quarantined, gaps = counts
    out.print(
        f"{mentions:,} mentions of {sources} sources; {quarantined} rows in quarantine, "
        f"{gaps} gaps in the coverage ledger.",
        highlight=False,
    )
    shown = os.path.relpath(home.root)
    out.print("\nWhere to look:", style="bold")
    for command, what in (
        ("dashboard", "the page, then at http://127.0.0.1:8790: how the brand stands, and why"),
        ("query", "the tables there are"),
        ('query "FROM marts.keyword_daily ORDER BY day DESC, mentions DESC"', "keywords by day"),
        ("quarantine list", "what was set apart, and why"),
        ('explain "Nordkvern leaks again, but support was great"', "why a text matches and scores"),
        ("up", "Airflow's page with these DAGs and runs"),
    ):
        out.print(f"  ./run tidings --home {shown} {command}", markup=False, highlight=False)
        out.print(f"      {what}", style="dim")
    out.print(f"  {home.snapshot}", markup=False, highlight=False)
    out.print("      the snapshot, for any program that opens DuckDB files", style="dim")
