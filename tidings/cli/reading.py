"""Commands that read: ``query`` the snapshot, ``explain`` a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer

from tidings.cli import steps
from tidings.cli.console import MOST_ROWS, AsJson, err, out, table
from tidings.errors import ConfigurationError, WarehouseError
from tidings.home import Home


def query(
    sql: Annotated[
        str | None, typer.Argument(help="One SQL statement; none lists the marts.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST_ROWS, help="Rows to show at most.")] = 100,
    json: AsJson = False,
) -> None:
    """Ask the published snapshot in SQL. It is read-only: nothing can be broken.

    tidings query "FROM marts.brand_reputation_daily ORDER BY day DESC"
    """
    columns, rows = answers(sql or question("tables"), limit)
    more = len(rows) > limit
    rows = rows[:limit]
    if json:
        out.print_json(steps.as_json([dict(zip(columns, row, strict=True)) for row in rows]))
    else:
        table(columns, rows)
    if more:
        err.print(f"More than {limit} rows; the rest is not shown (--limit).", style="yellow")


def question(name: str) -> str:
    """Return the SQL of a saved question, ``warehouse/questions/NAME.sql``."""
    from importlib.resources import files

    return (files("warehouse") / "questions" / f"{name}.sql").read_text("utf-8")


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
            return _names(result.description or []), result.fetchmany(limit + 1)
        except duckdb.Error as error:
            if "pytz" in str(error):
                raise ConfigurationError(
                    "The query returns a time with a zone, which can't be shown.",
                    remedy="Cast it to UTC: ::TIMESTAMP. All times in the tables are that.",
                ) from error
            raise ConfigurationError(
                f"The query failed: {error}",
                remedy="'tidings query' alone lists the tables and what they hold.",
            ) from error


def _names(description: Iterable[Sequence[Any]]) -> list[str]:
    """Return the names of the columns; one that was there before gets its number, as in JSON."""
    names: list[str] = []
    for number, (name, *_) in enumerate(description, 1):
        names.append(f"{name}_{number}" if name in names else str(name))
    return names


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
