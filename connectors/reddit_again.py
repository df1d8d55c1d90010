"""Things of Reddit asked for by their fullnames: a hundred at a time, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connectors.again import believed, gone, in_parts, left_out
from connectors.reddit_answer import Listing, meant
from connectors.reddit_mention import read_thing
from tidings.connector import Key, Page, read_records
from tidings.http import Http

MOST = 100
"""Things that can be asked for at once."""


def things_again(api: Http, base_url: str, keys: Sequence[Key]) -> Iterator[Page]:
    """Ask for ``keys``; SourceChanged where none of many comes.

    A comment that was deleted comes without words, as does a post without a title: both are gone.
    A post whose title is left is no more than an edit, and so it is in a listing.
    """
    for part in in_parts(keys, MOST):
        names = ",".join(key.external_id for key in part)
        answer = api.get(f"{base_url}/api/info", {"id": names, "raw_json": 1}, judge=meant)
        listing: Listing = answer.json(Listing)
        mentions, rejected = read_records(listing.data.children, read_thing)
        missing = left_out(part, mentions, rejected)
        if not listing.data.children:
            believed(answer, part, missing)
        yield Page(
            mentions=mentions,
            rejected=rejected,
            cursor=None,
            raw=[answer],
            gone=gone(missing, "Reddit shows it no more, or nothing is left of its words"),
        )
