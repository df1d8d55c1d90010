"""What is kept and shown, without the secrets that this process was given, and as it reads.

A source may repeat a credential in a page, in a redirect or in the words of a refusal, and a
stranger's connector may put one into an exception. :mod:`tidings.credentials` notes each secret
that it hands out; what is written to landing, logs and messages goes through here.
"""

from __future__ import annotations

import base64
import html
import json
import quopri
import re
import traceback
from functools import lru_cache
from urllib.parse import quote, quote_plus

MASK = "***"

BEGINNING = 12
"""Characters of a longer secret that are masked by themselves: messages cut what they quote."""

SHORTEST = 6
"""Characters of a secret from which on it is masked: shorter ones are words that anybody writes."""

_BUT_LINES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile(rf"[\t\n\u2028\u2029]|{_BUT_LINES.pattern}")
"""By such a text could steer the terminal that shows it, or pass for another line."""

_noted: set[str] = set()


def note(secret: str) -> None:
    """Mask this secret from now on, in this process."""
    if len(secret) >= SHORTEST:
        _noted.add(secret)


def masked(text: str) -> str:
    """Return ``text`` without the secrets that were noted, in any of their :func:`forms`."""
    for form in _forms(frozenset(_noted)):
        if form in text:
            text = text.replace(form, MASK)
    for secret in _noted:
        if len(secret) > BEGINNING and secret[:BEGINNING] in text:
            text = _without_beginning(text, secret)
    return text


def masked_bytes(content: bytes) -> bytes:
    """Return ``content`` without the secrets that were noted, as :func:`masked` does."""
    for form in _forms(frozenset(_noted)):
        if form.encode() in content:
            content = content.replace(form.encode(), MASK.encode())
    return content


def one_line(text: str) -> str:
    """Return ``text`` without secrets, its control characters written out (``\\n``, ``\\x1b``)."""
    return _CONTROL.sub(_written, masked(text))


def lines(text: str) -> str:
    """Return ``text`` of several lines as :func:`one_line` does, its line ends and tabs left."""
    return _BUT_LINES.sub(_written, masked(text))


def where_from(error: BaseException) -> str:
    """Return where an exception came from, and those before it, as :func:`lines`.

    A log that is handed the exception itself shows its words as they are.
    """
    return lines("".join(traceback.format_exception(error)))


def _written(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


def _without_beginning(text: str, secret: str) -> str:
    """Return ``text`` without what is left of a secret that was cut."""
    first, *parts = text.split(secret[:BEGINNING])
    rests = []
    for part in parts:
        same = BEGINNING
        while same < len(secret) and part[same - BEGINNING :][:1] == secret[same]:
            same += 1
        rests.append(MASK + part[same - BEGINNING :])
    return first + "".join(rests)


@lru_cache(maxsize=8)
def _forms(secrets: frozenset[str]) -> tuple[str, ...]:
    """Return the forms of all, the longest first: one may hold another."""
    found = {form for secret in secrets for form in forms(secret)}
    return tuple(sorted(found, key=lambda form: (-len(form), form)))


@lru_cache(maxsize=256)
def forms(secret: str) -> frozenset[str]:
    """Return a secret as it is and as it is written in addresses, JSON, HTML, headers and dumps.

    Base64 has three forms, for where in a longer text it begins ("user:secret" in a header).
    """
    raw = secret.encode("utf-8", "surrogatepass")
    lower = {quote(secret, safe=""), quote(secret), quote_plus(secret)}
    twice = {quote(form, safe="") for form in lower}
    small = {_small_hex(form) for form in lower | twice}
    plain = {
        secret, repr(secret)[1:-1], json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1], json.dumps(secret)[1:-1].replace("/", "\\/"),
        html.escape(secret), html.escape(secret, quote=False), raw.hex(), raw.hex().upper(),
        quopri.encodestring(raw, quotetabs=True).decode().replace("=\n", ""), secret[::-1],
    }  # fmt: skip
    packed = {
        form
        for shift in range(3)
        for text in (_inner(raw, shift),)
        for form in (text, text.replace("+", "-").replace("/", "_"), quote(text, safe=""))
    }
    found = plain | lower | twice | small | packed
    return frozenset(form for form in found if len(form) >= SHORTEST)


def _small_hex(text: str) -> str:
    """Return percent escapes with small digits, as some programs write them."""
    parts = text.split("%")
    return parts[0] + "".join(f"%{part[:2].lower()}{part[2:]}" for part in parts[1:])


def _inner(raw: bytes, shift: int) -> str:
    """Return those signs of base64 that are the same whatever stands around, ``shift`` after it."""
    text = base64.b64encode(b"\0" * shift + raw).decode()
    first = (0, 2, 3)[shift]
    left = (shift + len(raw)) % 3
    last = len(text) - (0, 3, 2)[left] if left else len(text)
    return text[first:last]
