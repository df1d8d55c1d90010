"""Arrays for the detectors: which rows, and in which bucket."""

from __future__ import annotations

import numpy as np
from said import at, said

from transforms.spoken import bucket_starts, counted


def test_brands_that_are_not_asked_for_are_left_out() -> None:
    told = said({"hour": 0}, {"hour": 1, "brand": "Other"}, {"hour": 2, "brand": "Zenith"})
    assert told.brand.tolist() == [0, 1]
    assert told.mention_id.tolist() == ["m0", "m2"]


def test_buckets_are_quarters_of_an_hour_closed_on_their_start() -> None:
    starts = bucket_starts(at(0.1), at(1.1))
    assert starts[0] == np.datetime64(at(0), "us")
    assert len(starts) == 4
    told = said(
        *({"hour": h} for h in (-0.1, 0, 0.2499, 0.25, 0.99, 1.0)), {"hour": 0.5, "brand": "Zenith"}
    )
    assert counted(told, starts).tolist() == [[2, 1, 0, 1], [0, 0, 1, 0]]


def test_labels_are_negative_scored_or_neither() -> None:
    told = said(
        *({"hour": i, "label": x} for i, x in enumerate(("negative", "positive", "unscored")))
    )
    assert told.negative.tolist() == [True, False, False]
    assert told.scored.tolist() == [True, True, False]


def test_more_followers_than_a_double_can_count_are_rounded() -> None:
    """A source that lies about one author must not keep all alerts from being looked for."""
    told = said({"hour": 0, "followers": 2**53 + 1}, {"hour": 1, "followers": 2**63 - 1})
    assert told.followers.tolist() == [2.0**53, 2.0**63]
