"""Rules on ratings, authors, answers and silence, drawn by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from said import at, said

from transforms.conditions import Found, influential, overdue, rating_drops, silences

DAY = 24


def end(hours: float) -> np.datetime64:
    return np.datetime64(at(hours), "us")


def signs(found: Found) -> list[tuple[int, float, float]]:
    """Return (brand, hour, observed) of each sign."""
    start = np.datetime64(at(0), "us")
    hour = np.timedelta64(3600, "s")
    return [(s.brand, float((s.at - start) / hour), round(s.observed, 3)) for s in found.signs]


def reviews(first: int, last: int, ratings: list[float], **more: Any) -> list[dict[str, Any]]:
    """One review every six hours of these days, their ratings in turn."""
    hours = range(first * DAY, last * DAY, 6)
    return [{"hour": h, "rating": ratings[i % len(ratings)], **more} for i, h in enumerate(hours)]


def test_a_rating_drop_needs_reviews_before_and_after_and_a_drop() -> None:
    good, bad = reviews(0, 28, [1.0, 0.75]), reviews(28, 36, [0.25, 0.5])
    found = rating_drops(said(*good, *bad), end(36 * DAY), least_drop=0.1)
    ((brand, hour, observed),) = signs(found)
    assert brand == 0
    assert 29 * DAY <= hour <= 32 * DAY
    assert found.signs[0].baseline == pytest.approx(0.875, abs=0.01)
    assert observed <= 0.775
    assert found.evidence[0][-1] == end(36 * DAY)
    late = rating_drops(said(*good, *bad), end(hour - 6), least_drop=0.1)
    assert late.signs == []  # what comes later changes nothing of before
    assert rating_drops(said(*good, *bad), end(36 * DAY), least_drop=0.6).signs == []
    few = [*reviews(0, 28, [1.0, 0.75])[:19], *bad]
    assert rating_drops(said(*few), end(36 * DAY), least_drop=0.1).signs == []


def test_a_week_that_hovers_about_the_threshold_is_one_drop() -> None:
    """Every other day just below it: the evidence goes on, so that no second incident opens."""
    good, bad = reviews(0, 28, [1.0, 0.75]), reviews(28, 36, [0.75, 0.5, 1.0, 0.5])
    found = rating_drops(said(*good, *bad), end(36 * DAY), least_drop=0.18)
    assert len(found.signs) >= 1
    gaps = np.diff(np.array(found.evidence[0]))
    assert max(gaps, default=np.timedelta64(0)) == np.timedelta64(6, "h")


def test_equal_ratings_have_no_infinite_certainty() -> None:
    steady = said(*reviews(0, 28, [1.0]), *reviews(28, 36, [0.95]))
    assert rating_drops(steady, end(36 * DAY), least_drop=0.1).signs == []


def test_an_author_of_many_followers_counts_once_a_day_and_only_if_negative() -> None:
    loud = {"label": "negative", "followers": 60_000, "author": 7}
    told = said(
        {"hour": 1, **loud},
        {"hour": 5, **loud},
        {"hour": 26, **loud},
        {"hour": 2, **loud, "author": 8, "first_copy": False},
        {"hour": 3, **loud, "author": 9, "label": "positive"},
        {"hour": 4, **loud, "author": 10, "followers": 59_999},
        {"hour": 6, **loud, "brand": "Zenith"},
        {"hour": 7, "label": "negative", "author": 11},
    )
    found = influential(told, least_followers=60_000)
    assert signs(found) == [(0, 1, 60_000), (0, 26, 60_000), (1, 6, 60_000)]
    assert found.signs[0].mention == "m0"


def test_reviews_are_overdue_from_their_due_time_until_they_are_answered() -> None:
    told = said(
        {"hour": 0, "due": at(10), "answered": at(20)},
        {"hour": 1, "due": at(12), "answered": None},
        {"hour": 2, "due": at(13), "answered": at(12.5)},  # in time
        {"hour": 3, "due": at(14), "answered": at(15)},
        {"hour": 4, "due": at(99)},  # not yet
    )
    found = overdue(told, end(30), least=2)
    assert signs(found) == [(0, 12, 2), (0, 14, 3)]
    assert found.evidence[0][0] == end(12)
    assert max(found.evidence[0]) == end(20)
    assert signs(overdue(told, end(11), least=1)) == [(0, 10, 1)]
    assert max(overdue(told, end(30), least=1).evidence[0]) == end(30)


def test_a_review_of_five_weeks_is_past_answering() -> None:
    told = said({"hour": 0, "due": at(10)}, {"hour": 5, "due": at(15), "answered": at(40 * DAY)})
    found = overdue(told, end(60 * DAY), least=1)
    assert max(found.evidence[0]) == end(35 * DAY + 5)
    late = overdue(said({"hour": 0, "due": at(36 * DAY)}), end(60 * DAY), least=1)
    assert late.signs == []


def test_silence_is_three_times_the_longest_pause_of_a_brand_that_is_spoken_of() -> None:
    steady = [{"hour": h} for h in range(0, 14 * DAY, 10)]
    found = silences(said(*steady), end(30 * DAY), least_hours=24)
    assert signs(found) == [(0, 330 + 30, 30)]
    assert found.signs[0].onset == end(330)
    assert found.evidence[0][0] == end(360)
    assert found.evidence[0][-1] == end(30 * DAY)
    assert silences(said(*steady), end(359), least_hours=24).signs == []
    assert signs(silences(said(*steady), end(30 * DAY), least_hours=48)) == [(0, 378, 48)]
    again = said(*steady, {"hour": 400})
    assert silences(again, end(401), least_hours=24).evidence[0][-1] == end(400)


def test_a_brand_that_is_seldom_spoken_of_is_never_silent() -> None:
    seldom = [{"hour": h} for h in range(0, 30 * DAY, 13)]
    assert silences(said(*seldom), end(60 * DAY), least_hours=24).signs == []
