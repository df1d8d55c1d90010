"""The mention: one thing somebody said, declared once.

Everything that needs to know the shape of a mention derives it from :class:`Mention`: the Arrow
schema and DuckDB columns (:mod:`tidings.schema`), the Great Expectations suite
(:mod:`transforms.check`), the data dictionary (``docs/data-dictionary.md``) and the generated test
data. To add a field, add it here; the tests name every other place that has to follow.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated, Literal

import msgspec

Kind = Literal["post", "comment", "review", "question", "answer", "article", "survey"]
Measure = Literal["nps", "csat", "ces"]
Direction = Literal["high_is_easy", "high_is_effort"]

_JSON_TEXT = r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"'
_JSON_TEXTS = rf"^\{{(?:{_JSON_TEXT}:{_JSON_TEXT}(?:,{_JSON_TEXT}:{_JSON_TEXT})*)?\}}$"

MAX_TEXT = 200_000
"""Characters. Longer texts are not mentions but documents; they go to quarantine."""


class column(msgspec.Struct, frozen=True):  # noqa: N801 - reads as a word in the record below
    """Describe one field: what it means and the limits of its value, where it is not null.

    ``private`` columns name a person and never reach the shared snapshot.
    """

    description: str
    private: bool = False
    ge: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    """One thing somebody said, as the source states it. Times are timezone-aware UTC.

    The key is (``source``, ``place``, ``external_id``). Nothing here is computed by us except
    ``author`` (a pseudonym), ``collected`` and ``raw_page``, which the collecting walk fills in.
    """

    source: Annotated[
        str,
        column("Name of the connector that collected it.", min_length=1, max_length=64),
    ]
    place: Annotated[
        str,
        column("The shop, app, instance, feed or forum within the source.", max_length=500),
    ]
    external_id: Annotated[
        str,
        column("The source's own identifier within the place.", min_length=1, max_length=500),
    ]
    kind: Annotated[Kind, column("What sort of statement it is.")]
    published: Annotated[datetime, column("When it was first published (UTC).")]
    collected: Annotated[datetime | None, column("When we collected it (UTC).")] = None
    edited: Annotated[datetime | None, column("When the source says it was last edited (UTC).")] = (
        None
    )
    url: Annotated[
        str | None,
        column("Address of the original.", max_length=4000, pattern=r"^https?://\S+$"),
    ] = None
    author: Annotated[
        str | None,
        column("Pseudonym of the author: a keyed hash of source and handle.", max_length=64),
    ] = None
    author_handle: Annotated[
        str | None,
        column(
            "The author's handle at the source; kept only when the watch file asks for it.",
            private=True,
            max_length=500,
        ),
    ] = None
    author_followers: Annotated[
        int | None, column("Followers of the author when collected.", ge=0)
    ] = None
    title: Annotated[str | None, column("Title or headline.", max_length=4000)] = None
    text: Annotated[
        str | None, column("Body as plain text, markup removed.", max_length=MAX_TEXT)
    ] = None
    language: Annotated[
        str | None,
        column(
            "Language as the source states it (BCP 47 primary tag, lower case).",
            max_length=35,
            pattern=r"^[a-z]{2,3}(?:-[a-z0-9]{1,8})*$",
        ),
    ] = None
    rating: Annotated[float | None, column("The source's own rating, on its own scale.")] = None
    rating_min: Annotated[float | None, column("Lowest value of the rating's scale.")] = None
    rating_max: Annotated[float | None, column("Highest value of the rating's scale.")] = None
    parent_id: Annotated[
        str | None,
        column("external_id, at the same place, of what this one replies to.", max_length=500),
    ] = None
    likes: Annotated[int | None, column("Likes, points or helpful votes.")] = None
    replies: Annotated[int | None, column("Replies or comments.", ge=0)] = None
    shares: Annotated[int | None, column("Reposts, boosts and quotes.", ge=0)] = None
    views: Annotated[int | None, column("Views or plays.", ge=0)] = None
    answer: Annotated[str | None, column("The owner's public answer.", max_length=MAX_TEXT)] = None
    answered: Annotated[
        datetime | None, column("When the owner answered first (UTC), if the source tells.")
    ] = None
    product: Annotated[
        str | None, column("Product the source says it is about.", max_length=500)
    ] = None
    version: Annotated[
        str | None, column("Version of the product the source states.", max_length=100)
    ] = None
    country: Annotated[
        str | None,
        column("Country the source states (ISO 3166-1 alpha-2).", pattern=r"^[A-Z]{2}$"),
    ] = None
    raw_page: Annotated[
        str | None, column("Landing path of the raw page it was read from.", max_length=1000)
    ] = None
    survey: Annotated[
        str | None, column("Survey that it answers, where kind is survey.", max_length=500)
    ] = None
    question: Annotated[
        str | None, column("Question of the survey that it answers.", max_length=4000)
    ] = None
    measure: Annotated[
        Measure | None, column("What the rating measures, where the survey says so.")
    ] = None
    direction: Annotated[
        Direction | None, column("What a high rating means, where measure is ces.")
    ] = None
    segments: Annotated[
        str | None,
        column(
            "Attributes of the respondent (plan, persona): a JSON object of texts, by name.",
            max_length=10_000,
            pattern=_JSON_TEXTS,
        ),
    ] = None


KEY = ("source", "place", "external_id")
"""The columns that name a mention."""

ENGAGEMENT = ("likes", "replies", "shares", "views", "author_followers")
"""Counts that move all the time: a change of these is an observation, not a new version."""

BOOKKEEPING = ("collected", "raw_page")
"""Columns about our collecting, not about the mention: they never make a new version."""

CONTENT = tuple(
    name for name in Mention.__struct_fields__ if name not in {*KEY, *ENGAGEMENT, *BOOKKEEPING}
)
"""Columns whose change is a new version of the mention."""


class PairRule(msgspec.Struct, frozen=True):
    """Between two columns of one mention: ``larger`` >= ``smaller`` wherever both are there."""

    name: str
    larger: str
    smaller: str
    slack_seconds: int = 0
    meaning: str = ""


PAIR_RULES = (
    PairRule("rating_not_above_scale", "rating_max", "rating", 0, "rating <= rating_max"),
    PairRule("rating_not_below_scale", "rating", "rating_min", 0, "rating >= rating_min"),
    PairRule(
        "not_from_the_future",
        "collected",
        "published",
        86_400,
        "published at most a day after collected (clocks differ)",
    ),
    PairRule("edited_after_published", "edited", "published", 60, "edited >= published"),
)
"""Rules between columns, checked of every mention; a row that breaks one goes to quarantine."""

SAYS_SOMETHING = ("text", "title", "rating")
"""A mention has at least one of these, or it says nothing and goes to quarantine."""


def mention_id(source: str, place: str, external_id: str) -> str:
    """Return the 32 hex digits that stand for the key (BLAKE2b-128, a UUID to DuckDB)."""
    key = "\0".join((source, place, external_id)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(key, digest_size=16).hexdigest()
