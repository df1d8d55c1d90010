"""Cells that a spreadsheet would take for a formula: written so that it runs nothing."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"(^|[;\t\r\n])((?:[^\S\t\r\n]|\")*)('*)([=+\-@＝＋－＠])")
"""Where a formula may begin: in a cell, or where splitting at semicolons makes one of a part.

Blanks that part cells are not among those between, so that each is gone over once.
"""
_ESCAPED = re.compile(_FORMULA.pattern.replace("('*)", "'('*)"))


def safe(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula."""
    return _FORMULA.sub(r"\1\2'\3\4", cell)


def plain(cell: str) -> str:
    """Take the apostrophes of :func:`safe` away again."""
    return _ESCAPED.sub(r"\1\2\3\4", cell)
