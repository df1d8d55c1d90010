"""Rehearse a watch file: configure every walk and see what it would ask for, sending nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import msgspec

from tidings.cli.steps import user_agent
from tidings.collect import connectors_of
from tidings.connector import Connector
from tidings.credentials import secret
from tidings.errors import SourceError, TidingsError
from tidings.http import Answer, Http, Judge, Params
from tidings.http.address import shown, with_params
from tidings.watch import Source, Watch


class Rehearsed(msgspec.Struct, frozen=True, kw_only=True):
    """One walk: what it asks first, what was found, or the problem that keeps it from starting."""

    source: str
    walk: str
    asks: str = ""
    found: str = ""
    problem: str = ""


def rehearse(watch: Watch, *, connect: bool) -> Iterator[Rehearsed]:
    """Rehearse each walk of each source; with ``connect`` its first page is asked for, for real."""
    from transforms.match import Matcher

    Matcher([watch])  # raises where a Boolean query can't be read
    for source in watch.sources:
        name = f"{watch.id}/{source.id}"
        try:
            connectors = connectors_of(watch, source)
        except TidingsError as error:
            yield Rehearsed(source=name, walk="-", problem=str(error))
            continue
        for connector in connectors:
            yield _rehearse_walk(name, watch, source, connector, connect=connect)


def _rehearse_walk(
    name: str, watch: Watch, source: Source, connector: Connector, *, connect: bool
) -> Rehearsed:
    walk = Rehearsed(source=name, walk=connector.label())
    beyond = connector.about.beyond_http
    if beyond and not connect:
        return msgspec.structs.replace(walk, asks=beyond, found="not tried")
    try:
        asks, found = (beyond, "") if beyond else _first(connector, DryHttp())
        if connect:
            from tidings.http.client import Limits
            from tidings.http.client import connect as connect_http

            with connect_http(
                requests_per_second=source.requests_per_second,
                user_agent=user_agent(watch),
                secrets=secret,
                limits=Limits(attempts=1),
            ) as http:
                _, found = _first(connector, http)
    except TidingsError as error:
        return msgspec.structs.replace(walk, problem=f"{type(error).__name__}: {error}")
    return msgspec.structs.replace(walk, asks=asks, found=found)


def _first(connector: Connector, http: Http) -> tuple[str, str]:
    """Return what is asked first and what the first page held."""
    try:
        page = next(iter(connector.pages(http, None)), None)
    except _WouldAsk as asked:
        return asked.url, "not asked"
    if page is None:
        return "nothing over HTTP", "nothing there"
    found = f"{len(page.mentions)} mentions"
    if page.rejected:
        found += f", {len(page.rejected)} unreadable: {page.rejected[0].reason}"
    return "nothing over HTTP", found


class _WouldAsk(SourceError):
    """Raised in place of sending."""


class DryHttp:
    """An Http that sends nothing: it raises what would have been asked."""

    def get(
        self,
        url: str,
        params: Params | None = None,
        *,
        headers: Mapping[str, str] | None = None,  # noqa: ARG002 - the form is the protocol's
        validators: Mapping[str, str] | None = None,  # noqa: ARG002
        judge: Judge | None = None,  # noqa: ARG002
        found: bool = False,  # noqa: ARG002
    ) -> Answer:
        self._stop(f"GET {shown(with_params(url, params))}")

    def post(
        self,
        url: str,
        *,
        json: Any = None,  # noqa: ARG002
        form: Mapping[str, str] | None = None,  # noqa: ARG002
        headers: Mapping[str, str] | None = None,  # noqa: ARG002
        repeatable: bool = False,  # noqa: ARG002
        judge: Judge | None = None,  # noqa: ARG002
    ) -> Answer:
        self._stop(f"POST {shown(url)}")

    def hold(self, url: str, seconds: float) -> None:
        """Hold nothing: no second request follows."""

    def secret(self, name: str) -> str:
        """Look the secret up for real, so that a missing one is told now."""
        return secret(name)

    def _stop(self, asked: str) -> NoReturn:
        raise _WouldAsk(asked, url=asked)
