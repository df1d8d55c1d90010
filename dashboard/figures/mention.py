"""One mention: all that it has said, how it was scored and why, and its copies."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec

from dashboard.reader import Row, Snapshot
from tidings.errors import ConfigurationError
from tidings.journal import Change, CorrectLabel
from tidings.watch import Watch
from transforms.explain import Explanation, explain
from transforms.found import Said

COMPARED = ("title", "text", "stars", "answer", "product", "version")
"""What two versions are compared by."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A mention as a page tells it, as of ``brand``; None where it is about none (any more).

    ``versions`` are in order, the newest first, each with ``changed``: what of it is new.
    ``waiting`` are corrections that the snapshot lacks, the last one last.
    """

    mention_id: UUID
    brand: str | None
    about: list[Row]
    versions: list[Row]
    gone: list[Row]
    copies: list[Row]
    hits: list[Row]
    corrections: list[Row]
    engagement: Row | None
    waiting: list[CorrectLabel]

    @property
    def now(self) -> Row:
        """The newest version."""
        return self.versions[0]

    @property
    def there(self) -> bool:
        """Whether its source still shows it."""
        return self.now["valid_to"] is None

    @property
    def said(self) -> Row | None:
        """How it speaks of the brand: the row of ``about``."""
        return next((row for row in self.about if row["brand"] == self.brand), None)

    @property
    def pending(self) -> str | None:
        """The label that it is to have by a correction that waits; None: none does."""
        if not self.waiting or self.said is None:
            return None
        last = self.waiting[-1].label
        if last is None:
            return str(self.said["given"])
        return "unscored" if last == "unclear" else last

    @property
    def can_be_taken_back(self) -> bool:
        """Whether a person's label counts now, or is to."""
        if self.waiting:
            return self.waiting[-1].label is not None
        return any(row["known_to"] is None for row in self.corrections)


def mention_id(text: str) -> UUID:
    """Read a mention's id. Raises ConfigurationError."""
    try:
        return UUID(text)
    except ValueError:
        raise ConfigurationError(
            "This is no id of a mention.", remedy="The list of mentions leads to each."
        ) from None


def told(snapshot: Snapshot, one: UUID, brand: str, unseen: Sequence[Change]) -> Told:
    """Return all about a mention; ConfigurationError where there is none of that id.

    Where it is not about ``brand`` it is told as of the first brand that it is about.
    """
    asked = {"id": str(one)}
    versions = snapshot.rows("mention_versions", asked)
    if not versions:
        raise ConfigurationError(
            "There is no such mention.", remedy="It may have been erased; the list has all others."
        )
    about = snapshot.rows("mention_about", asked)
    brands = [row["brand"] for row in about]
    chosen = brand if brand in brands else next(iter(brands), None)
    of_brand = asked | {"brand": chosen}
    return Told(
        mention_id=one,
        brand=chosen,
        about=about,
        versions=_compared(versions),
        gone=snapshot.rows("mention_gone", asked),
        copies=snapshot.rows("mention_copies", of_brand),
        hits=snapshot.rows("mention_hits", of_brand),
        corrections=snapshot.rows("mention_corrections", of_brand),
        engagement=snapshot.one("mention_engagement", asked),
        waiting=_waiting(unseen, one, chosen, versions[0]["content_hash"]),
    )


def _compared(versions: Sequence[Row]) -> list[Row]:
    earlier = [*versions[1:], None]
    return [
        row | {"changed": [] if old is None else [n for n in COMPARED if row[n] != old[n]]}
        for row, old in zip(versions, earlier, strict=True)
    ]


def _waiting(
    unseen: Sequence[Change], one: UUID, brand: str | None, content_hash: str
) -> list[CorrectLabel]:
    return [
        change.what
        for change in unseen
        if isinstance(change.what, CorrectLabel)
        and (change.what.mention_id, change.what.brand) == (one, brand)
        and change.what.content_hash in (None, content_hash)
    ]


def explained(told: Told, watches: Sequence[Watch]) -> Explanation:
    """Return what today's rules and scorers make of the newest text, word by word.

    Raises ConfigurationError where a watch file or a scorer can't be had.
    """
    now = told.now
    by_place = next((row["brand"] for row in told.about if row["how"] == "place"), None)
    first = {row["watch"] for row in told.about}
    ordered = sorted(watches, key=lambda watch: watch.id not in first)
    said = Said(
        title=now["title"],
        text=now["text"],
        author=now["author"],
        url=now["url"],
        place=now["place"],
        language=now["language"],
    )
    languages = [x for w in ordered if not first or w.id in first for x in w.brand.languages]
    return explain(said, ordered, about=by_place, languages=languages or None)
