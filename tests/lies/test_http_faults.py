"""Faults of HTTP in real walks: each is right in the end, or told of; none is silent."""

from __future__ import annotations

import random

import pytest
from http_faults import KINDS, Injection, inject, plan, subjects

FEW = ("hackernews", "rss", "reviews", "mastodon", "steam")


def _silent(done: list[Injection]) -> list[Injection]:
    return [found for found in done if found.verdict.fault]


def test_there_are_many_kinds() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) >= 60


def test_no_fault_is_silent() -> None:
    """A third of all kinds that show at once; the rest is in the slow test."""
    kinds = random.Random(8).sample([k for k in KINDS if not k.slow], 66)
    done = list(inject(plan(len(kinds), 8, kinds, list(FEW)), subjects(*FEW)))
    assert len(done) > 45
    assert _silent(done) == []


@pytest.mark.slow
def test_no_kind_is_silent() -> None:
    ready = subjects()
    done = list(inject(plan(len(KINDS) + 40, 3, KINDS, list(ready)), ready))
    assert len({found.kind for found in done}) > 180
    assert _silent(done) == []
