"""Commands that ask the snapshot: ``query`` in SQL, ``ask`` by a saved question."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from tidings.cli import steps
from tidings.cli.console import MOST_ROWS, AsJson, err, out, table
from tidings.cli.query_run import MEMORY_MB, SECONDS, Limits, Rows, asking
from tidings.cli.query_saved import all_saved, known_brand, question, saved
from tidings.cli.query_written import STDOUT, values, write_csv, write_excel, write_parquet
from tidings.errors import ConfigurationError

SHOWN = 100
"""Rows that are shown where nobody says how many; files get all."""

Limit = Annotated[
    int | None,
    typer.Option(min=1, max=MOST_ROWS, help=f"Rows at most; {SHOWN} if shown, all if to a file."),
]
ToCsv = Annotated[
    Path | None, typer.Option("--csv", help="Write CSV to a file; - for standard output.")
]
ToExcel = Annotated[Path | None, typer.Option("--excel", help="Write an Excel file.")]
ToParquet = Annotated[Path | None, typer.Option("--parquet", help="Write a Parquet file.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", help="Marts as they were told then: 2026-10-31T08:00Z.")
]
Seconds = Annotated[int, typer.Option(min=1, max=86_400, help="End it after so many seconds.")]
Memory = Annotated[int, typer.Option(min=50, max=1_000_000, help="End it beyond so many MB.")]


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """How the rows are told: as a table or JSON, or to one file."""

    limit: int | None
    json: bool
    csv: Path | None
    excel: Path | None
    parquet: Path | None

    def check(self) -> None:
        """Raise ConfigurationError where two ways are asked for."""
        if sum((self.json, *(p is not None for p in (self.csv, self.excel, self.parquet)))) > 1:
            raise ConfigurationError(
                "More than one of --json, --csv, --excel and --parquet.", remedy="Choose one."
            )

    @property
    def to_file(self) -> bool:
        """Whether they go to a file, or as CSV to standard output."""
        return not (self.csv is None and self.excel is None and self.parquet is None)

    @property
    def rows(self) -> int | None:
        """How many to ask for: one more than are shown, to know that there are more."""
        if self.to_file:
            return self.limit
        return (self.limit or SHOWN) + 1


def query(
    sql: Annotated[
        str | None, typer.Argument(help="One SQL statement; none lists the tables.")
    ] = None,
    file: Annotated[Path | None, typer.Option(help="Read the statement from a file.")] = None,
    limit: Limit = None,
    json: AsJson = False,
    csv: ToCsv = None,
    excel: ToExcel = None,
    parquet: ToParquet = None,
    as_of: AsOf = None,
    seconds: Seconds = SECONDS,
    memory: Memory = MEMORY_MB,
) -> None:
    """Ask the published snapshot in SQL. It is read-only: nothing can be broken.

    tidings query "FROM marts.brand_reputation_daily ORDER BY day DESC"
    """
    told = Told(limit=limit, json=json, csv=csv, excel=excel, parquet=parquet)
    if sql is not None and file is not None:
        raise ConfigurationError("Both a statement and --file are given.", remedy="Give one.")
    text = question("tables") if sql is None and file is None else sql or _read(file)
    tell(text, {}, told, as_of=as_of, limits=Limits(seconds, memory))


def ask(
    name: Annotated[
        str | None, typer.Argument(help="Which saved question; none lists them.")
    ] = None,
    brand: Annotated[
        str | None, typer.Option(help="The brand it is about; all own ones if none is named.")
    ] = None,
    against: Annotated[str | None, typer.Option(help="The competitor to compare with.")] = None,
    days: Annotated[int | None, typer.Option(min=1, max=3660, help="How many days.")] = None,
    show: Annotated[bool, typer.Option("--show", help="Show its SQL, to change it.")] = False,
    limit: Limit = None,
    json: AsJson = False,
    csv: ToCsv = None,
    excel: ToExcel = None,
    parquet: ToParquet = None,
    as_of: AsOf = None,
    seconds: Seconds = SECONDS,
    memory: Memory = MEMORY_MB,
) -> None:
    """Ask a saved question: what people complain about, what must be answered, what is missing.

    tidings ask complaints --brand Acme --days 7
    """
    told = Told(limit=limit, json=json, csv=csv, excel=excel, parquet=parquet)
    if name is None:
        _list(json=json)
        return
    chosen = saved(name)
    if show:
        out.print(chosen.sql, markup=False, highlight=False, soft_wrap=True)
        return
    given: dict[str, Any] = {"brand": brand, "against": against, "days": days}
    bound = chosen.bound(given)
    for option in ("brand", "against"):
        if given[option] is not None:
            bound[option] = known_brand(given[option])
    if not json and not told.to_file:
        err.print(chosen.asks, style="bold", markup=False, highlight=False)
    tell(chosen.sql, bound, told, as_of=as_of, limits=Limits(seconds, memory))


def _list(*, json: bool) -> None:
    rows = [
        (one.name, one.asks, " ".join(f"--{v.name}{_default(v.default)}" for v in one.values))
        for one in all_saved()
    ]
    columns = ("question", "asks", "takes")
    if json:
        out.print_json(steps.as_json([dict(zip(columns, row, strict=True)) for row in rows]))
    else:
        table(columns, rows)


def _default(default: str | None) -> str:
    return "" if default is None else f" {default}"


def tell(
    sql: str, bound: Mapping[str, Any], told: Told, *, as_of: str | None, limits: Limits
) -> None:
    """Run a statement and tell its rows as was asked for."""
    told.check()
    moment: datetime | None = None if as_of is None else steps.as_utc(as_of, option="--as-of")
    with (
        err.status("Asking ..."),
        asking(sql, bound, rows=told.rows, as_of=moment, limits=limits) as rows,
    ):
        found = list(values(rows)) if not told.to_file else []
        if told.to_file:
            _write(rows, told)
    if told.to_file:
        return
    shown = found[: told.limit or SHOWN]
    if told.json:
        out.print_json(steps.as_json([dict(zip(rows.names, row, strict=True)) for row in shown]))
    else:
        table(rows.names, shown)
    if not found:
        days = f" in {bound['days']} days" if bound.get("days") else ""
        more = " Perhaps what is stored is older: ask for more days (--days)." if days else ""
        err.print(f"Nothing{days}.{more}", style="yellow")
    if len(found) > len(shown):
        err.print(f"More than {len(shown)} rows; the rest is not shown (--limit).", style="yellow")


def _write(rows: Rows, told: Told) -> None:
    path, cut = told.csv or told.excel or told.parquet, 0
    assert path is not None
    if told.csv is not None:
        count = write_csv(rows, path)
    elif told.excel is not None:
        count, cut = write_excel(rows, path)
    else:
        count = write_parquet(rows, path)
    if path == STDOUT:
        return
    err.print(f"{count:,} rows in {path}", markup=False, highlight=False)
    if cut:
        err.print(
            f"{cut} texts were longer than an Excel cell can be and are cut there.", style="yellow"
        )


def _read(file: Path | None) -> str:
    assert file is not None
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{file} can't be read: {error}.", remedy="Name a file that holds one SQL statement."
        ) from error
