"""Redirects: followed where they lead, never with a credential to a stranger."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from http_loopback import Loopback, Script, get

from tidings.errors import SourceChanged, TransientError
from tidings.http import Answer, Request
from tidings.http.redirect import redirect
from tidings.http.wire import Wire


def moved(to: str, code: int = 302) -> Answer:
    return Answer(status=code, url="", headers={"location": to})


OK = Answer(status=200, url="", body=b"here")
START = "https://api.example/v1/feed?page=1"


def test_it_is_followed_over_the_network(server: Loopback, network: Wire) -> None:
    start = server.on("/old", lambda asked: asked.answer(status=301, Location="mid?x=1"))
    server.on("/mid", lambda asked: asked.answer(status=307, Location=server.url("/new#top")))
    server.on("/new", lambda asked: asked.answer(b"here"))
    answer = redirect(5)(network)(get(start))
    assert (answer.body, answer.url) == (b"here", server.url("/new"))
    assert [asked.path for asked in server.asked] == ["/old", "/mid?x=1", "/new"]


def test_a_stranger_is_shown_no_credential(
    new_server: Callable[[], Loopback], network: Wire
) -> None:
    ours, theirs = new_server(), new_server()
    start = ours.on("/", lambda asked: asked.answer(status=302, Location=theirs.url("/")))
    theirs.on("/", lambda asked: asked.answer(b"here"))
    secret = {"Authorization": "Bearer t0ken", "X_Api_Key": "k3y", "Cookie": "c=1", "Accept": "a/b"}

    def anywhere(request: Request) -> Answer:  # loopback stands for the public network here
        return network(msgspec.structs.replace(request, found=False))

    redirect(5)(anywhere)(get(start, **secret))
    got = theirs.asked[0].headers
    assert "t0ken" in ours.asked[0].headers["authorization"]
    assert not {"authorization", "x-api-key", "cookie"} & {name.lower() for name in got}
    assert got["accept"] == "a/b"


@pytest.mark.parametrize("spelling", ["127.0.0.1", "localhost", "127.1", "0x7f000001", "[::1]"])
def test_a_redirect_never_reaches_a_private_address(
    new_server: Callable[[], Loopback], network: Wire, spelling: str
) -> None:
    """The socket's own address is looked at, so no spelling gets by; nothing is sent."""
    ours, theirs = new_server(), new_server()
    target = f"http://{spelling}:{theirs.server_port}/latest/meta-data"
    start = ours.on("/", lambda asked: asked.answer(status=302, Location=target))
    theirs.on("/latest/meta-data", lambda asked: asked.answer(b"secret"))
    with pytest.raises((SourceChanged, TransientError)):  # [::1]: nobody listens there
        redirect(5)(network)(get(start))
    assert theirs.asked == []


def test_an_address_found_in_an_answer_must_be_public(server: Loopback, network: Wire) -> None:
    url = server.on("/", lambda asked: asked.answer(b"here"))
    with pytest.raises(SourceChanged, match=r"127\.0\.0\.1, which is no public address"):
        network(msgspec.structs.replace(get(url), found=True))
    assert network(get(url)).body == b"here"
    assert len(server.asked) == 1


def test_what_a_source_chose_stays_found_over_further_redirects() -> None:
    send = Script(moved("https://other.example/"), moved("/next"), moved(START), OK)
    redirect(5)(send)(get(START))
    assert [r.found for r in send.asked] == [False, True, True, True]


def test_a_credential_does_not_come_back_after_a_detour() -> None:
    send = Script(moved("https://evil.example/"), moved(START), OK)
    redirect(5)(send)(get(START, Authorization="t0ken"))
    assert [sorted(r.headers) for r in send.asked] == [["Authorization"], [], []]


def test_within_one_origin_the_credential_goes_along() -> None:
    send = Script(moved("/v2/feed"), OK)
    redirect(5)(send)(get(START, Authorization="t0ken"))
    assert send.asked[1].headers == {"Authorization": "t0ken"}


@pytest.mark.parametrize(
    ("code", "method"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")]
)
def test_only_307_and_308_send_a_post_again(code: int, method: str) -> None:
    send = Script(moved("/v2", code), OK)
    headers = {"content-type": "application/json", "authorization": "t"}
    redirect(5)(send)(
        Request(method="POST", url=START, headers=headers, body=b"{}", repeatable=True)
    )
    asked = send.asked[1]
    assert asked.method == method
    assert asked.body == (b"{}" if method == "POST" else b"")
    assert ("content-type" in asked.headers) is (method == "POST")
    assert "authorization" in asked.headers


def test_a_body_is_not_sent_on_to_a_stranger() -> None:
    send = Script(moved("https://evil.example/", 307), OK)
    with pytest.raises(SourceChanged, match="redirects a request with a body to https://evil"):
        redirect(5)(send)(Request(method="POST", url=START, body=b'{"password":"x"}'))
    assert len(send.asked) == 1


def test_head_stays_head() -> None:
    send = Script(moved("/v2", 303), OK)
    redirect(5)(send)(Request(method="HEAD", url=START))
    assert send.asked[1].method == "HEAD"


def test_five_are_followed_and_a_sixth_is_a_loop() -> None:
    assert redirect(5)(Script(*[moved("/again")] * 5, OK))(get(START)) is OK
    send = Script(*[moved("/again")] * 6, OK)
    with pytest.raises(SourceChanged, match="redirects more than 5 times") as caught:
        redirect(5)(send)(get(START))
    assert len(send.asked) == 6
    assert caught.value.answer is not None


@pytest.mark.parametrize(
    "to",
    [
        "ftp://files.example/x",
        "file:///etc/passwd",
        "http://[::1",
        "http://",
        "javascript:alert(1)",
    ],
)
def test_a_target_that_is_no_url_is_a_changed_source(to: str) -> None:
    with pytest.raises(SourceChanged, match="redirects to something that is no URL"):
        redirect(5)(Script(moved(to), OK))(get(START))


def test_a_target_is_read_as_browsers_do() -> None:
    send = Script(moved(" https://ann:pa55@api.example/a b#top "), OK)
    redirect(5)(send)(get(START))
    assert send.asked[1].url == "https://api.example/a%20b"


def test_what_names_no_target_passes() -> None:
    nowhere = Answer(status=302, url="")
    unchanged = Answer(status=304, url="", headers={"location": "/x"})
    assert redirect(5)(Script(nowhere))(get(START)) is nowhere
    assert redirect(5)(Script(unchanged))(get(START)) is unchanged
    to = moved("/x")
    assert redirect(0)(Script(to))(get(START)) is to
