"""Checks of one whole walk: everything is there, and is what it should be."""

from __future__ import annotations

from itertools import zip_longest
from unittest import SkipTest

from tidings.testing.driving import client
from tidings.testing.expecting import by_key, expect, expect_same
from tidings.testing.guard import no_network, time_zone
from tidings.testing.legality import faults_of_mentions, faults_of_times
from tidings.testing.subject import Subject

ZONES = ("KIT-14", "NST3:30NDT,M3.2.0,M11.1.0")
"""Far to the east, and half an hour off with summer time."""


class WalkChecks(Subject):
    """One walk over a source that stands still."""

    def test_walk_ends_and_asks_for_every_page(self) -> None:
        """A walk from nothing ends by itself and leaves nothing out."""
        origin = self.origin.fresh()
        done = self._clean(origin)
        unknown = origin.unexpected
        expect(not unknown, "It asks for what the source does not have", unknown)
        unasked = origin.unasked()
        expect(not unasked, "The walk ended before the source did; never asked for", unasked)
        wanted = getattr(origin, "total", None) if self.expected is None else self.expected
        count = len(done.by_key())
        expect(wanted in (None, count), f"It brings {count} mentions, not {wanted}")

    def test_asks_lazily(self) -> None:
        """A page is asked for when it is wanted: a walk stopped early never asked for the rest."""
        done = self._clean()
        kept, started = 0, set()
        for page, place, asked in zip(done.pages, done.places, done.asked, strict=True):
            kept += len(page.raw)
            started.add(place)
            # One request more for each place: it may look at something that it does not keep.
            expect(
                asked <= kept + len(started),
                f"{asked} requests were made by the time that {kept} answers had been handed over. "
                "Yield each page before asking for the next one",
            )

    def test_mentions_are_legal(self) -> None:
        """Source, ids, kinds and all other values are what the schema of a mention allows."""
        mentions = self._clean().mentions
        expect(bool(mentions), "The walk brings no mention: there is nothing to check")
        wrong = faults_of_mentions(self.connector, mentions)
        expect(not wrong, "Mentions that nobody can take", wrong)
        said = any(m.text or m.title or m.rating is not None for m in mentions)
        expect(said, "No mention has a text, a title or a rating: none of them says anything")

    def test_times_are_utc(self) -> None:
        """Times are aware and in UTC."""
        wrong = faults_of_times(self._clean().mentions)
        expect(not wrong, "Use tidings.times; these are not in UTC", wrong)

    def test_keys_are_unique(self) -> None:
        """One walk over a source that stands still gives every mention once."""
        keys = [(m.source, m.place, m.external_id) for m in self._clean().mentions]
        twice = {k for k in keys if keys.count(k) > 1}
        expect(not twice, "One key stands for several mentions", twice)

    def test_raw_answers_are_kept(self) -> None:
        """Each page with mentions holds the answers that it was read from."""
        done = self._clean()
        if not done.requests:
            raise SkipTest("it asks nothing over HTTP")
        bodies = {answer.body for answer in done.answers}
        for number, page in enumerate(done.pages, start=1):
            expect(bool(page.raw) or not page.mentions, f"Page {number} keeps no raw answer")
            foreign = [a.url for a in page.raw if a.body not in bodies]
            expect(not foreign, f"Page {number} keeps answers that the source never gave", foreign)

    def test_second_walk_gives_the_same(self) -> None:
        """A second walk with the same connector over the same source gives the same mentions."""
        first = self._clean().by_key()
        again = self._clean().by_key()
        expect_same(first, again, "A second walk over the same source")

    def test_walks_do_not_disturb_each_other(self) -> None:
        """Two connectors of the same kind, walked in turns, each bring everything."""
        alone = self._clean().by_key()
        one, other = (self.origin.fresh(), self.origin.fresh())
        with client(one.answer) as here, client(other.answer) as there:
            pairs = zip(self._copy().split(), self._copy().split(), strict=True)
            pages = [
                pair
                for a, b in pairs
                for pair in zip_longest(a.pages(here, None), b.pages(there, None))
            ]
        for which in (0, 1):
            own = by_key(pair[which] for pair in pages if pair[which] is not None)
            expect_same(alone, own, "A walk with another one beside it")

    def test_same_in_any_time_zone(self) -> None:
        """The machine's time zone changes nothing."""
        reference = self._clean().by_key()
        for zone in ZONES:
            with time_zone(zone):
                expect_same(reference, self._clean().by_key(), f"A walk with TZ={zone}")

    def test_only_the_client_reaches_the_network(self) -> None:
        """No request goes past the client that the connector is handed."""
        with no_network() as tried:
            self._clean()
        expect(not tried, "It opens connections of its own; only use the http it is given", tried)
