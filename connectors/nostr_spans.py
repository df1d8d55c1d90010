"""Which seconds to ask a relay for next: it gives no cursor, and only so many events an answer."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from connectors.nostr_note import LAST_SECOND
from tidings.errors import SourceChanged
from tidings.http import Answer

FEW = 50
"""Hits of a search that are taken for all there are of a span; with more it is split."""


class Span(msgspec.Struct, frozen=True):
    """Seconds in Unix time, the first and the last included; None: without a bound."""

    since: int | None
    until: int | None

    def holds(self, second: int) -> bool:
        """Tell whether ``second`` lies in it."""
        early = self.since is not None and second < self.since
        return not early and (self.until is None or second <= self.until)

    def is_one_second(self) -> bool:
        """Tell whether nothing narrower can be asked for."""
        return self.since is not None and self.since == self.until

    def between(self, since: int | None, until: int | None) -> list[Span]:
        """Return the part from ``since`` to ``until`` (None: as far as this one); [] if empty."""
        part = Span(self.since if since is None else since, self.until if until is None else until)
        empty = part.since is not None and part.until is not None and part.since > part.until
        return [] if empty or (part.until is not None and part.until < 0) else [part]


class Spans:
    """The spans still to be asked for, the newest first.

    Events are listed newest first: the next span ends with the oldest second seen, which the end of
    an answer may have cut. Hits of a search (``ranked``) come by merit, and how many a relay gives
    is not known: a span with more than a few of them is split in two.
    """

    def __init__(self, whole: Span, *, per_page: int, ranked: bool) -> None:
        """Start with ``whole``; ``per_page`` is how many events are asked for at a time."""
        self._left = [whole]
        self._per_page, self._ranked = per_page, ranked
        self._most = 0

    def __bool__(self) -> bool:
        """Tell whether there is anything left to ask for."""
        return bool(self._left)

    def take(self) -> Span:
        """Return the span to ask for now."""
        return self._left.pop()

    def saw(self, span: Span, answer: Answer, listed: int, seconds: Sequence[int]) -> None:
        """Note what ``answer`` to ``span`` held: events ``listed``, and the times they state.

        SourceChanged where these are not of the span, or where one second has more events than the
        relay gives at a time: nothing can tell those apart that were left out.
        """
        if outside := [second for second in seconds if not span.holds(second)]:
            raise _changed(answer, f"an event of second {outside[0]} came, which was not asked for")
        if listed and not seconds:
            raise _changed(answer, f"not one of {listed} events has a time")
        if len(set(seconds)) > 1:
            self._most = max(self._most, listed)
        nexts = self._split(span, listed, seconds) if self._ranked else _older(span, seconds)
        skips = (
            seconds and span.until == min(seconds) and (span.is_one_second() or not self._ranked)
        )
        if skips and (listed >= self._per_page or 0 < self._most <= listed):
            raise _changed(
                answer,
                f"{listed} events of second {span.until} fill an answer, there may be more",
            )
        self._left += nexts

    def _split(self, span: Span, listed: int, seconds: Sequence[int]) -> list[Span]:
        """Return the parts of a span that may hold more hits than came, the newest last."""
        if listed < FEW or span.is_one_second():
            return []
        ordered = sorted(seconds)
        first, last = ordered[0], ordered[-1]
        if first == last:
            below, above = span.between(None, first - 1), span.between(last + 1, None)
            return [*below, Span(first, first), *above]
        middle = max(ordered[len(ordered) // 2], first + 1)
        return [*span.between(None, middle - 1), *span.between(middle, None)]


def _older(span: Span, seconds: Sequence[int]) -> list[Span]:
    """Return what is left of a span behind an answer whose events come newest first."""
    if not seconds:
        return []
    oldest = min(seconds)
    return span.between(None, oldest - 1 if oldest == span.until else oldest)


def second_of(stated: int | None) -> int | None:
    """Return a stated time if it is one that a mention can have."""
    return stated if stated is not None and 0 <= stated <= LAST_SECOND else None


def _changed(answer: Answer, what: str) -> SourceChanged:
    return SourceChanged(
        f"The relay can't be walked by time: {what}.",
        remedy="Look at the kept page; a larger 'per_page' or another relay may help.",
        url=answer.url,
        answer=answer,
    )
