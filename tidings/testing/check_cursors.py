"""Checks of cursors: stopped, gone on from, and asked again when there is something new."""

from __future__ import annotations

from tidings.testing.driving import Walk
from tidings.testing.expecting import expect, kept, round_trip, stops
from tidings.testing.subject import Subject


class CursorChecks(Subject):
    """Walks that do not start from nothing."""

    def test_cursor_is_json(self) -> None:
        """Cursors are None or objects of JSON values, so that they can be kept."""
        for number, page in enumerate(self._clean().pages, start=1):
            round_trip(page.cursor, f"The cursor of page {number}")

    def test_goes_on_after_any_page(self) -> None:
        """Stopped after any page and started again from its cursor, the walk misses nothing."""
        whole = self._clean()
        for stop in stops(whole):
            origin = self.origin.fresh()
            stopped = self._walk(origin.answer, stop_after=stop)
            rest = self._finished(origin.answer, kept(stopped), f"started again after page {stop}")
            missed = whole.by_key().keys() - stopped.by_key().keys() - rest.by_key().keys()
            expect(
                not missed,
                f"Stopped after page {stop} and started again from its cursor, the walk misses "
                f"{len(missed)} of {len(whole.by_key())} mentions. The cursor of a page may not "
                "move past what has not been handed over yet",
                missed,
            )

    def test_quiet_walk_ends(self) -> None:
        """A walk that starts from the cursor of a whole walk ends, too."""
        origin = self.origin.fresh()
        first = self._finished(origin.answer, {}, "from nothing")
        self._finished(origin.answer, kept(first), "started again with nothing new")

    def test_news_arrives(self) -> None:
        """What a source has new, late or in the same second, comes with the next walk."""
        origin = self._growing()
        first = self._finished(origin.answer, {}, "from nothing")
        quiet = self._finished(origin.answer, kept(first), "started again with nothing new")
        origin.grow()
        last = self._finished(origin.answer, kept(quiet), "started again with news")
        self._expect_all([first, quiet, last], "After a whole walk, the next one")

    def test_news_arrives_after_a_stop(self) -> None:
        """What comes while a walk stands still is not lost either."""
        self._growing()
        for stop in stops(self._clean()):
            origin = self._growing()
            stopped = self._walk(origin.answer, stop_after=stop)
            origin.grow()
            rest = self._finished(origin.answer, kept(stopped), f"started after page {stop}")
            after = self._finished(origin.answer, kept(rest), "started once more")
            self._expect_all(
                [stopped, rest, after], f"Stopped after page {stop}, with news since then, it"
            )

    def _expect_all(self, walks: list[Walk], who: str) -> None:
        origin = self._growing()
        origin.grow()
        all_there = self._clean(origin).by_key().keys()
        missed = all_there - {key for done in walks for key in done.by_key()}
        expect(
            not missed,
            f"{who} misses {len(missed)} of what the source has new. Go back a little before the "
            "newest time seen (what is new may be late, or of the same second)",
            missed,
        )
