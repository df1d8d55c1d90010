"""Reviews of companies on Trustpilot, by its Business Units API."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import parse_qs, quote, urlsplit

import msgspec
from msgspec import Meta

from connectors.newest_first import NewestFirst, identity, loop, times
from connectors.one_by_one import one_by_one
from connectors.token_pages import Listed, Listing, token_pages
from connectors.trustpilot_review import SOURCE, read_review
from tidings.connector import About, Connector, Cursor, Key, Page, read_records
from tidings.errors import ConfigurationError
from tidings.http import Answer, Http, Params

PER_PAGE = 100
"""Reviews asked for at a time: as many as the API gives."""

_ID = re.compile(r"[0-9a-f]{24}")

Time = Annotated[datetime, Meta(tz=True)]
Company = Annotated[str, Meta(pattern=r"^[\w.-]+$", max_length=253)]


class _Count(msgspec.Struct, frozen=True):
    total: int | None = None


class _Unit(msgspec.Struct, frozen=True, rename="camel"):
    id: Annotated[str, Meta(pattern=r"^\w+$")]
    display_name: str | None = None
    number_of_reviews: _Count | None = None


class _Page(msgspec.Struct, frozen=True, rename="camel"):
    reviews: list[msgspec.Raw]
    next_page_token: str | None = None


class Trustpilot(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Service reviews of companies on Trustpilot, with the company's reply.

    companies: their domains (``acme.example``), or the ids of their business units; each is a
    place, walked by itself.
    credential: name of the secret with the API key.
    overlap_hours: how much of what an earlier walk saw is read again, for replies and edits, which
    do not move a review up.
    since, until: only reviews written from ``since`` on and before ``until`` (aware UTC).
    depth: reviews that the listing by page number leads to.
    base_url: the API's address, or a local server that stands for it.

    What was written from some time on is read by page number, newest first. Everything, and what
    lies deeper than ``depth``, is read by the listing of all reviews, which goes on by tokens.
    """

    source: ClassVar[str] = SOURCE
    about: ClassVar[About] = About(
        collects="Service reviews of any company on Trustpilot: stars, title, text, language, "
        "edits, likes, the company's reply.",
        needs="an API key (Trustpilot Business, Integrations, Developers, APIs); credential is the "
        "name of the secret",
        limits="100 reviews an answer; Trustpilot asks for at most 833 requests in five minutes. "
        "Page numbers lead to 100,000 reviews, tokens to all. A reply that comes later than "
        "overlap_hours after the review is seen when the review is next visited.",
        terms="Trustpilot's API terms: show its name and link beside a review, don't change "
        "reviews, and take down what it takes down.",
        state="documentation only",
        example={"companies": ["acme.example"], "credential": "trustpilot_api_key"},
        order="newest",
        goes_back=True,
        allows_answers=True,
    )

    companies: Annotated[tuple[Company, ...], Meta(min_length=1)]
    credential: str
    overlap_hours: Annotated[float, Meta(ge=0)] = 168.0
    since: Time | None = None
    until: Time | None = None
    depth: Annotated[int, Meta(ge=PER_PAGE)] = 100_000
    base_url: str = "https://api.trustpilot.com"

    def split(self) -> list[Self]:
        """Return one connector for each company."""
        once = dict.fromkeys(self.companies)
        return [msgspec.structs.replace(self, companies=(company,)) for company in once]

    def label(self) -> str:
        """Name the walk by its company."""
        return f"{SOURCE} {', '.join(self.companies)}"

    @classmethod
    def settings_from(cls, urls: list[str]) -> dict[str, Any]:
        """Return what recorded addresses tell of the settings; for replaying recordings."""
        parts = [urlsplit(url) for url in urls]
        names = [n for p in parts if "/find" in p.path for n in parse_qs(p.query).get("name", [])]
        found = [re.search(r"/business-units/([0-9a-f]{24})(?=/|$)", p.path) for p in parts]
        companies = names or [match[1] for match in found if match]
        return {"companies": list(dict.fromkeys(companies)), "credential": "trustpilot_api_key"}

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk the reviews of one company back to an earlier walk's or to ``since``, or all.

        SourceChanged where a page or a token comes again.
        """
        walk = NewestFirst(
            cursor, overlap_hours=self.overlap_hours, since=self.since, until=self.until
        )
        company = self._one_company()
        answer, unit = self._unit(http, company)
        listing = self._listing(http, company, unit)
        total = unit.number_of_reviews.total if unit.number_of_reviews else None
        whole = walk.floor is None and self.until is None
        declared = total if whole else None
        yield Page(mentions=[], cursor=cursor, raw=[answer], declared_total=declared)
        if walk.floor is not None and (yield from self._numbered(http, unit, listing, walk)):
            return
        yield from token_pages(listing, walk)

    def again(self, http: Http, keys: Sequence[Key]) -> Iterator[Page]:
        """Ask for reviews by their ids, one by one."""
        company = self._one_company()

        def ask(key: Key) -> Answer:
            return self._get(http, f"reviews/{quote(key.external_id, safe='')}", {})

        yield from one_by_one(keys, ask, lambda record: read_review(record, company, None))

    def reaches(self, key: Key) -> bool:
        """Tell whether the review is of this company."""
        return (key.place,) == self.companies

    def _one_company(self) -> str:
        if len(self.companies) != 1:
            raise ConfigurationError(
                f"One walk of '{SOURCE}' takes one company.", remedy="Walk each of split()."
            )
        return self.companies[0]

    def _get(self, http: Http, path: str, params: Params) -> Answer:
        url = f"{self.base_url.rstrip('/')}/v1/{path}"
        return http.get(url, params, headers={"apikey": http.secret(self.credential)})

    def _unit(self, http: Http, company: str) -> tuple[Answer, _Unit]:
        """Look the company up; NotFound where Trustpilot has none of that domain or id."""
        by_id = _ID.fullmatch(company) is not None
        answer = self._get(
            http,
            f"business-units/{company if by_id else 'find'}",
            {} if by_id else {"name": company},
        )
        return answer, answer.json(_Unit)

    def _listing(self, http: Http, company: str, unit: _Unit) -> Listing:
        def ask(token: str | None) -> Answer:
            asked: Params = {"perPage": PER_PAGE, "pageToken": token}
            return self._get(http, f"business-units/{unit.id}/all-reviews", asked)

        return Listing(
            ask=ask,
            listed=_listed,
            identity=lambda record: identity(record, "id"),
            times=_written,
            read=lambda record: read_review(record, company, unit.display_name),
            ordered=False,  # nowhere does Trustpilot say in which order they come
        )

    def _numbered(
        self, http: Http, unit: _Unit, listing: Listing, walk: NewestFirst
    ) -> Generator[Page, None, bool]:
        """Walk by page number and return whether the walk has ended; False at ``depth``."""
        before: list[str] = []
        for number in range(1, self.depth // PER_PAGE + 1):
            asked: Params = {"orderBy": "createdat.desc", "perPage": PER_PAGE, "page": number}
            answer = self._get(http, f"business-units/{unit.id}/reviews", asked)
            records = listing.listed(answer).records
            names = [listing.identity(record) for record in records]
            if names and names == before:
                raise loop(answer, "this page is the one before it")
            before = names
            fresh = walk.fresh(records, listing.identity)
            mentions, rejected = read_records(fresh, listing.read)
            ended = walk.passed(listing.times(records)) or not records
            yield Page(
                mentions=[m for m in mentions if walk.wants(m)],
                rejected=rejected,
                cursor=walk.finished() if ended else walk.given,
                raw=[answer],
            )
            if ended:
                return True
        return False


def _listed(answer: Answer) -> Listed:
    page: _Page = answer.json(_Page)
    return Listed(records=page.reviews, onward=page.next_page_token)


def _written(records: Sequence[msgspec.Raw]) -> list[datetime]:
    return times(records, "createdAt")
