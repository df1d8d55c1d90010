"""Messages of public Telegram channels, by the web preview that Telegram shows of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import urlsplit

import msgspec
from bs4 import Tag
from msgspec import Meta

from connectors.newest_first import NewestFirst, loop
from connectors.telegram_message import SITE, SOURCE, Preview, number_of, read_message
from tidings.connector import About, Connector, Cursor, Page, read_records
from tidings.errors import ConfigurationError, NotFound, SourceChanged
from tidings.http import Answer, Http
from tidings.times import from_iso

Time = Annotated[datetime, Meta(tz=True)]


class Telegram(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Messages of public Telegram channels, newest first; each channel is a place.

    channels: names of the channels, with or without ``@``; each is walked by itself.
    overlap_hours: how much of what an earlier walk saw is read again, for edits and new views.
    since, until: only messages published from ``since`` on and before ``until`` (aware UTC).
    base_url: Telegram's address, or a local server that stands for it.

    A message without words (a picture, a sticker, a notice of the channel) is no mention. The
    question of a poll is the ``title``. A forwarded message has the channel that it comes from as
    its author. The preview marks a message as edited, but not when: an edit shows as another text.
    Views and subscribers are rounded as the preview has them (``1.2K``).
    """

    source: ClassVar[str] = SOURCE
    about: ClassVar[About] = About(
        collects="Messages of public Telegram channels: text, views, replies within the channel, "
        "subscribers.",
        needs="nothing",
        limits="Some 20 messages an answer, back to the first one. Channels only, and of those "
        "only the ones that allow the preview: no groups, no comments. Telegram publishes no limit "
        "for the preview; one request a second has proved modest.",
        terms="Only what a channel shows to everybody without signing in is read. The rights in "
        "the messages stay with who wrote them; see Telegram's terms of service.",
        state="documentation only",
        example={"channels": ["acmerockets"]},
        order="newest",
        goes_back=True,
    )

    channels: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^@?[A-Za-z]\w{3,31}$")], ...], Meta(min_length=1)
    ]
    overlap_hours: Annotated[float, Meta(ge=0)] = 24.0
    since: Time | None = None
    until: Time | None = None
    base_url: str = SITE

    def split(self) -> list[Self]:
        """Return one connector for each channel."""
        return [msgspec.structs.replace(self, channels=(name,)) for name in self._names()]

    def label(self) -> str:
        """Name the walk by its channel."""
        return f"telegram {', '.join(self._names())}"

    @classmethod
    def settings_from(cls, urls: list[str]) -> dict[str, Any]:
        """Return what recorded addresses tell of the settings; for replaying recordings."""
        paths = [urlsplit(url).path.strip("/").split("/") for url in urls]
        names = [parts[1] for parts in paths if len(parts) == 2 and parts[0] == "s"]
        return {"channels": list(dict.fromkeys(names))}

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk one channel, from its newest message back to where an earlier walk began.

        The next page is what is older than the oldest message. NotFound for a channel that is not
        there or allows no preview; SourceChanged where older messages are promised and don't come.
        """
        channel = self._one_channel()
        walk = NewestFirst(
            cursor, overlap_hours=self.overlap_hours, since=self.since, until=self.until
        )
        before: int | None = None
        promised = False
        while True:
            answer = self._ask(http, channel, before)
            preview = Preview(answer)
            reached = _reached(preview, answer, before)
            if before is not None and reached >= before and promised:
                raise loop(answer, f"nothing older than message {before} came")
            fresh = walk.fresh(preview.messages, lambda m: str(number_of(m) or m))
            read = partial(read_message, channel=channel, subscribers=preview.subscribers)
            mentions, rejected = read_records(fresh, read)
            ended = walk.passed(_times(preview)) or reached in (before, 0, 1)
            ended = ended or (before is not None and reached > before)
            yield Page(
                mentions=[m for m in mentions if walk.wants(m)],
                rejected=rejected,
                cursor=walk.finished() if ended else cursor,
                raw=[answer],
            )
            if ended:
                return
            before, promised = reached, preview.before is not None

    def _names(self) -> list[str]:
        return list(dict.fromkeys(name.removeprefix("@").lower() for name in self.channels))

    def _one_channel(self) -> str:
        names = self._names()
        if len(names) != 1:
            raise ConfigurationError(
                f"One walk of 'telegram' takes one channel, not {len(names)}.",
                remedy="Walk each of split().",
            )
        return names[0]

    def _ask(self, http: Http, channel: str, before: int | None) -> Answer:
        address = f"{self.base_url.rstrip('/')}/s/{channel}"
        answer = http.get(address, {"before": before})
        if urlsplit(answer.url).path.rstrip("/").lower() == urlsplit(address).path.lower():
            return answer
        raise NotFound(
            f"Telegram shows no preview of {channel!r}: it leads on to {answer.url}.",
            remedy="Check the name; groups, private channels and those that forbid the preview "
            "can't be read.",
            url=answer.url,
            answer=answer,
        )


def _reached(preview: Preview, answer: Answer, before: int | None) -> int:
    """Return below which number to go on; ``before`` or 0 where the page does not say.

    SourceChanged where there are messages, and not one has a number that can be read.
    """
    numbers = preview.numbers
    if numbers:
        return min(numbers)
    if preview.messages:
        raise SourceChanged(
            f"No message of {answer.url} states its number.",
            remedy="Look at the kept page: has the web preview another form now?",
            url=answer.url,
            answer=answer,
        )
    return preview.before or before or 0


def _times(preview: Preview) -> list[datetime]:
    found = []
    for message in preview.messages:
        time = message.select_one("time[datetime]")
        if isinstance(time, Tag):
            try:
                found.append(from_iso(str(time["datetime"])))
            except ValueError:
                continue  # it is rejected with its message
    return found
