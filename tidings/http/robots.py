"""robots.txt (RFC 9309): what a site allows us to read, and how slowly. For pages, not for APIs.

``obeying(http)`` is an ``Http`` that asks a site's robots.txt before it asks for a page, and once a
day at most. A site that has none (4xx) allows everything; one whose robots.txt can't be had (5xx,
429, no connection) allows nothing for now, which is that TransientError.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from time import monotonic
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from weakref import WeakKeyDictionary

import msgspec

from tidings.errors import Disallowed, SourceError, TransientError
from tidings.http.address import shown, with_params
from tidings.http.message import Answer, Http, Judge, Params

AGENT = "tidings"
"""The name under which rules for us stand: ``User-agent: tidings``."""

KEPT_SECONDS = 86_400.0
"""How long a robots.txt holds before it is asked for again."""

MOST_BYTES = 500 * 1024
"""Of a robots.txt, as many are read as RFC 9309 demands; what follows is not."""

LONGEST_DELAY = 300.0
"""Seconds. A site that wants a longer Crawl-delay than this wants no walk over its pages."""

MOST_TRIED = 20
"""Rules that are tried out to name the one that forbids a page."""


def obeying(http: Http, *, agent: str = AGENT) -> Http:
    """Return ``http`` such that its ``get`` keeps to the robots.txt of whichever site it asks.

    ``get`` raises Disallowed, naming the rule, where the page or the one that it redirects to is
    forbidden, and TransientError where robots.txt can't be had. A Crawl-delay is kept by every walk
    over the same client.
    """
    return _Obeying(http, robots(http, agent=agent))


def robots(http: Http, *, agent: str = AGENT) -> Robots:
    """Return what robots.txt files say; all walks over the same client share what was read."""
    with _LOCK:
        return _READ.setdefault(http, {}).setdefault(agent, Robots(agent))


class Robots:
    """The robots.txt files of sites, each read when first needed; safe for several threads.

    ``agent`` is the name that rules are looked up by, ``clock`` counts seconds.
    """

    def __init__(self, agent: str = AGENT, *, clock: Callable[[], float] = monotonic) -> None:
        self._agent = agent
        self._clock = clock
        self._sites: dict[str, _Site] = {}
        self._lock = Lock()

    def check(self, http: Http, url: str, *, found: bool = False) -> None:
        """Raise Disallowed where ``url`` may not be asked for; TransientError: not known now."""
        said = self._said(http, url, found=found)
        if not _allows(said.rules, url, self._agent):
            raise Disallowed(
                f"{shown(said.url)} does not allow {shown(url)}: {_rule(said, url, self._agent)}.",
                remedy="Ask the site, or leave the page out; 'robots = false' is yours to answer "
                "for.",
                url=shown(url),
            )
        if (said.delay or 0) > LONGEST_DELAY:
            raise Disallowed(
                f"{shown(said.url)} asks for {said.delay:g} s between two requests; a walk waits "
                f"{LONGEST_DELAY:g} s at most.",
                remedy="Ask the site for a shorter Crawl-delay, or leave it out.",
                url=shown(url),
            )

    @contextmanager
    def turn(self, http: Http, url: str) -> Iterator[None]:
        """Ask for a page of a site within this block: the site then has its Crawl-delay of rest."""
        delay = self._said(http, url).delay
        if not delay:
            yield
            return
        with self._site(url).turn:  # one at a time, or all who wait would ask at once
            try:
                yield
            finally:
                http.hold(url, delay)

    def sitemaps(self, http: Http, url: str) -> list[str]:
        """Return the addresses of sitemaps that the site of ``url`` names, as it writes them."""
        return list(dict.fromkeys(self._said(http, url).rules.sitemaps))

    def _said(self, http: Http, url: str, *, found: bool = False) -> _Said:
        site = self._site(url)
        with site.reading:  # whoever else wants this site's waits for the same answer
            if site.said is None or self._clock() - site.read >= KEPT_SECONDS:
                site.said = _read(http, _address(url), self._agent, found=found)
                site.read = self._clock()
                if 0 < (site.said.delay or 0) <= LONGEST_DELAY:
                    http.hold(url, site.said.delay or 0)
            return site.said

    def _site(self, url: str) -> _Site:
        with self._lock:
            return self._sites.setdefault(_address(url), _Site())


class _Said(msgspec.Struct, frozen=True):
    url: str
    text: str
    rules: Any  # protego.Protego, which is imported when it is needed
    delay: float | None


class _Site:
    def __init__(self) -> None:
        self.reading = Lock()
        self.turn = Lock()
        self.said: _Said | None = None
        self.read = 0.0


class _Obeying:
    """An Http over another one, for pages."""

    def __init__(self, http: Http, rules: Robots) -> None:
        self._http = http
        self._rules = rules

    def get(
        self,
        url: str,
        params: Params | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        validators: Mapping[str, str] | None = None,
        judge: Judge | None = None,
        found: bool = False,
    ) -> Answer:
        """GET as the other one does, if robots.txt allows it."""
        whole = with_params(url, params)
        self._rules.check(self._http, whole, found=found)
        how: dict[str, Any] = {"headers": headers, "validators": validators, "judge": judge}
        with self._rules.turn(self._http, whole):
            answer = self._http.get(url, params, **how, found=found)
        if answer.url != whole:  # it was redirected, perhaps to where we may not read
            self._rules.check(self._http, answer.url, found=True)
        return answer

    def post(self, url: str, **how: Any) -> Answer:
        """POST as the other one does: a form is no page."""
        return self._http.post(url, **how)

    def hold(self, url: str, seconds: float) -> None:
        """Pause as the other one does."""
        self._http.hold(url, seconds)

    def secret(self, name: str) -> str:
        """Look a secret up as the other one does."""
        return self._http.secret(name)


def _address(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.lower(), "/robots.txt", "", ""))


def _read(http: Http, url: str, agent: str, *, found: bool) -> _Said:
    try:
        body = http.get(url, found=found).body
    except TransientError as error:
        raise _unknown(error, url) from error
    except SourceError as error:
        status = error.answer.status if error.answer is not None else 0
        if not 300 <= status < 500:
            raise
        body = b""
    whole = body[:MOST_BYTES]
    if len(body) > MOST_BYTES:  # the last line was cut: half a rule says something else
        whole = whole[: whole.rfind(b"\n") + 1]
    return _parsed(url, whole.decode("utf-8", "replace").removeprefix("\ufeff"), agent)


def _parsed(url: str, text: str, agent: str) -> _Said:
    from protego import Protego

    rules = Protego.parse(text)
    return _Said(url, text, rules, rules.crawl_delay(agent))


def _unknown(error: TransientError, url: str) -> TransientError:
    kind = type(error)
    return kind(
        f"{shown(url)} can't be had, so no page of that site may be asked for now: {error.message}",
        remedy=error.remedy,
        url=shown(url),
        answer=error.answer,
        retry_at=error.retry_at,
    )


def _allows(rules: Any, url: str, agent: str) -> bool:
    return bool(rules.can_fetch(url, agent))


def _rule(said: _Said, url: str, agent: str) -> str:
    """Name the line that forbids ``url``, found by trying: the library does not tell which."""
    lines = said.text.splitlines()
    hits = [n for n, line in enumerate(lines) if not _alone(line, url)]
    for number in sorted(hits, key=lambda n: len(lines[n]), reverse=True)[:MOST_TRIED]:
        left = "\n".join(line for n, line in enumerate(lines) if n == number or n not in hits)
        if not _allows(_parsed(said.url, left, agent).rules, url, agent):
            return f"'{lines[number].strip()}' (line {number + 1})"
    return f"its rules for {agent!r}"


def _alone(line: str, url: str) -> bool:
    return _allows(_parsed("", f"User-agent: *\n{line}", AGENT).rules, url, AGENT)


_READ: WeakKeyDictionary[Http, dict[str, Robots]] = WeakKeyDictionary()
_LOCK = Lock()
