"""Which brands there are, and of which days."""

from __future__ import annotations

import msgspec

from dashboard.asked import Known
from dashboard.reader import Snapshot


def brands(snapshot: Snapshot) -> list[Known]:
    """Return all brands that the snapshot tells of, own ones first."""
    return [msgspec.convert(row, Known) for row in snapshot.rows("brands")]
