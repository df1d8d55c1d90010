"""Channels through Apprise: real mail, real HTTP, real TLS, all of it on loopback."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from urllib.parse import parse_qs

import msgspec
import pytest
from receiving import WHEN, Mailbox, Receiver, at, free_port

from tidings.errors import ConfigurationError, TransientError
from tidings.incident import Event, Notice
from tidings.notify.channels import send
from tidings.notify.sample import sample, sample_digest

PNG = b"\x89PNG\r\n\x1a\n"
SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
TEAMS = "workflows://teams.example/643a8f1e0e3f4d9b/TheSignatureOfTheFlow"
DISCORD = "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js"
PAGERDUTY = "pagerduty://A1BRTD4JD-integration@TIiajkdnlazkcOXrI"
OPSGENIE = "opsgenie://12345678-1234-1234-1234-123456789012"


def post(address: str, notice: Notice) -> None:
    channel, secret = at(address)
    send(notice, channel, secret=secret)


def opened() -> Notice:
    return sample(WHEN, event="opened")


def hostile() -> Notice:
    notice = opened()
    [incident] = notice.incidents
    text = "<!channel> @everyone <@U012AB> <at>ops</at> <script>alert(1)</script> [x](http://e.example)"
    voice = msgspec.structs.replace(incident.voices[0], text=text)
    incident = msgspec.structs.replace(incident, brand="A<b>&Co @here", voices=(voice,))
    return msgspec.structs.replace(notice, incidents=(incident,))


def test_json_gets_the_words_and_the_picture(receiver: Receiver) -> None:
    post(f"json://127.0.0.1:{receiver.server_port}/in", opened())
    [got] = receiver.got
    told = got.json()
    assert told["title"] == "Warning: Northwind Kettles: negative share"
    assert "41 of 96 (43 %) negative" in told["message"]
    assert told["type"] == "warning"
    [file] = told["attachments"]
    assert file["filename"] == "incident.png"
    assert file["mimetype"] == "image/png"
    assert base64.b64decode(file["base64"]).startswith(PNG)
    assert got.headers["idempotency-key"] == opened().key


def test_the_picture_can_be_left_out(receiver: Receiver) -> None:
    channel, secret = at(f"json://127.0.0.1:{receiver.server_port}/in")
    send(opened(), channel, secret=secret, with_chart=False)
    send(sample_digest(WHEN), channel, secret=secret)
    assert [got.json()["attachments"] for got in receiver.got] == [[], []]


@pytest.mark.parametrize(
    ("event", "severity", "kind"),
    [
        ("opened", "info", "info"),
        ("opened", "warning", "warning"),
        ("escalated", "critical", "failure"),
        ("resolved", "critical", "success"),
    ],
)
def test_the_kind_of_message_follows_the_severity(
    receiver: Receiver, event: Event, severity: str, kind: str
) -> None:
    notice = msgspec.structs.replace(opened(), event=event, severity=severity)
    post(f"json://127.0.0.1:{receiver.server_port}/", notice)
    assert receiver.got[0].json()["type"] == kind


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413, 422])
def test_what_a_service_refuses_is_for_somebody_to_mend(receiver: Receiver, status: int) -> None:
    receiver.status = status
    with pytest.raises(ConfigurationError, match=f"'desk'.*error={status}"):
        post(f"json://127.0.0.1:{receiver.server_port}/", opened())
    assert len(receiver.got) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_a_service_can_not_do_now_is_tried_again(receiver: Receiver, status: int) -> None:
    receiver.status = status
    with pytest.raises(TransientError, match=f"'desk'.*error={status}"):
        post(f"json://127.0.0.1:{receiver.server_port}/", opened())
    assert len(receiver.got) == 1


def test_nobody_there_is_tried_again() -> None:
    with pytest.raises(TransientError, match="'desk'"):
        post(f"json://127.0.0.1:{free_port()}/", opened())


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.turns = [(307, {"Location": receiver.url("/elsewhere")})]
    with pytest.raises((ConfigurationError, TransientError)):
        post(f"json://127.0.0.1:{receiver.server_port}/", opened())
    assert [got.path for got in receiver.got] == ["/"]


def test_slack_shows_the_words_and_wakes_nobody(services: Receiver) -> None:
    services.reply = b"ok"
    post(SLACK, hostile())
    [got] = services.got
    assert (got.host, got.path) == ("hooks.slack.com", f"/services{SLACK.removeprefix('slack:/')}")
    [shown] = got.json()["attachments"]
    assert "41 of 96 (43 %) negative" in shown["text"]
    assert "<https://social.example/posts/1|open>" in shown["text"]
    whole = got.body.decode().lower()
    for call in (
        "<!",
        "<@",
        "@here",
        "@everyone",
        "@channel",
        "<script",
        "e.example/",
        "<http://e",
    ):
        assert call not in whole
    assert "github.com" not in whole, "no pictures from elsewhere"


def test_teams_gets_a_card_without_a_mention(services: Receiver) -> None:
    post(TEAMS, hostile())
    [got] = services.got
    assert got.host.partition(":")[0] == "teams.example"
    card = got.json()["attachments"][0]["content"]
    assert card["type"] == "AdaptiveCard"
    texts = [block["text"] for block in card["body"] if block["type"] == "TextBlock"]
    assert texts[0].startswith("Warning: A‹b›&Co ＠here")
    assert "41 of 96 (43 %) negative" in texts[1]
    assert len(texts[1]) <= 1_000
    assert "entities" not in card["msteams"]
    assert "<at>" not in got.body.decode()


def test_discord_calls_nobody(services: Receiver) -> None:
    services.status, services.reply = 204, b""
    post(DISCORD, hostile())
    assert services.got
    whole = b"".join(got.body for got in services.got).decode("utf-8", "replace")
    assert "41 of 96" in whole
    for call in ("@everyone", "@here", "<@"):
        assert call not in whole


def test_ntfy_shows_the_words_beside_the_picture(receiver: Receiver) -> None:
    post(f"ntfy://127.0.0.1:{receiver.server_port}/brand-alerts", opened())
    [got] = receiver.got
    path, _, query = got.path.partition("?")
    assert path == "/brand-alerts"
    assert "41 of 96 (43 %) negative" in parse_qs(query)["message"][0]
    assert got.body.startswith(PNG)


def test_mattermost_which_takes_its_text_for_markup_calls_nobody(receiver: Receiver) -> None:
    post(f"mmost://127.0.0.1:{receiver.server_port}/3ccdd113474722377935511fc85d3dd4", hostile())
    text = receiver.got[0].json()["text"]
    assert "41 of 96 (43 %) negative" in text
    assert not {"<", ">", "@"} & set(text)


def test_pagerduty_keeps_one_incident_by_its_id(services: Receiver) -> None:
    services.status = 202
    events: tuple[Event, ...] = ("opened", "escalated", "resolved")
    for event in events:
        critical = msgspec.structs.replace(opened(), event=event, severity="critical")
        post(PAGERDUTY, critical)
    told = [got.json() for got in services.got]
    assert [event["event_action"] for event in told] == ["trigger", "trigger", "resolve"]
    assert {event["dedup_key"] for event in told} == {"sample-1"}
    assert told[0]["payload"]["severity"] == "critical"
    assert "41 of 96 (43 %) negative" in told[0]["payload"]["summary"]
    assert len(told[0]["payload"]["summary"]) <= 1_024
    assert told[0]["links"] == [{"href": "https://tidings.example/incidents/sample-1"}]


def test_opsgenie_opens_and_closes_one_alert_by_its_alias(services: Receiver) -> None:
    services.status, services.reply = 202, b'{"requestId": "43a29c5c-3dbf-4fa4-9c26-f4f71023e120"}'
    post(OPSGENIE, opened())
    post(OPSGENIE, msgspec.structs.replace(opened(), event="resolved"))
    new, close = services.got
    assert (new.path, new.json()["alias"]) == ("/v2/alerts", "sample-1")
    assert new.json()["message"] == "Warning: Northwind Kettles: negative share"
    assert close.path == "/v2/alerts/sample-1/close?identifierType=alias"
    assert close.headers["authorization"] == new.headers["authorization"]
    assert "41 of 96 (43 %) negative" in close.json()["note"]


def test_an_end_that_opsgenie_refuses_is_told(services: Receiver) -> None:
    services.status = 422
    with pytest.raises(ConfigurationError, match=r"api\.opsgenie\.com answered 422"):
        post(OPSGENIE, msgspec.structs.replace(opened(), event="resolved"))


def mail(address: str, box: Mailbox, notice: Notice) -> EmailMessage:
    post(address, notice)
    return box.mails[-1]


def mailto(port: int, **more: str) -> str:
    extra = "".join(f"&{name}={value}" for name, value in more.items())
    return f"mailto://127.0.0.1:{port}/?from=tidings@acme.example&to=care@acme.example{extra}"


def test_a_mail_has_the_words_and_the_picture(mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    got = mail(mailto(port), box, hostile())
    assert got["Subject"] == "Warning: A‹b›&Co ＠here: negative share"
    assert got["To"] == "care@acme.example"
    page = got.get_body(("html",))
    assert page is not None
    content = page.get_content()
    assert "<b>A&lt;b&gt;&amp;Co @here</b>" in content
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in content
    assert "<script" not in content
    assert "41 of 96 (43 %) negative" in content
    [picture] = list(got.iter_attachments())
    assert picture.get_content_type() == "image/png"
    assert picture.get_filename() == "incident.png"
    assert picture.get_content().startswith(PNG)


def test_mails_of_one_incident_are_one_thread_and_each_has_its_key(
    mailbox: tuple[Mailbox, int],
) -> None:
    box, port = mailbox
    first = mail(mailto(port), box, opened())
    second = mail(mailto(port), box, msgspec.structs.replace(opened(), event="resolved", key="k2"))
    assert first["References"] == second["References"] == "<sample-1@tidings.invalid>"
    assert (first["X-Tidings-Key"], second["X-Tidings-Key"]) == (opened().key, "k2")
    assert first["Auto-Submitted"] == "auto-generated"
    assert second["Subject"].startswith("Resolved: ")


def test_a_mail_can_be_plain_text(mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    got = mail(mailto(port, format="text"), box, opened())
    assert got.get_body(("html",)) is None
    page = got.get_body(("plain",))
    assert page is not None
    assert "41 of 96 (43 %) negative" in page.get_content()
    assert "<" not in page.get_content()


def test_a_brand_can_not_write_headers(mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    [incident] = opened().incidents
    incident = msgspec.structs.replace(incident, brand="Acme\r\nBcc: all@acme.example")
    got = mail(mailto(port), box, msgspec.structs.replace(opened(), incidents=(incident,)))
    assert got["Bcc"] is None
    assert "Acme Bcc: all＠acme.example" in got["Subject"]


def test_a_mail_server_that_will_not_is_tried_again(mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    box.refuse = "451 come back later"
    with pytest.raises(TransientError, match="'desk'"):
        post(mailto(port), opened())
    assert box.mails == []


@pytest.mark.parametrize(
    "address",
    [
        "slack://",
        "nonsense://x",
        "not an address",
        "mailto://",
        "pagerduty://only-one",
        "dbus://[[",
    ],
)
def test_an_address_that_can_not_be_used_is_refused_without_being_shown(address: str) -> None:
    with pytest.raises(ConfigurationError, match=r"'desk'.*can't use the address") as caught:
        post(address, opened())
    rest = address.partition("://")[2]
    assert not rest or rest not in caught.value.message
