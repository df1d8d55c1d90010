"""How well drivers are told on sentences whose labels the stems' writer did not see."""

import pytest

from bench.drivers import LANGUAGES, Counts, counted, rows, table, together
from transforms.drivers import DRIVERS, Drivers

FLOORS = {"en": 0.74, "no": 0.64, "da": 0.65, "fa": 0.70, "zh": 0.69}


@pytest.mark.parametrize("language", LANGUAGES)
def test_micro_f1_is_not_below_what_it_was(language: str) -> None:
    counts = counted(rows(language, "test"), language, Drivers())
    assert together(counts).f1 >= FLOORS[language]
    assert all(counts[driver].right for driver in DRIVERS)


def test_counts_are_made_as_they_are_told() -> None:
    counts = Counts(right=6, wrong=2, missed=4)
    assert counts.f1 == pytest.approx(2 * 0.75 * 0.6 / (0.75 + 0.6))
    assert together({"a": counts, "b": Counts(1, 1, 1)}) == Counts(7, 3, 5)
    assert Counts(0, 1, 1).f1 == 0


def test_the_table_has_a_line_for_each_driver() -> None:
    lines = table("tune").splitlines()
    assert len(lines) == 2 + len(DRIVERS) + 4
    assert all(line.count("|") == len(LANGUAGES) + 2 for line in lines)
