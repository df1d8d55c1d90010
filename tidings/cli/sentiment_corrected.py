"""Labels that people corrected on the pages: counted beside the scorers', and fitted on."""

from __future__ import annotations

from typing import Any

from tidings.cli.sentiment_csv import Labelled
from tidings.home import Home


def counts() -> list[dict[str, Any]]:
    """Return the rows of ``core.correction_count`` of the snapshot.

    WarehouseError, with the way out, where there is no snapshot, or an older program's.
    """
    from warehouse.changes import corrections
    from warehouse.snapshot import open_current

    with open_current(Home.find().snapshot) as con:
        return corrections(con)


def lessons() -> list[Labelled]:
    """Return the corrected texts of the snapshot, as labelled rows; raises as :func:`counts`."""
    from transforms.words import said
    from warehouse.changes import corrected_texts
    from warehouse.snapshot import open_current

    with open_current(Home.find().snapshot) as con:
        rows = corrected_texts(con)
    return [
        Labelled(
            file="corrections",
            line=line,
            mention_id=row["mention_id"],
            content_hash=row["content_hash"],
            brand=row["brand"],
            language=row["language"],
            text=said(row["title"], row["text"]),
            gold=row["label"],
            weight=1.0,
            toward="text" if row["whole_text"] else "brand",
        )
        for line, row in enumerate(rows, 1)
    ]
