"""``tidings changes``: what people did on the pages: what waits, taken over now, and the audit."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

import msgspec
import typer

from tidings.cli import steps, whole_run
from tidings.cli.console import MOST_ROWS, AsJson, err, out, table
from tidings.cli.opening import opened
from tidings.home import Home
from tidings.journal import Change, Journal
from tidings.times import utcnow

app = typer.Typer(
    help=(
        "What people did on the pages: labels corrected, reviews marked, rows released.\n\n"
        "Every load and every look for incidents takes over what waits."
    ),
    no_args_is_help=True,
)


@app.command("list")
def list_(json: AsJson = False) -> None:
    """List what waits in the journal, in the order in which it came."""
    rows = [_row(change) for change in Journal(Home.find().journal).pending()]
    _show(rows, "Waiting", json=json)


@app.command()
def apply(json: AsJson = False) -> None:
    """Take over what waits now, tell the marts anew and publish."""
    from tidings.cli.taking_over import take_over

    home = Home.find()
    if not Journal(home.journal).pending():
        _show([], "Taken over", json=json)
        return
    with err.status("Taking over, refreshing and publishing ..."):
        with opened(home) as con:
            found = take_over(con, home)
        if found.batches:
            ids = [batch.batch_id for batch in found.batches]
            whole_run.check_and_load(ids, holder=steps.new_run("changes"))
        else:
            steps.refresh()
            steps.publish()
    done = {"done": found.applied, "refused": found.refused, "released": len(found.batches)}
    _show([done], "Taken over", json=json)
    if found.refused and not json:
        out.print("'tidings changes audit' says why some could not be done.", style="dim")


@app.command()
def audit(
    since: Annotated[
        str | None, typer.Option(help="Made from then on (UTC); default: 30 days ago.")
    ] = None,
    limit: Annotated[
        int, typer.Option(min=1, max=MOST_ROWS, help="Rows to show, newest first.")
    ] = 100,
    json: AsJson = False,
) -> None:
    """List what people changed, by whom and when, the newest first.

    Read from the warehouse itself: the snapshot that all read does not say who.
    """
    from warehouse.changes import listed

    start = utcnow() - timedelta(days=30)
    if since is not None:
        start = steps.as_utc(since, option="--since")
    home = Home.find()
    rows: list[dict[str, Any]] = []
    if home.warehouse.exists():
        with opened(home) as con:
            rows = listed(con, since=start, most=limit)
    _show(rows, "Audit", json=json)


def _row(change: Change) -> dict[str, Any]:
    what = msgspec.to_builtins(change.what)
    return {
        "change_id": str(change.change_id),
        "made": change.made,
        "who": change.who,
        "role": change.role,
        "kind": change.kind,
        "target": change.target,
        "what": msgspec.json.encode(what).decode(),
    }


def _show(rows: list[dict[str, Any]], title: str, *, json: bool) -> None:
    if json:
        out.print_json(steps.as_json(rows))
    elif rows:
        shown = [name for name in rows[0] if name not in ("change_id", "taken_over")]
        table(shown, [[row[name] for name in shown] for row in rows], title=title)
    else:
        out.print(f"{title}: nothing.")
