"""A source that always had items and now shows none at all is suspect: perhaps it is out of order.

The rule, which ``docs/coverage.md`` explains:

1. the walk came to its end and brought nothing, and the source did not say "unchanged";
2. the last :data:`WALKS` complete walks, at least, all brought items;
3. asked anew from its beginning, without a cursor or a window, the source shows nothing either.

The third makes a quiet brand no suspect: a source that answers a cursor or a window with nothing
still shows its older items when it is asked for everything.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from tidings.connector import Connector
from tidings.http import Answer, Http
from tidings.windows import unbounded

WALKS = 5
"""Complete walks without a break that brought items: fewer say nothing about what is usual."""

LOOKS = 3
"""Pages that are looked at: a first page may be empty while the next ones are not."""


def suspicion(
    connector: Connector, http: Http, *, with_items: int, keep: Callable[[Answer], object]
) -> str | None:
    """Return why a walk that brought nothing is not believed; None where nothing is wrong.

    ``with_items`` is how many of the last complete walks, without a break, brought items; ``keep``
    is called with each answer looked at. Raises what the connector raises.
    """
    if with_items < WALKS:
        return None
    for page in islice(unbounded(connector).pages(http, None), LOOKS):
        for answer in page.raw:
            keep(answer)
        if page.mentions or page.rejected:
            return None
    return (
        f"suspect: nothing came, while the last {with_items} walks all brought items, "
        "and asked for everything the source shows nothing either"
    )
