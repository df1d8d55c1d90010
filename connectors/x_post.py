"""One post of X, read as a mention together with what the answer includes about it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from connectors.languages import language_tag
from connectors.newest_first import peek, utc
from tidings.markup import tidy
from tidings.mention import Mention
from tidings.times import from_epoch

SOURCE = "x"
PLACE = "x.com"

_NO_LANGUAGE = frozenset({"und", "zxx", "art", "qam", "qct", "qht", "qme", "qst"})
_RENAMED = {"in": "id", "iw": "he", "ji": "yi"}
"""Languages that X calls by names that were given up."""

_FIRST_MILLISECOND = 1_288_834_974_657
_OF_TIMES = 1 << 50
"""Ids from here on are made of milliseconds since November 2010, and 22 bits more."""

_MEDIA = re.compile(r"https?://(www\.)?(x|twitter)\.com/\w+/status/\d+/(photo|video)/\d+", re.I)
"""Where the short link of a picture or film of a post leads: its author's name stands in it."""

_Time = Annotated[datetime, Meta(tz=True)]
_Id = Annotated[str, Meta(pattern=r"^\d{1,19}$")]


class _Reference(msgspec.Struct, frozen=True):
    type: str
    id: _Id


class _Metrics(msgspec.Struct, frozen=True):
    like_count: int | None = None
    reply_count: int | None = None
    retweet_count: int | None = None
    quote_count: int | None = None
    impression_count: int | None = None


class _Link(msgspec.Struct, frozen=True):
    url: str
    expanded_url: str | None = None
    unwound_url: str | None = None
    media_key: str | None = None

    def shown(self) -> str:
        """Return what it stands for; nothing for a picture, whose address names the author."""
        at = self.unwound_url or self.expanded_url or self.url
        return "" if self.media_key or _MEDIA.match(self.expanded_url or at) else at


class _Entities(msgspec.Struct, frozen=True):
    urls: list[_Link] = []


class _Note(msgspec.Struct, frozen=True):
    """The whole text of a long post, of which ``text`` is the beginning."""

    text: str
    entities: _Entities = _Entities()


class _Geo(msgspec.Struct, frozen=True):
    place_id: str | None = None


class _Post(msgspec.Struct, frozen=True):
    id: _Id
    text: str
    created_at: _Time
    author_id: _Id
    lang: str | None = None
    public_metrics: _Metrics = _Metrics()
    referenced_tweets: list[_Reference] = []
    edit_history_tweet_ids: list[_Id] = []
    entities: _Entities = _Entities()
    note_tweet: _Note | None = None
    geo: _Geo | None = None


class _Quoted(msgspec.Struct, frozen=True):
    """What is needed of a post that another one shows."""

    text: str
    entities: _Entities = _Entities()
    note_tweet: _Note | None = None


class Included(msgspec.Struct, frozen=True):
    """What an answer tells beside its posts, by id: followers, countries, posts shown by others."""

    followers: Mapping[str, int]
    countries: Mapping[str, str]
    posts: Mapping[str, msgspec.Raw]

    @classmethod
    def of(cls, includes: Mapping[str, Sequence[msgspec.Raw]]) -> Included:
        """Read it; what can't be read is missing from the posts, which cost nothing for it."""
        followers, countries, posts = {}, {}, {}
        for user in includes.get("users", ()):
            name, counts = peek(user, "id", str), peek(user, "public_metrics", dict)
            count = (counts or {}).get("followers_count")
            if name and isinstance(count, int):
                followers[name] = count
        for place in includes.get("places", ()):
            name, code = peek(place, "id", str), peek(place, "country_code", str)
            if name and code and len(code) == 2 and code.isascii() and code.isalpha():
                countries[name] = code.upper()
        for post in includes.get("tweets", ()):
            if name := peek(post, "id", str):
                posts[name] = post
        return cls(followers, countries, posts)


def read_post(record: msgspec.Raw, included: Included, *, reposts: bool = True) -> Mention | None:
    """Read one post; ValidationError or ValueError naming the field where it can't be read.

    None for a repost where ``reposts`` are not wanted.
    """
    post = msgspec.json.decode(record, type=_Post)
    written = utc(post.created_at, "created_at")
    first = post.edit_history_tweet_ids[0] if post.edit_history_tweet_ids else post.id
    was_edited = first != post.id
    shown = _reference(post, "retweeted")
    if shown and not reposts:
        return None
    parent = _reference(post, "replied_to") or _reference(post, "quoted") or shown
    counts = _Metrics() if shown else post.public_metrics  # a repost's are those of what it shows
    return Mention(
        source=SOURCE,
        place=PLACE,
        external_id=first,
        kind="comment" if _reference(post, "replied_to") else "post",
        published=min(_time_of(first) or written, written) if was_edited else written,
        edited=written if was_edited else None,
        url=f"https://x.com/i/web/status/{post.id}",
        author_handle=post.author_id,
        author_followers=included.followers.get(post.author_id),
        text=_text_of_shown(shown, included) or _text(post),
        language=_language(post.lang),
        parent_id=parent,
        likes=counts.like_count,
        replies=counts.reply_count,
        shares=_sum(counts.retweet_count, counts.quote_count),
        views=counts.impression_count,
        country=included.countries.get(post.geo.place_id or "") if post.geo else None,
    )


def _reference(post: _Post, kind: Literal["retweeted", "quoted", "replied_to"]) -> str | None:
    return next((r.id for r in post.referenced_tweets if r.type == kind), None)


def _text_of_shown(shown: str | None, included: Included) -> str | None:
    """Return the whole text of what a repost shows: its own is cut off."""
    if shown is None or shown not in included.posts:
        return None
    try:
        return _text(msgspec.json.decode(included.posts[shown], type=_Quoted))
    except msgspec.ValidationError:
        return None  # then the repost's own text has to do


def _text(post: _Post | _Quoted) -> str | None:
    """Return a post's words, with the addresses that its short links stand for."""
    whole = post.note_tweet or post
    text = html.unescape(whole.text)  # before addresses are put in: "&region" is no entity there
    for link in whole.entities.urls:
        text = text.replace(link.url, link.shown())
    return tidy(text)


def _language(stated: str | None) -> str | None:
    if stated is None or stated in _NO_LANGUAGE:
        return None
    return language_tag(_RENAMED.get(stated, stated))


def _time_of(number: str) -> datetime | None:
    """Return the time that an id is made of; None for one from before ids were made so."""
    if int(number) < _OF_TIMES:
        return None
    return from_epoch(((int(number) >> 22) + _FIRST_MILLISECOND) / 1000)


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None and other is None else (one or 0) + (other or 0)
