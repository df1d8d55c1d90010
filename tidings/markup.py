"""Markup to plain text, the one place where tags are stripped."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, Tag
from bs4.element import CData, NavigableString, PageElement

BLOCKS = re.compile(
    "address|article|aside|blockquote|body|dd|div|dl|dt|figcaption|figure|footer|form|h[1-6]"
    "|header|hr|br|li|main|nav|ol|p|pre|section|table|td|th|tr|ul"
)
UNSEEN = frozenset({"script", "style", "template"})


def plain_text(markup: str | None) -> str | None:
    """Return the text of HTML ``markup``, blocks as lines of their own; None if none is left.

    Entities are resolved once; script and style are left out; runs of blanks become one.
    """
    if markup is None:
        return None
    if "<" not in markup and "&" not in markup:
        return tidy(markup)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        soup = BeautifulSoup(markup, "lxml")
    return tidy("".join(_pieces(soup)))


def _pieces(root: Tag) -> Iterator[str]:
    """Yield the texts in order, line breaks between: one pass, since changing the tree is slow."""
    waiting: list[PageElement | str] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Tag):
            if node.name in UNSEEN:
                continue
            edge = "\n" if BLOCKS.fullmatch(node.name) else ""
            waiting.append(edge)
            waiting.extend(
                child
                for child in reversed(node.contents)
                if isinstance(child, Tag) or type(child) in (NavigableString, CData)
            )
            yield edge
        else:
            yield str(node)


def tidy(text: str | None) -> str | None:
    """Collapse blanks, drop empty lines and control characters; None if nothing is left."""
    if text is None:
        return None
    if text.isprintable() and "  " not in text:  # one line and tidy already, as most are
        return text.strip() or None
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", text)
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line) or None
