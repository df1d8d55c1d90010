"""Nostr: a real relay in this process, and made-up ones that misbehave."""

import asyncio
import json
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from edge import at

from connectors.nostr import Nostr
from tidings.connector import Cursor, configure
from tidings.errors import (
    AuthError,
    BodyTooLarge,
    ConfigurationError,
    NotFound,
    RateLimited,
    SourceChanged,
    TidingsError,
    TransientError,
)
from tidings.http import Answer, Request
from tidings.testing import walk
from tidings.testing.driving import Walk

sdk = pytest.importorskip("nostr_sdk", reason="needs pip install 'tidings[nostr]'")
client = pytest.importorskip("websockets.sync.client")
server = pytest.importorskip("websockets.sync.server")

START = 1_714_564_800  # 2024-05-01T12:00:00Z
KARI, OLA = sdk.Keys.generate(), sdk.Keys.generate()

Event = dict[str, Any]


def event(
    second: int,
    text: str = "The #acme anvil rings.",
    *tags: list[str],
    kind: int = 1,
    by: Any = KARI,
) -> Event:
    """Return a signed event, written so many seconds after START; a note has the hashtag acme."""
    named = [["t", "acme"], *tags] if kind == 1 else [*tags]
    made = sdk.EventBuilder(sdk.Kind(kind), text).tags([sdk.Tag.parse(tag) for tag in named])
    signed = made.custom_created_at(sdk.Timestamp.from_secs(START + second)).finalize(by)
    found: Event = json.loads(signed.as_json())
    return found


class RealRelay:
    """The relay that the library brings, on a free port; it keeps events in memory."""

    def __init__(self, **limits: Any) -> None:
        builder = sdk.LocalRelayBuilder().addr("127.0.0.1")
        builder = builder.rate_limit(sdk.RateLimit(max_reqs=1_000, notes_per_minute=1_000_000))
        for name, value in limits.items():
            builder = getattr(builder, name)(value)
        self._relay = builder.build()
        self.url = asyncio.run(self._run())

    async def _run(self) -> str:
        await self._relay.run()
        return str(await self._relay.url())

    def publish(self, *events: Event) -> None:
        """Send events as a writer does, and see each accepted."""
        with client.connect(self.url) as ws:
            for one in events:
                ws.send(json.dumps(["EVENT", one]))
                answer = json.loads(ws.recv(timeout=10))
                assert answer[:3] == ["OK", one["id"], True], answer

    def close(self) -> None:
        self._relay.shutdown()


@contextmanager
def real_relay(**limits: Any) -> Iterator[RealRelay]:
    relay = RealRelay(**limits)
    try:
        yield relay
    finally:
        relay.close()


@pytest.fixture
def relay() -> Iterator[RealRelay]:
    with real_relay(max_filter_limit=60) as running:
        yield running


def unasked(request: Request) -> Answer:
    raise AssertionError(f"nothing is asked over HTTP, but {request.url} was")


def read(connector: Nostr, cursors: dict[str, Cursor | None] | None = None) -> Walk:
    """Walk to the end and see that it came there."""
    done = walk(connector, unasked, cursors=cursors)
    assert done.error is None, done.error
    return done


def ids(done: Walk) -> list[str]:
    return [mention.external_id for mention in done.mentions]


def tagged(url: str, **settings: Any) -> Nostr:
    return Nostr(relays=(url,), hashtags=("#Acme",), **settings)


def crowd() -> list[Event]:
    """300 notes, a minute apart, but 40 of one second, over two ends of a page of 60."""
    seconds = [60 * n for n in range(300)]
    seconds[150:190] = [seconds[150]] * 40
    return [
        event(second, f"Note {n}: an anvil of #acme.", by=(KARI, OLA)[n % 2])
        for n, second in enumerate(seconds)
    ]


def test_every_note_of_a_real_relay_comes_once_and_ties_at_page_ends_are_kept(
    relay: RealRelay,
) -> None:
    notes = crowd()
    relay.publish(*notes, event(5, "Something else", by=OLA, kind=7))
    done = read(tagged(relay.url))
    assert sorted(ids(done)) == sorted(note["id"] for note in notes)
    assert len(done.pages) > 5, "the relay gave 60 at a time, whatever was asked for"
    assert [page.cursor for page in done.pages[:-1]] == [None] * (len(done.pages) - 1)
    assert [page.rejected for page in done.pages] == [[]] * len(done.pages)


def test_the_next_walk_brings_what_is_new_and_late_and_not_what_was_deleted(
    relay: RealRelay,
) -> None:
    notes = crowd()
    relay.publish(*notes)
    place = tagged(relay.url, overlap_hours=2)
    first = read(place)
    new, late = event(60 * 300), event(60 * 299 - 7000, "Late from a phone. #acme")
    gone = notes[299]
    relay.publish(new, late, event(60 * 301, "", ["e", gone["id"]], kind=5, by=OLA))
    again = read(place, first.cursors)
    assert {new["id"], late["id"]} <= set(ids(again))
    assert gone["id"] not in ids(again)
    expected = [n for n in notes[:299] if n["created_at"] >= START + 60 * 299 - 7200]
    assert set(ids(again)) == {n["id"] for n in [*expected, new, late]}


def test_a_window_has_its_first_second_and_not_its_last(relay: RealRelay) -> None:
    relay.publish(*(made := [event(second) for second in range(10)]))
    window = {
        "since": datetime.fromtimestamp(START + 3, UTC),
        "until": datetime.fromtimestamp(START + 7, UTC),
    }
    assert sorted(ids(read(tagged(relay.url, **window)))) == sorted(n["id"] for n in made[3:7])
    odd = {name: time + timedelta(milliseconds=1) for name, time in window.items()}
    assert sorted(ids(read(tagged(relay.url, **odd)))) == sorted(n["id"] for n in made[4:8])


@pytest.mark.parametrize("per_page", [500, 60])
def test_a_search_of_a_real_relay_is_narrowed_until_all_hits_came(
    relay: RealRelay, per_page: int
) -> None:
    relay.publish(*(notes := crowd()), event(9, "Nothing of the sort."))
    done = read(Nostr(relays=(relay.url,), queries=("anvil",), per_page=per_page))
    assert sorted(ids(done)) == sorted(n["id"] for n in notes)


def test_more_notes_of_one_second_than_a_relay_gives_are_told(relay: RealRelay) -> None:
    relay.publish(event(1), event(0), *(event(-1, f"{n} #acme") for n in range(70)))
    done = walk(tagged(relay.url), unasked)
    assert isinstance(done.error, SourceChanged)
    assert "fill an answer" in str(done.error)
    assert list(done.cursors.values()) == [None], "nothing is taken for read"


def test_as_many_notes_of_one_second_as_fit_are_no_error(relay: RealRelay) -> None:
    relay.publish(*(event(0, f"{n} #acme") for n in range(59)))
    assert len(ids(read(tagged(relay.url)))) == 59


def test_a_quiet_hashtag_ends_with_no_cursor_and_a_known_one_keeps_its_own(
    relay: RealRelay,
) -> None:
    assert list(read(tagged(relay.url)).cursors.values()) == [None]
    known = {tagged(relay.url).split()[0].walk_id(): {"newest": "2024-05-01T12:00:00+00:00"}}
    assert read(tagged(relay.url), dict(known)).cursors == known


def test_a_relay_that_wants_a_signature_is_an_auth_error() -> None:
    with real_relay(
        nip42=sdk.LocalRelayBuilderNip42(mode=sdk.LocalRelayBuilderNip42Mode.READ)
    ) as r:
        assert isinstance(walk(tagged(r.url), unasked).error, AuthError)


def test_a_relay_that_is_not_there_is_transient() -> None:
    with socket.socket() as taken:  # bound, but nobody listens there
        taken.bind(("127.0.0.1", 0))
        url = f"ws://127.0.0.1:{taken.getsockname()[1]}"
        assert type(walk(tagged(url), unasked).error) is TransientError


def test_a_note_becomes_a_mention(relay: RealRelay) -> None:
    root, reply = "a" * 64, "b" * 64
    note = event(
        0,
        "  The anvil\n\n arrived. ",
        ["subject", "A delivery"],
        ["L", "ISO-639-1"],
        ["l", "nb", "ISO-639-1"],
        ["e", root, "", "root"],
        ["e", reply, "wss://far.example", "reply"],
        ["e", "c" * 64, "", "mention"],
    )
    relay.publish(note)
    [mention] = read(tagged(relay.url)).mentions
    assert (mention.source, mention.place) == ("nostr", "nostr")
    assert (mention.external_id, mention.author_handle) == (note["id"], note["pubkey"])
    assert (mention.title, mention.text) == ("A delivery", "The anvil\narrived.")
    assert (mention.kind, mention.parent_id, mention.language) == ("comment", reply, "nb")
    assert mention.published == at("2024-05-01T12:00:00Z")
    assert mention.url == f"https://njump.me/{note['id']}"


@pytest.mark.parametrize(
    ("tags", "parent"),
    [
        ([], None),
        ([["e", "a" * 64, "", "mention"]], None),
        ([["e", "a" * 64, "", "root"]], "a" * 64),
        ([["e", "a" * 64]], "a" * 64),
        ([["e", "a" * 64, ""], ["e", "b" * 64, ""]], "b" * 64),
        ([["q", "a" * 64]], None),
    ],
)
def test_a_reply_names_what_it_answers(
    relay: RealRelay, tags: list[list[str]], parent: str | None
) -> None:
    relay.publish(event(0, "Yes. #acme", *tags))
    [mention] = read(tagged(relay.url)).mentions
    assert (mention.parent_id, mention.kind) == (parent, "comment" if parent else "post")


class Misbehaving:
    """A made-up relay: ``behave`` is given each filter, how often it was asked, and how to send."""

    def __init__(self, behave: Callable[[Any, str, dict[str, Any], int], None]) -> None:
        self.behave = behave
        self.asked: list[dict[str, Any]] = []

    def __call__(self, ws: Any) -> None:
        for message in ws:
            kind, name, *rest = json.loads(message)
            if kind == "REQ":
                self.asked.append(rest[0])
                self.behave(ws, name, rest[0], len(self.asked))


@contextmanager
def misbehaving(behave: Callable[[Any, str, dict[str, Any], int], None]) -> Iterator[str]:
    with server.serve(Misbehaving(behave), "127.0.0.1", 0) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        try:
            yield f"ws://127.0.0.1:{running.socket.getsockname()[1]}"
        finally:
            running.shutdown()
            thread.join()


def give(ws: Any, name: str, *events: Any, end: bool = True) -> None:
    for one in events:
        ws.send(json.dumps(["EVENT", name, one]))
    if end:
        ws.send(json.dumps(["EOSE", name]))


def below(asked: dict[str, Any], *events: Event) -> list[Event]:
    return [e for e in events if e["created_at"] <= asked.get("until", 10**11)]


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (["rate-limited: slow down", "1500"], RateLimited),
        (["auth-required: who are you?"], AuthError),
        (["restricted: members only"], AuthError),
        (["unsupported: no search here"], ConfigurationError),
        (["error: the database is down"], TransientError),
        ([""], TransientError),
    ],
)
def test_a_refusal_is_the_error_that_it_means(said: list[str], error: type[TidingsError]) -> None:
    def refuse(ws: Any, name: str, asked: dict[str, Any], times: int) -> None:
        give(ws, name, event(0), end=False)
        ws.send(json.dumps(["CLOSED", name, *said]))

    with misbehaving(refuse) as url:
        done = walk(tagged(url), unasked)
    assert type(done.error) is error
    assert done.mentions == []
    if isinstance(done.error, RateLimited):
        assert done.error.retry_at is not None


def test_an_answer_that_breaks_off_is_asked_for_anew_and_not_taken_for_the_end() -> None:
    notes = [event(n) for n in range(3)]

    def break_off(ws: Any, name: str, asked: dict[str, Any], times: int) -> None:
        found = below(asked, *notes)
        if times in {1, 3}:
            give(ws, name, *found[:1], end=False)
            ws.close()
        else:
            give(ws, name, *found)

    with misbehaving(break_off) as url:
        done = read(tagged(url))
    assert sorted(ids(done)) == sorted(note["id"] for note in notes)


def silence(ws: Any, name: str, asked: dict[str, Any], times: int) -> None:
    give(ws, name, event(0), end=False)


def trickle(ws: Any, name: str, asked: dict[str, Any], times: int) -> None:
    while True:
        give(ws, "another", event(0), end=False)


def notice(ws: Any, name: str, asked: dict[str, Any], times: int) -> None:
    ws.send(json.dumps(["NOTICE", "rate-limited: too many requests"]))


@pytest.mark.parametrize(
    ("behave", "error"),
    [(silence, TransientError), (trickle, TransientError), (notice, RateLimited)],
)
def test_what_has_no_end_before_the_deadline_is_no_page(
    behave: Any, error: type[TidingsError]
) -> None:
    with misbehaving(behave) as url:
        done = walk(tagged(url, deadline_seconds=0.3), unasked)
    assert type(done.error) is error
    assert done.pages == []


def test_a_note_with_a_wrong_signature_is_rejected_and_hides_no_true_one() -> None:
    true = event(0, "Good. #acme")
    forged = {**true, "content": "Bad. #acme"}

    def lie(ws: Any, name: str, asked: dict[str, Any], times: int) -> None:
        give(ws, name, *below(asked, forged, true), *([{"id": 1}] if times == 1 else []))

    with misbehaving(lie) as url:
        done = read(tagged(url))
    assert [mention.text for mention in done.mentions] == ["Good. #acme"]
    forgery, nonsense = [r.reason for page in done.pages for r in page.rejected]
    assert forgery == "ValueError: its id or its signature does not fit what it says"
    assert nonsense.startswith("ValueError: it is no event of Nostr: ")


@pytest.mark.parametrize(
    "given",
    [
        [event(0, "+", kind=7)],
        [event(0)],
    ],
    ids=["another kind", "the same whatever is asked"],
)
def test_a_relay_that_does_not_heed_what_is_asked_is_told(given: list[Event]) -> None:
    with misbehaving(lambda ws, name, asked, times: give(ws, name, *given)) as url:
        done = walk(tagged(url), unasked, bound=20)
    assert isinstance(done.error, SourceChanged)


def test_a_relay_that_ignores_the_hashtag_is_told() -> None:
    other = sdk.EventBuilder(sdk.Kind(1), "No tag at all").finalize(KARI).as_json()

    with misbehaving(lambda s, name, asked, times: give(s, name, json.loads(other))) as url:
        done = walk(tagged(url), unasked)
    assert isinstance(done.error, SourceChanged)
    assert "not asked for" in str(done.error)


@pytest.mark.parametrize("message", ["<html>", '{"events": []}', "[]", "[" * 100_000])
def test_what_is_no_message_of_a_relay_is_told_and_kept(message: str) -> None:
    with misbehaving(lambda ws, name, asked, times: ws.send(message)) as url:
        error = walk(tagged(url), unasked).error
    assert isinstance(error, SourceChanged)
    assert error.answer is not None
    assert error.answer.body == message.encode()


def test_an_answer_without_bounds_is_refused() -> None:
    note = event(0, "x" * 60_000)

    def flood(ws: Any, name: str, asked: dict[str, Any], times: int) -> None:
        while True:
            give(ws, name, note, end=False)

    with misbehaving(flood) as url:
        assert isinstance(walk(tagged(url), unasked).error, BodyTooLarge)


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, AuthError), (404, NotFound), (503, TransientError), (200, SourceChanged)],
)
def test_a_server_that_opens_no_socket_is_the_error_of_its_status(
    status: int, error: type[TidingsError]
) -> None:
    def respond(connection: Any, request: Any) -> Any:
        return connection.respond(status, "A page for people.\n")

    with server.serve(lambda _: None, "127.0.0.1", 0, process_request=respond) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        url = f"ws://127.0.0.1:{running.socket.getsockname()[1]}"
        done = walk(tagged(url), unasked)
        running.shutdown()
        thread.join()
    assert type(done.error) is error


def test_a_page_keeps_the_events_as_they_came(relay: RealRelay) -> None:
    relay.publish(note := event(0))
    answer = read(tagged(relay.url)).pages[0].raw[0]
    assert (answer.url, answer.json()) == (relay.url, [note])


def test_each_hashtag_and_query_is_walked_at_each_relay() -> None:
    both = Nostr(
        relays=("wss://a.example", "wss://b.example"),
        hashtags=("Acme", "#acme"),
        queries=("anvil",),
    )
    assert [place.label() for place in both.split()] == [
        "nostr a.example #acme",
        "nostr a.example anvil",
        "nostr b.example #acme",
        "nostr b.example anvil",
    ]
    assert isinstance(walk(both.split()[0], unasked).error, TransientError)
    with pytest.raises(ConfigurationError, match="Walk each of split"):
        next(both.pages(None, None))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "settings",
    [
        {"relays": ["wss://a.example"]},
        {"relays": [], "hashtags": ["acme"]},
        {"relays": ["https://a.example"], "hashtags": ["acme"]},
        {"relays": ["wss://somebody:word@a.example"], "hashtags": ["acme"]},
    ],
)
def test_settings_that_can_not_be_walked_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        configure(Nostr, settings)


@pytest.mark.parametrize("missing", ["nostr_sdk", "websockets.sync.client"])
def test_a_missing_library_is_told_with_the_command_that_brings_it(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    error = walk(tagged("ws://127.0.0.1:9"), unasked).error
    assert isinstance(error, ConfigurationError)
    assert "pip install 'tidings[nostr]'" in str(error)
