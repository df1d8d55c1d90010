"""Results of the long runs: one file of JSON a part, from which docs/reliability.md is made."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def write(path: Path, what: str, counts: dict[str, Any], seed: int | None) -> None:
    """Write one part's result: what was done, when, on what, and its counts."""
    whole = {
        "what": what,
        "made": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": machine(),
        "seed": seed,
        "counts": counts,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", "utf-8")


def machine() -> str:
    """Say what the machine has, e.g. ``2 cores, 24 GiB``."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB"


def told(counts: dict[str, Any]) -> str:
    """Return the counts for people, a line each."""
    return "\n".join(f"{name}: {value}" for name, value in counts.items())
