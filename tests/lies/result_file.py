"""The file in which a long run leaves its counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec


def write_result(path: Path, what: str, counts: Mapping[str, int | float], seed: int) -> None:
    """Write the counts of a run as JSON."""
    result = {
        "what": what,
        "made": datetime.now(UTC).date().isoformat(),
        "counts": dict(counts),
        "machine": "2 cores, 24 GiB",
        "seed": seed,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n")
