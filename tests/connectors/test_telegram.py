"""Telegram: the web preview of a made-up channel at the network's edge."""

import msgspec
import pytest
from edge import SIGN_IN_PAGE, Edge, at, ids, params, read
from likes_networks import SUBJECTS, TelegramLike

from connectors.telegram import Telegram
from connectors.telegram_message import count
from tidings.connector import configure
from tidings.errors import ConfigurationError, NotFound, SourceChanged
from tidings.http import Answer, Request
from tidings.testing import ConnectorContract

CHANNEL = Telegram(channels=("@Fjallsmide",))
HTML = {"content-type": "text/html; charset=utf-8"}
TIME = "2024-05-01T10:00:00+00:00"


class TestTelegramConforms(ConnectorContract):
    connector, origin = SUBJECTS["telegram channel"]


def shown(*messages: str, before: str | None = None) -> Edge:
    """Show messages on the first page, and an empty one after it."""

    def respond(request: Request) -> Answer:
        first = "before" not in params(request)
        body = TelegramLike.page(list(messages) if first else [], before if first else None)
        return Answer(status=200, url="", headers=HTML, body=body)

    return Edge(respond)


def test_a_message_becomes_a_mention() -> None:
    reply = (
        '<a class="tgme_widget_message_reply" href="https://t.me/fjallsmide/41"><div class="'
        'tgme_widget_message_text js-message_reply_text">quoted</div></a>'
    )
    pages = read(CHANNEL, shown(TelegramLike.message(42, "2024-05-01T12:00:00+02:00", reply)))
    [mention] = [m for page in pages for m in page.mentions]
    assert mention.text == "Our anvils ring true.\nMore at our shop & forge.", "not what it quotes"
    assert (mention.external_id, mention.place) == ("42", "fjallsmide")
    assert (mention.kind, mention.parent_id) == ("post", "41")
    assert mention.url == "https://t.me/fjallsmide/42"
    assert (mention.views, mention.author_followers) == (1200, 2500)
    assert mention.author_handle == "fjallsmide"
    assert mention.published == at("2024-05-01T10:00:00Z")


@pytest.mark.parametrize(
    ("origin", "author"),
    [
        ('<a class="{}" href="https://t.me/Globex/7"><span>Globex</span></a>', "globex"),
        ('<span class="{}">Somebody hidden</span>', "Somebody hidden"),
    ],
)
def test_a_forwarded_message_has_its_first_author(origin: str, author: str) -> None:
    name = origin.format("tgme_widget_message_forwarded_from_name")
    pages = read(CHANNEL, shown(TelegramLike.message(42, TIME, name)))
    [mention] = [m for page in pages for m in page.mentions]
    assert (mention.author_handle, mention.author_followers) == (author, None)
    assert mention.text is not None


def test_what_has_no_words_is_no_mention_and_what_has_no_time_is_rejected() -> None:
    said = TelegramLike.message(3, TIME)
    notice = TelegramLike.message(4, TIME).replace("text_not", "service_message text_not")
    picture = TelegramLike.message(5, TIME).replace("tgme_widget_message_text", "photo")
    poll = TelegramLike.message(6, TIME).replace(
        "tgme_widget_message_text", "tgme_widget_message_poll_question"
    )
    timeless = TelegramLike.message(7, "").replace("datetime", "data-x")
    nameless = TelegramLike.message(8, TIME).replace("data-post", "data-x")
    pages = read(CHANNEL, shown(said, notice, picture, poll, timeless, nameless))
    found = {m.external_id: m for page in pages for m in page.mentions}
    assert set(found) == {"3", "6"}
    assert found["6"].title is not None
    reasons = [r.reason for page in pages for r in page.rejected]
    assert "no time" in reasons[0]
    assert "data-post" in reasons[1]


def test_a_page_without_a_link_to_older_ones_is_not_the_end() -> None:
    source = TelegramLike(records=20)

    def respond(request: Request) -> Answer:
        answer = source.answer(request)
        return msgspec.structs.replace(answer, body=answer.body.replace(b"data-before", b"data-x"))

    assert len(set(ids(read(CHANNEL, Edge(respond))))) == 20


def test_a_page_of_deleted_messages_that_links_on_is_not_the_end() -> None:
    def respond(request: Request) -> Answer:
        before = params(request).get("before")
        messages = {None: [9], "9": [], "4": [2]}[before]
        link = {None: "9", "9": "4", "4": None}[before]
        body = TelegramLike.page([TelegramLike.message(n, TIME) for n in messages], link)
        return Answer(status=200, url="", headers=HTML, body=body)

    def fewer(request: Request) -> Answer:
        gone = params(request).get("before") == "2"
        page = TelegramLike.page([])
        return Answer(status=200, url="", headers=HTML, body=page) if gone else respond(request)

    assert ids(read(CHANNEL, Edge(fewer))) == ["9", "2"]


def test_a_channel_without_preview_is_not_found() -> None:
    def respond(request: Request) -> Answer:
        if "/s/" in request.url:
            where = {"location": request.url.split("?")[0].replace("/s/", "/")}
            return Answer(status=302, url="", headers=where)
        return Answer(status=200, url="", headers=HTML, body=b"<html>Contact</html>")

    with pytest.raises(NotFound, match="fjallsmide"):
        read(CHANNEL, Edge(respond))


@pytest.mark.parametrize("body", [SIGN_IN_PAGE, b"", b"{}"])
def test_another_page_is_no_empty_channel(body: bytes) -> None:
    with pytest.raises(SourceChanged):
        read(CHANNEL, Edge(lambda _: Answer(status=200, url="", headers=HTML, body=body)))


def test_a_page_that_is_cut_off_is_no_whole_one_and_words_are_utf_8_whatever_is_said() -> None:
    message = TelegramLike.message(1, TIME).replace("Our", "Ålesunds 🔨")
    page = TelegramLike.page([message])
    wrong = {"content-type": "text/html; charset=ISO-8859-1"}
    [found] = read(CHANNEL, Edge(lambda _: Answer(status=200, url="", headers=wrong, body=page)))
    assert (found.mentions[0].text or "").startswith("Ålesunds 🔨")
    cut = page[: page.index(b"</section>")]
    with pytest.raises(SourceChanged, match="whole"):
        read(CHANNEL, Edge(lambda _: Answer(status=200, url="", headers=HTML, body=cut)))


def test_a_promise_of_older_messages_that_is_not_kept_is_a_loop() -> None:
    body = TelegramLike.page([TelegramLike.message(42, TIME)], "42")
    edge = Edge(lambda _: Answer(status=200, url="", headers=HTML, body=body))
    with pytest.raises(SourceChanged, match="loop"):
        read(CHANNEL, edge)
    assert len(edge.requests) == 2


def test_since_and_until_bound_a_walk_ties_included() -> None:
    source = TelegramLike(records=40)
    since, until = source.notes[9].at, source.notes[30].at
    window = msgspec.structs.replace(CHANNEL, since=since, until=until)
    edge = Edge(source.answer)
    wanted = {str(n.id) for n in source.notes if since <= n.at < until}
    assert set(ids(read(window, edge))) == wanted
    assert len(edge.requests) < 14, "it stops behind since"


@pytest.mark.parametrize(
    ("stated", "number"), [("987", 987), ("1.2K", 1200), ("3M", 3_000_000), ("", None), ("x", None)]
)
def test_counts(stated: str, number: int | None) -> None:
    assert count(stated) == number


def test_settings() -> None:
    several = configure(Telegram, {"channels": ["@Fjallsmide", "fjallsmide", "globexnews"]})
    assert [c.label() for c in several.split()] == ["telegram fjallsmide", "telegram globexnews"]
    asked = ["https://t.me/s/fjallsmide?before=4", "https://t.me/s/fjallsmide"]
    assert Telegram.settings_from(asked) == {"channels": ["fjallsmide"]}
    with pytest.raises(ConfigurationError, match="channels"):
        configure(Telegram, {"channels": ["https://t.me/fjallsmide"]})
