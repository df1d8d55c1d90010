"""The brands as the rules see them, what is found of them, and when they were collected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from tidings.alert_rules import setting
from tidings.watch import Alert, Watch
from transforms.incidents import Finding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from transforms.spoken import Times
    from warehouse.alerts import Piece

TALK = ("volume", "negative_count", "negative_share")
"""Rules that hold for competitors, too, and are ``competitor`` there."""

MOST_WALKS = 0.5
"""A bucket is looked at once this share of the brand's walks has covered it."""

Evidence = dict[tuple[str, str], list[datetime]]


class Looked(NamedTuple):
    """What was found between two times (naive UTC): alarms, and where there was weaker evidence."""

    findings: list[Finding]
    evidence: Evidence
    brands: list[str]


class Place(NamedTuple):
    """One brand as the rules see it; ``own``: it is no competitor of its watch file's brand."""

    brand: str
    watch: Watch
    own: bool

    def rule(self, name: str) -> tuple[str, Alert]:
        """Return the rule that holds here where ``name`` finds something: competitors have one."""
        if self.own or name not in TALK:
            return name, setting(self.watch, name)
        return "competitor", setting(self.watch, "competitor")


def covered(places: Sequence[Place], pieces: Sequence[Piece], starts: Times) -> NDArray[np.bool_]:
    """Return, for brands x buckets, whether most walks that may tell of the brand covered it."""
    import numpy as np

    quarter = np.timedelta64(15, "m")
    walks: dict[str, tuple[Piece, NDArray[np.bool_]]] = {}
    for piece in pieces:
        _, flags = walks.setdefault(
            f"{piece.watch}\0{piece.series}", (piece, np.zeros(len(starts), bool))
        )
        if piece.starts is not None and piece.ends is not None:
            flags |= (starts >= np.datetime64(piece.starts, "us")) & (
                starts + quarter <= np.datetime64(piece.ends, "us")
            )
    found = np.zeros((len(places), len(starts)), bool)
    for index, place in enumerate(places):
        mine = [
            flags
            for piece, flags in walks.values()
            if piece.watch == place.watch.id and piece.about in (None, place.brand)
        ]
        if mine:
            found[index] = np.mean(mine, axis=0) >= MOST_WALKS
    return found


def naive(time: Any) -> datetime:
    """Return a ``numpy.datetime64`` as a datetime, UTC without a zone."""
    found: datetime = time.astype("datetime64[us]").item()
    return found
