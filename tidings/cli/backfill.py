"""What a backfill walks: the form's source, brand and dates, checked, as a list of walks.

Light to import: the DAG with the form reads the choices from here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import date

from tidings.errors import ConfigurationError
from tidings.home import Home
from tidings.watch import Source, Watch, load_watches

log = logging.getLogger("tidings")

ANY_SOURCE = "every source"
ANY_BRAND = "every brand"


def sources(watches: Iterable[Watch]) -> list[str]:
    """Return the sources there are, as WATCH/SOURCE."""
    return [f"{watch.id}/{source.id}" for watch in watches for source in watch.sources]


def brands(watches: Iterable[Watch]) -> list[str]:
    """Return the names of all brands and competitors, sorted, each once."""
    return sorted({name for watch in watches for name in watch.brand_names()})


def plan(form: Mapping[str, str], watches: Iterable[Watch] | None = None) -> list[dict[str, str]]:
    """Return what to walk: for each source ``watch``, ``source``, ``since`` and ``until``.

    ``form`` has the keys ``source`` (WATCH/SOURCE or :data:`ANY_SOURCE`), ``brand`` (a name or
    :data:`ANY_BRAND`), ``from`` (first day, UTC) and ``to`` (day to stop before). A source is of a
    brand if it is about it, or about no single brand in a watch file that names it. Raises
    ConfigurationError where the form can't be used; of every source, those that can't go back in
    time are left out and logged.
    """
    since, until = _window(form)
    known = list(load_watches(Home.find().watch_dir) if watches is None else watches)
    wanted = [
        (watch, source)
        for watch in known
        for source in watch.sources
        if form["source"] in (ANY_SOURCE, f"{watch.id}/{source.id}")
        and form["brand"] in (ANY_BRAND, *_told_of(watch, source))
    ]
    able = [(watch, source) for watch, source in wanted if _goes_back(source)]
    for watch, source in wanted:
        if (watch, source) not in able:
            log.warning("%s/%s can't go back in time: left out", watch.id, source.id)
    if not able:
        raise _nothing(form, wanted, known)
    return [
        {
            "watch": watch.id,
            "source": source.id,
            "since": f"{since}T00:00Z",
            "until": f"{until}T00:00Z",
        }
        for watch, source in able
    ]


def _window(form: Mapping[str, str]) -> tuple[date, date]:
    since, until = _day(form, "from"), _day(form, "to")
    if since >= until:
        raise ConfigurationError(
            f"'from' {since} is not before 'to' {until}.",
            remedy="Swap them, or widen the window: 'to' is the day to stop before.",
        )
    return since, until


def _day(form: Mapping[str, str], key: str) -> date:
    try:
        return date.fromisoformat(form[key])
    except (KeyError, TypeError, ValueError):
        raise ConfigurationError(
            f"{key!r} {form.get(key)!r} is no day.", remedy="Write it as 2026-10-31."
        ) from None


def _told_of(watch: Watch, source: Source) -> tuple[str, ...]:
    return (source.about,) if source.about else watch.brand_names()


def _goes_back(source: Source) -> bool:
    from tidings.connector import connector_class

    return {"since", "until"} <= set(connector_class(source.connector).__struct_fields__)


def _nothing(
    form: Mapping[str, str], wanted: list[tuple[Watch, Source]], known: list[Watch]
) -> ConfigurationError:
    if wanted:
        names = ", ".join(f"{watch.id}/{source.id}" for watch, source in wanted)
        return ConfigurationError(
            f"{names} can't go back to a window of time.",
            remedy="Choose another source; 'tidings sources' says which can go back.",
        )
    return ConfigurationError(
        f"No source is {form['source']!r} and of {form['brand']!r}.",
        remedy=f"Sources: {', '.join(sources(known)) or 'none'}. "
        f"Brands: {', '.join(brands(known)) or 'none'}.",
    )
