"""One customer review of the App Store, read as a mention, from either form of the feed."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import msgspec

from connectors.addresses import web_address
from connectors.dates import read_time
from connectors.feed import field_of, read_feed, text_of, time_of, title_of
from tidings.connector import Rejected, read_records
from tidings.errors import SourceChanged
from tidings.http import Answer
from tidings.markup import tidy
from tidings.mention import Mention

SOURCE = "appstore"

LOWEST, HIGHEST = 1.0, 5.0
"""The scale of stars."""


class _Label(msgspec.Struct, frozen=True):
    label: str


class _Author(msgspec.Struct, frozen=True):
    name: _Label | None = None
    uri: _Label | None = None


class _Link(msgspec.Struct, frozen=True):
    attributes: dict[str, str] = {}


class _Entry(
    msgspec.Struct,
    frozen=True,
    rename={
        "rating": "im:rating",
        "version": "im:version",
        "votes": "im:voteSum",
        "app_name": "im:name",
    },
):
    id: _Label
    updated: _Label | None = None
    rating: _Label | None = None
    title: _Label | None = None
    content: _Label | None = None
    author: _Author = _Author()
    version: _Label | None = None
    votes: _Label | None = None
    app_name: _Label | None = None
    link: _Link | list[_Link] | None = None


class _Feed(msgspec.Struct, frozen=True):
    entry: msgspec.Raw = msgspec.Raw(b"[]")


class _Document(msgspec.Struct, frozen=True):
    feed: _Feed


class Shown(msgspec.Struct, frozen=True):
    """One page of the feed, read. ``names`` tell its entries from others, those unread too."""

    mentions: list[Mention]
    rejected: list[Rejected]
    names: tuple[str, ...]


def read_page(answer: Answer, app: str, country: str) -> Shown:
    """Read a page, in JSON or in XML; SourceChanged where it is no feed.

    The feed sends XML now and then where JSON was asked for.
    """
    if answer.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        parsed = read_feed(answer).entries
        mentions, rejected = read_records(parsed, partial(_of_xml, app=app, country=country))
        names = tuple(field_of(entry, "id") or repr(entry) for entry in parsed)
    else:
        entries = _entries(answer)
        mentions, rejected = read_records(entries, partial(_of_json, app=app, country=country))
        names = tuple(bytes(entry).decode("utf-8", "replace") for entry in entries)
    return Shown(mentions=mentions, rejected=rejected, names=names)


def _entries(answer: Answer) -> list[msgspec.Raw]:
    """Return the entries of a page in JSON: a list, an object if there is one, nothing if none."""
    document: _Document = answer.json(_Document)
    entry = bytes(document.feed.entry).strip()
    if entry.startswith(b"["):
        return msgspec.json.decode(entry, type=list[msgspec.Raw])
    if entry.startswith(b"{"):
        return [document.feed.entry]
    raise SourceChanged(
        f"{answer.url} has entries that are neither a list nor an object.",
        remedy="Look at the kept page.",
        url=answer.url,
        answer=answer,
    )


def _of_json(record: msgspec.Raw, app: str, country: str) -> Mention | None:
    entry = msgspec.json.decode(record, type=_Entry)
    if entry.rating is None and entry.app_name is not None:
        return None  # older feeds show the app itself first
    links = entry.link if isinstance(entry.link, list) else [entry.link or _Link()]
    return _mention(
        app,
        country,
        id=entry.id.label,
        updated=read_time(_label(entry.updated) or ""),
        rating=_label(entry.rating),
        title=tidy(_label(entry.title)),
        text=tidy(_label(entry.content)),
        name=_label(entry.author.name),
        uri=_label(entry.author.uri),
        version=_label(entry.version),
        votes=_label(entry.votes),
        links=[link.attributes.get("href") for link in links],
    )


def _of_xml(entry: Any, app: str, country: str) -> Mention | None:
    if field_of(entry, "im_rating") is None and field_of(entry, "im_name"):
        return None
    updated = time_of(entry, "updated")
    if updated is None:
        raise ValueError("updated: it is not stated")
    return _mention(
        app,
        country,
        id=field_of(entry, "id"),
        updated=updated,
        rating=field_of(entry, "im_rating"),
        title=title_of(entry),
        text=text_of(entry),
        name=field_of(entry, "author"),
        uri=(dict.get(entry, "author_detail") or {}).get("href"),
        version=field_of(entry, "im_version"),
        votes=field_of(entry, "im_votesum"),
        links=[link.get("href") for link in dict.get(entry, "links") or []],
    )


def _mention(app: str, country: str, **told: Any) -> Mention:
    external_id = tidy(told["id"])
    if external_id is None:
        raise ValueError("id: it is not stated")
    rating = float(told["rating"] or "nan")
    if not LOWEST <= rating <= HIGHEST:
        raise ValueError(f"im:rating: {told['rating']!r} is no number of stars")
    number = re.search(r"/id(\d+)$", told["uri"] or "")
    return Mention(
        source=SOURCE,
        place=f"{country}/{app}",
        external_id=external_id,
        kind="review",
        published=told["updated"],
        url=web_address(*told["links"]),
        author_handle=number[1] if number else told["name"],
        title=told["title"],
        text=told["text"],
        rating=rating,
        rating_min=LOWEST,
        rating_max=HIGHEST,
        likes=_count(told["votes"]),
        product=app,
        version=told["version"],
        country=country.upper(),
    )


def _label(labelled: _Label | None) -> str | None:
    return labelled.label.strip() or None if labelled else None


def _count(votes: str | None) -> int | None:
    return int(votes) if votes and re.fullmatch(r"-?\d{1,9}", votes) else None
