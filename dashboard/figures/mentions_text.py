"""Texts as they are shown: cut where they are long, with what was looked for marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from transforms.search_words import Sought, fields_of

SHOWN = 600
"""Characters of a text that a list shows."""

BEFORE = 150
"""Characters before the first mark, where it stands far below."""

DOTS = "…"


class Part(NamedTuple):
    """A stretch of a text, and whether it is marked."""

    text: str
    marked: bool


def parts(
    title: str | None, text: str | None, sought: Sought | None, most: int | None = SHOWN
) -> tuple[list[Part], list[Part]]:
    """Return title and text; the title is empty where the text begins with it.

    At most ``most`` characters of the text are there, None: all.
    """
    first, body = fields_of(title, text)
    found = [] if sought is None else sought.spans(body)
    marked = [] if sought is None else sought.spans(first)
    return cut(first, marked, None), cut(body, found, most)


def cut(text: str, marked: Sequence[tuple[int, int]], most: int | None) -> list[Part]:
    """Return a text in parts; ``marked`` are stretches of it in order, none within another."""
    start, end = 0, len(text)
    if most is not None and len(text) > most:
        first = marked[0][0] if marked else 0
        start = max(first - BEFORE, 0) if first > most - BEFORE else 0
        end = min(start + most, len(text))
    found = [Part(DOTS, marked=False)] if start else []
    at = start
    for a, b in marked:
        if b <= start or a >= end:
            continue
        a, b = max(a, start), min(b, end)
        found += [Part(text[at:a], marked=False), Part(text[a:b], marked=True)]
        at = b
    found.append(Part(text[at:end], marked=False))
    if end < len(text):
        found.append(Part(DOTS, marked=False))
    return [part for part in found if part.text]
