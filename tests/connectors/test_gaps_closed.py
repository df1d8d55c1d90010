"""Every connector that goes back: what a capped walk leaves is read by a repair of its windows."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from tidings.batch import WalkState
from tidings.collect import Outcome, Run, collect
from tidings.connector import Connector
from tidings.errors import ConfigurationError
from tidings.landing import Landing
from tidings.repair import Pages, Stretch, repair, windows
from tidings.schema import from_arrow
from tidings.testing import Simulated, client, scorecard, walk
from tidings.watch import Brand, Source, Watch
from tidings.windows import overlap_of, takes_windows

SUBJECTS, _ = scorecard.subjects(Path(__file__).parent.glob("likes*.py"))
RECORDS, TIED, PER_PAGE, CAP = 60, 15, 10, 3

ABLE = [name for name, (connector, _) in SUBJECTS.items() if takes_windows(connector)]


def large(origin: Simulated) -> Simulated:
    """Make a source hold more pages than the cap allows, and a second that fills more than one."""
    origin.page_size = PER_PAGE
    if hasattr(origin, "deepest"):
        origin.deepest = max(origin.deepest, 10 * PER_PAGE)
    start = min(origin.notes).at
    times = [start + timedelta(hours=n) for n in range(RECORDS)]
    origin.restock(sorted([*times, *[times[30]] * TIED]))
    return origin


class Installation:
    """What was landed of one subject, and how its walks stand, as the warehouse would say it."""

    def __init__(self, folder: Path, run: Run) -> None:
        self.run = run
        self.landing = Landing(str(folder))
        self.made = 0

    def walk(self, place: Connector, state: WalkState) -> Outcome:
        self.made += 1
        [outcome] = collect(self._named(place, state), [place])
        return outcome

    def close(self, place: Connector, outcome: Outcome) -> list[Outcome]:
        """Repair the gap that a walk has left; return the walks made for it."""
        left = outcome.coverage
        if left.gap_to is None:
            return []
        self.made += 1
        asked = windows([Stretch.of(left.gap_from, left.gap_to)], [], overlap_of(place))
        done = repair(self._named(place, WalkState()), place, asked, Pages(4000))
        if any(isinstance(outcome.error, ConfigurationError) for outcome in done.outcomes):
            pytest.skip(f"it can't go back so far: {done.outcomes[-1].error}")
        assert done.error is None
        return done.outcomes

    def keys(self) -> set[tuple[str, str, str]]:
        found = [m for b in self.landing.batches() for m in from_arrow(self.landing.mentions(b))]
        return {(m.source, m.place, m.external_id) for m in found}

    def _named(self, place: Connector, state: WalkState) -> Run:
        return msgspec.structs.replace(
            self.run, run=f"r{self.made}", states={place.walk_id(): state}
        )


@pytest.mark.slow
@pytest.mark.parametrize("name", ABLE)
def test_a_cap_and_a_repair_bring_everything(name: str, tmp_path: Path) -> None:
    connector, shown = SUBJECTS[name]
    fresh = shown.fresh()
    if not isinstance(fresh, Simulated):
        pytest.skip("a recording has no news")
    origin = large(fresh)
    whole = walk(connector, origin.answer, bound=20_000)
    assert whole.error is None
    with client(origin.answer) as http:
        run = Run(
            watch=Watch(brand=Brand(name="Acme"), id="acme"),
            source=Source(connector=connector.source, max_pages=CAP),
            run="r",
            attempt=1,
            landing=Landing(str(tmp_path)),
            http=http,
            states={},
            pseudonym_key=b"k" * 32,
        )
        here = Installation(tmp_path, run)
        for place in connector.split():
            first = here.walk(place, WalkState())
            covered = first.coverage
            here.close(place, first)
            if covered.covered_to is not None and covered.newest is not None:
                resume = min(covered.covered_to, covered.newest)
                origin.grow()
                second = here.walk(place, WalkState(resume_from=resume))
                here.close(place, second)
    wanted = set(walk(connector, origin.answer, bound=20_000).by_key())
    lost = wanted - here.keys()
    assert not lost, f"{len(lost)} of {len(wanted)} are lost, e.g. {sorted(lost)[:3]}"
