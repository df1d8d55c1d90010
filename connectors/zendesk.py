"""Satisfaction ratings and customers' ticket comments of a Zendesk account."""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, ClassVar, Literal, Self
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from connectors.newest_first import NewestFirst, identity, times
from connectors.onward import Onward, not_after
from connectors.zendesk_records import SOURCE, Ticket, read_rating
from connectors.zendesk_tickets import Export, Thread
from tidings.connector import About, Connector, Cursor, Page, Rejected, read_records
from tidings.errors import ConfigurationError, NotFound, SourceChanged
from tidings.http import Answer, Http, Params
from tidings.times import utcnow

FIRST = datetime(2007, 1, 1, tzinfo=UTC)
"""Before this there was no Zendesk; an export has to start somewhere."""

NOT_YET = timedelta(seconds=90)
"""An export does not hold the last minute, and refuses to start in it."""

AFTER = "after"
"""In a cursor: where the export of changed tickets goes on."""


class _Onward(msgspec.Struct, frozen=True):
    has_more: bool
    after_cursor: str | None = None


class _Ratings(msgspec.Struct, frozen=True):
    satisfaction_ratings: list[msgspec.Raw]
    meta: _Onward


class Zendesk(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Satisfaction ratings and ticket comments of a Zendesk account; the account is the place.

    subdomain: name of the account, ``acme`` of ``acme.zendesk.com``.
    collect: ``ratings``, ``comments`` or both, each walked by itself.
    credential: name of the secret with an API token, or with an OAuth access token.
    email: address of the administrator that the API token is used with; left out for OAuth.
    tickets_per_page: changed tickets asked for at a time, at most 1000.
    overlap_hours: how much of the ratings that an earlier walk saw is read again, for ratings that
    the customer changed or commented on later.
    since, until: only what was written from ``since`` on and before ``until`` (aware UTC).
    base_url: the account's address where it is another one than that of ``subdomain``, or a local
    server that stands for it.

    A rating is a ``survey``: good is 1 and bad is 0; its ``title`` is the reason picked from the
    menu. Of a ticket only what end users wrote is a mention; the next public reply of the owner is
    its ``answer``. A ticket that changes is read again as a whole.
    """

    source: ClassVar[str] = SOURCE
    about: ClassVar[About] = About(
        collects="Satisfaction ratings with their comments, and what customers wrote in tickets, "
        "with the owner's next public reply.",
        needs="an API token (Admin Center, Apps and integrations, APIs) and the email of an "
        "administrator, or an OAuth access token without email; credential is the secret's name",
        limits="200 to 700 requests a minute by plan; the export of tickets 10 a minute, its last "
        "minute is held back. One request for each changed ticket and 100 comments. Answers to the "
        "newer CSAT surveys, which replace satisfaction ratings, are not listed by the API.",
        terms="Tickets are private: what customers wrote is personal data. Keep it no longer than "
        "your own agreement with them allows.",
        state="documentation only",
        example={
            "subdomain": "acme",
            "email": "kari@acme.example",
            "credential": "zendesk_api_token",
        },
        order="any",
        goes_back=True,
        allows_answers=True,
    )

    subdomain: Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$")]
    credential: str
    collect: Annotated[tuple[Literal["ratings", "comments"], ...], Meta(min_length=1)] = (
        "ratings",
        "comments",
    )
    email: str | None = None
    tickets_per_page: Annotated[int, Meta(ge=1, le=1000)] = 100
    overlap_hours: Annotated[float, Meta(ge=0)] = 72.0
    since: Annotated[datetime, Meta(tz=True)] | None = None
    until: Annotated[datetime, Meta(tz=True)] | None = None
    base_url: str | None = None

    def split(self) -> list[Self]:
        """Return one connector for the ratings and one for the comments."""
        return [msgspec.structs.replace(self, collect=(c,)) for c in dict.fromkeys(self.collect)]

    def label(self) -> str:
        """Name the walk by its account and what it reads there."""
        return f"zendesk {self.subdomain} {', '.join(dict.fromkeys(self.collect))}"

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk the ratings, in no agreed order, or the tickets in the order of their changes.

        Of ratings the cursor moves when the walk has ended, of tickets after each page of them.
        """
        if len(self.collect) != 1:
            raise ConfigurationError(
                "One walk of 'zendesk' reads ratings or comments.", remedy="Walk each of split()."
            )
        if self.collect == ("ratings",):
            yield from self._ratings(http, cursor)
        else:
            yield from self._tickets(http, cursor)

    def _ratings(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        started, onward, after = utcnow(), Onward(), None
        walk = NewestFirst(
            cursor, overlap_hours=self.overlap_hours, since=self.since, until=self.until
        )
        while True:
            params: Params = {
                "score": "received",
                "start_time": None if walk.floor is None else math.floor(walk.floor.timestamp()),
                "end_time": None if self.until is None else math.ceil(self.until.timestamp()),
                "page[size]": 100,
                "page[after]": after,
            }
            answer = self._get(http, "satisfaction_ratings.json", params)
            listed: _Ratings = answer.json(_Ratings)
            records = listed.satisfaction_ratings
            walk.passed(times(records, "created_at"))
            fresh = walk.fresh(records, lambda record: identity(record, "id"))
            mentions, rejected = read_records(
                fresh, lambda record: read_rating(record, self._place(), self._site())
            )
            more = listed.meta.has_more
            yield Page(
                mentions=[m for m in mentions if walk.wants(m)],
                rejected=rejected,
                cursor=cursor if more else not_after(walk.finished(), started),
                raw=[answer],
            )
            if not more:
                return
            after = onward.follow(
                _token(listed.meta.after_cursor, answer), answer, records=len(records)
            )

    def _tickets(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        onward = Onward()
        after: str | None = (cursor or {}).get(AFTER)
        while True:
            asked: Params = {"start_time": self._start()} if after is None else {"cursor": after}
            answer = self._get(
                http,
                "incremental/tickets/cursor.json",
                {**asked, "per_page": self.tickets_per_page},
            )
            export: Export = answer.json(Export)
            tickets, rejected = export.read()
            yield Page(mentions=[], rejected=rejected, cursor=cursor, raw=[answer])
            for ticket in tickets:
                if ticket.may_hold(self.until):
                    yield from self._comments(http, ticket, cursor)
            if export.after_cursor:
                cursor = {AFTER: export.after_cursor}
            if export.end_of_stream:
                yield Page(mentions=[], cursor=cursor)
                return
            after = onward.follow(
                _token(export.after_cursor, answer), answer, records=len(export.tickets)
            )

    def _comments(self, http: Http, ticket: Ticket, cursor: Cursor | None) -> Iterator[Page]:
        """Yield the comments of one ticket; those still unanswered come with its last page."""
        thread = Thread(ticket, self._place(), self._site())
        onward, after = Onward(), None
        while True:
            params: Params = {"include": "users", "page[size]": 100, "page[after]": after}
            try:
                answer = self._get(http, f"tickets/{ticket.id}/comments.json", params)
            except NotFound as error:
                left = [m for m in thread.waiting if self._wants(m.published)]
                yield Page(mentions=left, rejected=[_gone(ticket, error)], cursor=cursor)
                return
            listed = thread.read(answer)
            yield Page(
                mentions=[m for m in listed.mentions if self._wants(m.published)],
                rejected=listed.rejected,
                cursor=cursor,
                raw=[answer],
            )
            if not listed.more:
                return
            after = onward.follow(_token(listed.after, answer), answer, records=listed.count)

    def _wants(self, published: datetime) -> bool:
        early = self.since is not None and published < self.since
        return not early and not (self.until is not None and published >= self.until)

    def _start(self) -> int:
        return math.floor(min(self.since or FIRST, utcnow() - NOT_YET).timestamp())

    def _site(self) -> str:
        return (self.base_url or f"https://{self.subdomain.lower()}.zendesk.com").rstrip("/")

    def _place(self) -> str:
        return urlsplit(f"https://{self.subdomain.lower()}.zendesk.com").netloc

    def _get(self, http: Http, path: str, params: Params) -> Answer:
        token = http.secret(self.credential)
        basic = b64encode(f"{self.email}/token:{token}".encode()).decode()
        sign = f"Bearer {token}" if self.email is None else f"Basic {basic}"
        return http.get(f"{self._site()}/api/v2/{path}", params, headers={"Authorization": sign})


def _gone(ticket: Ticket, error: NotFound) -> Rejected:
    return Rejected(
        reason=f"ticket {ticket.id} was deleted while it was read: {error.message}",
        raw=msgspec.json.encode(ticket).decode(),
    )


def _token(token: str | None, answer: Answer) -> str:
    if token:
        return token
    raise SourceChanged(
        f"{answer.url} says that there is more, but not where.",
        remedy="Look at the kept page: is this the API of Zendesk?",
        url=answer.url,
        answer=answer,
    )
