"""The web preview of a Telegram channel: its messages, read as mentions, and the way on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bs4 import BeautifulSoup, Tag

from tidings.errors import SourceChanged
from tidings.http import Answer
from tidings.markup import plain_text, tidy
from tidings.mention import Mention
from tidings.times import from_iso

SOURCE = "telegram"
SITE = "https://t.me"

END = 4_000
"""Bytes within which a whole page ends; a comment may follow."""

POST = re.compile(r"(?P<channel>\w+)/(?P<number>[0-9]{1,18})")
_COUNT = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<unit>[KMB]?)", re.IGNORECASE)
_UNITS = {"": 1, "K": 1_000, "M": 1_000_000, "B": 1_000_000_000}


class Preview:
    """One page of a channel's preview: at most some twenty messages, the oldest first."""

    def __init__(self, answer: Answer) -> None:
        """Parse ``answer``; SourceChanged where it shows no channel, or is cut off.

        The preview is in UTF-8, whatever a server between says of it.
        """
        if b"</html>" not in answer.body[-END:].lower():
            raise SourceChanged(
                f"{answer.url} is no whole page of HTML ({len(answer.body)} bytes).",
                remedy="Look at the kept page; if it was cut off, the next walk reads it.",
                url=answer.url,
                answer=answer,
            )
        self._soup = BeautifulSoup(answer.body.decode("utf-8", "replace"), "lxml")
        self.messages: Sequence[Tag] = self._soup.select("div.tgme_widget_message")
        if not self.messages and not self._soup.select_one(
            ".tgme_channel_history, .tgme_channel_info"
        ):
            raise SourceChanged(
                f"{answer.url} shows no channel's messages ({len(answer.body)} bytes).",
                remedy="Look at the kept page: has the web preview another form now?",
                url=answer.url,
                answer=answer,
            )

    @property
    def numbers(self) -> list[int]:
        """The numbers of its messages, those that can be read."""
        return [number for message in self.messages if (number := number_of(message))]

    @property
    def before(self) -> int | None:
        """The number below which its link to older messages goes on; None without such a link."""
        link = self._soup.select_one("a[data-before], link[rel=prev][href*='before=']")
        stated = (_attribute(link, "data-before") or _attribute(link, "href")) if link else ""
        found = re.search(r"(?:^|before=)([0-9]{1,18})(?:$|&)", stated)
        return int(found[1]) if found else None

    @property
    def subscribers(self) -> int | None:
        """How many subscribe to the channel, rounded as the page has it."""
        for counter in self._soup.select(".tgme_channel_info_counter"):
            if "subscriber" in _text(counter, ".counter_type"):
                return count(_text(counter, ".counter_value"))
        return None


def number_of(message: Tag) -> int | None:
    """Return a message's number within its channel; None where it states none."""
    found = POST.fullmatch(_attribute(message, "data-post"))
    return int(found["number"]) if found else None


def read_message(message: Tag, channel: str, subscribers: int | None) -> Mention | None:
    """Read one message; None for one without words. ValueError where it can't be read."""
    number = number_of(message)
    if number is None:
        raise ValueError(f"data-post: {_attribute(message, 'data-post')!r} names no message")
    if "service_message" in message.get_attribute_list("class"):
        return None
    time = message.select_one(".tgme_widget_message_date time[datetime], time.time[datetime]")
    if time is None:
        raise ValueError("the message states no time")
    published = from_iso(_attribute(time, "datetime"))
    title = tidy(_text(message, ".tgme_widget_message_poll_question"))
    text = _words(message)
    if title is None and text is None:
        return None
    origin = _forwarded_from(message)
    return Mention(
        source=SOURCE,
        place=channel,
        external_id=str(number),
        kind="post",
        published=published,
        url=f"{SITE}/{channel}/{number}",
        author_handle=origin or channel,
        author_followers=None if origin else subscribers,
        title=title,
        text=text,
        parent_id=_parent(message, channel),
        views=count(_text(message, ".tgme_widget_message_views")),
    )


def count(stated: str) -> int | None:
    """Return the number that is written as ``987``, ``1.2K`` or ``3M``; None where it is none."""
    found = _COUNT.fullmatch(stated.replace(" ", ""))
    return round(float(found["number"]) * _UNITS[found["unit"].upper()]) if found else None


def _words(message: Tag) -> str | None:
    """Return what a message says: not what it quotes, nor the card of a page it links to."""
    for found in message.select(".tgme_widget_message_text, .tgme_widget_message_document_title"):
        if found.find_parent(class_="tgme_widget_message_reply") is None:
            return plain_text(str(found))
    return None


def _forwarded_from(message: Tag) -> str | None:
    """Return the channel (or the name) that a forwarded message comes from; None if it is none."""
    origin = message.select_one(".tgme_widget_message_forwarded_from_name")
    if origin is None:
        return None
    named = re.match(r"https?://t\.me/(\w+)", _attribute(origin, "href"))
    return named[1].lower() if named else tidy(origin.get_text())


def _parent(message: Tag, channel: str) -> str | None:
    """Return the number of the message in the same channel that this one replies to."""
    reply = message.select_one("a.tgme_widget_message_reply")
    path = _attribute(reply, "href").partition("t.me/")[2] if reply else ""
    found = POST.match(path)
    return found["number"] if found and found["channel"].lower() == channel else None


def _attribute(tag: Tag, name: str) -> str:
    value = tag.get(name)
    return value if isinstance(value, str) else ""


def _text(within: Tag, selector: str) -> str:
    found = within.select_one(selector)
    return found.get_text().strip() if found else ""
