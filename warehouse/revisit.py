"""Which mentions to ask for again: read from a snapshot, so that visits need no writer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tidings.connector import Key
from warehouse.snapshot import open_snapshot
from warehouse.statements import run

MOST = 1_000_000


def known(
    snapshot: str | Path,
    *,
    watch: str,
    source: str,
    about: str | None,
    recent: datetime,
    answerable: datetime,
    walks: Sequence[str] | None = None,
    limit: int = MOST,
) -> list[Key]:
    """Return current mentions of connector ``source`` in a watch file, to be asked for again.

    ``recent`` (aware UTC): published from then on; ``answerable``: likewise for reviews and what
    has an answer. ``walks`` limits it to what the walks of these ids brought. Those seen on the
    earliest day come first, of one day the newest. Empty where there is no snapshot yet; raises
    WarehouseError as :func:`open_snapshot` does.
    """
    if not Path(snapshot).exists():
        return []
    values = {
        "watch": watch,
        "source": source,
        "about": about,
        "recent": recent,
        "answerable": answerable,
        "walks": None if walks is None else list(walks),
        "limit": limit,
    }
    with open_snapshot(snapshot) as con:
        found = run(con, "sql/revisit/known", values).fetchall()
    return [
        Key(
            place=place,
            external_id=external_id,
            kind=kind,
            published=published.replace(tzinfo=UTC),
            url=url,
            parent_id=parent_id,
        )
        for place, external_id, kind, published, url, parent_id in found
    ]
