"""Pushes: signed bodies taken into an inbox, and the connector that reads it."""

import json
import os
import time
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest

from connectors import webhook_inbox, webhook_signature
from connectors.webhook import Webhook
from connectors.webhook_inbox import Inbox, Replayed, bodies, inbox_folder
from connectors.webhook_signature import Refused, Scheme, check, check_time, sign, stated
from tidings.connector import Cursor, Page, configure
from tidings.errors import ConfigurationError
from tidings.http import Answer
from tidings.schema import to_arrow
from tidings.testing import ConnectorContract, Recorded, client

SETTINGS: dict[str, Any] = {
    "inbox": "acme/survey",
    "credential": "survey_push",
    "columns": {
        "external_id": "id",
        "published": "at",
        "rating": "score",
        "text": "comment",
        "author_handle": "by.name",
    },
    "optional": ["text", "author_handle"],
    "constants": {"kind": "survey", "rating_min": 0, "rating_max": 10},
}


def made(**more: Any) -> Webhook:
    connector = configure(Webhook, {**SETTINGS, **more})
    assert isinstance(connector, Webhook)
    return connector


def answer(n: int, **changes: Any) -> dict[str, Any]:
    return {"id": f"a{n}", "at": "2026-05-01T10:00:00Z", "score": n % 11, "comment": f"Text {n}",
            "by": {"name": "kari"}} | changes  # fmt: skip


def as_body(value: Any) -> bytes:
    return json.dumps(value).encode()


def mark(n: int) -> str:
    return f"{n:016x}"


def fill(*contents: bytes, form: webhook_inbox.Form = "json", start: int = 0) -> Inbox:
    inbox = Inbox(inbox_folder("acme/survey"), memory_seconds=600)
    for n, content in enumerate(contents, start):
        inbox.put(content, mark=mark(n), form=form)
    return inbox


def nothing_asked(request: Any) -> Answer:
    raise AssertionError("no request is needed")


def walk(cursor: Cursor | None = None, **more: Any) -> list[Page]:
    with client(nothing_asked) as http:
        return list(made(**more).pages(http, cursor))


def ids(pages: list[Page]) -> list[str]:
    return [m.external_id for page in pages for m in page.mentions]


class TestWebhookConforms(ConnectorContract):
    connector = made()
    origin = Recorded()
    expected = 2_400

    @pytest.fixture(autouse=True)
    def _pushed(self, home: Path) -> None:
        fill(*(as_body([answer(n) for n in range(m, m + 400)]) for m in range(0, 2_400, 400)))


# ---- reading


def test_a_push_becomes_mentions_in_the_order_of_arrival(home: Path) -> None:
    fill(as_body(answer(2)), as_body([answer(1), answer(3)]))
    lines = b"\n".join([as_body(answer(4)), b"", as_body(answer(5))])
    fill(lines, form="ndjson", start=2)
    (page,) = walk()
    assert ids([page]) == ["a2", "a1", "a3", "a4", "a5"]
    assert page.rejected == []
    first = page.mentions[0]
    assert (first.place, first.kind, first.rating, first.rating_max, first.text) == (
        "acme/survey", "survey", 2, 10, "Text 2",
    )  # fmt: skip
    assert first.author_handle == "kari"
    assert to_arrow(page.mentions).num_rows == 5
    assert len(page.raw[0].body.splitlines()) == 5
    assert walk(json.loads(json.dumps(page.cursor))) == []


def test_going_on_repeats_and_skips_nothing(home: Path) -> None:
    fill(as_body([answer(n) for n in range(1_000)]), as_body([answer(1_000)]))
    pages = walk()
    assert [len(p.mentions) for p in pages] == [1_000, 1]
    assert ids(walk(pages[0].cursor)) == ["a1000"]
    fill(as_body(answer(1_001)), start=9)
    assert ids(walk(pages[1].cursor)) == ["a1001"]


def test_a_body_that_came_while_the_folder_was_listed_hides_no_other(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A list of a folder may have what arrived during it, and lack what arrived just before that.
    fill(as_body(answer(1)), as_body(answer(2)))
    folder = inbox_folder("acme/survey")
    whole = sorted(os.listdir(folder))
    lists = [[whole[1]], whole, whole]
    monkeypatch.setattr(os, "listdir", lambda _: lists.pop(0))
    assert [b.path.name for b in bodies(folder)] == whole


def test_no_inbox_is_no_push_yet(home: Path) -> None:
    assert walk() == []


def test_what_can_not_be_read_is_rejected_alone_and_says_where(home: Path) -> None:
    fill(
        b"{broken",
        as_body(answer(1)),
        b"",
        b'"text"',
        as_body([answer(2), 7, answer(3, at="yesterday"), answer(4, score="many")]),
        b"\xff\xfe",
        as_body({"id": "ping", "at": "2026-05-01"}),
        b'{"id": "half", "at": "2026-05-01", "score": 1, "comment": "cut \\ud83d"}',
    )
    (page,) = walk()
    assert ids([page]) == ["a1", "a2", "half"]
    assert page.mentions[2].text == "cut \ufffd"
    reasons = [r.reason for r in page.rejected]
    told = ["JSON", "empty", "no object and no array", "no object", "published", "rating", "JSON",
            "'score' (for rating)"]  # fmt: skip
    assert len(reasons) == len(told)
    for reason, what in zip(reasons, told, strict=True):
        assert what in reason
        assert "acme/survey" in reason
    assert page.rejected[0].raw


def test_a_record_without_a_mapped_column_is_told_and_a_null_is_nothing(home: Path) -> None:
    fill(as_body(answer(1, score=None, by=None)), as_body(answer(2, comment=None)))
    (page,) = walk()
    assert [(m.rating, m.author_handle) for m in page.mentions] == [(None, None), (2, "kari")]
    (page,) = walk(columns={**SETTINGS["columns"], "title": "headline"})
    assert ids([page]) == []
    assert "'headline' (for title)" in page.rejected[0].reason
    assert "'optional'" in page.rejected[0].reason


def test_records_lie_within_a_body_and_other_events_are_left_out(home: Path) -> None:
    fill(
        as_body({"event": "answered", "data": {"items": [answer(1), answer(2)]}}),
        as_body({"event": "ping", "data": None}),
    )
    (page,) = walk(records="data.items")
    assert ids([page]) == ["a1", "a2"]
    assert "data.items" in page.rejected[0].reason
    fill(as_body(answer(5, event="answered")), as_body(answer(6, event="opened")), start=7)
    assert ids(walk(page.cursor, only={"event": "answered"})) == ["a5"]


def test_a_record_has_the_time_of_its_arrival_and_a_name_of_its_own(home: Path) -> None:
    before = int(time.time())
    fill(as_body([{"text": "Good"}, {"text": "Good"}]))
    columns = {"external_id": "_id", "published": "_received", "text": "text"}
    (page,) = walk(columns=columns, optional=[])
    assert len(set(ids([page]))) == 2
    assert before <= page.mentions[0].published.timestamp() <= time.time()


@pytest.mark.parametrize("cursor", [{"number": "x"}, {"done": {}}, {"number": True}])
def test_another_cursor_is_told(home: Path, cursor: Cursor) -> None:
    with pytest.raises(ConfigurationError, match="start this walk from nothing"):
        walk(cursor)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"inbox": "../up"}, "inbox"),
        ({"inbox": "acme"}, "inbox"),
        ({"columns": {"txt": "a"}}, "'txt'"),
        ({"columns": {"external_id": "a"}}, "published"),
        ({"columns": {"published": "a"}}, "external_id"),
        ({"constants": {"kind": "gossip"}}, "kind"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"scheme": "md5"}, "scheme"),
    ],
)
def test_wrong_settings_are_told(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        made(**wrong)


# ---- the inbox


def test_pushes_are_removed_once_they_are_old_and_were_loaded(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time_ns()
    for days, n in ((40, 1), (39, 2), (5, 3)):
        then = now - days * 86_400 * 10**9
        with monkeypatch.context() as clock:
            clock.setattr(time, "time_ns", lambda then=then: then)
            fill(as_body(answer(n)), start=n)
    folder = inbox_folder("acme/survey")
    first, second, third = [b.number for b in bodies(folder)]
    walk(None)
    assert len(bodies(folder)) == 3  # a walk from nothing has loaded nothing
    walk({"number": first})
    assert [b.number for b in bodies(folder)] == [second, third]  # the second is not loaded
    walk({"number": third}, keep_days=0)
    assert [b.number for b in bodies(folder)] == [third]  # the newest stays


def test_a_number_goes_on_when_the_clock_goes_back(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(as_body(answer(1)))
    (page,) = walk()
    earlier = time.time_ns() - 3_600 * 10**9
    monkeypatch.setattr(time, "time_ns", lambda: earlier)
    fill(as_body(answer(2)), start=1)
    assert ids(walk(page.cursor)) == ["a2"]


def test_a_push_is_remembered_over_a_restart_and_forgotten_after_its_time(home: Path) -> None:
    fill(as_body(answer(1)))
    with pytest.raises(Replayed):
        fill(as_body(answer(1)))
    folder = inbox_folder("acme/survey")
    forgetful = Inbox(folder, memory_seconds=-1)
    forgetful.put(b"{}", mark=mark(0), form="json")
    assert len(bodies(folder)) == 2


def test_bodies_are_private_and_half_a_body_is_none(home: Path) -> None:
    folder = inbox_folder("acme/survey")
    fill(as_body(answer(1)))
    (body,) = bodies(folder)
    assert body.path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    half = folder / f"{body.number + 1:016d}.{mark(5)}.part"
    half.write_text("{")
    assert ids(walk()) == ["a1"]
    fill()
    assert not half.exists()


def test_threads_get_different_numbers(home: Path) -> None:
    inbox = fill()
    barrier = Barrier(8)

    def push(worker: int) -> None:
        barrier.wait()
        for n in range(20):
            number = 100 * worker + n
            inbox.put(as_body(answer(number)), mark=mark(number), form="json")

    threads = [Thread(target=push, args=(w,)) for w in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(ids(walk()))) == 160


# ---- signatures

BODY = as_body(answer(1))


@pytest.mark.parametrize("scheme", ["tidings", "stripe", "github"])
def test_a_signature_is_right_for_its_secret_body_and_time_only(scheme: Scheme) -> None:
    headers = sign(scheme, "key", BODY, time=1_000)
    given = stated(scheme, headers)
    assert check(given, "key", BODY) == check(given, "key", BODY)
    for secret, body in (("other", BODY), ("key", BODY + b" "), ("key", b"")):
        with pytest.raises(Refused):
            check(given, secret, body)
    later = {name: value.replace("t=1000", "t=2000") for name, value in headers.items()}
    if scheme != "github":
        with pytest.raises(Refused):
            check(stated(scheme, later), "key", BODY)


def test_known_signatures_of_other_makers_are_right() -> None:
    # GitHub's documentation gives this example of a secret, a payload and its signature.
    header = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    given = stated("github", {"x-hub-signature-256": header})
    assert check(given, "It's a Secret to Everybody", b"Hello, World!")


def test_one_of_two_signatures_is_enough_while_a_secret_changes() -> None:
    [(name, value)] = sign("stripe", "new", BODY, time=5).items()
    [(_, old)] = sign("stripe", "old", BODY, time=5).items()
    both = {name: f"{value},{old.partition(',')[2]}"}
    assert check(stated("stripe", both), "old", BODY)
    assert check(stated("stripe", both), "new", BODY)
    # sent again with a signature added, it is still the same push
    assert check(stated("stripe", both), "new", BODY) == check(
        stated("stripe", {name: value}), "new", BODY
    )


@pytest.mark.parametrize(
    "header",
    ["", "v1=", "t=1", f"v1={'a' * 64}", f"t=x,v1={'a' * 64}", f"t=1,t=2,v1={'a' * 64}",
     f"t=1,v0={'a' * 64}", f"t=1,v1={'a' * 63}", f"t=1,v1={'g' * 64}", f"t=-1,v1={'a' * 64}"],
)  # fmt: skip
def test_a_malformed_signature_is_refused(header: str) -> None:
    with pytest.raises(Refused):
        stated("tidings", {"x-tidings-signature": header})


@pytest.mark.parametrize(("age", "refused"), [(0, False), (299, False), (301, True), (-301, True)])
def test_an_old_push_is_refused(age: int, refused: bool) -> None:
    given = stated("tidings", sign("tidings", "key", BODY, time=10_000))
    if refused:
        with pytest.raises(Refused):
            check_time(given, now=10_000 + age, window_seconds=300)
    else:
        check_time(given, now=10_000 + age, window_seconds=300)


def test_every_scheme_has_its_header() -> None:
    assert set(webhook_signature.HEADERS) == {"tidings", "stripe", "github"}
