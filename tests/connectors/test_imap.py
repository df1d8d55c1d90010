"""Mailboxes: a real Dovecot over TLS, and a scripted server for what it would not do."""

import base64
import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from socket import create_server
from typing import Any

import pytest
from imap_server import PASSWORD, Server, Special, dovecot, scripted

from connectors import imap, imap_box
from connectors.imap import Imap
from connectors.imap_connection import by_password
from tidings.connector import Cursor, Page, configure
from tidings.errors import AuthError, ConfigurationError, NotFound, SourceChanged, TransientError
from tidings.http import Answer
from tidings.schema import to_arrow
from tidings.testing import ConnectorContract, Recorded, client


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with dovecot() as running:
        yield running


def settings(server: Server, user: str, **more: Any) -> dict[str, Any]:
    return {
        "host": "localhost",
        "port": server.tls_port,
        "ca_file": server.ca,
        "user": user,
        "credential": "mailbox",
        "timeout_seconds": 20,
        **more,
    }


def made(server: Server, user: str, **more: Any) -> Imap:
    return configured(settings(server, user, **more))


def configured(given: dict[str, Any]) -> Imap:
    connector = configure(Imap, given)
    assert isinstance(connector, Imap)
    return connector


def nothing_asked(request: Any) -> Answer:
    raise AssertionError("no request is needed")


def walk(connector: Imap, cursor: Cursor | None = None, password: str = PASSWORD) -> list[Page]:
    with client(nothing_asked, lambda _: password) as http:
        return list(connector.pages(http, cursor))


def ids(pages: list[Page]) -> list[str]:
    return [m.external_id for page in pages for m in page.mentions]


def numbers(first: int, last: int) -> list[str]:
    return [f"m{n}@mail.example" for n in range(first, last + 1)]


def mail(n: int, text: str = "Lovely anvils.", **headers: str) -> bytes:
    message = EmailMessage()
    message.set_content(text)
    given = {
        "From": "Kari Fjord <Kari@Fjord.Example>",
        "Subject": f"Alert {n}",
        "Date": f"Fri, 01 May 2026 10:{n % 60:02}:00 +0200",
        "Message-ID": f"<m{n}@mail.example>",
    }
    for name, value in {**given, **{k.replace("_", "-"): v for k, v in headers.items()}}.items():
        if value:
            message[name] = value
    return message.as_bytes()


@pytest.fixture
def user(request: pytest.FixtureRequest) -> str:
    """A user of the test's own, who has an empty mailbox."""
    return "".join(c for c in request.node.name.lower() if c.isalnum())[-60:]


class TestImapConforms(ConnectorContract):
    connector = Imap(host="localhost", user="conforming", credential="mailbox")
    origin = Recorded()
    expected = 7

    def test_only_the_client_reaches_the_network(self) -> None:
        """Mail does not go over the client."""
        pytest.skip("mail does not go over the client")

    @pytest.fixture(autouse=True)
    def _mailbox(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        user = "conforming"
        with server.signed_in(user) as box:
            empty = box.select("INBOX")[1] == [b"0"]
        if empty:
            server.put(user, *(mail(n) for n in range(1, 8)))
        type(self).connector = made(server, user, place="alerts")
        monkeypatch.setattr(imap, "PAGE_MAILS", 3)
        # the kit's secrets are made up from their names
        monkeypatch.setattr(imap, "by_password", lambda who, _: by_password(who, PASSWORD))


# ---- mails


def test_a_mail_becomes_a_mention(server: Server, user: str) -> None:
    server.put(
        user,
        mail(1, "Good  anvils.\n\n\nÆrlig talt.", Subject="Ambolter: én til", Content_Language="no",
             In_Reply_To="<m0@mail.example>"),
    )  # fmt: skip
    (page,) = walk(made(server, user, kind="survey"))
    (found,) = page.mentions
    assert found.source == "imap"
    assert found.place == "localhost/INBOX"
    assert found.external_id == "m1@mail.example"
    assert found.kind == "survey"
    assert found.published == datetime(2026, 5, 1, 8, 1, tzinfo=UTC)
    assert found.author_handle == "kari@fjord.example"
    assert found.title == "Ambolter: én til"
    assert found.text == "Good anvils.\nÆrlig talt."
    assert found.language == "no"
    assert found.parent_id == "m0@mail.example"
    assert to_arrow(page.mentions).num_rows == 1
    kept = [json.loads(line) for line in page.raw[0].body.splitlines()]
    assert b"Good  anvils." in base64.b64decode(kept[0]["mail"])


def test_nothing_is_marked_as_read(server: Server, user: str) -> None:
    server.put(user, mail(1), mail(2))
    walk(made(server, user))
    with server.signed_in(user) as box:
        box.select("INBOX", readonly=True)
        assert box.uid("SEARCH", "SEEN") == ("OK", [b""])
        assert box.uid("SEARCH", "RECENT")[1] != [b""]


def html(plain: str | None = None) -> bytes:
    message = EmailMessage()
    message["Date"] = "Fri, 01 May 2026 10:00:00 +0000"
    if plain is not None:
        message.set_content(plain)
    page = "<html><style>p{}</style><p>Great &amp; small</p><p>anvils</p></html>"
    if plain is None:
        message.set_content(page, subtype="html")
    else:
        message.add_alternative(page, subtype="html")
    message.add_attachment(b"secret plan", maintype="text", subtype="plain", filename="plan.txt")
    return message.as_bytes()


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (html(), "Great & small\nanvils"),
        (html("Plain words"), "Plain words"),
        (html("  \n"), "Great & small\nanvils"),
        (b"Subject: x\r\nContent-Type: text/plain; charset=klingon\r\n\r\nbl\xc3\xa5", "blå"),
        (b"Subject: x\r\nContent-Type: text/plain; charset=latin-1\r\n\r\nbl\xe5", "blå"),
        (b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\nno parts", None),
        (b"Subject: x\r\nContent-Type: image/png\r\n\r\nxyz", None),
    ],
)  # fmt: skip
def test_the_text_is_read_and_attachments_are_not(
    server: Server, user: str, content: bytes, text: str | None
) -> None:
    server.put(user, content)
    (page,) = walk(made(server, user))
    assert page.rejected == []
    (found,) = page.mentions
    assert found.text == text
    assert re.fullmatch(r"\d+-1", found.external_id)  # it has no Message-ID


@pytest.mark.parametrize(
    ("stated", "published"),
    [
        ("Fri, 01 May 2026 08:00:00 -0000", datetime(2026, 5, 1, 8, tzinfo=UTC)),
        ("Sat, 02 May 2026 09:00:00 +0000", datetime(2026, 5, 2, 9, tzinfo=UTC)),
        ("Fri, 01 May 2096 08:00:00 +0000", datetime(2026, 5, 1, 10, tzinfo=UTC)),
        ("Thu, 01 Jan 1970 00:00:00 +0000", datetime(2026, 5, 1, 10, tzinfo=UTC)),
        ("the other day", datetime(2026, 5, 1, 10, tzinfo=UTC)),
        ("", datetime(2026, 5, 1, 10, tzinfo=UTC)),
    ],
)
def test_a_time_that_can_not_be_right_is_the_arrivals(
    server: Server, user: str, stated: str, published: datetime
) -> None:
    head = f"Date: {stated}\r\n" if stated else ""
    server.put(user, f"{head}Subject: x\r\n\r\ny".encode())
    (page,) = walk(made(server, user))
    assert [m.published for m in page.mentions] == [published]


def test_a_broken_or_too_large_mail_is_rejected_alone(server: Server, user: str) -> None:
    server.put(user, mail(1), mail(2, "x " * 5_000), b"\r\n\r\nno header", mail(3))
    (page,) = walk(made(server, user, max_bytes=5_000))
    assert ids([page]) == ["m1@mail.example", "m3@mail.example"]
    broken, large = [r.reason for r in page.rejected]
    assert "mail 3 in INBOX: it has no header" in broken
    assert "mail 2 in INBOX" in large
    assert "max_bytes = 5000" in large


@pytest.mark.parametrize(
    "head",
    ["From: <<>>@@;:", "From: =?utf-8?q?=", "Message-ID: <", "Subject: =?x?b?y?=",
     "Content-Type: ;;;", "Content-Type: multipart/mixed", "Date: Fri, 99 Foo 2026",
     "From: " + "(" * 300, "In-Reply-To: <>", "Message-ID: []", "From: \x00\x01"],
)  # fmt: skip
def test_malformed_headers_do_not_end_the_walk(head: str) -> None:
    from connectors.imap_mail import parsed, read_mail

    content = f"{head}\r\nX: y\r\n\r\nStill readable".encode("latin-1")
    found = read_mail(
        parsed(content), source="imap", place="p", kind="post", name="1-1",
        arrived=datetime(2026, 5, 1, tzinfo=UTC),
    )  # fmt: skip
    assert found.external_id == "1-1"
    assert found.published == datetime(2026, 5, 1, tzinfo=UTC)


def test_a_header_that_would_take_minutes_to_decode_rejects_its_mail() -> None:
    """Decoding takes time that grows with the square of the length: 560 kB took 46 s."""
    from connectors.imap_mail import parsed

    content = b"Subject: " + b"=?utf-8?q?a?= " * 40_000 + b"\r\n\r\nHello"
    with pytest.raises(ValueError, match=r"its header Subject has \d+ characters"):
        parsed(content)
    parsed(b"X-Long: " + b"a " * 40_000 + b"\r\n\r\nHello")  # nobody reads that one


# ---- cursors


def test_going_on_repeats_and_skips_nothing(
    server: Server, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "PAGE_MAILS", 4)
    monkeypatch.setattr(imap, "PAGE_BYTES", 500)
    monkeypatch.setattr(imap_box, "SPAN", 3)
    server.put(user, *(mail(n) for n in range(1, 12)))
    with server.signed_in(user) as box:  # numbers with holes
        box.select("INBOX")
        box.uid("STORE", "1,4,5,10", "+FLAGS", r"(\Deleted)")
        box.expunge()
    there = [i for i in numbers(1, 11) if i.split("@")[0] not in ("m1", "m4", "m5", "m10")]
    connector = made(server, user)
    whole = walk(connector)
    assert ids(whole) == there
    assert len(whole) == 2
    for stop, page in enumerate(whole, 1):
        cursor = json.loads(json.dumps(page.cursor))
        assert ids(whole[:stop]) + ids(walk(connector, cursor)) == there
    assert walk(connector, whole[-1].cursor) == []  # "12:*" would give the last one again
    server.put(user, mail(12, Date="Fri, 01 May 2020 10:00:00 +0000"))
    assert ids(walk(connector, whole[-1].cursor)) == numbers(12, 12)


def test_a_folder_that_is_numbered_anew_is_read_again(server: Server, user: str) -> None:
    server.put(user, mail(1), mail(2), folder="Alerts")
    connector = made(server, user, folders=["Alerts"])
    (page,) = walk(connector)
    assert page.cursor is not None
    with server.signed_in(user) as box:
        box.delete("Alerts")
    server.put(user, mail(1), mail(3), folder="Alerts")
    (again,) = walk(connector, page.cursor)
    assert again.cursor is not None
    assert again.cursor["validity"] != page.cursor["validity"]
    assert ids([again]) == ["m1@mail.example", "m3@mail.example"]


@pytest.mark.parametrize("cursor", [{"done": {}}, {"validity": 1}, {"validity": 1, "uid": "2"}])
def test_a_cursor_of_another_connector_is_told(server: Server, user: str, cursor: Cursor) -> None:
    with pytest.raises(ConfigurationError, match="start this walk from nothing"):
        walk(made(server, user), cursor)


# ---- what is wanted


def test_senders_and_subjects_narrow_it(server: Server, user: str) -> None:
    server.put(
        user,
        mail(1, From="alerts@news.example", Subject="Anvils in the news"),
        mail(2, From="alerts@news.example", Subject="Weather"),
        mail(3, From="surveys@ask.example", Subject="Your ANVIL"),
        mail(4, From="someone@else.example", Subject="anvil"),
        mail(5, From="alerts@news.example", Subject="Ære være amboltene"),
    )
    both = ["alerts@news", "@ask.example"]
    assert ids(walk(made(server, user, senders=both, subjects=["anvil"]))) == [
        "m1@mail.example", "m3@mail.example",
    ]  # fmt: skip
    assert ids(walk(made(server, user, senders=both))) == [
        f"m{n}@mail.example" for n in (1, 2, 3, 5)
    ]
    assert ids(walk(made(server, user, subjects=["være", "weather"]))) == [
        "m2@mail.example", "m5@mail.example",
    ]  # fmt: skip
    assert walk(made(server, user, subjects=['a" ALL "', "b\\"])) == []


def test_a_window_holds_what_was_published_in_it_ties_included(server: Server, user: str) -> None:
    times = ["30 Apr 2026 23:59:59 +0000", "01 May 2026 00:00:00 +0000",
             "01 May 2026 09:00:00 +1100", "02 May 2026 11:59:59 -1200",
             "03 May 2026 00:00:00 +0000"]  # fmt: skip
    dated = [mail(n, Date=f"Fri, {time}") for n, time in enumerate(times)]
    server.put(user, *dated, arrived="04-May-2026 10:00:00 +0000")
    server.put(user, mail(8, Date=""), mail(9, Date="never"), arrived="02-May-2026 23:59:59 +0000")
    server.put(user, mail(10, Date=""), arrived="03-May-2026 00:00:00 +0000")
    window = {"since": "2026-05-01T00:00:00Z", "until": "2026-05-03T00:00:00Z"}
    assert ids(walk(made(server, user, **window))) == [f"m{n}@mail.example" for n in (1, 3, 8, 9)]


def test_each_folder_is_walked_by_itself(server: Server, user: str) -> None:
    server.put(user, mail(1), folder="Ærlig & åpen")
    server.put(user, mail(1))
    both = made(server, user, folders=["INBOX", "Ærlig & åpen"])
    found = [(m.place, m.external_id) for c in both.split() for p in walk(c) for m in p.mentions]
    assert found == [
        ("localhost/INBOX", "m1@mail.example"), ("localhost/Ærlig & åpen", "m1@mail.example"),
    ]  # fmt: skip
    assert len({c.walk_id() for c in both.split()}) == 2


def test_the_name_of_a_folder_is_written_as_the_standard_wants() -> None:
    # the example of RFC 3501, section 5.1.3
    assert imap_box._folder("~peter/mail/台北/日本語") == '"~peter/mail/&U,BTFw-/&ZeVnLIqe-"'
    assert imap_box._folder('a & "b"') == '"a &- \\"b\\""'


# ---- what goes wrong is told


def test_who_is_refused_is_told_without_the_password(server: Server, user: str) -> None:
    with pytest.raises(AuthError, match="refuses to let us in") as caught:
        walk(made(server, user), password="a wrong one")
    assert "a wrong one" not in str(caught.value)
    with pytest.raises(AuthError):
        walk(made(server, user), password="også feil")


def test_a_missing_folder_is_told_with_those_there_are(server: Server, user: str) -> None:
    server.put(user, mail(1), folder="Alerts")
    with pytest.raises(NotFound, match=r"'Alarms'.*Alerts"):
        walk(made(server, user, folders=["Alarms"]))


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_that_is_not_trusted_is_no_connection(
    server: Server, user: str, security: str
) -> None:
    port = server.tls_port if security == "tls" else server.port
    server.put(user, mail(1))
    assert ids(walk(made(server, user, security=security, port=port))) == numbers(1, 1)
    with pytest.raises(ConfigurationError, match="not trusted"):
        walk(made(server, user, security=security, port=port, ca_file=None))
    with pytest.raises(ConfigurationError, match="ca_file"):
        walk(made(server, user, security=security, port=port, ca_file="/no/such.pem"))


def test_a_server_that_is_not_there_is_told(server: Server, user: str) -> None:
    with create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(TransientError, match="can't be reached"):
        walk(made(server, user, port=port))
    with pytest.raises(TransientError, match="can't be reached"):  # no TLS there
        walk(made(server, user, port=server.port))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"credential": None}, "credential"),
        ({"oauth": {"token_url": "https://x.example", "client_id": "c", "credential": "d"}},
         "credential"),
        ({"security": "none"}, "security"),
        ({"folders": []}, "folders"),
        ({"senders": ["a\r\nLOGOUT"]}, "senders"),
        ({"since": "2026-05-01T00:00:00"}, "since"),
    ],
)  # fmt: skip
def test_wrong_settings_are_told(server: Server, wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        made(server, "kari", **wrong)


# ---- a scripted server


def stand_in(server: Server, user: str, special: Special, **more: Any) -> Imap:
    """Return a connector to a scripted server."""
    port = scripted(Path(server.ca), special)
    return configured({**settings(server, user, **more), "port": port})


def test_the_usual_script_is_read(server: Server) -> None:
    lines: list[bytes] = []

    def special(tag: bytes, said: bytes) -> bytes | bool | None:
        lines.append(said)
        return True

    (page,) = walk(stand_in(server, "kari", special))
    (found,) = page.mentions
    assert (found.external_id, found.title) == ("7-5", "x")
    assert found.published == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert any(line.startswith(b"EXAMINE") for line in lines)
    assert not any(b"BODY[" in line or b"SELECT" in line for line in lines)


@pytest.mark.parametrize(
    ("word", "answer", "error"),
    [
        (b"LOGIN", b"%s NO [UNAVAILABLE] later\r\n", TransientError),
        (b"LOGIN", b"%s NO [AUTHENTICATIONFAILED] no\r\n", AuthError),
        (b"EXAMINE", b"* 1 EXISTS\r\n%s OK no validity\r\n", SourceChanged),
        (b"UID SEARCH", b"%s NO busy\r\n", TransientError),
        (b"UID SEARCH", b"%s BAD what\r\n", TransientError),
        (b"UID FETCH", b"%s NO busy\r\n", TransientError),
        (b"UID SEARCH", None, TransientError),
        (b"UID FETCH", b"* 1 FETCH (UID 5 BODY[] {999999999999}\r\nx", TransientError),
        (b"UID SEARCH", b"", TransientError),  # silence
        (b"UID SEARCH", b"* SEARCH" + b" 1" * 600_000 + b"\r\n", TransientError),
        (b"UID SEARCH", b"<html>\r\n", TransientError),
    ],
)
def test_a_server_that_misbehaves_is_a_typed_error(
    server: Server, word: bytes, answer: bytes | None, error: type[Exception]
) -> None:
    def special(tag: bytes, said: bytes) -> bytes | bool | None:
        if not said.startswith(word):
            return True
        return None if answer is None else answer.replace(b"%s", tag)

    with pytest.raises(error):
        walk(stand_in(server, "kari", special, timeout_seconds=1))


def test_an_answer_that_trickles_is_cut(server: Server) -> None:
    def trickle() -> Iterator[bytes]:
        while True:  # never silent for long, and never at an end
            yield b"* OK still there\r\n"
            time.sleep(0.2)

    def special(tag: bytes, said: bytes) -> Iterator[bytes] | bool:
        return trickle() if said.startswith(b"UID SEARCH") else True

    with pytest.raises(TransientError):
        walk(stand_in(server, "kari", special, timeout_seconds=1))


def test_a_mail_that_was_found_and_is_not_given_is_told(server: Server) -> None:
    def special(tag: bytes, said: bytes) -> bytes | bool | None:
        return tag + b" OK nothing\r\n" if said.startswith(b"UID FETCH") else True

    (page,) = walk(stand_in(server, "kari", special))
    assert page.mentions == []
    assert "mail 5 in INBOX" in page.rejected[0].reason


OAUTH = {"token_url": "https://login.example/token", "client_id": "me", "credential": "client"}


class SignIn:
    """What a server says to an XOAUTH2 sign-in: yes to the token, else what is wrong, then no."""

    def __init__(self, token: str) -> None:
        self.right = f"user=kari@fjord.example\1auth=Bearer {token}\1\1".encode()
        self.tag = b""

    def __call__(self, tag: bytes, said: bytes) -> bytes | bool | None:
        if said.startswith(b"AUTHENTICATE XOAUTH2"):
            self.tag = tag
            return b"+ \r\n"
        if not self.tag:
            return True
        if not tag:  # the empty line that ends it
            told, self.tag = self.tag + b" NO [AUTHENTICATIONFAILED] it ran out\r\n", b""
            return told
        if base64.b64decode(tag) != self.right:
            return b"+ eyJzdGF0dXMiOiI0MDAifQ==\r\n"
        told, self.tag = self.tag + b" OK welcome\r\n", b""
        return told


@pytest.mark.parametrize("refresh", [None, "refresh"])
def test_a_token_is_had_and_given(server: Server, refresh: str | None) -> None:
    asked = []

    def answer(request: Any) -> Answer:
        asked.append(request)
        body = b'{"access_token": "fresh-token", "token_type": "Bearer", "expires_in": 3600}'
        return Answer(status=200, url=request.url, body=body)

    oauth = {**OAUTH, "refresh_credential": refresh, "scope": "mail"}
    signed = {"credential": None, "oauth": oauth}
    connector = stand_in(server, "kari@fjord.example", SignIn("fresh-token"), **signed)
    with client(answer) as http:
        assert ids(list(connector.pages(http, None))) == ["7-5"]
    [request] = asked
    assert (b"grant_type=refresh_token" in request.body) == bool(refresh)
    assert (b"scope=mail" in request.body) != bool(refresh)


def test_a_token_that_is_refused_is_told(server: Server) -> None:
    def answer(request: Any) -> Answer:
        return Answer(status=200, url=request.url, body=b'{"access_token": "old"}')

    signed = {"credential": None, "oauth": OAUTH}
    connector = stand_in(server, "kari@fjord.example", SignIn("new"), **signed)
    with client(answer) as http, pytest.raises(AuthError, match="it ran out"):
        list(connector.pages(http, None))
