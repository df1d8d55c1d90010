"""Bytes that come with an answer and don't belong to it are never taken for the next one."""

from __future__ import annotations

import pytest
from http_loopback import Exchange, Loopback, get

from tidings.errors import SourceChanged, TransientError
from tidings.http.redirect import redirect
from tidings.http.wire import Wire

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"
FORGED = OK + b"EVIL"


def sent(*parts: bytes) -> object:
    """Answer with bytes as they are, and leave the connection open."""
    return lambda asked: asked.wfile.write(b"".join(parts))


def test_a_second_answer_is_not_taken_for_that_to_the_next_request(
    server: Loopback, network: Wire
) -> None:
    url = server.on("/", sent(OK, b"good", FORGED))  # type: ignore[arg-type]
    other = server.on("/other", lambda asked: asked.answer(b"other"))
    for _ in range(3):
        with pytest.raises(TransientError, match="bytes follow its end"):
            network(get(url))
        assert network(get(other)).body == b"other"


def test_a_body_that_is_longer_than_announced_is_no_page(server: Loopback, network: Wire) -> None:
    """The rest of an HTML page would be missed in silence."""
    url = server.on("/", sent(OK, b"good, and more of it"))  # type: ignore[arg-type]
    with pytest.raises(TransientError):
        network(get(url))


@pytest.mark.parametrize(
    "answer",
    [
        OK + b"good\r\n",
        b"HTTP/1.1 304 X\r\nContent-Length: 4\r\n\r\nbody",
        b"HTTP/1.1 204 X\r\n\r\n" + FORGED,
    ],
    ids=["a line end", "a body with 304", "an answer after 204"],
)
def test_what_is_forgiven_costs_the_connection(
    server: Loopback, network: Wire, answer: bytes
) -> None:
    url = server.on("/", sent(answer))  # type: ignore[arg-type]
    other = server.on("/other", lambda asked: asked.answer(b"other"))
    assert network(get(url)).status in (200, 204, 304)
    assert network(get(other)).body == b"other"
    first, second = server.asked
    assert first.client_address != second.client_address


def test_a_clean_connection_is_used_again(server: Loopback, network: Wire) -> None:
    def reply(asked: Exchange) -> None:
        asked.answer(b"fine")

    url = server.on("/", reply)
    assert [network(get(url)).body for _ in range(3)] == [b"fine"] * 3
    assert len({asked.client_address for asked in server.asked}) == 1


def test_a_redirect_that_nobody_can_follow_is_the_source_s_fault(
    server: Loopback, network: Wire
) -> None:
    where = f"https://{'a' * 300}/"
    url = server.on("/", lambda asked: asked.answer(status=302, Location=where))
    with pytest.raises(SourceChanged, match="can be sent"):
        redirect(3)(network)(get(url))
