"""Our webhook over real HTTP: what is posted, who can check it, and what each answer means."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from receiving import WHEN, Got, Receiver, at, free_port

from connectors import webhook_signature
from tidings.errors import ConfigurationError, TransientError
from tidings.http.limits import Limits
from tidings.notify import exchange
from tidings.notify.channels import send
from tidings.notify.sample import sample, sample_digest
from tidings.notify.webhook import Body, signed

KEY = "a key that only both of us know"


def deliver(receiver: Receiver, path: str = "/hook", **more: object) -> Got:
    channel, secret = at(receiver.url(path), private=True, **more)
    send(sample(WHEN, event="opened"), channel, secret=secret)
    return receiver.got[-1]


def verified(key: bytes, got: Got, *, now: float) -> None:
    """Check as the specification tells receivers to, written apart from what signs."""
    timestamp = got.headers["webhook-timestamp"]
    assert abs(now - int(timestamp)) < 300
    content = got.headers["webhook-id"].encode() + b"." + timestamp.encode() + b"." + got.body
    right = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
    given = got.headers["webhook-signature"].split(" ")
    assert any(hmac.compare_digest(f"v1,{right}", one) for one in given)


def test_the_body_is_the_notice_with_its_version(receiver: Receiver) -> None:
    got = deliver(receiver)
    assert got.path == "/hook"
    assert got.headers["content-type"] == "application/json"
    assert got.headers["user-agent"].startswith("tidings/")
    whole = got.json()
    assert whole["version"] == 1
    assert whole["type"] == "incident.opened"
    assert whole["timestamp"] == "2026-05-01T22:05:00Z"
    [incident] = whole["data"]["incidents"]
    assert incident["sentence"].startswith("41 of 96 (43 %) negative since 20:05 UTC")
    assert incident["opened"] == "2026-05-01T20:05:00Z"
    assert incident["lower_bound"] is True
    assert incident["voices"][0]["url"] == "https://social.example/posts/1"
    assert len(incident["series"]) == 24
    read = msgspec.json.decode(got.body, type=Body)
    assert read.data.key == got.headers["idempotency-key"] == got.headers["webhook-id"]


def test_a_digest_and_a_sample_say_so(receiver: Receiver) -> None:
    channel, secret = at(receiver.url(), private=True)
    send(sample_digest(WHEN), channel, secret=secret)
    send(sample(WHEN), channel, secret=secret)
    assert [got.json()["type"] for got in receiver.got] == ["digest", "sample"]
    assert receiver.got[0].json()["data"]["left_out"] == 3


def test_a_receiver_can_check_who_sent_it(receiver: Receiver) -> None:
    got = deliver(receiver, signing_secret="desk_key")
    verified(KEY.encode(), got, now=time.time())
    with pytest.raises(AssertionError):
        verified(b"another key", got, now=time.time())
    with pytest.raises(AssertionError):
        verified(KEY.encode(), got._replace(body=got.body + b" "), now=time.time())


def test_our_own_receiver_can_check_it_too(receiver: Receiver) -> None:
    got = deliver(receiver, signing_secret="desk_key")
    stated = webhook_signature.stated("tidings", got.headers)
    webhook_signature.check_time(stated, now=time.time(), window_seconds=300)
    webhook_signature.check(stated, KEY, got.body)
    with pytest.raises(webhook_signature.Refused):
        webhook_signature.check(stated, "another key", got.body)


def test_the_example_of_the_specification_comes_out() -> None:
    """The vector that the Standard Webhooks libraries test themselves with."""
    headers = signed(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        b'{"test": 2432232314}',
        1614265330,
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_that_was_copied_by_half_is_refused(receiver: Receiver) -> None:
    channel, _ = at(receiver.url(), private=True, signing_secret="desk_key")
    secrets = {"desk_address": receiver.url(), "desk_key": "whsec_half=copied"}
    with pytest.raises(ConfigurationError, match="whsec_") as caught:
        send(sample(WHEN), channel, secret=secrets.__getitem__)
    assert "half=copied" not in str(caught.value)
    assert receiver.got == []


def test_no_key_is_no_signature(receiver: Receiver) -> None:
    assert "webhook-signature" not in deliver(receiver).headers


def test_the_same_notice_has_the_same_key_and_body_each_time(receiver: Receiver) -> None:
    first, second = deliver(receiver), deliver(receiver)
    assert first.body == second.body
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]


@pytest.mark.parametrize("status", [200, 201, 202, 204, 409])
def test_taken(receiver: Receiver, status: int) -> None:
    receiver.status, receiver.reply = status, b""
    deliver(receiver)
    assert len(receiver.got) == 1


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_worth_another_try_but_not_by_us(receiver: Receiver, status: int) -> None:
    receiver.status = status
    with pytest.raises(TransientError, match=f"'desk'.*answered {status}"):
        deliver(receiver)
    assert len(receiver.got) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 413, 422])
def test_refused(receiver: Receiver, status: int) -> None:
    receiver.status = status
    with pytest.raises(ConfigurationError, match=f"'desk'.*answered {status}"):
        deliver(receiver)
    assert len(receiver.got) == 1


def test_the_receiver_says_when(receiver: Receiver) -> None:
    before = datetime.now(UTC)
    receiver.turns = [(429, {"Retry-After": "3600"})]
    with pytest.raises(TransientError) as caught:
        deliver(receiver)
    assert caught.value.retry_at is not None
    wait = caught.value.retry_at - before
    assert timedelta(seconds=3_590) < wait < timedelta(seconds=3_660)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(receiver: Receiver, status: int) -> None:
    receiver.turns = [(status, {"Location": receiver.url("/elsewhere")})]
    with pytest.raises(ConfigurationError, match=f"answered {status}"):
        deliver(receiver)
    assert [got.path for got in receiver.got] == ["/hook"]


def test_a_receiver_that_does_not_answer_is_given_up(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = msgspec.structs.replace(exchange.LIMITS, read_seconds=0.2, deadline_seconds=0.5)
    monkeypatch.setattr(exchange, "LIMITS", limits)
    receiver.stall = threading.Event()
    with pytest.raises(TransientError, match="gave no answer"):
        deliver(receiver)


def test_nobody_there_is_worth_another_try() -> None:
    channel, secret = at(f"http://127.0.0.1:{free_port()}/x", private=True)
    with pytest.raises(TransientError, match="gave no answer"):
        send(sample(WHEN), channel, secret=secret)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "2130706433"])
def test_an_address_in_a_private_network_needs_to_be_allowed(receiver: Receiver, name: str) -> None:
    address = receiver.url().replace("127.0.0.1", name)
    channel, secret = at(address)
    with pytest.raises(ConfigurationError, match="private = true"):
        send(sample(WHEN), channel, secret=secret)
    assert receiver.got == []


@pytest.mark.parametrize("address", ["https://", "http://user:pw@receiver.example/", "https://a b"])
def test_what_is_no_address_is_refused_without_being_shown(address: str) -> None:
    channel, secret = at(address)
    with pytest.raises(ConfigurationError, match="'desk'") as caught:
        send(sample(WHEN), channel, secret=secret)
    assert address not in caught.value.message


def test_people_are_masked_in_the_body_too(receiver: Receiver) -> None:
    notice = sample(WHEN)
    [incident] = notice.incidents
    voice = msgspec.structs.replace(incident.voices[0], text="I am kari@post.example, 22 33 44 55")
    incident = msgspec.structs.replace(incident, voices=(voice,))
    channel, secret = at(receiver.url(), private=True)
    send(msgspec.structs.replace(notice, incidents=(incident,)), channel, secret=secret)
    told = json.loads(receiver.got[0].body)["data"]["incidents"][0]["voices"][0]["text"]
    assert told == "I am [e-mail], [number]"


def test_one_try_is_one_try() -> None:
    """Whoever keeps the notice counts the tries; a second one in here would not be known there."""
    assert exchange.LIMITS.attempts == 1
    assert isinstance(exchange.LIMITS, Limits)
    assert exchange.LIMITS.redirects == 0


def test_threads_send_side_by_side(receiver: Receiver) -> None:
    channel, secret = at(receiver.url(), private=True, signing_secret="desk_key")
    notices = [sample(WHEN.replace(second=n)) for n in range(8)]
    threads = [
        threading.Thread(target=send, args=(n, channel), kwargs={"secret": secret}) for n in notices
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {got.headers["webhook-id"] for got in receiver.got} == {n.key for n in notices}
