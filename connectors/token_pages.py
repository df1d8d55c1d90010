"""A walk over a listing that leads on by tokens, and mostly gives the newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import msgspec

from connectors.newest_first import NewestFirst, loop
from connectors.onward import Onward
from tidings.connector import Page, read_records
from tidings.http import Answer
from tidings.mention import Mention


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One answer of a listing: its records, the token of the next page, and the declared total."""

    records: list[msgspec.Raw]
    onward: str | None = None
    total: int | None = None


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """How a listing is asked and read.

    ``ask`` gets the answer at a token, None for the first page. ``listed`` reads it as a page,
    SourceChanged where it is none. ``identity`` names a record, ``times`` tells by which times
    (aware UTC) a page is in order, and ``read`` makes a mention of a record. Where it is not
    ``ordered``, it is walked to its last page.
    """

    ask: Callable[[str | None], Answer]
    listed: Callable[[Answer], Listed]
    identity: Callable[[msgspec.Raw], str]
    times: Callable[[Sequence[msgspec.Raw]], list[datetime]]
    read: Callable[[msgspec.Raw], Mention | None]
    ordered: bool = True


def token_pages(listing: Listing, walk: NewestFirst) -> Iterator[Page]:
    """Walk to the last page, or until a whole page lies behind what ``walk`` has still to see.

    SourceChanged where a token or a whole page comes again.
    """
    onward, token = Onward(), None
    before: list[str] = []
    while True:
        answer = listing.ask(token)
        page = listing.listed(answer)
        names = [listing.identity(record) for record in page.records]
        if names and names == before:
            raise loop(answer, "this page is the one before it")
        before = names
        fresh = walk.fresh(page.records, listing.identity)
        mentions, rejected = read_records(fresh, listing.read)
        behind = walk.passed(listing.times(page.records)) and listing.ordered
        ended = behind or not page.onward
        yield Page(
            mentions=[m for m in mentions if walk.wants(m)],
            rejected=rejected,
            cursor=walk.finished() if ended else walk.given,
            raw=[answer],
            declared_total=page.total,
        )
        if ended or not page.onward:
            return
        token = onward.follow(page.onward, answer, records=len(page.records))
