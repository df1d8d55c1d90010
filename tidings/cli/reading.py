"""What commands show of the snapshot, by statements of our own; and ``explain`` of a text."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tidings.cli import steps
from tidings.cli.console import AsJson, out
from tidings.errors import ConfigurationError, WarehouseError
from tidings.home import Home


def answers(sql: str, limit: int) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run ``sql`` on the snapshot; return the columns and at most ``limit`` + 1 rows."""
    import duckdb

    from warehouse.snapshot import open_snapshot

    snapshot = Home.find().snapshot
    if not snapshot.exists():
        raise WarehouseError(
            f"There is no snapshot {snapshot} yet.", remedy="Run 'tidings run' or 'tidings demo'."
        )
    with open_snapshot(snapshot) as con:
        try:
            result = con.execute(sql)
            return [name for name, *_ in result.description or []], result.fetchmany(limit + 1)
        except duckdb.Error as error:
            raise ConfigurationError(
                f"The query failed: {error}",
                remedy="'tidings query' alone lists the tables and what they hold.",
            ) from error


def explain(
    text: Annotated[str, typer.Argument(help="The text to explain.")],
    author: Annotated[str, typer.Option(help="Its author, for author: terms.")] = "",
    site: Annotated[str, typer.Option(help="Its site, for site: terms.")] = "",
    everything: Annotated[
        bool, typer.Option("--all", help="Show queries that do not match, too.")
    ] = False,
    language: Annotated[str, typer.Option(help="Its language, if the source states it.")] = "",
    json: AsJson = False,
) -> None:
    """Show why a text matches brands and keywords, and what makes its sentiment.

    tidings explain "Acme's delivery was late again"
    """
    from tidings.cli.explained import show
    from transforms.explain import explain as explained
    from transforms.match import Said

    said = Said(
        text=text,
        author=author or None,
        author_handle=author or None,
        place=site or None,
        language=language or None,
    )
    found = explained(said, steps.watches())
    if json:
        out.print_json(steps.as_json(found))
    else:
        show(found, everything=everything)
