"""One exchange over a real socket: whole or an error, within limits, under one deadline."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from http_loopback import Exchange, Loopback, get

from tidings.errors import BodyTooLarge, ConfigurationError, SourceChanged, TransientError
from tidings.http import Request
from tidings.http.limits import Limits
from tidings.http.wire import Wire, wire

PAGE = b"A page about lamps. " * 500
PATIENT = Limits(read_seconds=30, deadline_seconds=0.5)


def head(*lines: str) -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", *lines, "", ""]).encode()


def test_an_answer_holds_what_the_source_sent(server: Loopback, network: Wire) -> None:
    def reply(asked: Exchange) -> None:
        asked.answer(PAGE, 203, Content_Type="text/plain", ETag='"a1"', Set_Cookie="id=1")

    url = server.on("/page", reply)
    answer = network(get(f"{url}?q=lamp%20oil&q=b+c"))
    assert (answer.status, answer.body, answer.text) == (203, PAGE, PAGE.decode())
    assert answer.url == f"{url}?q=lamp%20oil&q=b+c"
    assert server.asked[0].path == "/page?q=lamp%20oil&q=b+c"
    assert answer.headers["etag"] == '"a1"'
    assert "set-cookie" not in answer.headers  # it would lie in landing


def test_it_says_who_asks_and_what_packing_it_reads(server: Loopback, network: Wire) -> None:
    url = server.on("/", lambda asked: asked.answer())
    network(get(url, X_Mine="1", Accept_Encoding="br"))
    headers = server.asked[0].headers
    assert headers["user-agent"] == "tidings-test/1"
    assert headers.get_all("accept-encoding") == ["gzip, deflate"]
    assert headers["x-mine"] == "1"


def test_a_post_sends_its_body(server: Loopback, network: Wire) -> None:
    url = server.on("/", lambda asked: asked.answer(asked.body))
    assert network(Request(method="POST", url=url, body=b'{"a":1}')).body == b'{"a":1}'
    assert network(Request(method="POST", url=url)).body == b""


def test_no_cookie_is_carried_from_one_request_to_the_next(server: Loopback, network: Wire) -> None:
    url = server.on("/", lambda asked: asked.answer(Set_Cookie="session=1; Path=/"))
    network(get(url))
    network(get(url))
    assert "cookie" not in server.asked[1].headers


@pytest.mark.parametrize(
    ("packed", "encoding"),
    [
        (gzip.compress(PAGE), "gzip"),
        (gzip.compress(PAGE[:777]) + gzip.compress(PAGE[777:]), "gzip"),
        (zlib.compress(PAGE), "deflate"),
        (zlib.compress(PAGE)[2:-4], "deflate"),
        (gzip.compress(zlib.compress(PAGE)), "deflate, gzip"),
    ],
    ids=["gzip", "two members", "zlib", "bare deflate", "both"],
)
def test_a_packed_body_is_unpacked(
    server: Loopback, network: Wire, packed: bytes, encoding: str
) -> None:
    url = server.on("/", lambda asked: asked.answer(packed, Content_Encoding=encoding))
    answer = network(get(url))
    assert answer.body == PAGE
    assert not {"content-encoding", "content-length"} & set(answer.headers)  # no longer true


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_a_gzip_stream_cut_short_by_hanging_up_is_no_page(
    server: Loopback, network: Wire, share: float
) -> None:
    packed = gzip.compress(PAGE)
    cut = packed[: int(len(packed) * share)]
    url = server.on("/", lambda asked: asked.raw(head("Content-Encoding: gzip"), cut))
    with pytest.raises(TransientError, match=r"127\.0\.0\.1 gave no whole answer.*cut short"):
        network(get(url))


def test_a_body_shorter_than_announced_is_no_page(server: Loopback, network: Wire) -> None:
    url = server.on("/", lambda asked: asked.raw(head("Content-Length: 100"), b"x" * 99))
    with pytest.raises(TransientError, match="gave no whole answer"):
        network(get(url))


def test_a_chunked_body_without_its_last_chunk_is_no_page(server: Loopback, network: Wire) -> None:
    url = server.on("/", lambda a: a.raw(head("Transfer-Encoding: chunked"), b"5\r\nhello\r\n"))
    with pytest.raises(TransientError):
        network(get(url))


def test_a_body_that_ends_with_the_connection_is_read(server: Loopback, network: Wire) -> None:
    url = server.on("/", lambda asked: asked.raw(head("Content-Type: text/plain"), PAGE))
    assert network(get(url)).body == PAGE


def test_an_empty_body_said_to_be_gzip_is_empty(server: Loopback, network: Wire) -> None:
    url = server.on("/", lambda asked: asked.answer(b"", Content_Encoding="gzip"))
    assert network(get(url)).body == b""


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 304), ("GET", 204)])
def test_an_answer_without_a_body_may_describe_one(
    server: Loopback, network: Wire, method: str, status: int
) -> None:
    lines = f"HTTP/1.1 {status} X\r\nContent-Encoding: gzip\r\nETag: x\r\n\r\n"
    url = server.on("/", lambda asked: asked.raw(lines.encode()))
    answer = network(Request(method=method, url=url))
    assert (answer.status, answer.body) == (status, b"")


def test_an_encoding_nobody_asked_for_is_a_changed_source(server: Loopback, network: Wire) -> None:
    url = server.on("/", lambda asked: asked.answer(b"\x0b", Content_Encoding="br"))
    with pytest.raises(SourceChanged, match="'br', which was not asked for"):
        network(get(url))


def test_a_body_over_the_limit_is_refused_before_it_is_read(server: Loopback) -> None:
    def reply(asked: Exchange) -> None:
        asked.raw(head("Content-Length: 5000"))
        server.over.wait(10)  # a client that reads on waits for its deadline

    url = server.on("/", reply)
    with pytest.raises(BodyTooLarge, match="max_bytes"):
        wire(user_agent="x", limits=Limits(max_bytes=4999))(get(url))


def test_an_endless_body_is_given_up_at_the_limit(server: Loopback) -> None:
    def reply(asked: Exchange) -> None:
        asked.wfile.write(head("Content-Type: text/plain"))
        while not server.over.is_set():
            asked.wfile.write(b"x" * 10_000)

    url = server.on("/", reply)
    with pytest.raises(BodyTooLarge):
        wire(user_agent="x", limits=Limits(max_bytes=200_000))(get(url))


def test_a_bomb_is_given_up_at_the_limit(server: Loopback) -> None:
    bomb = gzip.compress(bytes(30_000_000))
    url = server.on("/", lambda asked: asked.answer(bomb, Content_Encoding="gzip"))
    assert len(bomb) < 100_000
    with pytest.raises(BodyTooLarge):
        wire(user_agent="x", limits=Limits(max_bytes=1_000_000))(get(url))


def trickle(asked: Exchange, text: bytes) -> None:
    """Send a byte at a time, each well within a read timeout; the whole takes 20 s."""
    for byte in text:
        asked.wfile.write(bytes([byte]))
        if asked.server.over.wait(20 / len(text)):  # type: ignore[attr-defined]
            return


@pytest.mark.parametrize("part", ["body", "headers"])
def test_what_trickles_is_given_up_at_the_deadline(server: Loopback, part: str) -> None:
    """Without a deadline each of these is a whole, good answer after 20 seconds."""

    def body(asked: Exchange) -> None:
        asked.wfile.write(head("Content-Length: 200"))
        trickle(asked, b"x" * 200)

    def headers(asked: Exchange) -> None:
        trickle(asked, head("X-Long: " + "x" * 200, "Content-Length: 0"))

    url = server.on("/", {"body": body, "headers": headers}[part])
    with pytest.raises(TransientError, match="did not answer in time"):
        wire(user_agent="x", limits=PATIENT)(get(url))


def test_each_exchange_has_a_deadline_of_its_own(server: Loopback) -> None:
    """A deadline that is left over from the first exchange ends the second one at once."""
    url = server.on("/", lambda asked: asked.answer(PAGE))
    network = wire(user_agent="x", limits=Limits(deadline_seconds=1.5))
    network(get(url))
    threading.Event().wait(1.6)
    assert network(get(url)).body == PAGE
    assert server.asked[0].client_address == server.asked[1].client_address  # same connection


def test_silence_is_given_up_at_the_read_timeout(server: Loopback) -> None:
    def reply(asked: Exchange) -> None:
        server.over.wait(20)

    url = server.on("/slow", reply)
    network = wire(user_agent="x", limits=Limits(read_seconds=0.2))
    with pytest.raises(TransientError, match=r"127\.0\.0\.1 did not answer.*/slow") as caught:
        network(get(f"{url}?token=s3cret-value"))
    assert "s3cret" not in f"{caught.value}{caught.value.url}"


def test_a_closed_port_is_told_with_host_and_url(network: Wire) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: nobody else gets the port
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/feed"
        with pytest.raises(TransientError, match=r"127\.0\.0\.1 gave no whole answer.*/feed"):
            network(get(url))


def test_an_answer_that_is_no_http_is_told(server: Loopback, network: Wire) -> None:
    url = server.on("/", lambda asked: asked.raw(b"220 mail.example ESMTP\r\n"))
    with pytest.raises(TransientError, match="gave no whole answer"):
        network(get(url))


@pytest.mark.parametrize(
    "url",
    [
        "feeds.example/rss",
        "/rss",
        "",
        "ftp://feeds.example/rss",
        "http://",
        "http:///rss",
        "https://feeds.example:99999/",
        "http://[::1/",
        "http://[v1.x]/",
        "http://feeds.example/a b",
        "http://feeds.example/\r\nX-Evil: 1",
        "http://ann:pa55@feeds.example/",
        f"http://{'a' * 70}.example/",
        "http://.example/",
        "http://a\u2024b..example/",
    ],
)
def test_a_url_that_can_not_be_asked_for_is_a_setting_to_correct(network: Wire, url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        network(get(url))
    assert "pa55" not in str(caught.value)


@pytest.mark.parametrize("value", ["Bearer s3cret\n", "Bearer s3crét", "a\r\nX-Evil: 1"])
def test_a_header_that_can_not_be_sent_is_told_without_its_value(network: Wire, value: str) -> None:
    with pytest.raises(ConfigurationError, match="authorization") as caught:
        network(get("http://127.0.0.1:1/", authorization=value))
    assert caught.value.__cause__ is None
    assert "s3cr" not in str(caught.value)


def test_many_threads_share_it(server: Loopback, network: Wire) -> None:
    server.on("/", lambda asked: asked.answer(asked.path.encode()))
    got: dict[int, bytes] = {}

    def ask(number: int) -> None:
        for turn in range(5):
            got[number * 10 + turn] = network(get(server.url(f"/?n={number * 10 + turn}"))).body

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == {k: f"/?n={k}".encode() for k in got}
    assert len(got) == 40


def test_a_proxy_of_the_environment_is_used_and_keeps_to_the_deadline(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", server.url(""))
    monkeypatch.setenv("http_proxy", server.url(""))
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    server.on("http://shop.example/ok", lambda asked: asked.answer(b"by proxy"))
    server.on(
        "http://shop.example/slow",
        lambda a: trickle(a, head("X: " + "x" * 200, "Content-Length: 0")),
    )
    assert wire(user_agent="x")(get("http://shop.example/ok")).body == b"by proxy"
    network = wire(user_agent="x", limits=PATIENT)
    with pytest.raises(TransientError, match=r"shop\.example did not answer in time"):
        network(get("http://shop.example/slow"))


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for 127.0.0.1 that signs itself; return its file and its key's."""
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, key_file = folder / "cert.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return pem, key_file


def test_https_works_and_keeps_to_the_deadline(
    new_server: Callable[[], Loopback], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem, key = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    server = new_server()
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.on("/ok", lambda asked: asked.answer(PAGE))
    server.on("/slow", lambda a: trickle(a, head("X: " + "x" * 200, "Content-Length: 0")))
    url = server.url("/ok").replace("http", "https")

    with pytest.raises(TransientError, match="CERTIFICATE_VERIFY_FAILED"):
        wire(user_agent="x")(get(url))
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    assert wire(user_agent="x")(get(url)).body == PAGE
    network = wire(user_agent="x", limits=PATIENT)
    with pytest.raises(TransientError, match="did not answer in time"):
        network(get(server.url("/slow").replace("http", "https")))
