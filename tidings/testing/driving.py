"""Driving a connector through its walks in a test: the real client, with only the wire replaced."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext

import msgspec

from tidings.connector import Connector, Cursor, Page
from tidings.errors import TidingsError
from tidings.http import Answer, Http, Request, Send
from tidings.mention import Mention
from tidings.testing.matching import take_apart

Key = tuple[str, str, str]
MANY = 2_000
"""Requests, and pages, after which a walk is taken for endless unless a test says otherwise."""

_YEAR = 365 * 86_400.0


class EndlessWalk(BaseException):
    """The walk asked for more than it may. No Exception, so that no connector can swallow it."""


class Walk(msgspec.Struct):
    """What a walk over all places of a connector did, up to its end or its error.

    ``cursors`` holds, by walk id, what each place would go on from. ``asked`` are, at the time each
    page came, the GET requests answered so far. ``error`` is what ended it early: a typed error.
    """

    pages: list[Page] = []
    places: list[str] = []
    asked: list[int] = []
    requests: list[Request] = []
    answers: list[Answer] = []
    cursors: dict[str, Cursor | None] = {}
    error: TidingsError | None = None
    endless: bool = False

    @property
    def mentions(self) -> list[Mention]:
        """All mentions, in the order they came."""
        return [m for page in self.pages for m in page.mentions]

    @property
    def rejected(self) -> int:
        """How many records were rejected."""
        return sum(len(page.rejected) for page in self.pages)

    def distinct_answers(self) -> list[Answer]:
        """Return the first answer to each different request, in the order they were first made."""
        first: dict[str, Answer] = {}
        for request, answer in zip(self.requests, self.answers, strict=False):
            first.setdefault(take_apart(request.method, request.url, request.body).exact, answer)
        return list(first.values())

    def by_key(self) -> dict[Key, Mention]:
        """Mentions by their key; the last one where a key came twice."""
        return {(m.source, m.place, m.external_id): m for m in self.mentions}


def made_up_secret(name: str) -> str:
    """Return a secret that opens nothing."""
    return f"made-up-{name}"


class _Open:
    """How many clients are open: stamina's testing mode is one for all threads."""

    clients = 0
    before: AbstractContextManager[object] = nullcontext()
    lock = threading.Lock()


@contextmanager
def _no_waits(attempts: int) -> Iterator[None]:
    """Put stamina in its testing mode, until the last of those who want it is done."""
    import stamina

    with _Open.lock:
        _Open.clients += 1
        if _Open.clients == 1:
            _Open.before = stamina.set_testing(True, attempts=attempts, cap=True)
    try:
        yield
    finally:
        with _Open.lock:
            _Open.clients -= 1
            if not _Open.clients:
                _Open.before.__exit__(None, None, None)


@contextmanager
def client(send: Send, secrets: Callable[[str], str] = made_up_secret) -> Iterator[Http]:
    """Give a client with all its layers over ``send`` that never waits, however long it is told to.

    Retries are as many as ever. While it is open, stamina is in its testing mode.
    """
    from tidings.http.client import connect
    from tidings.http.limits import DEFAULT

    limits = msgspec.structs.replace(DEFAULT, max_wait_seconds=_YEAR)
    with (
        _no_waits(limits.attempts),
        connect(
            requests_per_second=1e6,
            user_agent="tidings-testing",
            secrets=secrets,
            limits=limits,
            send=send,
            rests=False,
        ) as http,
    ):
        yield http


def walk(
    connector: Connector,
    send: Send,
    *,
    cursors: Mapping[str, Cursor | None] | None = None,
    stop_after: int | None = None,
    bound: int = MANY,
    secrets: Callable[[str], str] = made_up_secret,
    on_page: Callable[[Page], None] = lambda _: None,
) -> Walk:
    """Walk all places of ``connector`` in order, from ``cursors``; stop after ``stop_after`` pages.

    ``on_page`` is called with each page as it comes. Typed errors end the walk and are kept in
    ``error``; any other exception is raised, since that is a bug in the connector. More than
    ``bound`` requests or pages make it ``endless``.
    """
    done = Walk(cursors=dict(cursors or {}))

    def ask(request: Request) -> Answer:
        done.requests.append(request)
        if len(done.requests) > bound:
            raise EndlessWalk
        answer = send(request)
        done.answers.append(answer)
        return answer

    with client(ask, secrets) as http:
        try:
            for place in connector.split():
                for page in _pages(place, http, done):
                    if len(done.pages) > bound:
                        raise EndlessWalk
                    _note(done, place, page)
                    on_page(page)
                    if len(done.pages) == stop_after:
                        return done
        except EndlessWalk:
            done.endless = True
        except TidingsError as error:
            done.error = error
    return done


def _pages(place: Connector, http: Http, done: Walk) -> Iterator[Page]:
    pages = place.pages(http, done.cursors.get(place.walk_id()))
    try:
        yield from pages
    finally:
        close = getattr(pages, "close", None)  # a generator, unless somebody returns an iterator
        if close is not None:
            close()


def _note(done: Walk, place: Connector, page: Page) -> None:
    done.pages.append(page)
    done.places.append(place.walk_id())
    done.asked.append(sum(r.method == "GET" for r in done.requests))
    done.cursors[place.walk_id()] = page.cursor
