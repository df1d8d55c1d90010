"""Which recorded request a request is: by method, path and the purpose of each parameter.

A recording was made by another program than the one that replays it, so what does not choose the
answer is not compared: the host, the page size, credentials, and switches that are off.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

PAGE_SIZE = frozenset(
    [
        "limit",
        "hitsperpage",
        "numperpage",
        "perpage",
        "pagesize",
        "maxresults",
        "count",
        "size",
        "first",
        "rows",
        "num",
        "n",
    ]
)
"""Parameters that say how many records a page holds, letters only, in lower case."""

CREDENTIALS = frozenset(["key", "apikey", "accesstoken", "clientid", "clientsecret"])

MASKED = re.compile(r"made-up-.*|redacted|[x*]{3,}|<.*>|\{.*\}|", re.IGNORECASE)
"""What stands for a credential in a recording and in a test; any other ``token`` is a page's."""

TOKENS = frozenset(
    [
        "cursor",
        "after",
        "before",
        "maxid",
        "minid",
        "sinceid",
        "page",
        "p",
        "paged",
        "offset",
        "start",
        "startindex",
        "skip",
        "next",
        "nexttoken",
        "nextpage",
        "nextpagetoken",
        "paginationtoken",
        "pagetoken",
        "token",
        "continuation",
    ]
)
"""Parameters that say which page is wanted, by a value that the source gave or by number."""

BACKWARD = frozenset(["minid", "sinceid", "prev", "previous"])
"""Page parameters of a walk towards newer records; a first walk has no use for them."""

WINDOWS = frozenset(
    [
        "numericfilters",
        "since",
        "until",
        "starttime",
        "endtime",
        "from",
        "to",
        "startdate",
        "enddate",
        "filteroffset",
        "publishedafter",
        "publishedbefore",
        "createdafter",
        "createdbefore",
    ]
)
"""Parameters that bound the time. Two programs hardly ever choose the same bounds."""

NOTHING = frozenset((name, "0") for name in PAGE_SIZE)
"""Page sizes that ask for no records at all: totals only, a listing of its own."""

OFF = frozenset(["", "0", "false", "no", "off", "none", "null"])
ON = frozenset(["1", "true", "yes", "on"])
FIRST = frozenset(["", "*", "0"])
"""Values of a page parameter that mean the first page."""

ONE_LISTING = re.compile(r"/search_by_date$")
"""A listing that has one name by relevance and another by date: ``/search`` and this."""

Pairs = frozenset[tuple[str, str]]


class Asked(msgspec.Struct, frozen=True):
    """A request taken apart: ``filters`` choose what is listed, ``tokens``, ``windows`` which part.

    ``exact`` is all that was asked, for finding the very same request again.
    """

    method: str
    path: str
    filters: Pairs
    tokens: Pairs
    windows: Pairs
    exact: str

    @property
    def group(self) -> tuple[str, Pairs]:
        """What is listed, whichever page of it: requests of one group belong to one walk."""
        return self.path, self.filters

    @property
    def first(self) -> bool:
        """True when it asks for a first page (page=1 included; 0, ``*`` and nothing always)."""
        return all(name in ("page", "p", "paged") and value == "1" for name, value in self.tokens)

    def token_names(self) -> frozenset[str]:
        """Names of the page parameters it carries."""
        return frozenset(name for name, _ in self.tokens)

    def onward(self) -> Pairs:
        """Return the page parameters towards older records; where there are none, all of them.

        Beside one of those, ``since_id`` and the like only bound the walk.
        """
        return frozenset(t for t in self.tokens if t[0] not in BACKWARD) or self.tokens


def take_apart(method: str, url: str, body: bytes = b"") -> Asked:
    """Take a request apart; ``body`` only tells apart what has the same method and URL.

    A page number in the path (``/page/2/``, ``/page=2/``) counts as a parameter.
    """
    parts = urlsplit(url)
    path, in_path = _page_in_path(unquote(parts.path).rstrip("/") or "/")
    path = ONE_LISTING.sub("/search", path)
    tokens, windows, filters = set(), set(), set()
    exact: list[tuple[str, str]] = []
    for name, value in in_path + parse_qsl(parts.query, keep_blank_values=True):
        plain = re.sub(r"[^a-z]", "", name.lower())
        if plain in CREDENTIALS or (plain == "token" and MASKED.fullmatch(value)):
            continue
        exact.append((name, value))
        if plain in TOKENS:
            if value not in FIRST:
                # a plus sign that the recording program did not encode was read as a blank
                tokens.add((plain, value.replace(" ", "+")))
        elif plain in WINDOWS:
            if value:
                windows.add((plain, value))
        elif (plain not in PAGE_SIZE and value.lower() not in OFF) or (plain, value) in NOTHING:
            filters.add((name, "true" if value.lower() in ON else value))
    return Asked(
        method=method.upper(),
        path=path,
        filters=frozenset(filters),
        tokens=frozenset(tokens),
        windows=frozenset(windows),
        exact=f"{method.upper()} {path} {sorted(exact)} {body!r}",
    )


def _page_in_path(path: str) -> tuple[str, list[tuple[str, str]]]:
    found = re.search(r"/page[=/](\d+)(?=/|$)", path)
    if found is None:
        return path, []
    return path[: found.start()] + "/page=" + path[found.end() :], [("page", found[1])]


def disagreements(asked: Asked, recorded: Asked) -> tuple[int, int]:
    """Count filters that contradict the recording (other value, left out), and those it lacks."""
    names = {name for name, _ in recorded.filters}
    missing = len(recorded.filters - asked.filters)
    extra = sum(name not in names for name, _ in asked.filters)
    return missing, extra


def best(
    asked: Asked,
    recorded: Mapping[int, Asked],
    served: set[int],
    groups: set[tuple[str, Pairs]],
) -> int | None:
    """Return the number of the recorded request that answers ``asked``; None: none of them does.

    ``recorded`` are the requests of the same method and path by number, ``served`` the numbers of
    those answered before, ``groups`` what has been listed for the same filters before.
    """
    agreed = min(
        (disagreements(asked, o)[0] for o in recorded.values() if o.group in groups), default=None
    )
    ranked = []
    for index, other in recorded.items():
        same_tokens = asked.onward() == other.onward()
        if not same_tokens and not (asked.first and other.first):
            continue
        other_window = asked.windows != other.windows
        if other_window and index in served:
            continue
        missing, extra = disagreements(asked, other)
        if missing and index in served:
            continue
        if agreed is not None and missing > agreed:
            continue  # it lists something else than what this walk was given so far
        rank = (missing, not same_tokens, extra, other_window, index in served, index)
        ranked.append((rank, index))
    if ranked:
        return min(ranked)[1]
    return _by_another_scheme(asked, recorded, served, groups)


def _by_another_scheme(
    asked: Asked, recorded: Mapping[int, Asked], served: set[int], groups: set[tuple[str, Pairs]]
) -> int | None:
    """Return the next page of the same listing, if ``asked`` pages by other parameters than it.

    One program pages by number, another by time: the next page is the next page. A page parameter
    of the recording's own kind with another value is no agreement, though: that page was not asked.
    Nor is a later page of what was never listed; only a walk towards newer records begins so.
    """
    if not groups and not asked.token_names() <= BACKWARD:
        return None
    given = {recorded[index].exact for index in served if index in recorded}
    for index, other in recorded.items():
        if other.exact in given:
            continue  # the same page, recorded twice
        of_this_walk = other.group in groups if groups else not disagreements(asked, other)[0]
        other_kind = not (asked.token_names() & other.token_names())
        if index not in served and of_this_walk and other_kind:
            return index
    return None
