"""One customer review of the App Store Connect API, read as a mention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from connectors.newest_first import utc
from tidings.markup import tidy
from tidings.mention import Mention

SOURCE = "appstore_connect"
OF_ITS_OWN = {"XKS": "XK"}
"""Kosovo, which the App Store calls as nobody else does."""

_Time = Annotated[datetime, Meta(tz=True)]


class _Reply(msgspec.Struct, frozen=True, rename="camel"):
    state: str
    response_body: str | None = None
    last_modified_date: _Time | None = None


class _Named(msgspec.Struct, frozen=True):
    id: str


class _Related(msgspec.Struct, frozen=True):
    data: _Named | None = None


class _Relationships(msgspec.Struct, frozen=True):
    response: _Related | None = None


class _Told(msgspec.Struct, frozen=True, rename="camel"):
    rating: Annotated[int, Meta(ge=1, le=5)]
    created_date: _Time
    title: str | None = None
    body: str | None = None
    reviewer_nickname: str | None = None
    territory: str | None = None


class _Review(msgspec.Struct, frozen=True):
    id: Annotated[str, Meta(min_length=1)]
    attributes: _Told
    relationships: _Relationships | None = None


class _Created(msgspec.Struct, frozen=True, rename="camel"):
    created_date: _Time


class _Dated(msgspec.Struct, frozen=True):
    attributes: _Created


def read_review(record: msgspec.Raw, app: str, replies: Mapping[str, msgspec.Raw]) -> Mention:
    """Read a review of ``app``; ValidationError or ValueError naming the field if it can't be.

    ``replies`` are the attributes of the responses of the same answer by their ids. One that is not
    published yet is no answer. ``answered`` is when it was last written: the API tells no other.
    """
    review = msgspec.json.decode(record, type=_Review)
    told = review.attributes
    related = review.relationships.response if review.relationships else None
    found = replies.get(related.data.id) if related and related.data else None
    reply = msgspec.json.decode(found, type=_Reply) if found is not None else None
    answer = tidy(reply.response_body) if reply and reply.state == "PUBLISHED" else None
    answered = reply.last_modified_date if reply and answer else None
    country = country_of(told.territory)
    return Mention(
        source=SOURCE,
        place=app,
        external_id=review.id,
        kind="review",
        published=utc(told.created_date, "createdDate"),
        url=f"https://apps.apple.com/{country.lower() + '/' if country else ''}app/id{app}",
        author_handle=tidy(told.reviewer_nickname),
        title=tidy(told.title),
        text=tidy(told.body),
        rating=float(told.rating),
        rating_min=1.0,
        rating_max=5.0,
        answer=answer,
        answered=utc(answered, "lastModifiedDate") if answered else None,
        product=app,
        country=country,
    )


def written(records: Sequence[msgspec.Raw]) -> list[datetime]:
    """Return when reviews were written (aware UTC), of those that tell it."""
    found = []
    for record in records:
        try:
            created = msgspec.json.decode(record, type=_Dated).attributes.created_date
            found.append(utc(created, "createdDate"))
        except ValueError:
            continue  # told of when the record is read
    return found


def country_of(territory: str | None) -> str | None:
    """Return the two letters for the three of a territory (``NOR``); None where there are none."""
    from babel.core import get_global

    if territory is None:
        return None
    if territory in OF_ITS_OWN:
        return OF_ITS_OWN[territory]
    names: Sequence[str] = get_global("territory_aliases").get(territory, ())
    known = len(territory) == 3 and len(names) == 1 and len(names[0]) == 2
    return names[0] if known else None
