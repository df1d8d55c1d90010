"""Checks of asking for known mentions anew: what is there comes back, what is deleted is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable
from unittest import SkipTest

import msgspec

from tidings.connector import Gone, Key, asks_again
from tidings.errors import TidingsError
from tidings.http import Answer, Request, Send
from tidings.mention import Mention
from tidings.testing.driving import Walk, client
from tidings.testing.emptied import NO_PAGE, emptied
from tidings.testing.expecting import expect, expect_same
from tidings.testing.origin import Origin
from tidings.testing.subject import Subject

HANDFUL = 5
"""Mentions of which a source may say at once that it knows none; more than these are suspect."""


@runtime_checkable
class Lasting(Origin, Protocol):
    """A source that can also be asked for single records, as long as it has them."""

    answers_again: bool
    """True: it knows the requests that ``again`` makes."""

    def delete(self) -> None:
        """Let one record disappear."""
        ...


def key_of(mention: Mention) -> Key:
    """Return what is known of a mention when it is asked for anew."""
    return Key(
        place=mention.place,
        external_id=mention.external_id,
        kind=mention.kind,
        published=mention.published,
        url=mention.url,
        parent_id=mention.parent_id,
    )


class AgainChecks(Subject):
    """Asking by id, of a connector that has ``again`` and a source that has ``answers_again``."""

    def test_asked_again_all_that_is_there_comes_back(self) -> None:
        """Everything that a walk brought comes back by its id, and reads the same."""
        origin = self._lasting()
        before = self._clean(origin)
        done, gone = self._again(origin.answer, before.mentions)
        expect(done.error is None, f"Asking again ended with {done.error!r}")
        expect(not gone, "It names mentions gone that are there", [g.external_id for g in gone])
        expect_same(before.by_key(), done.by_key(), "Asking again")

    def test_asked_again_what_is_deleted_is_named(self) -> None:
        """What its source has deleted is named gone, and nothing else is."""
        origin = self._lasting()
        before = self._clean(origin)
        origin.delete()
        left = {m.external_id for m in self._clean(origin).mentions}
        done, gone = self._again(origin.answer, before.mentions)
        expect(done.error is None, f"Asking again ended with {done.error!r}")
        named = {g.external_id for g in gone}
        deleted = {m.external_id for m in before.mentions} - left
        expect(named == deleted, f"Deleted is {deleted}, named gone is {named}")
        expect(all(g.reason and g.sure for g in gone), "It names something gone without a reason")

    def test_asked_again_a_source_out_of_order_deletes_nothing(self) -> None:
        """An answer without records, a 404 in other words or a 500 is an error, not all gone."""
        origin = self._lasting()
        before = self._clean(origin).mentions
        if len(before) <= HANDFUL:
            raise SkipTest("the source has too few records to show it")
        for how, spoil in SPOILT.items():
            done, gone = self._again(_spoilt(origin.answer, spoil), before)
            told = f"Where the source answers with {how}, it names {len(gone)} mentions gone"
            kept = not gone and spoil is _emptied  # single records may have been left whole
            expect(done.error is not None or kept, f"{told} and no error")

    def _lasting(self) -> Lasting:
        if not asks_again(self.connector):
            raise SkipTest("it has no again()")
        origin = self.origin.fresh()
        if not (isinstance(origin, Lasting) and origin.answers_again):
            raise SkipTest("this source knows no request for single records")
        return origin

    def _again(self, send: Send, mentions: Sequence[Mention]) -> tuple[Walk, list[Gone]]:
        """Ask for all of ``mentions``; return the pages, or the error, and what is named gone."""
        done = Walk()
        places = self._copy().split()
        with client(send) as http:
            try:
                for place in places:
                    own = [k for m in mentions if place.reaches(k := key_of(m))]
                    for page in place.again(http, own):
                        done.pages.append(page)
                    mentions = [m for m in mentions if not place.reaches(key_of(m))]
                expect(not mentions, "It reaches none of these", [m.external_id for m in mentions])
            except TidingsError as error:
                done.error = error
        return done, [gone for page in done.pages for gone in page.gone]


def _emptied(answer: Answer) -> Answer:
    body = emptied(answer.body, answer.headers.get("content-type", ""))
    return msgspec.structs.replace(answer, body=body)


def _not_found(answer: Answer) -> Answer:
    return Answer(status=404, url=answer.url, headers={"content-type": "text/html"}, body=NO_PAGE)


def _failing(answer: Answer) -> Answer:
    return Answer(status=500, url=answer.url, body=b"Internal Server Error")


SPOILT: dict[str, Callable[[Answer], Answer]] = {
    "its usual form without records": _emptied,
    "404 and a page": _not_found,
    "500": _failing,
}
"""How a source answers that is out of order."""


def _spoilt(send: Send, spoil: Callable[[Answer], Answer]) -> Send:
    def answer(request: Request) -> Answer:
        return spoil(send(request))

    return answer
