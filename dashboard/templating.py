"""Jinja2, with everything escaped, and data for scripts written so that it stays data."""

from __future__ import annotations

from datetime import date, datetime
from importlib.resources import files
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from uuid import UUID

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup


def environment() -> Environment:
    """Return the templates' environment: a name that isn't there is an error, not an empty text."""
    made = Environment(
        loader=FileSystemLoader(str(files("dashboard") / "templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.loopcontrols"],
    )
    made.filters |= {"data": data, "link": link, "query": query, "quoted": quote, "merged": merged}
    made.globals |= {"fresh_id": lambda: f"w{next(_IDS)}"}
    return made


_IDS = count()
"""Of elements that need an id of their own."""


def merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return both together; the second counts where both have a name."""
    return one | other


def data(value: Any) -> Markup:
    """Write JSON that may stand in a script element of the type application/json.

    No character of it can end the element, whatever is said: <, > and & are escaped as JSON does.
    """
    text = msgspec.json.encode(value, enc_hook=_plain).decode()
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # noqa: S704 - nothing in it can end the element


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date | UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} can't be written as JSON")


def link(url: str | None) -> str:
    """Return an address that may be followed: http or https; else nothing."""
    if not url:
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


def query(values: dict[str, Any]) -> str:
    """Write an address's query; a value of None is left out."""
    return urlencode({k: v for k, v in values.items() if v is not None}, doseq=True)
