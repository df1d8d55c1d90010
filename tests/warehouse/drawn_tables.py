"""Tables drawn in tests: what is said, and what a mart must then hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from staged_batches import Said, said, stage

from tidings.batch import Coverage
from tidings.times import from_iso
from tidings.watch import Brand, Competitor, Source, Watch
from warehouse.brands import Walk, sync
from warehouse.marts import refresh
from warehouse.merge import merge

if TYPE_CHECKING:
    import duckdb

ACME = Watch(
    id="acme",
    brand=Brand(name="Acme"),
    competitors=(Competitor(name="Zenith"),),
    sources=(Source(connector="forum"), Source(connector="shop", about="Acme")),
)
ALONE = Watch(id="acme", brand=Brand(name="Acme"), sources=(Source(connector="forum"),))

KEYS = (
    "day", "week", "month", "brand", "rival", "keyword", "form", "company", "driver", "source",
    "author", "rank",
)  # fmt: skip
"""Columns that name a row where they are drawn."""


def rows(drawing: str) -> list[dict[str, str]]:
    """Read a drawn table: a line of names, then a line a row, cells between bars."""
    names, *lines = [
        [cell.strip() for cell in line.strip().split("|")] for line in drawing.strip().splitlines()
    ]
    return [dict(zip(names, line, strict=True)) for line in lines]


class World:
    """A warehouse to which days are told, and whose marts are looked at."""

    def __init__(self, con: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self.con = con
        self.folder = folder
        self.loads = 0

    def say(self, drawing: str, **fields: Any) -> None:
        """Merge the drawn mentions: columns as :func:`_row` reads them; ``n`` repeats a row."""
        found = [
            _row(row, f"{self.loads}-{number}-{copy}")
            for number, row in enumerate(rows(drawing))
            for copy in range(int(row.get("n", "1")))
        ]
        self.load(found, **fields)

    def load(self, found: list[Said], **fields: Any) -> None:
        """Merge a batch of a run of its own."""
        self.loads += 1
        given = {"run": f"run {self.loads}"} | fields
        merge(self.con, stage(self.folder, found, **given), fence=0)

    def walk(self, walk_id: str, coverage: Coverage, **fields: Any) -> None:
        """Merge an empty batch with the coverage of a walk."""
        self.load([], walk_id=walk_id, coverage=coverage, **fields)

    def mart(
        self,
        name: str,
        drawing: str,
        *,
        watches: tuple[Watch, ...] = (ACME,),
        allows_answers: tuple[str, ...] = ("shop",),
        walks: tuple[Walk, ...] = (),
    ) -> None:
        """Refresh, and compare the mart's rows with the drawn ones, in the columns drawn.

        Only the days and brands that are drawn are compared; ``-`` is NULL, a number without a
        point is exact, one with a point is rounded to its digits.
        """
        sync(self.con, watches, allows_answers=allows_answers, walks=walks)
        refresh(self.con)
        expected = rows(drawing)
        columns = list(expected[0])
        found = self.con.execute(f"SELECT {', '.join(columns)} FROM {name}").fetchall()
        key = [c for c in columns if c in KEYS]
        actual = {
            tuple(str(value) for c, value in zip(columns, row, strict=True) if c in key): row
            for row in found
        }
        for row in expected:
            drawn = tuple(row[c] for c in key)
            assert drawn in actual, f"no row {drawn} among {sorted(actual)}"
            for column, value in zip(columns, actual[drawn], strict=True):
                _same(value, row[column], f"{column} of {drawn}")


def _same(value: Any, drawn: str, what: str) -> None:
    if drawn == "-":
        assert value is None, f"{what} is {value}, drawn NULL"
    elif isinstance(value, bool):
        assert str(value).lower() == drawn, what
    elif isinstance(value, int | float):
        digits = len(drawn.partition(".")[2])
        slack = 0.5000001 * 10**-digits if digits else 0
        assert value == pytest.approx(float(drawn), abs=slack, rel=0), what
    else:
        assert str(value) == drawn, f"{what} is {value!r}, drawn {drawn!r}"


def _row(row: dict[str, str], key: str) -> Said:
    """Make one mention of a drawn row; columns that are not drawn or empty have defaults."""
    given: dict[str, Any] = {}
    for name, cell in row.items():
        if cell != "" and name not in ("n", "brand"):
            new_name, read = _READ.get(name, (name, str))
            given[new_name] = read(cell)
    if "brand" in row:
        named = [b.partition(":") for b in row["brand"].split()]
        given["brands"] = [(brand, how or "text") for brand, _, how in named]
    if "rating" in given:
        given = {"rating_min": 1.0, "rating_max": 5.0} | given
    published = given["published"]
    return said(key, **({"collected": published} | given))


def _time(cell: str) -> Any:
    return from_iso(cell if len(cell) > 10 else f"{cell}T12:00", naive_is_utc=True)


_READ: dict[str, tuple[str, Callable[[str], Any]]] = {
    "day": ("published", _time),
    "published": ("published", _time),
    "collected": ("collected", _time),
    "answered": ("answered", _time),
    "edited": ("edited", _time),
    "followers": ("author_followers", int),
    "rating": ("rating", float),
    "min": ("rating_min", float),
    "max": ("rating_max", float),
    "driver": ("drivers", lambda cell: [(*hit.split(":"), None) for hit in cell.split()]),
    "keyword": ("keywords", lambda cell: [("Acme", k, 1) for k in cell.split()]),
}
