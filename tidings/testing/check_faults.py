"""Checks of what a connector does when its source fails."""

from __future__ import annotations

from functools import partial
from unittest import SkipTest

from tidings.errors import SourceError
from tidings.http import Layer
from tidings.testing import faults, mutation
from tidings.testing.driving import Walk, walk
from tidings.testing.expecting import by_key, expect, some
from tidings.testing.origin import Growing
from tidings.testing.subject import Subject


class FaultChecks(Subject):
    """A source that fails, in part or as a whole."""

    def test_server_error_is_no_end(self) -> None:
        """A 500 that stays is a TransientError."""
        self._fails(faults.SERVER_ERROR)

    def test_refusal_is_no_end(self) -> None:
        """A 401 is an AuthError."""
        self._fails(faults.REFUSED)

    def test_throttling_is_no_end(self) -> None:
        """A 429 that stays is a RateLimited error."""
        self._fails(faults.THROTTLED)

    def test_broken_connection_is_no_end(self) -> None:
        """A connection that can't be made is a TransientError."""
        self._fails(faults.UNREACHABLE)

    def test_html_is_no_end(self) -> None:
        """A sign-in page with 200 instead of data is SourceChanged."""
        self._fails(faults.HTML)

    def test_empty_body_is_no_end(self) -> None:
        """An empty body with 200 is SourceChanged."""
        self._fails(faults.EMPTY)

    def test_cut_json_is_no_end(self) -> None:
        """JSON that stops in the middle is SourceChanged."""
        self._fails(faults.CUT)

    def test_same_page_for_ever_ends(self) -> None:
        """A source that answers with one page for ever ends in an error, or is left after it."""
        whole = self._clean()
        full = next((n for n, p in enumerate(whole.pages, start=1) if p.mentions), None)
        if full is None or not whole.requests:
            raise SkipTest("it asks nothing over HTTP")
        wire = faults.SamePage(self.origin.fresh().answer, whole.asked[full - 1] - 1)
        bound = 3 * len(whole.requests) + 20
        done = walk(self.connector, wire, bound=bound)
        expect(not done.endless, f"Given the same page for ever, it asked {bound} times and more")
        typed = done.error is None or isinstance(done.error, SourceError)
        expect(typed, f"It ended with {done.error!r}, which is no SourceError")
        missed = by_key([whole.pages[full - 1]]).keys() - done.by_key().keys()
        expect(not missed, "It lost what was on the page", missed)

    def test_bad_record_is_rejected_alone(self) -> None:
        """A record that can't be read is in ``rejected``; it costs no other one and makes none."""
        whole = self._clean()
        for change, wire in self._changes(whole):
            done = walk(self.connector, wire(self.origin.fresh().answer), bound=self.bound)
            what = f"With {change.what} among the records"
            expect(not done.endless, f"{what}, the walk never ends")
            expect(done.error is None, f"{what}: {done.error!r}")
            lost = whole.by_key().keys() - done.by_key().keys()
            dear = len(lost) > 1 or {key[2] for key in lost} - change.costs
            expect(not dear, f"{what}, good ones are lost", lost)
            made = done.by_key().keys() - whole.by_key().keys()
            expect(not made, f"It made a mention of {change.what}", made)
            told = done.rejected > whole.rejected
            expect(told, f"{what}, nothing is in Page.rejected. Use read_records")

    def _fails(self, fault: faults.Fault) -> None:
        whole = self._clean()
        tried = 0
        for at in some(range(len(whole.requests))):
            wire = faults.Faulty(self.origin.fresh().answer, at, fault)
            done = walk(self.connector, wire, bound=self.bound)
            if not wire.hit:
                continue
            tried += 1
            what = f"With {fault.name} in answer to request {at + 1}"
            expect(not done.endless, f"{what}, the walk never ends")
            expect(done.error is not None, f"{what}, the walk ends as if there were no more")
            wanted = fault.error.__name__
            right = isinstance(done.error, fault.error)
            expect(right, f"{what}, the error is {done.error!r}, not {wanted}")
        if not tried:
            raise SkipTest("no answer of this source can fail in this way")

    def _changes(self, whole: Walk) -> list[tuple[mutation.Change, Layer]]:
        """Return ways to put a bad record into the first answer that has records."""
        ids = {m.external_id for m in whole.mentions}
        for at, answer in enumerate(whole.distinct_answers()):
            changes = mutation.changes(answer.body, ids, last=isinstance(self.origin, Growing))
            if changes:
                return [(c, partial(mutation.Changed, at, c.apply)) for c in changes]
        raise SkipTest("no list of records was found in the answers; only JSON and feeds are read")
