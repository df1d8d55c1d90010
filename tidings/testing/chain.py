"""The chain of a walk: the requests for one page after the other, and what leads from each on.

A hostile source has to know where a listing's second page begins and what its way on looks like.
That is found by looking at a good walk, so that it holds for any connector and any API.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit

import msgspec

from tidings.connector import Connector
from tidings.http import Answer, Request
from tidings.testing.driving import Walk
from tidings.testing.matching import take_apart
from tidings.testing.mutation import record_list

Place: TypeAlias = tuple[str, str, str]
"""Method, host and path of a request."""

ONWARD = re.compile(r"next|cursor|after|token|continu|offset|more|url|link|page|max_id", re.I)
"""Names of fields that may hold the way on."""


LONG = 3
"""Pages of a listing that show all that can go wrong between two."""


class Chain(msgspec.Struct, frozen=True):
    """Pages of one listing in one walk: the requests and their good answers.

    ``connector`` walks that one place. ``ids`` are those of all mentions, ``phrase`` are words of
    one as they stand in the answer that it was read from. ``hosts`` are all that were asked,
    ``signed`` is what was asked by POST before any page: where one signs in.
    """

    connector: Connector
    place: Place
    requests: list[Request]
    answers: list[Answer]
    ids: frozenset[str]
    phrase: str | None
    hosts: frozenset[str]
    signed: frozenset[Place]

    def token(self, number: int) -> dict[str, str]:
        """Return the parameters of page ``number`` that the page before it did not have so."""
        before, now = fields(self.requests[number - 1]), fields(self.requests[number])
        return {name: value for name, value in now.items() if before.get(name) != value}


def place_of(request: Request) -> Place:
    """Return the method, host and path of a request, without the number of a page in it."""
    asked = take_apart(request.method, request.url)
    return asked.method, urlsplit(request.url).netloc, asked.path


def fields(request: Request) -> dict[str, str]:
    """Return the parameters of a request's query and of its body, JSON or form, as text."""
    found = dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
    if request.body:
        try:
            body = msgspec.json.decode(request.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            found.update(parse_qsl(request.body.decode("latin-1")))
        else:
            found.update(_leaves(body, ""))
    return found


def chain_of(done: Walk, connector: Connector) -> Chain | None:
    """Return the longest chain of a finished walk; None where nothing was asked over HTTP.

    That is a chain of pages with mentions if one has three, else any: some sources list threads on
    many pages, and mentions on one for each thread.
    """
    numbers = _with_records(done)
    if not numbers:
        return None
    best = _longest(done, numbers)
    if len(best) < LONG:
        best = max(best, _longest(done, _all_of(done)), key=len)
    first = best[0]
    requests = [done.requests[n] for n in best]
    [walked] = [c for c in connector.split() if c.walk_id() == _walk_of(done, first)]
    before = {place_of(r) for r in done.requests[: min(numbers)] if r.method == "POST"}
    return Chain(
        connector=walked,
        place=place_of(requests[0]),
        requests=requests,
        answers=[done.answers[n] for n in best],
        ids=frozenset(m.external_id for m in done.mentions),
        phrase=_phrase(done),
        hosts=frozenset(urlsplit(r.url).netloc for r in done.requests),
        signed=frozenset(before - {place_of(done.requests[n]) for n in (*numbers, *best)}),
    )


def _phrase(done: Walk) -> str | None:
    """Return the longest run of plain words of a mention that stands in its answer as it is."""
    found: list[str] = []
    for page in done.pages:
        said = {words for m in page.mentions for words in (m.text, m.title) if words}
        body = b"".join(answer.body for answer in page.raw)
        found += [run for words in said for run in _runs(words) if run.encode() in body]
    return max(sorted(found), key=len, default=None)


def _runs(said: str) -> Iterator[str]:
    """Yield all runs of plain words, at most five, that are not too short to be words."""
    for piece in re.findall(r"[A-Za-z]+(?: [A-Za-z]+)*", said):
        words = piece.split()
        for first in range(len(words)):
            for end in range(first + 1, min(first + 5, len(words)) + 1):
                run = " ".join(words[first:end])
                if len(run) > 3:
                    yield run


def _longest(done: Walk, numbers: list[int]) -> list[int]:
    """Return the most of these requests that one walk made of one place, each once."""
    chains: dict[tuple[str, Place], dict[tuple[str, bytes], int]] = {}
    for number in numbers:
        request = done.requests[number]
        chain = chains.setdefault((_walk_of(done, number), place_of(request)), {})
        chain.setdefault((request.url, request.body), number)
    return max((list(chain.values()) for chain in chains.values()), key=len)


def _with_records(done: Walk) -> list[int]:
    """Return the numbers of the requests whose answers pages with mentions were read from."""
    first: dict[bytes, int] = {}
    for number, answer in enumerate(done.answers):
        first.setdefault(answer.body, number)
    read = {answer.body for page in done.pages if page.mentions for answer in page.raw}
    return sorted(first[body] for body in read if body in first)


def _all_of(done: Walk) -> list[int]:
    """Return the numbers of all requests for anything that is a page, sign-in left out."""
    kept = {answer.body for page in done.pages for answer in page.raw}
    return [n for n, answer in enumerate(done.answers) if answer.body in kept]


def _walk_of(done: Walk, number: int) -> str:
    """Return the id of the walk that made request ``number``: that of the page it was made for."""
    ends = zip(done.asked, done.places, strict=True)
    return next((place for asked, place in ends if number < asked), done.places[-1])


def _leaves(value: Any, path: str) -> dict[str, str]:
    if isinstance(value, dict):
        inner = [_leaves(v, f"{path}.{k}") for k, v in value.items()]
    elif isinstance(value, list):
        inner = [_leaves(v, f"{path}.{n}") for n, v in enumerate(value)]
    else:
        return {path: str(value)}
    return {name: leaf for leaves in inner for name, leaf in leaves.items()}


def emptied_of_records(answer: Answer, ids: frozenset[str]) -> Answer | None:
    """Return ``answer`` without its records and with its way on; None where they aren't found."""
    path = record_list(answer.body, ids)
    if path is None:
        body = re.sub(rb"(?s)<(item|entry)[\s>].*?</\1>", b"", answer.body)
        return None if body == answer.body else msgspec.structs.replace(answer, body=body)
    root = msgspec.json.decode(answer.body)
    if not path:
        return msgspec.structs.replace(answer, body=b"[]")
    holder = root
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = type(holder[path[-1]])()
    return msgspec.structs.replace(answer, body=msgspec.json.encode(root))


def redirected(
    answer: Answer, old: dict[str, str], new: dict[str, str], ids: frozenset[str]
) -> Answer | None:
    """Return ``answer`` with ``new`` where its way on said ``old``; None where it says no such.

    ``old`` and ``new`` are tokens (:meth:`Chain.token`). The records, those with ``ids``, stay.
    """
    pairs = [(old[name], new[name]) for name in old if name in new and old[name] != new[name]]
    link = answer.headers.get("link", "")
    for name in old:
        if name in new:
            link = in_address(link, name, old[name], new[name])
    body = answer.body
    path = record_list(body, ids)
    try:
        root = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        for name in old:
            if name in new:
                body = in_address(body.decode(), name, old[name], new[name]).encode()
    else:
        for was, becomes in pairs:
            root = _replaced(root, (), path, was, becomes)
        if root != msgspec.json.decode(body):
            body = msgspec.json.encode(root)
    if body == answer.body and link == answer.headers.get("link", ""):
        return None
    headers = {**answer.headers, **({"link": link} if link else {})}
    return msgspec.structs.replace(answer, headers=headers, body=body)


def in_address(text: str, name: str, was: str, becomes: str) -> str:
    """Return ``text`` with parameter ``name`` of its addresses changed where it says ``was``."""
    pattern = rf"(?<=[?&;])({written(name)})={written(was)}(?=[&>\"'\s#]|$)"
    return re.sub(pattern, lambda found: f"{found[1]}={quote(becomes, safe='')}", text)


def written(text: str) -> str:
    """Return the pattern of the forms in which ``text`` may stand in an address."""
    forms = dict.fromkeys((quote_plus(text), quote(text, safe=""), quote(text), text))
    return f"(?:{'|'.join(re.escape(form) for form in forms)})"


def _replaced(value: Any, at: tuple[Any, ...], path: Any, was: str, becomes: str) -> Any:
    if path is not None and at == path:
        return value
    if isinstance(value, dict):
        return {k: _replaced(v, (*at, k), path, was, becomes) for k, v in value.items()}
    if isinstance(value, list):
        return [_replaced(v, (*at, n), path, was, becomes) for n, v in enumerate(value)]
    named = any(isinstance(step, str) and ONWARD.search(step) for step in at)
    if isinstance(value, str) and named:
        if value == was:
            return becomes
        if "://" in value or value.startswith(("/", "?")):
            new = f"={quote(becomes, safe='')}"
            return re.sub(rf"={written(was)}(?=[&#]|$)", lambda _: new, value)
        return value
    if isinstance(value, int) and not isinstance(value, bool) and named and str(value) == was:
        return int(becomes) if becomes.isdigit() else becomes
    return value
