"""Secrets kept out of what strangers' programs say: of a child's output, of a library's errors."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, quote_plus

import msgspec

MASK = "***"


def forms(secret: str) -> set[str]:
    """Return a secret in the forms in which a program may show it: as it is, or escaped."""
    escaped = msgspec.json.encode(secret).decode()[1:-1]
    return {
        secret, escaped, repr(secret)[1:-1], quote(secret), quote(secret, safe=""),
        quote_plus(secret),
    }  # fmt: skip


def all_forms(secrets: Iterable[str]) -> list[str]:
    """Return the forms of all secrets, the longest first: one may hold another."""
    return sorted({form for secret in secrets for form in forms(secret)}, key=len, reverse=True)


def masked(text: str, hidden: Iterable[str]) -> str:
    """Return ``text`` with each of ``hidden``, in this order, replaced."""
    for form in hidden:
        text = text.replace(form, MASK)
    return text
