"""A secret in an address shows up nowhere: no error, no chain of errors, no log, at any level."""

from __future__ import annotations

import base64
import logging
import traceback
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from receiving import WHEN, Mailbox, Receiver, at, free_port

from tidings.errors import TidingsError
from tidings.notify.channels import send
from tidings.notify.sample import sample
from tidings.notify.through_apprise import _masked

CANARY = "C4nary+T0ken/W1th=Signs"


def forms(secret: str) -> Iterator[str]:
    yield from (secret, quote(secret), quote(secret, safe=""), quote(quote(secret, safe="")))
    yield base64.b64encode(secret.encode()).decode().rstrip("=")
    yield secret.encode().hex()
    yield from secret.replace("/", "+").replace("=", "+").split("+")


class _Everything(logging.Handler):
    def __init__(self) -> None:
        super().__init__(level=1)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name != "mail.log":  # the server's own, of what it was sent
            self.lines.append(f"{record.getMessage()} {record.args} {record.exc_text}")


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """What the root logger is given at any level; pytest's own handler sees more than is logged."""
    handler, root, http = _Everything(), logging.getLogger(), logging.getLogger("urllib3")
    before = root.level, http.level
    root.addHandler(handler)
    root.setLevel(1)
    http.setLevel(1)
    yield handler.lines
    root.removeHandler(handler)
    root.setLevel(before[0])
    http.setLevel(before[1])


def shown(error: TidingsError, logged: list[str]) -> str:
    trace = "".join(traceback.format_exception(error))
    hidden = ""
    seen: BaseException | None = error.__context__ or error.__cause__
    while seen is not None:  # also what 'from None' keeps
        hidden += f"{seen!r} {vars(seen)}"
        seen = seen.__context__ or seen.__cause__
    return f"{error} {error!r} {vars(error)} {trace} {hidden} {logged}"


def attempt(address: str, logged: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    channel, secret = at(address, private=True, signing_secret="desk_address")
    with pytest.raises(TidingsError) as caught:
        send(sample(WHEN, event="opened"), channel, secret=secret)
    whole = shown(caught.value, logged) + "".join(capfd.readouterr())
    for form in forms(CANARY):
        assert form.lower() not in whole.lower(), form


Q = quote(CANARY, safe="")


@pytest.mark.parametrize("status", [307, 401, 404, 429, 500])
@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:{port}/hook/{q}",
        "http://127.0.0.1:{port}/hook?x={q}",
        "json://127.0.0.1:{port}/{q}",
        "json://{q}:{q}@127.0.0.1:{port}/?-x={q}&+Authorization={q}",
        "form://127.0.0.1:{port}/{q}",
    ],
)
def test_not_when_it_is_refused(
    receiver: Receiver,
    address: str,
    status: int,
    logged: list[str],
    capfd: pytest.CaptureFixture[str],
) -> None:
    receiver.status = status
    receiver.reply = f"you sent {CANARY}, {Q}".encode()  # some echo it
    attempt(address.format(port=receiver.server_port, q=Q), logged, capfd)
    assert receiver.got


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:{port}/{q}",
        "json://{q}@127.0.0.1:{port}/{q}",
        "mailto://u:{q}@127.0.0.1:{port}/?from=a@b.example&to={q}@b.example",
    ],
)
def test_not_when_nobody_is_there(
    address: str, logged: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    attempt(address.format(port=free_port(), q=Q), logged, capfd)


def test_not_by_a_mail_server_that_quotes_it(
    mailbox: tuple[Mailbox, int],
    logged: list[str],
    capfd: pytest.CaptureFixture[str],
) -> None:
    box, port = mailbox
    box.refuse = f"550 no such user {CANARY}"
    attempt(f"mailto://127.0.0.1:{port}/?from=a@b.example&to={Q}@b.example", logged, capfd)


@pytest.mark.parametrize(
    "address",
    [
        "{q}",
        "slack://{q}",
        "pagerduty://x@{q}?severity={q}",
        "pagerduty://{q}@{q}?region={q}",
        "opsgenie://{q}?region={q}",
        "nonsense://{q}",
        "tgram://{q}",
        "{q}://x",
        "http://{q}@127.0.0.1/",
        "https://127.0.0.1:{q}/",
        "HTTPS://[{q}",
    ],
)
def test_not_when_it_can_not_be_used(
    address: str, logged: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    attempt(address.format(q=Q), logged, capfd)


@pytest.mark.parametrize("form", list(forms(CANARY)))
def test_a_line_of_a_log_is_masked_in_every_writing(form: str) -> None:
    for written in (CANARY, Q):
        line = _masked(f"could not reach /{form}?x", f"slack://T1/{written}/B")
        assert "C4nary" not in line
        assert form not in line
        assert line.startswith("could not reach /")
