"""The picture of an incident can be drawn, whatever the brand is called, and is small."""

from __future__ import annotations

import random
import struct
import warnings
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from receiving import WHEN

from tidings.incident import Incident, Point
from tidings.notify.chart import chart
from tidings.notify.sample import sample


def incident(**fields: Any) -> Incident:
    [found] = sample(WHEN).incidents
    return msgspec.structs.replace(found, **fields)


def drawn(found: Incident) -> bytes:
    png = chart(found, WHEN)
    assert png is not None
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    assert 500 < width < 1_500
    assert 200 < height < 800
    assert len(png) < 100_000
    return png


@pytest.mark.parametrize(
    "brand", ["Acme", "北风水壶", "مؤسسة الشاي", "🫖", "x $\\frac{$ y", "A" * 200, "नमस्ते\u202e"]
)
def test_a_brand_of_any_script_can_be_drawn_and_nothing_is_warned_of(brand: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn(incident(brand=brand))


def test_no_series_is_no_picture() -> None:
    assert chart(incident(series=()), WHEN) is None
    unknown = (Point(starts=WHEN, observed=float("nan"), expected=1.0),)
    assert chart(incident(series=unknown), WHEN) is None


def test_long_and_wild_and_single_series_can_be_drawn() -> None:
    rng = random.Random(7)
    series = tuple(
        Point(
            starts=WHEN - timedelta(minutes=15 * n),
            observed=rng.expovariate(0.01) * rng.choice((1, 1, 20)),
            expected=100 + rng.random(),
        )
        for n in range(8_640, -1, -1)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn(incident(series=series, measure="mentions"))
        drawn(incident(series=series[-1:], measure="mentions"))
        drawn(incident(series=series[-400:], opened=WHEN - timedelta(days=400)))


def test_what_is_drawn_depends_on_the_series_and_on_when_it_began() -> None:
    plain = drawn(incident())
    assert drawn(incident()) == plain
    assert drawn(incident(opened=WHEN - timedelta(hours=9))) != plain
    flat = tuple(msgspec.structs.replace(p, observed=0.18) for p in incident().series)
    assert drawn(incident(series=flat)) != plain
    naive = tuple(
        msgspec.structs.replace(p, starts=p.starts.replace(tzinfo=None)) for p in incident().series
    )
    assert drawn(incident(series=naive)) == plain


def test_threads_draw_what_one_thread_draws() -> None:
    brands = [f"Brand {n}" for n in range(6)]
    alone = [drawn(incident(brand=brand)) for brand in brands]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(lambda brand: drawn(incident(brand=brand)), brands))
    assert together == alone
