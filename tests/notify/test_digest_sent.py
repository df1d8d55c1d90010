"""Page one sent: a mailbox gets HTML with its pictures within, a chat the text, others nothing."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from receiving import Mailbox, Receiver, at

from tidings.errors import ConfigurationError, TransientError
from tidings.notify.digest import send

PNG = b"\x89PNG\r\n\x1a\n made up"
HTML = '<html><body><p>Score <b>52.5</b></p><img src="cid:trend.png">&lt;script&gt;</body></html>'
TEXT = "Score: 52.5 <script> @channel"


def _send(address: str) -> None:
    channel, secret = at(address)
    send("Acme: 2 *open*", TEXT, HTML, {"trend.png": PNG}, channel, key="k-1", secret=secret)


def _mailto(port: int) -> str:
    return f"mailto://127.0.0.1:{port}?from=a@acme.example&to=care@acme.example"


def _parts(mail: EmailMessage) -> dict[str, EmailMessage]:
    return {part.get_content_type(): part for part in mail.walk()}


def test_a_mail_has_the_page_its_picture_and_a_plain_twin(mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    _send(_mailto(port))
    [mail] = box.mails
    assert mail["Subject"] == "Acme: 2 ∗open∗"
    assert mail["X-Tidings-Key"] == "k-1"
    assert mail["Auto-Submitted"] == "auto-generated"
    parts = _parts(mail)
    assert 'src="cid:trend.png"' in parts["text/html"].get_content()
    assert "&lt;script&gt;" in parts["text/html"].get_content()
    assert "52.5" in parts["text/plain"].get_content()
    assert parts["image/png"]["Content-ID"] == "<trend.png>"
    assert parts["image/png"].get_payload(decode=True) == PNG


def test_a_mailbox_for_plain_text_gets_the_text(mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    _send(f"{_mailto(port)}&format=text")
    [mail] = box.mails
    assert list(_parts(mail)) == ["text/plain"]
    assert "Score: 52.5 ‹script› ＠channel" in mail.get_content()


def test_a_mail_server_that_is_busy_is_asked_again_later(mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    box.refuse = "451 later"
    with pytest.raises(TransientError):
        _send(_mailto(port))


@pytest.mark.parametrize("address", ["pagerduty://key@other", "opsgenie://key"])
def test_nobody_is_woken_by_it(address: str) -> None:
    with pytest.raises(ConfigurationError, match="takes no page"):
        _send(address)


def test_a_webhook_gets_nothing(receiver: Receiver) -> None:
    with pytest.raises(ConfigurationError, match="takes no page"):
        _send(receiver.url())
    assert receiver.got == []
