"""What was said, drawn by hand for tests of alert rules."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from transforms.spoken import Spoken, spoken

START = datetime(2026, 3, 1)
"""The first hour of the drawn time, naive UTC."""

NOTHING: dict[str, Any] = {
    "brand": "Acme",
    "label": "neutral",
    "rating": None,
    "followers": None,
    "first_copy": True,
    "due": None,
    "answered": None,
}
TYPES = {
    "brand": pa.string(),
    "mention_id": pa.string(),
    "published": pa.timestamp("us"),
    "arrived": pa.timestamp("us"),
    "voice": pa.uint64(),
    "author": pa.uint64(),
    "label": pa.string(),
    "rating": pa.float64(),
    "followers": pa.int64(),
    "first_copy": pa.bool_(),
    "due": pa.timestamp("us"),
    "answered": pa.timestamp("us"),
}


def at(hours: float) -> datetime:
    """Return the time so many hours after the start."""
    return START + timedelta(hours=hours)


def said(*rows: dict[str, Any], brands: tuple[str, ...] = ("Acme", "Zenith")) -> Spoken:
    """Return rows as the rules take them; ``hour`` is when each was published."""
    whole = []
    for number, row in enumerate(sorted(rows, key=lambda r: float(r["hour"]))):
        time = at(row["hour"])
        one = {"mention_id": f"m{number}", "published": time, "arrived": time, "voice": number}
        whole.append({**NOTHING, **one, "author": number, **row})
    columns = {n: pa.array([row[n] for row in whole], t) for n, t in TYPES.items()}
    return spoken(pa.table(columns), brands)
