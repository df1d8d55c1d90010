"""Statuses of a Mastodon instance asked for by their ids: many at once, and what is missing singly.

The listing of several leaves out more than what is deleted (statuses of silenced accounts), and
older instances have none; so only what an instance refuses to show by itself is gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from connectors.again import believed, gone, in_parts, left_out
from connectors.mastodon_status import read_status
from tidings.connector import Gone, Key, Page, Rejected, read_records
from tidings.errors import NotFound, SourceChanged, SourceError
from tidings.http import Answer, Http
from tidings.mention import Mention

MOST = 20
"""Ids that an instance takes at once."""

NO_SUCH_LISTING = {400, 404, 405, 422}
"""How instances answer that can't list several statuses by their ids."""


class _Told(msgspec.Struct, frozen=True):
    error: str


def statuses_again(
    http: Http, address: str, host: str, headers: dict[str, str], keys: Sequence[Key]
) -> Iterator[Page]:
    """Ask the instance at ``address`` for ``keys``; SourceChanged where it knows none of many."""
    for part in in_parts(keys, MOST):
        missing: Sequence[Key] = part
        listing = _listed(http, f"{address}/api/v1/statuses", headers, part)
        if listing is not None:
            mentions, rejected = _read(listing.json(list[msgspec.Raw]), host)
            yield Page(mentions=mentions, rejected=rejected, cursor=None, raw=[listing])
            missing = left_out(part, mentions, rejected)
        yield from _one_by_one(http, address, host, headers, missing, part)


def _listed(http: Http, url: str, headers: dict[str, str], keys: Sequence[Key]) -> Answer | None:
    """Return the listing of several statuses, None where this instance has no such listing."""
    query = urlencode([("id[]", key.external_id) for key in keys])
    try:
        return http.get(f"{url}?{query}", headers=headers)
    except SourceError as error:
        if error.answer is None or error.answer.status not in NO_SUCH_LISTING:
            raise
        return None


def _one_by_one(
    http: Http,
    address: str,
    host: str,
    headers: dict[str, str],
    keys: Sequence[Key],
    asked: Sequence[Key],
) -> Iterator[Page]:
    """Ask for each of ``keys``; what is gone is told on the last page, once some are known to be.

    ``asked`` are those that were asked for at once, these among them.
    """
    missing: list[Key] = []
    last: Answer | None = None
    for key in keys:
        try:
            last = http.get(
                f"{address}/api/v1/statuses/{quote(key.external_id, safe='')}", headers=headers
            )
        except NotFound as error:
            last = _told(error)
            missing.append(key)
            continue
        mentions, rejected = _read([last.json(msgspec.Raw)], host)
        _must_be(key, mentions, last)
        yield Page(mentions=mentions, rejected=rejected, cursor=None, raw=[last])
    if missing and last is not None:
        told: list[Gone] = gone(
            believed(last, asked, missing), "the instance shows no such status any more"
        )
        yield Page(mentions=[], cursor=None, raw=[last], gone=told)


def _told(error: NotFound) -> Answer:
    """Return the answer of an instance that says that there is no such status.

    Any other 404 says that this is no instance any more: SourceChanged.
    """
    answer = error.answer
    try:
        if answer is not None and msgspec.json.decode(answer.body, type=_Told).error:
            return answer
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    raise SourceChanged(
        f"{error.url} is not found, and not in the words of a Mastodon instance.",
        remedy="Is the instance still there? Look at the kept page.",
        url=error.url,
        answer=answer,
    ) from error


def _must_be(key: Key, mentions: Sequence[Mention], answer: Answer) -> None:
    """Raise SourceChanged where another status came than the one asked for."""
    for mention in mentions:
        if mention.external_id != key.external_id:
            raise SourceChanged(
                f"Status {key.external_id} was asked for, {mention.external_id} came.",
                remedy="Look at the kept page.",
                url=answer.url,
                answer=answer,
            )


def _read(records: Sequence[msgspec.Raw], host: str) -> tuple[list[Mention], list[Rejected]]:
    def read(record: Any) -> Mention | None:
        return read_status(record, host)

    return read_records(records, read)
