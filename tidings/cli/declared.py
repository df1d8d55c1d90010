"""What the watch files declare, in the words of the warehouse: walks, and who may answer."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from tidings.connector import connector_class
from tidings.errors import ConfigurationError
from tidings.watch import Watch

if TYPE_CHECKING:
    from warehouse.brands import Walk

log = logging.getLogger("tidings")


def declared_walks(watches: Iterable[Watch]) -> list[Walk]:
    """Return the walks that the watch files make now; a source that is set wrongly has none."""
    from tidings.collect import connectors_of
    from tidings.schedule import hours_between
    from tidings.windows import series_id
    from warehouse.brands import Walk

    declared: list[Walk] = []
    for watch in watches:
        for source in watch.sources:
            try:
                connectors = connectors_of(watch, source)
            except ConfigurationError as error:  # its collecting tells; the others' load goes on
                log.warning("%s", error)
                continue
            declared += [
                Walk(
                    walk_id=connector.walk_id(),
                    watch=watch.id,
                    label=connector.label(),
                    source=connector.source,
                    about=source.about,
                    series=series_id(connector),
                    every_hours=hours_between(source.schedule),
                )
                for connector in connectors
            ]
    return declared


def answering_sources(watches: Iterable[Watch]) -> list[str]:
    """Return the names of the watched connectors at whose sources the owner can answer."""
    used = {source.connector for watch in watches for source in watch.sources}
    return sorted(name for name in used if connector_class(name).about.allows_answers)
