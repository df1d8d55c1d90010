"""A source that gives single records, a sound connector that asks for them, and broken ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
from broken import Listing, Sound

from tidings.connector import Gone, Key, Page
from tidings.errors import NotFound, SourceChanged, SourceError
from tidings.http import Answer, Http, Request
from tidings.testing import Simulated


class Lasting(Simulated):
    """Gives records by their ids, too: ``GET /notes?ids=101,102``."""

    answers_again = True

    def answer(self, request: Request) -> Answer:
        query = parse_qs(urlsplit(request.url).query)
        if "ids" not in query:
            return super().answer(request)
        wanted = set(query["ids"][0].split(","))
        notes = [self.render(note) for note in self.notes if str(note.id) in wanted]
        return Answer(
            status=200,
            url=request.url,
            headers={"content-type": "application/json"},
            body=msgspec.json.encode({"notes": notes, "next": None}),
        )


class SoundAgain(Sound):
    """Asks for all at once; what is missing is gone, unless it is all of many."""

    def again(self, http: Http, keys: Sequence[Key]) -> Iterator[Page]:
        answer = http.get(f"{self.base}/notes", {"ids": ",".join(k.external_id for k in keys)})
        mentions, rejected = self.read_all(answer.json(Listing).notes)
        there = {m.external_id for m in mentions}
        missing = [self.gone(k) for k in keys if k.external_id not in there]
        if self.is_suspect(keys, missing):
            raise SourceChanged("It knows nothing any more.", answer=answer)
        yield Page(mentions=mentions, rejected=rejected, cursor=None, raw=[answer], gone=missing)

    def gone(self, key: Key) -> Gone:
        return Gone(place=key.place, external_id=key.external_id, reason="it is missing")

    def is_suspect(self, keys: Sequence[Key], missing: Sequence[Gone]) -> bool:
        return len(missing) == len(keys) > 5


class BelievesAnEmptyAnswer(SoundAgain):
    def is_suspect(self, keys: Sequence[Key], missing: Sequence[Gone]) -> bool:
        return False


class TakesErrorsForDisappearances(SoundAgain):
    def again(self, http: Http, keys: Sequence[Key]) -> Iterator[Page]:
        try:
            yield from super().again(http, keys)
        except NotFound:
            yield Page(mentions=[], cursor=None, gone=[self.gone(key) for key in keys])


class SwallowsFailuresAgain(SoundAgain):
    def again(self, http: Http, keys: Sequence[Key]) -> Iterator[Page]:
        with suppress(SourceError):
            yield from super().again(http, keys)


class NamesNothingGone(SoundAgain):
    def again(self, http: Http, keys: Sequence[Key]) -> Iterator[Page]:
        for page in super().again(http, keys):
            page.gone.clear()
            yield page


class NamesTheRestGone(SoundAgain):
    """It looks at the first page of what it asked for only."""

    def again(self, http: Http, keys: Sequence[Key]) -> Iterator[Page]:
        yield from super().again(http, keys[:4])
        yield Page(mentions=[], cursor=None, gone=[self.gone(key) for key in keys[4:]])


class ReadsItDifferentlyAgain(SoundAgain):
    """What it reads by id has another text than what it reads in the listing: a false edit."""

    def again(self, http: Http, keys: Sequence[Key]) -> Iterator[Page]:
        for page in super().again(http, keys):
            page.mentions[:] = [
                msgspec.structs.replace(m, text=f"{m.text} ") for m in page.mentions
            ]
            yield page


ORIGIN = Lasting()
NOTHING = "asked_again_a_source_out_of_order_deletes_nothing"
THERE = "asked_again_all_that_is_there_comes_back"
DELETED = "asked_again_what_is_deleted_is_named"

KILLS: list[tuple[Any, Simulated, str, str]] = [
    (BelievesAnEmptyAnswer, ORIGIN, NOTHING, "without records, it names 10 mentions gone"),
    (TakesErrorsForDisappearances, ORIGIN, NOTHING, "404 and a page, it names 10"),
    (SwallowsFailuresAgain, ORIGIN, NOTHING, "and no error"),
    (NamesNothingGone, ORIGIN, DELETED, "named gone is set()"),
    (NamesTheRestGone, ORIGIN, THERE, "gone that are there"),
    (ReadsItDifferentlyAgain, ORIGIN, THERE, "text"),
]
"""What is broken, its source, the check that catches it, and words of its message."""
