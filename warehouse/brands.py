"""What the watch files declare, written to the warehouse for the marts to read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from tidings.errors import ConfigurationError
from tidings.watch import Watch
from warehouse.statements import run
from warehouse.transaction import transaction

if TYPE_CHECKING:
    import duckdb


class Walk(msgspec.Struct, frozen=True, kw_only=True):
    """One walk that a watch file declares now; the words are those of a batch.

    ``series`` is its id without a window of time; None: its ``walk_id``. ``every_hours`` is the
    longest time between two runs of it; infinity: none is planned; None: that is unknown.
    """

    walk_id: str
    watch: str
    label: str
    source: str
    about: str | None = None
    series: str | None = None
    every_hours: float | None = None


def sync(
    con: duckdb.DuckDBPyConnection,
    watches: Sequence[Watch],
    *,
    allows_answers: Collection[str] = (),
    walks: Collection[Walk] = (),
) -> None:
    """Replace what the warehouse knows of the watch files by ``watches``, in one transaction.

    ``allows_answers`` names the connectors at whose sources an owner can answer. ``walks`` are all
    walks there are now: days are covered when *these* have covered them. Left empty, all walks that
    were ever seen count. Raises ConfigurationError for a time zone that there is not.
    """
    for watch in watches:
        _check_timezone(con, watch)
    with transaction(con):
        for table in ("brand", "watched_source", "walk"):
            run(con, f"sql/watch/forget_{table}")
        for watch in watches:
            for brand in _brands(watch):
                run(con, "sql/watch/add_brand", brand)
            for source in _sources(watch, allows_answers):
                run(con, "sql/watch/add_watched_source", source)
        for walk in walks:
            run(con, "sql/watch/add_walk", msgspec.structs.asdict(walk))


def _check_timezone(con: duckdb.DuckDBPyConnection, watch: Watch) -> None:
    found = run(con, "sql/watch/has_timezone", {"timezone": watch.brand.timezone}).fetchone()
    if found is None or not found[0]:
        raise ConfigurationError(
            f"watch/{watch.id}.toml: key 'brand.timezone': "
            f"{watch.brand.timezone!r} is no time zone.",
            remedy="Use a name of the IANA database, e.g. 'Europe/Oslo' or 'UTC'.",
        )


def _brands(watch: Watch) -> Iterator[dict[str, Any]]:
    for name in dict.fromkeys(watch.brand_names()):
        yield {
            "watch": watch.id,
            "brand": name,
            "own": name == watch.brand.name,
            "answer_target_hours": watch.brand.answer_target_hours,
            "timezone": watch.brand.timezone,
            "languages": list(watch.brand.languages),
        }


def _sources(watch: Watch, allows_answers: Collection[str]) -> Iterator[dict[str, Any]]:
    for source in watch.sources:
        yield {
            "watch": watch.id,
            "name": source.id,
            "source": source.connector,
            "about": source.about,
            "allows_answers": source.connector in allows_answers,
        }
