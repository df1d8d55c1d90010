"""Identifiers for reviews of pages that give none, or give the same one twice."""

from __future__ import annotations

import hashlib
from collections import defaultdict

import msgspec

from tidings.mention import Mention


class Identifier:
    """Gives each review of one walk its identifier, and never the same one to two reviews.

    Tried in this order: what the page states; a hash of author, time and product, which stays the
    same when the review is edited; a hash of all it says. One that reviews with different content
    claim is given to none of them. So two reviews by authors of the same name, on the same day, of
    the same product are two, but an edit of one of them makes a third.
    """

    def __init__(self) -> None:
        """Start with no review seen."""
        self.given: dict[str, str] = {}

    def identify(self, mentions: list[Mention]) -> list[Mention]:
        """Return the reviews of one page with their identifiers, copies of one another left out.

        ``external_id`` comes in as what the page states, "" where it states none.
        """
        claims: dict[str, set[str]] = defaultdict(set)
        claimed = []
        for mention in mentions:
            content, candidates = _content(mention), _candidates(mention)
            claimed.append((mention, content, candidates))
            for candidate in candidates:
                claims[candidate].add(content)
        found: dict[str, Mention] = {}
        for mention, content, candidates in claimed:
            free = (c for c in candidates if len(claims[c]) == 1)
            chosen = next(c for c in free if self.given.get(c, content) == content)
            self.given[chosen] = content
            found.setdefault(chosen, msgspec.structs.replace(mention, external_id=chosen))
        return list(found.values())


def likeness(mention: Mention) -> tuple[object, ...]:
    """Return what is equal for one review written twice on a page, in JSON-LD and in microdata."""
    said = " ".join((mention.text or "").split()) or (mention.title, mention.rating)
    return (mention.author_handle or "").casefold(), mention.published.date(), said


def _candidates(mention: Mention) -> list[str]:
    candidates = [mention.external_id] if mention.external_id else []
    if mention.author_handle:
        who = (mention.author_handle.casefold(), mention.published.isoformat(), mention.product)
        candidates.append(_digest(who))
    return [*candidates, _content(mention)]


def _content(mention: Mention) -> str:
    m = mention
    said = (m.author_handle, m.published.isoformat(), m.product, m.title, m.text, m.rating)
    return _digest(said)


def _digest(parts: tuple[object, ...]) -> str:
    encoded = repr(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(encoded, digest_size=16).hexdigest()
