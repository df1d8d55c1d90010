"""Addresses as sources state them, to ones that a mention may have."""

from __future__ import annotations

import re

LONGEST = 4000
"""Characters of a mention's address."""


def web_address(*stated: str | None) -> str | None:
    """Return the first of ``stated`` that is an http or https address; None where none is."""
    usable = (address.strip() for address in stated if address)
    return next((a for a in usable if re.fullmatch(r"https?://\S+", a) and len(a) <= LONGEST), None)
