"""Settings for a replay: those given, and for what is missing, what the recordings tell.

A connector may tell how its settings show in the URLs that it asks for, by a class method that
nothing but this kit uses::

    @classmethod
    def settings_from(cls, urls: list[str]) -> dict[str, Any]: ...

``urls`` are the recorded addresses in order; it returns those settings that they tell, if any. Of
bare bodies, which have no address, ``settings_in(cls, bodies: list[bytes])`` does the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from tidings.connector import Connector, configure
from tidings.errors import ConfigurationError
from tidings.testing.exchanges import Exchange
from tidings.testing.recorded import Recorded

MADE_UP_HOST = "https://recording.example"
_ONWARD = re.compile(
    rb"""<(?:a|link|atom:link)\b(?=[^>]*\brel=["']?next\b)[^>]*\bhref=["'](https?://[^/"']+)""",
    re.IGNORECASE,
)


def completed(cls: type[Connector], given: dict[str, Any], origin: Recorded) -> Connector:
    """Make a connector of ``given``, with what is missing from the recordings or the example.

    What is given is never changed. ConfigurationError where that is not enough, or wrong.
    """
    told = {**_told_in(cls, origin), **_told(cls, origin.urls)}
    example = cls.about.example
    needed = {f.encode_name for f in msgspec.structs.fields(cls) if f.required}
    required = {k: v for k, v in {**example, **told}.items() if k in needed}
    failure: ConfigurationError | None = None
    for more in ({}, told, required, {**required, **told}, {**example, **told}, example):
        try:
            connector = configure(cls, {**more, **given}, "--settings")
        except ConfigurationError as error:
            failure = error
        else:
            if more.keys() >= example.keys() or not _lacks_queries(cls, connector):
                return connector  # an example is whole, with queries or without
    raise failure or ConfigurationError(
        f"--settings: '{cls.source}' has nothing to search for.", remedy="Give 'queries'."
    )


def connectors(
    cls: type[Connector], given: dict[str, Any], origin: Recorded
) -> Iterator[Connector]:
    """Give what to walk, in order, one connector for each place.

    Where addresses are made up, or places come from the example, they go on only as long as there
    are recorded pages that nobody asked for: ask for the next one when the last has been walked.
    """
    if "urls" in cls.__struct_fields__ and not {"url", "urls"} & given.keys():
        yield from _by_address(cls, given, origin)
        return
    connector = completed(cls, given, origin)
    walked: set[str] = set()
    of_example = _from_example(cls, connector, given)
    for number, place in enumerate(connector.split()):
        if number and of_example and not origin.waiting():
            return
        walked.add(place.walk_id())
        yield place
    numbered = next((k for k in sorted(of_example) if _numbers(connector, k)), None)
    while numbered and (left := origin.waiting()) and left[-1].asked is None:
        given = {**given, numbered: [max(_numbers(connector, numbered)) + 1]}
        connector = completed(cls, given, origin)
        yield from connector.split()
        if len(origin.waiting()) == len(left):
            return
    yield from _left_over(cls, given, origin, walked)


def _left_over(
    cls: type[Connector], given: dict[str, Any], origin: Recorded, walked: set[str]
) -> Iterator[Connector]:
    """Walk what the address of each page tells that nobody asked for: of listings beside others.

    ``walked`` are the walks that there were: a page that another one of the same would bring was
    recorded again, or leads to newer records, and is not due.
    """
    tried: set[str] = set()
    while left := [e.url for e in origin.waiting() if e.url and e.url not in tried]:
        tried.add(left[0])
        told = _told(cls, left[:1])
        try:
            connector = configure(cls, {**told, **given}, "--settings")
        except ConfigurationError:
            continue  # it tells too little; the page is reported as not asked for
        for place in connector.split() if told and not _lacks_queries(cls, connector) else ():
            if place.walk_id() not in walked:
                walked.add(place.walk_id())
                yield place


def _by_address(
    cls: type[Connector], given: dict[str, Any], origin: Recorded
) -> Iterator[Connector]:
    """Walk from each recorded address that no walk before it came to; bodies get one made up."""
    tried: set[str] = set()
    while left := [e for e in origin.waiting() if e.name not in tried]:
        tried.add(left[0].name)
        urls = [left[0].url or _made_up(left[0])]
        yield configure(cls, {**given, "urls": urls}, "--settings")


def _made_up(exchange: Exchange) -> str:
    """Make up an address for a bare body, at the host that its way on leads to, if it names one."""
    found = _ONWARD.search(exchange.body)
    host = found[1].decode("ascii", "replace") if found else MADE_UP_HOST
    return f"{host}/{re.sub(r'[^A-Za-z0-9._-]', '-', exchange.name)}"


def _told(cls: type[Connector], urls: list[str]) -> dict[str, Any]:
    tell = getattr(cls, "settings_from", None)
    if tell is None or not urls:
        return {}
    return {k: v for k, v in tell(urls).items() if v not in (None, [], (), "")}


def _told_in(cls: type[Connector], origin: Recorded) -> dict[str, Any]:
    tell = getattr(cls, "settings_in", None)
    bodies = [e.body for e in origin.exchanges if e.asked is None]
    told: dict[str, Any] = tell(bodies) if tell is not None and bodies else {}
    return told


def _lacks_queries(cls: type[Connector], connector: Connector) -> bool:
    return cls.searches and not getattr(connector, "queries", True)


def _numbers(connector: Connector, setting: str) -> list[int]:
    """Return the places of a setting that are told apart by a number: one more can be made up."""
    return [place for place in getattr(connector, setting) if isinstance(place, int)]


def _from_example(
    cls: type[Connector], connector: Connector, given: dict[str, Any]
) -> frozenset[str]:
    """Name the settings whose places are the example's: there may be more or less than recorded."""
    many = {k: v for k, v in cls.about.example.items() if isinstance(v, list)}
    same = (k for k, v in many.items() if list(getattr(connector, k, None) or ()) == v)
    return frozenset(same).difference(given)
