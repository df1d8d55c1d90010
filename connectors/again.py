"""Asking for known mentions anew: what of them an answer leaves out, and when that is suspect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tidings.connector import Gone, Key, Rejected
from tidings.errors import SourceChanged
from tidings.http import Answer
from tidings.mention import Mention

HANDFUL = 5
"""Mentions that an answer may leave out though it holds no other; more than these are suspect."""


def in_parts(keys: Sequence[Key], most: int) -> Iterator[Sequence[Key]]:
    """Yield ``keys`` in parts of at most ``most``, in their order."""
    for start in range(0, len(keys), most):
        yield keys[start : start + most]


def left_out(
    keys: Iterable[Key], mentions: Iterable[Mention], rejected: Iterable[Rejected] = ()
) -> list[Key]:
    """Return the keys that came back neither as a mention nor as a record that can't be read."""
    shown = {mention.external_id for mention in mentions}
    unread = [record.raw for record in rejected]
    return [
        key
        for key in keys
        if key.external_id not in shown and not any(key.external_id in raw for raw in unread)
    ]


def gone(keys: Iterable[Key], reason: str) -> list[Gone]:
    """Return that all of ``keys`` are gone, for this reason."""
    return [Gone(place=key.place, external_id=key.external_id, reason=reason) for key in keys]


def believed(answer: Answer, asked: Sequence[Key], missing: Sequence[Key]) -> Sequence[Key]:
    """Return ``missing``; SourceChanged where that is all of more than a handful.

    A source that is out of order answers as if it knew nothing; that deletes nothing here.
    """
    if len(missing) == len(asked) > HANDFUL:
        raise SourceChanged(
            f"{answer.url.partition('?')[0]} knows none of {len(asked)} mentions any more.",
            remedy="That is suspect, and none is taken to be gone; look at the kept page.",
            url=answer.url.partition("?")[0],
            answer=answer,
        )
    return missing
