"""Every connector on a source that is hostile: nothing is lost in silence, and nothing hangs.

A module ``likes*.py`` beside this one joins by itself with what it names in SUBJECTS.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tidings.connector import registered
from tidings.testing import scorecard
from tidings.testing.hostile import behaviour
from tidings.testing.scorecard import Results

HERE = Path(__file__).parent
CARD = HERE.parents[1] / "docs" / "scorecard.md"
SUBJECTS, WITHOUT_HTTP = scorecard.subjects(HERE.glob("likes*.py"))

QUICK = [behaviour(key) for key in ("1", "2", "3", "4", "5", "18", "20", "24")]
"""Those that a connector itself has to stand, without the pauses that sources ask for."""


@pytest.mark.parametrize("name", SUBJECTS)
def test_nothing_is_lost(name: str) -> None:
    results = scorecard.run({name: SUBJECTS[name]}, QUICK)
    assert scorecard.failures(results) == []


def test_every_connector_is_tried_or_says_why_not() -> None:
    tried = {connector.source for connector, _ in SUBJECTS.values()}
    assert set(registered()) <= tried | WITHOUT_HTTP.keys()
    assert not tried & WITHOUT_HTTP.keys()


def test_the_name_of_a_subject_begins_with_its_source() -> None:
    for name, (connector, _) in SUBJECTS.items():
        assert name.startswith(connector.source), name


@pytest.fixture(scope="module")
def results() -> Results:
    return scorecard.run(SUBJECTS)


@pytest.mark.slow
def test_nothing_is_lost_whatever_the_source_does(results: Results) -> None:
    assert scorecard.failures(results) == []


@pytest.mark.slow
def test_the_scorecard_is_what_the_run_gives(results: Results) -> None:
    command = "python -m tidings.testing scorecard tests/connectors/likes*.py > docs/scorecard.md"
    assert CARD.read_text("utf-8") == scorecard.document(results, WITHOUT_HTTP), command
