"""Reviews of apps on Steam, by the store's own ``appreviews`` listing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias

import msgspec
from msgspec import Meta

from connectors.newest_first import loop
from connectors.onward import Onward
from connectors.steam_languages import LANGUAGES
from connectors.watermark import Watermark
from tidings.connector import About, Connector, Cursor, Page, read_records
from tidings.errors import ConfigurationError, SourceChanged
from tidings.http import Answer, Http
from tidings.markup import tidy
from tidings.mention import Mention
from tidings.times import from_epoch

STORE = "https://store.steampowered.com"
PROFILE = "https://steamcommunity.com/profiles/{author}/recommended/{app}/"

MOST = 2**31
"""Counts above this are unsigned numbers that fell below zero at Steam; they say nothing."""

NEARLY_ALL = 0.9
"""Of the total that Steam states; its count of deleted and hidden reviews is not exact."""

_BLOCK = re.compile(
    r"\[/?(?:h[1-6]|hr|list|olist|\*|quote(?:=[^\]]*)?|code|table(?: [^\]]*)?|tr)\]", re.I
)
_INLINE = re.compile(r"\[/?(?:b|i|u|strike|spoiler|noparse|th|td|img|url(?:=[^\]]*)?)\]", re.I)


_Version: TypeAlias = tuple[str, datetime | None, datetime | None]


class _Author(msgspec.Struct, frozen=True):
    steamid: str | int


class _Review(msgspec.Struct, frozen=True):
    recommendationid: str | int
    author: _Author
    review: str
    timestamp_created: int
    voted_up: bool
    timestamp_updated: int | None = None
    language: str | None = None
    votes_up: int | None = None
    comment_count: int | None = None
    developer_response: str | None = None
    timestamp_dev_responded: int | None = None


class _Summary(msgspec.Struct, frozen=True):
    total_reviews: int | None = None


class _Listing(msgspec.Struct, frozen=True):
    reviews: list[msgspec.Raw] | dict[str, msgspec.Raw]
    success: int | bool = 1
    cursor: str | None = None
    query_summary: _Summary | None = None


class Steam(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Reviews of one or more Steam apps, newest first; each app is a place.

    apps: numbers of the apps, as in their store address; each is walked by itself.
    app: the same for a single app.
    filter: ``updated`` sorts by last edit, so that edits are seen; ``recent`` by first writing.
    language: one of Steam's language codes (``english``, ``koreana``), or ``all``.
    purchase_type: ``all``, ``steam`` (bought there) or ``non_steam_purchase``.
    off_topic: also reviews that Steam takes for a "review bomb" and leaves out by default.
    per_page: reviews asked for at a time, at most 100.
    overlap_hours: how much of what an earlier walk saw is read again.
    since, until: only reviews first written from ``since`` on and before ``until`` (aware UTC).
    base_url: the store, or a local server that stands for it.
    """

    source: ClassVar[str] = "steam"
    about: ClassVar[About] = About(
        collects="Reviews of apps on Steam: recommended or not, text, developer's answer, edits.",
        needs="nothing",
        limits="100 reviews an answer. Steam answers 429 after some hundred requests in five "
        "minutes. Reviews it takes for off-topic are left out unless off_topic is set. A deleted "
        "review just stops being shown.",
        terms="Steamworks documents this listing; see the Steam Subscriber Agreement.",
        state="recorded",
        example={"apps": [403950, 588950]},
        order="any",  # by last edit: old reviews come among new ones
        goes_back=True,
        allows_answers=True,
    )

    apps: tuple[int | str, ...] = ()
    app: int | str | None = None
    filter: Literal["updated", "recent"] = "updated"
    language: str = "all"
    purchase_type: Literal["all", "steam", "non_steam_purchase"] = "all"
    off_topic: bool = False
    per_page: Annotated[int, Meta(ge=1, le=100)] = 100
    overlap_hours: Annotated[float, Meta(ge=0)] = 24.0
    since: Annotated[datetime, Meta(tz=True)] | None = None
    until: Annotated[datetime, Meta(tz=True)] | None = None
    base_url: str = STORE

    def __post_init__(self) -> None:
        """Refuse settings without an app, or with one that is no number (ValueError)."""
        if not self._apps():
            raise ValueError("'apps' names no app; give the numbers of their store addresses")
        for app in self._apps():
            if not re.fullmatch(r"[0-9]{1,12}", app):
                raise ValueError(f"app {app!r} is no number, as 570 in /app/570/ is")
        if self.language not in {"all", *LANGUAGES}:
            raise ValueError(f"language {self.language!r} is not 'all' or one of Steam's codes")

    def split(self) -> list[Self]:
        """Return one connector for each app."""
        return [msgspec.structs.replace(self, apps=(app,), app=None) for app in self._apps()]

    def label(self) -> str:
        """Name the walk by its app."""
        return f"steam {' '.join(self._apps())}"

    @classmethod
    def settings_from(cls, urls: list[str]) -> dict[str, Any]:
        """Return what recorded addresses tell of the settings; for replaying recordings."""
        found = (re.search(r"/appreviews/([0-9]+)", url) for url in urls)
        return {"apps": list(dict.fromkeys(match[1] for match in found if match))}

    def lists_all(self) -> bool:
        """Tell whether all is listed: "review bombs" are hidden unless ``off_topic`` is set."""
        return self.off_topic

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk the reviews of one app, the newest first, back to where an earlier walk began.

        SourceChanged where the listing has another form, or comes round to where it was. Steam ends
        with an empty page; one that is short and leads to itself is an end, too, unless much is
        still missing of what Steam says there is. An empty page that leads elsewhere is none.
        """
        app = self._one_app()
        watermark = Watermark(cursor, self.overlap_hours)
        at = "*"
        before: list[msgspec.Raw] = []
        seen: set[_Version] = set()
        fullest = read = 0
        total: int | None = None
        onward = Onward()
        while True:
            answer = http.get(f"{self.base_url.rstrip('/')}/appreviews/{app}", self._params(at))
            listing = _listing(answer, app)
            records = _records(listing)
            if records and records == before:
                raise loop(answer, f"the page at cursor {at!r} repeats the one before it")
            mentions, rejected = read_records(records, lambda record: _mention(record, app))
            fullest, read = max(fullest, len(records)), read + len(records)
            stated = (listing.query_summary or _Summary()).total_reviews
            total = stated if total is None else total
            short = len(records) < fullest and read >= NEARLY_ALL * (total or 0)
            itself = listing.cursor == at and (not records or short)
            ended = self._ended(watermark, mentions) or not listing.cursor or itself
            yield Page(
                mentions=[m for m in _unseen(mentions, seen) if self._wanted(m)],
                rejected=rejected,
                cursor=watermark.cursor() if ended else cursor,
                raw=[answer],
                declared_total=stated,
            )
            if ended or not listing.cursor:
                return
            at, before = onward.follow(listing.cursor, answer, records=len(records)), records

    def _apps(self) -> tuple[str, ...]:
        given = [*self.apps, *([] if self.app is None else [self.app])]
        return tuple(dict.fromkeys(str(app).strip() for app in given))

    def _one_app(self) -> str:
        apps = self._apps()
        if len(apps) > 1:
            raise ConfigurationError(
                f"One walk can't go over {len(apps)} apps.", remedy="Walk each of split()."
            )
        return apps[0]

    def _params(self, at: str) -> dict[str, str | int]:
        asked: dict[str, str | int] = {
            "json": 1,
            "filter": self.filter,
            "language": self.language,
            "purchase_type": self.purchase_type,
            "num_per_page": self.per_page,
            "cursor": at,
        }
        return {**asked, "filter_offtopic_activity": 0} if self.off_topic else asked

    def _ended(self, watermark: Watermark, mentions: list[Mention]) -> bool:
        updated = self.filter == "updated"
        times = [(m.edited if updated else None) or m.published for m in mentions]
        before_since = self.since is not None and bool(times) and max(times) < self.since
        return watermark.passed(times) or before_since

    def _wanted(self, mention: Mention) -> bool:
        early = self.since is not None and mention.published < self.since
        return not early and not (self.until is not None and mention.published >= self.until)


def _listing(answer: Answer, app: str) -> _Listing:
    listing: _Listing = answer.json(_Listing)
    if listing.success != 1:
        raise SourceChanged(
            f"{answer.url} answered success={listing.success!r} for app {app}.",
            remedy="Is there such an app? If so, look at the kept page.",
            url=answer.url,
            answer=answer,
        )
    return listing


def _records(listing: _Listing) -> list[msgspec.Raw]:
    """Return the reviews of today's form, a list, or of that of 2017, an object by their ids."""
    reviews = listing.reviews
    return list(reviews.values()) if isinstance(reviews, dict) else reviews


def _unseen(mentions: list[Mention], seen: set[_Version]) -> list[Mention]:
    """Return the reviews that no page gave before: while one reads, new ones push others down."""
    new = []
    for mention in mentions:
        version = (mention.external_id, mention.edited, mention.answered)
        if version not in seen:
            seen.add(version)
            new.append(mention)
    return new


def _mention(record: msgspec.Raw, app: str) -> Mention:
    review = msgspec.json.decode(record, type=_Review, strict=False)
    author = str(review.author.steamid)
    published = _time("timestamp_created", review.timestamp_created)
    edited = _time("timestamp_updated", review.timestamp_updated or review.timestamp_created)
    answer = tidy(review.developer_response)
    return Mention(
        source=Steam.source,
        place=app,
        external_id=str(review.recommendationid),
        kind="review",
        published=published,
        edited=edited if edited > published else None,
        url=PROFILE.format(author=author, app=app),
        author_handle=author,
        text=_plain(review.review),
        language=LANGUAGES.get(review.language or ""),
        rating=1.0 if review.voted_up else 0.0,
        rating_min=0.0,
        rating_max=1.0,
        likes=_count(review.votes_up),
        replies=_count(review.comment_count),
        answer=answer,
        answered=_time("timestamp_dev_responded", review.timestamp_dev_responded)
        if answer and review.timestamp_dev_responded
        else None,
        product=app,
    )


def _time(field: str, seconds: int) -> datetime:
    try:
        time = from_epoch(seconds)
    except ValueError as error:
        raise ValueError(f"{field}: {error}") from error
    if seconds <= 0:
        raise ValueError(f"{field}: {seconds} is before there was Steam")
    return time


def _count(number: int | None) -> int | None:
    return number if number is not None and 0 <= number <= MOST else None


def _plain(review: str) -> str | None:
    """Return a review without Steam's formatting tags: ``[b]``, ``[list]``, ``[url=...]``."""
    return tidy(_INLINE.sub("", _BLOCK.sub("\n", review)))
