"""Markup to plain text, the one place where tags are stripped."""

from __future__ import annotations

import re
import warnings

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning

BLOCKS = re.compile(
    "^(address|article|aside|blockquote|dd|div|dl|dt|figcaption|figure|footer|form|h[1-6]|header|hr"
    "|li|main|nav|ol|p|pre|section|table|td|th|tr|ul)$"
)


def plain_text(markup: str | None) -> str | None:
    """Return the text of HTML ``markup``, blocks as lines of their own; None if none is left.

    Entities are resolved once; script and style are left out; runs of blanks become one.
    """
    if markup is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        soup = BeautifulSoup(markup, "lxml")
    for tag in soup(["script", "style", "template"]):
        tag.decompose()
    for tag in soup("br"):
        tag.replace_with("\n")
    for tag in soup(BLOCKS):
        tag.insert_before("\n")
        tag.append("\n")
    return tidy(soup.get_text())


def tidy(text: str | None) -> str | None:
    """Collapse blanks, drop empty lines and control characters; None if nothing is left."""
    if text is None:
        return None
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", text)
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line) or None
