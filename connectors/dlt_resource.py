"""Items of any resource of the library dlt, by a column map."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import Meta

from connectors.dlt_running import Running, require_dlt, resource_of, typed
from connectors.mapped import Mapped, kept
from connectors.masks import all_forms
from connectors.rows import Row
from tidings.connector import About, Cursor, Page, read_records
from tidings.errors import ConfigurationError, TidingsError
from tidings.http import Http

STATE = "state"


class Dlt(Mapped, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Items of a dlt resource, each a mention by the column map.

    resource: ``module:function``; the module is installed, or lies in the installation's folder.
    select: which resource is meant, where the function gives a source, which has several.
    arguments: what the function is called with.
    secrets: argument -> name of the secret that holds its value.
    place: name of the place; the resource's if empty.
    rows_per_page: items of one page.

    The column map:

    columns, constants, optional, id_columns, kind, timezone, date_format, decimal, missing, markup:
        as ``files`` has them; columns are those of the items as the resource gives them, before dlt
        renames anything. An item that lacks a mapped column is rejected unless its field is
        ``optional``.
    """

    source: ClassVar[str] = "dlt"
    about: ClassVar[About] = About(
        beyond_http="runs the resource",
        collects="Items of any resource of the library dlt.",
        needs="pip install 'tidings[dlt]', the resource, and what it asks for",
        limits="The resource's own: it asks by itself, so neither our rates nor robots.txt are "
        "kept for it. The cursor is dlt's state (dlt.sources.incremental), taken when a walk has "
        "ended: one that is stopped is begun again where it began, and late items are read only "
        "as far back as its 'lag'. Without an incremental everything is read each time.",
        terms="Those of the source that the resource reads. dlt's telemetry is switched off.",
        state="local server",
        example={
            "resource": "our_reviews:reviews",
            "arguments": {"shop": "acme"},
            "secrets": {"api_key": "reviews_key"},
            "columns": {
                "external_id": "id",
                "published": "created_at",
                "rating": "stars",
                "text": "body",
            },
            "constants": {"rating_min": 1, "rating_max": 5},
        },
        order="any",
    )

    resource: Annotated[str, Meta(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_][\w.]*$")]
    select: str | None = None
    arguments: dict[str, Any] = msgspec.field(default_factory=dict)
    secrets: dict[str, str] = msgspec.field(default_factory=dict)
    rows_per_page: Annotated[int, Meta(ge=1, le=100_000)] = 1_000

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Read the resource from dlt's state in the cursor; the last page has the new one.

        dlt counts items as seen when it gets them, before we do, and in whatever order they come:
        until the walk has ended, only the old state is one that skips nothing.
        """
        state = _state(cursor)
        require_dlt()
        values = {name: http.secret(secret) for name, secret in self.secrets.items()}
        hidden = all_forms(values.values())
        try:
            arguments = {**self.arguments, **values}
            found = resource_of(self.resource, self.select, arguments, hidden)
            running = Running(found, state)
        except Exception as error:  # noqa: BLE001 - a stranger's function
            raise self._fault(error, hidden) from None
        place = self.place or str(found.name)
        items = enumerate(self._items(running.items, hidden), 1)
        ended = False
        while not ended:
            rows, fault = self._some(items)
            ended = fault is None and len(rows) < self.rows_per_page
            if rows or ended:
                yield self._page(rows, place, {STATE: running.state()} if ended else cursor)
            if fault is not None:
                raise fault

    def label(self) -> str:
        """Name the walk by its resource."""
        return " ".join(["dlt", self.resource, *([self.select] if self.select else [])])

    def _some(self, items: Iterator[tuple[int, Any]]) -> tuple[list[Row], TidingsError | None]:
        """Return the next items, and what ended them early if anything did."""
        rows: list[Row] = []
        try:
            for number, item in islice(items, self.rows_per_page):
                rows.append(_row(number, item))
        except TidingsError as fault:
            return rows, fault
        return rows, None

    def _items(self, items: Iterator[Any], hidden: list[str]) -> Iterator[Any]:
        """Yield single items; what the resource raises becomes a typed error."""
        while True:
            try:
                item = next(items, _END)
            except Exception as error:  # noqa: BLE001 - a stranger's resource
                raise self._fault(error, hidden) from None
            if item is _END:
                return
            yield from _singles(item)

    def _page(self, rows: list[Row], place: str, cursor: Cursor | None) -> Page:
        read = partial(self.read, self.mapping(), name=f"resource {self.resource}", place=place)
        mentions, rejected = read_records(rows, read)
        span = f"#items={rows[0].number}-{rows[-1].number}" if rows else ""
        raw = [kept(f"{self.resource}{span}", rows)] if rows else []
        return Page(mentions=mentions, rejected=rejected, cursor=cursor, raw=raw)

    def _fault(self, error: Exception, hidden: list[str]) -> TidingsError:
        return typed(error, self.resource, hidden)


_END = object()


def _singles(item: Any) -> Iterator[Any]:
    """Yield the rows of an Arrow table or data frame one by one, and anything else as it is."""
    if hasattr(item, "to_pylist") and hasattr(item, "schema"):
        yield from item.to_pylist()
    elif hasattr(item, "to_dict") and hasattr(item, "columns"):
        yield from item.to_dict("records")
    else:
        yield item


def _row(number: int, item: Any) -> Row:
    if isinstance(item, dict):
        return Row(number, item)
    fault = f"item {number} is {type(item).__name__}, no dict"
    return Row(number, fault=fault, text=str(item)[:10_000])


def _state(cursor: Cursor | None) -> dict[str, Any] | None:
    state = None if cursor is None else cursor.get(STATE)
    if cursor is not None and not isinstance(state, dict):
        raise ConfigurationError(
            f"The cursor {cursor!r} can't be gone on from: it holds no state of dlt.",
            remedy="It was made by another connector or version; start this walk from nothing.",
        )
    return state
