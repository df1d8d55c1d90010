"""URLs: with their parameters, without their secrets, and whose they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, quote, unquote_plus, urldefrag, urlsplit, urlunsplit

from tidings.errors import ConfigurationError

if TYPE_CHECKING:
    from tidings.http.message import Params

MASK = "***"
SHOWN = 300
"""Characters of a URL that are shown at most."""

_SECRET_NAME = re.compile(
    r"(key|token|secret|password|passwd|pwd|pass|auth|authorization|signature|sig|session|sid|"
    r"credentials?|code|jwt)$"
)
_SECRET_VALUE = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[\w.~+/=:-]{24,}", re.ASCII)


def checked(url: str) -> str:
    """Return ``url`` if it can be asked for.

    ConfigurationError where it has no ``http`` or ``https``, no host, a bad port, blanks, or a user
    name or password in it.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or re.search(r"[\x00-\x20\x7f]", url):
        raise ConfigurationError(
            f"{shown(url)!r} is no URL that can be asked for.",
            remedy="Write it whole: http:// or https://, then the host and the path.",
        )
    if "@" in parts.netloc:
        raise ConfigurationError(
            f"The URL of {shown(url)} holds a user name or password.",
            remedy="Take it out of the URL and give it as a secret.",
        )
    return url


def host(url: str) -> str:
    """Return the host of ``url`` in lower case without its port; empty where there is none."""
    return (_split(url).hostname or "").lower()


def same_origin(url: str, other: str) -> bool:
    """Tell whether a credential for ``url`` may be shown to ``other``.

    That is so for the same scheme, host and port, and for a step up from http to https on the same
    host and the usual ports. Both URLs are taken as checked.
    """
    (scheme, name, port), (to_scheme, to_name, to_port) = _origin(url), _origin(other)
    stepped_up = (scheme, port, to_scheme, to_port) == ("http", 80, "https", 443)
    return name == to_name and (stepped_up or (scheme, port) == (to_scheme, to_port))


def with_params(url: str, params: Params | None) -> str:
    """Return ``url`` with ``params`` in its query and without a fragment.

    What the query has already stays as it is written, save where ``params`` has the same name. None
    is left out; True and False are written ``true`` and ``false``.
    """
    given = {name: value for name, value in (params or {}).items() if value is not None}
    if not given:
        return urldefrag(url).url
    parts = urlsplit(url)
    pairs = [pair for pair in parts.query.split("&") if pair and _name(pair) not in given]
    pairs += [f"{quote(name, safe='')}={quote(_written(v), safe='')}" for name, v in given.items()]
    return urlunsplit(parts._replace(query="&".join(pairs), fragment=""))


def shown(url: str) -> str:
    """Return ``url`` as it may be shown and logged.

    Without user name, password and fragment, query values that look like secrets masked, at most
    ``SHOWN`` characters. Never raises.
    """
    parts = _split(url)
    query = "&".join(
        f"{pair.partition('=')[0]}={MASK}" if _is_secret(pair) else pair
        for pair in parts.query.split("&")
    )
    place = parts.netloc.rpartition("@")[2]
    whole = urlunsplit(parts._replace(netloc=place, query=query, fragment=""))
    text = re.sub(r"[\x00-\x1f\x7f]", "?", whole)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def secret_values(url: str) -> set[str]:
    """Return the query values of ``url`` that look like secrets, as written and as read."""
    values = {p.partition("=")[2] for p in _split(url).query.split("&") if _is_secret(p)}
    return {form for value in values for form in (value, unquote_plus(value)) if form}


def is_secret_name(name: str) -> bool:
    """Tell whether a parameter or field called ``name`` is likely to hold a secret."""
    return bool(_SECRET_NAME.search(re.sub(r"[\W_]", "", name.lower())))


def without_secrets(query: str) -> str:
    """Return a query string less its parameters that are named like secrets."""
    return "&".join(p for p in query.split("&") if p and not is_secret_name(_name(p)))


def _is_secret(pair: str) -> bool:
    name, _, value = pair.partition("=")
    return is_secret_name(unquote_plus(name)) or bool(_SECRET_VALUE.fullmatch(unquote_plus(value)))


def _name(pair: str) -> str:
    return unquote_plus(pair.partition("=")[0])


def _written(value: str | int | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:  # e.g. an unclosed bracket: nothing of it can be told apart
        return SplitResult("", "", "(a URL that can't be read)", "", "")


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme, 0)


_PORTS = {"http": 80, "https": 443}
