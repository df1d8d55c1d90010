"""Mentions as JSON or a file: the same list, filters and counts as the page has."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from dashboard.api.answering import Form, table
from dashboard.figures.mentions import MOST_EXPORTED, Wanted, found, wanted
from dashboard.look import Looking
from dashboard.reader import Row

router = APIRouter(tags=["mentions"])

Text = Annotated[str, Query(max_length=1_000)]


def filters(
    q: Annotated[
        str, Query(max_length=1_000, description='Words; "in a row"; begin*; one OR other; -not.')
    ] = "",
    keyword: Annotated[str, Query(description="Name of a query of the watch file.")] = "",
    source: Annotated[str, Query(description="Name of a connector.")] = "",
    place: Annotated[str, Query(description="A shop, app or forum within a source.")] = "",
    language: Annotated[str, Query(description="Code of the language that was scored.")] = "",
    label: Annotated[str, Query(description="positive, neutral, negative or unscored.")] = "",
    driver: Annotated[str, Query(description="price, quality, service ...")] = "",
    kind: Annotated[
        str, Query(description="review, post, comment, article ...; public: all but surveys.")
    ] = "",
    rating: Annotated[str, Query(description="1 to 5 stars, whatever the source's scale.")] = "",
    reach: Annotated[str, Query(description="Followers of the author, at least.")] = "",
    answered: Annotated[str, Query(description="yes; or no: it could be, and is not.")] = "",
    voice: Annotated[str, Query(description="Copies of one text.")] = "",
    author: Annotated[str, Query(description="Pseudonym of an author.")] = "",
    sort: Annotated[str, Query(description="newest, loudest or best (match of q).")] = "",
) -> Wanted:
    """Return the mentions asked for. Raises ConfigurationError where a value can't be used."""
    return wanted(locals())


Wanting = Annotated[Wanted, Depends(filters)]


@router.get("/mentions")
def mentions(
    look: Looking,
    asked_for: Wanting,
    form: Form = "json",
    limit: Annotated[int, Query(ge=1, le=MOST_EXPORTED, description="Voices a page.")] = 100,
    offset: Annotated[int, Query(ge=0, le=10**9, description="Voices left out before.")] = 0,
) -> Response:
    """Return what was said of the brand within the period, a row a voice, the newest first.

    A row is the earliest copy that fits; ``copies`` are the others that fit. The JSON form tells
    the counts of all that fits, too: ``mentions`` are voices first said within the period (as in
    the marts), ``exposures`` all copies, ``voices`` the rows there are. ``search`` says how words
    were looked for: by the index, or by a scan of the newest texts; ``more``: older ones were not.
    """
    look.unless_known()
    told = found(
        look.snapshot, look.setup.home.search, look.asked, asked_for, limit=limit, offset=offset
    )
    voices = told.figures["voices"]
    more = offset + limit if offset + limit < voices else None
    search = told.search
    rows = [_plain(row) for row in told.rows]
    made = table(
        look,
        "mentions",
        rows if form == "json" else [_flat(row) for row in rows],
        form,
        more=more,
        counts=told.figures,
        search=None
        if search is None
        else {"how": search.how, "more": search.more, "words": not search.empty},
    )
    if form != "json":
        made.headers["X-Rows-Of"] = f"{len(rows)}/{voices}"
    if search is not None and search.how == "scan":
        del made.headers["ETag"]  # the index may come, and find more
    return made


def _plain(row: Row) -> Row:
    """Return a row whose numbers every reader of JSON keeps: a voice has 64 bits."""
    return row | {"voice": str(row["voice"])}


def _flat(row: Row) -> Row:
    """Return a row for one line of a file."""
    return row | {"drivers": [f"{d['driver']}: {d['label']}" for d in row["drivers"]]}
