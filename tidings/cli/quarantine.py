"""``tidings quarantine``: look at what was set apart, and let it in after a look."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tidings.cli import steps
from tidings.cli.console import MOST_ROWS, AsJson, out, table
from tidings.errors import ConfigurationError

app = typer.Typer(
    help="Rows that broke a rule: list them, look at one, release it (mended or as it is).",
    no_args_is_help=True,
)


@app.command("list")
def list_rows(
    source: Annotated[str | None, typer.Option(help="Only rows of this source.")] = None,
    released: Annotated[bool, typer.Option(help="Show released rows too.")] = False,
    limit: Annotated[
        int, typer.Option(min=1, max=MOST_ROWS, help="Rows to show, newest first.")
    ] = 50,
    json: AsJson = False,
) -> None:
    """List quarantined rows, newest first, with the reason of each."""
    from tidings.cli.release import listed

    rows = listed(source=source, released=released, limit=limit)
    if json:
        out.print_json(steps.as_json(rows))
        return
    columns = ("quarantine_id", "source", "external_id", "rules", "reason", "released")
    table(columns, [[row[c] for c in columns] for row in rows], title="Quarantine")
    if rows:
        out.print("tidings quarantine show ID   shows a row whole", style="dim")


@app.command()
def show(quarantine_id: str, json: AsJson = False) -> None:
    """Show one quarantined row whole: reason, rules, the raw row and its page."""
    from tidings.cli.release import whole

    [row] = whole([quarantine_id])
    if json:
        out.print_json(steps.as_json(row))
        return
    table(("field", "value"), list(row.items()), title=f"Quarantined row {quarantine_id}")


@app.command()
def release(
    quarantine_ids: Annotated[list[str], typer.Argument(help="Ids, as 'list' shows them.")],
    mend: Annotated[
        list[str] | None,
        typer.Option("--set", help="Mend a field first: rating=5; an empty value means none."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Let rows into the warehouse: mended with --set, else as they are with their rules waived.

    A record that could not be read as a mention has no fields to mend: repair the connector or the
    source, then collect again.
    """
    from tidings.cli.release import release_rows

    totals = release_rows(quarantine_ids, _pairs(mend or []))
    if json:
        out.print_json(steps.as_json(totals))
    else:
        table(tuple(totals), [tuple(totals.values())], title="Released and loaded (rows)")


def _pairs(settings: list[str]) -> dict[str, Any]:
    mended: dict[str, Any] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise ConfigurationError(
                f"--set {setting!r} has no '='.", remedy="Write it as --set rating=5."
            )
        mended[name.strip()] = value or None
    return mended
