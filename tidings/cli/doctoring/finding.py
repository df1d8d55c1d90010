"""What a check of ``tidings doctor`` says: one line of its table."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

State: TypeAlias = Literal["ok", "warning", "broken"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """How one thing is. ``broken`` needs mending before loads can be trusted; ``remedy`` says how.

    ``mends``: ``tidings doctor --mend`` does it.
    """

    check: str
    state: State
    found: str
    remedy: str = ""
    mends: bool = False


def ok(check: str, found: str) -> Finding:
    """Return that all is well."""
    return Finding(check=check, state="ok", found=found)


def warning(check: str, found: str, remedy: str, *, mends: bool = False) -> Finding:
    """Return what should be seen to, and keeps nothing from working."""
    return Finding(check=check, state="warning", found=found, remedy=remedy, mends=mends)


def broken(check: str, found: str, remedy: str, *, mends: bool = False) -> Finding:
    """Return what must be mended."""
    return Finding(check=check, state="broken", found=found, remedy=remedy, mends=mends)


BY_MENDING = "'tidings doctor --mend'."
"""The remedy of what the command itself can mend."""
