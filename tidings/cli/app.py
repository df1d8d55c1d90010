"""The commands of ``tidings``, gathered. Each module holds the commands of one purpose."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Annotated

import typer

from tidings import __version__
from tidings.cli import (
    alerts,
    backup,
    changes,
    dashboard,
    demo,
    digest,
    doctor,
    erase,
    publishing,
    quality,
    quarantine,
    query,
    reading,
    receive,
    repair,
    revisit,
    running,
    score,
    sentiment,
    status,
    surveys,
    watching,
)
from tidings.cli.logged import set_up

app = typer.Typer(
    name="tidings",
    help=(
        "What people say about a brand: collected, checked, scored, kept, and told.\n\n"
        "Start with 'tidings demo', or 'tidings init', 'tidings check', 'tidings run', "
        "'tidings query'."
    ),
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tidings {__version__}")
        raise typer.Exit


@app.callback()
def options(
    home: Annotated[
        Path | None, typer.Option(help="Folder of the installation; default TIDINGS_HOME or here.")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what is done.")] = False,
    _show_version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Set up logging and the installation for all commands."""
    if home is not None:
        os.environ["TIDINGS_HOME"] = str(home.absolute())
    level = logging.INFO if verbose else logging.WARNING
    set_up(level)


app.command()(watching.init)
app.command()(watching.check)
app.command()(watching.sources)
app.command()(running.run)
app.command()(running.backfill)
app.command()(repair.repair)
app.command()(revisit.revisit)
app.command()(running.up)
app.command()(receive.receive)
app.command()(demo.demo)
app.command()(status.status)
app.command()(doctor.doctor)
app.command()(backup.backup)
app.command()(backup.restore)
app.command()(backup.verify)
app.command()(query.query)
app.command()(query.ask)
app.command()(publishing.publish)
app.command()(digest.digest)
app.command()(erase.erase)
app.command()(erase.export)
app.command()(reading.explain)
app.command()(quality.quality)
app.add_typer(alerts.app, name="alerts")
app.add_typer(changes.app, name="changes")
app.add_typer(dashboard.app, name="dashboard")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(score.app, name="score")
app.add_typer(sentiment.app, name="sentiment")
app.add_typer(surveys.app, name="surveys")
