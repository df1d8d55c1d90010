"""Posts and comments of Reddit: of a search, of subreddits, or of any other listing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import parse_qs, quote, unquote, urlsplit

import msgspec
from msgspec import Meta

from connectors.newest_first import NewestFirst
from connectors.onward import Onward
from connectors.reddit_again import things_again
from connectors.reddit_answer import Listing, meant, name_of, times_of
from connectors.reddit_mention import SOURCE, gone_of, read_thing
from tidings.connector import About, Connector, Cursor, Key, Page, read_records
from tidings.errors import ConfigurationError
from tidings.http import Http
from tidings.http.access import client_credentials, signed_in

PER_PAGE = 100
"""Things asked for at a time: as many as Reddit gives."""

RANKED = ("hot", "top", "rising", "controversial", "best")
"""Listings that are not in the order of time."""

_Name = Annotated[str, Meta(pattern=r"^(r/)?[A-Za-z0-9_+-]+$")]


class Reddit(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Posts and comments of Reddit, newest first; the subreddit is the place.

    At least one of ``queries``, ``subreddits`` and ``listings`` is set.

    queries: what to search for, each walked by itself; finds posts, no comments. With
    ``subreddits`` each is searched for in each of these, else on the whole site.
    subreddits: read whole, with or without ``r/``, where there are no ``queries``.
    read: what is read of a subreddit: its ``posts``, its ``comments`` or both.
    listings: any other listing by its path: ``user/acme`` (all that an account wrote),
    ``user/acme/submitted``, ``r/anvils/hot``. One by rank is read whole in each walk.
    client_id: id of the app that asks.
    credential: name of the secret with the app's secret.
    overlap_hours: how much of what an earlier walk saw is read again, for things that were shown
    late and for new scores.
    base_url: the API's address, or a local server that stands for it.
    sign_in_url: where access tokens are given.

    ``external_id`` is the fullname (``t3_...`` a post, ``t1_...`` a comment), ``author_handle`` the
    account's name, which never changes. What was deleted or removed has no author and no text; a
    comment that has lost its text is told as gone, and so is a post without title and text. A
    crosspost has the text of the post that it shows. ``likes`` is the score, unless Reddit hides
    it.
    """

    source: ClassVar[str] = SOURCE
    about: ClassVar[About] = About(
        collects="Posts of Reddit that match a query, and the posts and comments of subreddits or "
        "accounts: title, text, author, score, number of comments and of crossposts.",
        needs="an app of type 'script', made under the preferences of a Reddit account: its id "
        "(client_id) and the name of the secret with its secret (credential)",
        limits="100 things an answer, 100 requests a minute for each app. A listing shows its "
        "newest 1,000 things or so, a search often fewer, and nothing older can be asked for: "
        "where more than that come between two walks, the rest is a gap. Search finds posts only, "
        "some minutes late. A listing by rank is a selection, whatever its coverage says.",
        terms="Reddit's Data API Terms and Developer Terms: commercial use needs an agreement; "
        "what users delete has to be deleted; no model may be trained on it.",
        state="recorded",
        example={
            "queries": ['"acme rockets"'],
            "client_id": "made-up-app-id",
            "credential": "reddit_app_secret",
        },
        order="newest",
        only_newest=True,
    )

    queries: tuple[Annotated[str, Meta(min_length=1, max_length=512)], ...] = ()
    subreddits: tuple[_Name, ...] = ()
    read: Annotated[tuple[Literal["posts", "comments"], ...], Meta(min_length=1)] = (
        "posts",
        "comments",
    )
    listings: tuple[Annotated[str, Meta(pattern=r"^/?(r|u|user)/[\w+/-]+$")], ...] = ()
    client_id: str
    credential: str
    overlap_hours: Annotated[float, Meta(ge=0)] = 6.0
    base_url: str = "https://oauth.reddit.com"
    sign_in_url: str = "https://www.reddit.com/api/v1/access_token"

    def __post_init__(self) -> None:
        """Refuse settings that name nothing to read (ValueError)."""
        if not (self.queries or self.subreddits or self.listings):
            raise ValueError("set at least one of 'queries', 'subreddits' and 'listings'")

    def split(self) -> list[Self]:
        """Return one connector for each query (in each subreddit), or each listing."""
        subreddits = dict.fromkeys(name.removeprefix("r/") for name in self.subreddits)
        alone = msgspec.structs.replace
        places: list[tuple[str, ...]] = [(name,) for name in subreddits]
        searches = [
            alone(self, queries=(query,), subreddits=place, listings=())
            for query in dict.fromkeys(self.queries)
            for place in places or [()]
        ]
        parts = {"posts": "new", "comments": "comments"}
        paths = [] if self.queries else [f"r/{n}/{parts[p]}" for n in subreddits for p in self.read]
        listed = dict.fromkeys([*paths, *(path.strip("/") for path in self.listings)])
        return searches + [alone(self, queries=(), subreddits=(), listings=(p,)) for p in listed]

    def label(self) -> str:
        """Name the walk by what it reads or searches for."""
        places = [f"r/{name.removeprefix('r/')}" for name in self.subreddits]
        what = [", ".join(names) for names in (self.queries, places, self.listings) if names]
        return f"reddit {' in '.join(what)}"

    @classmethod
    def settings_from(cls, urls: list[str]) -> dict[str, Any]:
        """Return what recorded addresses tell of the settings; for replaying recordings."""
        told: dict[str, list[str]] = {"queries": [], "subreddits": [], "listings": []}
        for parts in map(urlsplit, urls):
            path = unquote(parts.path).strip("/").removesuffix(".json").strip("/")
            if path.rpartition("/")[2] == "search":
                told["queries"] += parse_qs(parts.query).get("q", [])
                told["subreddits"] += path.split("/")[1:2]
            elif path.startswith(("r/", "u/", "user/")) and "/comments/" not in path:
                told["listings"].append(path)
        return {name: list(dict.fromkeys(found)) for name, found in told.items()}

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk one listing from its newest thing back to where an earlier walk began.

        ``after`` names the thing behind which a page begins. Of a thing that was deleted since,
        Reddit knows no place and shows nothing: so behind an empty page it is asked once more from
        the thing before that. SourceChanged where the listing leads round in a loop.
        """
        path, asked, ranked = self._listing()
        walk = NewestFirst(cursor, overlap_hours=self.overlap_hours)
        api, onward, anchors = self._signed_in(http), Onward(), _Anchors()
        after: str | None = None
        while True:
            params = {**asked, "raw_json": 1, "limit": PER_PAGE, "after": after}
            answer = api.get(f"{self.base_url.rstrip('/')}/{path}", params, judge=meant)
            listing: Listing = answer.json(Listing)
            things = listing.data.children
            fresh = walk.fresh(things, lambda thing: name_of(thing) or bytes(thing).hex())
            mentions, rejected = read_records(fresh, read_thing)
            behind = walk.passed(times_of(things)) and not ranked
            anchors.note(things)
            token = None if behind else listing.data.after or anchors.instead_of(after, things)
            yield Page(
                mentions=mentions,
                rejected=rejected,
                gone=[gone for thing in fresh if (gone := gone_of(thing)) is not None],
                cursor=cursor if token else walk.finished(),
                raw=[answer],
            )
            if not token:
                return
            after = onward.follow(token, answer, records=len(fresh))

    def again(self, http: Http, keys: Sequence[Key]) -> Iterator[Page]:
        """Ask for posts and comments by their fullnames, in whatever subreddit they are."""
        yield from things_again(self._signed_in(http), self.base_url.rstrip("/"), keys)

    def _listing(self) -> tuple[str, dict[str, str], bool]:
        """Return path and parameters of the one listing to walk, and whether it is by rank."""
        if [len(self.queries), len(self.subreddits), len(self.listings)] == [0, 0, 1]:
            path = self.listings[0].strip("/")
            ranked = path.rpartition("/")[2] in RANKED
            by_time = path.startswith(("u/", "user/")) and not ranked
            return quote(path), {"sort": "new"} if by_time else {}, ranked
        if len(self.queries) != 1 or len(self.subreddits) > 1 or self.listings:
            raise ConfigurationError(
                "One walk of 'reddit' takes one query or one listing.",
                remedy="Walk each of split().",
            )
        asked = {"q": self.queries[0], "sort": "new", "t": "all", "include_over_18": "on"}
        if not self.subreddits:
            return "search", asked, False
        name = self.subreddits[0].removeprefix("r/")
        return f"r/{quote(name)}/search", {**asked, "restrict_sr": "on"}, False

    def _signed_in(self, http: Http) -> Http:
        obtain = client_credentials(
            self.sign_in_url, client_id=self.client_id, credential=self.credential
        )
        return signed_in(http, (self.sign_in_url, self.client_id, self.credential), obtain)


class _Anchors:
    """The things behind which to ask where the one that Reddit named has gone."""

    def __init__(self) -> None:
        self._names: list[str] = []

    def note(self, things: Sequence[msgspec.Raw]) -> None:
        """Remember the last things of a page, but for the very last, which Reddit names itself."""
        if things:
            self._names = [name for thing in things[-3:-1] if (name := name_of(thing))]

    def instead_of(self, after: str | None, things: Sequence[msgspec.Raw]) -> str | None:
        """Return what to ask behind where nothing was shown behind ``after``; None at the end."""
        gone = after is not None and not things and self._names
        return self._names.pop() if gone else None
