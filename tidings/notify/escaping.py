"""Texts of strangers in messages: nothing in them is markup, a link or a call to anybody.

Three things are made harmless: markup (by the channel's kind), links (a program that shows a text
makes one of anything that looks like a URL), and mentions (``@channel`` wakes a whole company).
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit, urlunsplit

from tidings.errors import ConfigurationError
from tidings.http.address import checked

# The colon after any scheme that has slashes, and after those that need none.
_SCHEME = re.compile(
    r":(?=//)|(?<=data|file):(?=\S)|(?<=mailto|script):(?=\S)|(?<=tel|sms):(?=\S)", re.I
)
_DOT = re.compile(r"(?<=[\w-])[.。．｡](?=[^\W\d_]{2}|xn--)")

# Chat programs each know their own part of Markdown and not all know its escapes (Slack has none),
# so what has a meaning anywhere is replaced by a sign that looks like it and has none.
_ALIKE = str.maketrans("<>@*_~`[]\\|", "‹›＠∗＿∼ˋ［］＼¦")

# Also in plain text: some services that say they take it look for these (Mattermost does).
_CALLS = str.maketrans("<>@", "‹›＠")

_URL_SAFE = "/:?#@!$&+,;=%-._~"


def defanged(text: str) -> str:
    """Return a text in which nothing is taken for a link: ``https[:]//evil[.]example``.

    A dot before two letters counts, so that ``end.Start`` is written so, too.
    """
    return _DOT.sub("[.]", _SCHEME.sub("[:]", text))


def as_markdown(text: str) -> str:
    """Return a text that is shown as it is by whatever takes Markdown, and calls nobody."""
    return text.translate(_ALIKE)


def as_text(text: str) -> str:
    """Return a text that calls nobody where plain text is looked through for mentions."""
    return text.translate(_CALLS)


def cut(text: str, most: int) -> str:
    """Return at most ``most`` characters of a text, with an ellipsis where some are left out."""
    return text if len(text) <= most else text[: max(most - 1, 0)].rstrip() + "…"


def link(url: str | None) -> str | None:
    """Return a URL as it can stand in a message of any kind; None where it can't be a link.

    Only ``http`` and ``https`` with a host and no user name; what could end a link is encoded.
    """
    if not url:
        return None
    try:
        parts = urlsplit(checked(url))
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except (ConfigurationError, ValueError):  # ValueError: a host that is no name
        return None
    if not re.fullmatch(r"[\w.-]+", host, re.ASCII):  # an IPv6 address has brackets
        return None
    rest = (quote(part, safe=_URL_SAFE) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, host + port, *rest))
