"""``tidings check`` says which names may mean something else."""

from __future__ import annotations

import pytest

from tidings.cli.watching import ambiguous
from tidings.errors import ConfigurationError
from tidings.watch import Brand, Competitor, Watch


def test_short_and_everyday_names_are_told_with_what_they_belong_to() -> None:
    watch = Watch(
        brand=Brand(name="Nordkvern", aliases=("NK",)),
        competitors=(Competitor(name="Happy"), Competitor(name="Joy", query="Joy NEAR/3 coffee")),
        queries={"app": "app*", "price": "price OR expensive"},
    )
    told = ambiguous(watch)
    assert [of for of, _ in told] == ["Nordkvern", "Happy", "app"]
    assert "'NK' is short" in told[0][1]
    assert "'Happy' is an everyday word" in told[1][1]
    assert "'app*' is short for a beginning" in told[2][1]


def test_a_query_that_cannot_be_read_is_an_error_not_a_doubt() -> None:
    with pytest.raises(ConfigurationError, match="not closed"):
        ambiguous(Watch(id="x", brand=Brand(name="Nordkvern"), queries={"a": '"late'}))
