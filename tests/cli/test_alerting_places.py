"""Which rules hold for which brand, and which buckets were collected."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from tidings.alert_rules import RULES
from tidings.cli.alerting.places import Place, covered
from tidings.cli.alerting.sentences import sentence
from tidings.cli.alerting.talk import groups
from tidings.incident import Severity
from tidings.watch import Alert, Brand, Competitor, Watch
from transforms.incidents import Finding
from transforms.negative_share import ShareSettings
from transforms.volume import VolumeSettings
from warehouse.alerts import Piece

START = datetime(2026, 3, 1)
STARTS = np.arange(np.datetime64(START, "us"), np.datetime64(START, "us") + np.timedelta64(2, "h"),
                   np.timedelta64(15, "m"))  # fmt: skip


def watch(**alerts: Alert) -> Watch:
    return Watch(
        id="acme",
        brand=Brand(name="Acme"),
        competitors=(Competitor(name="Zenith"),),
        alerts=alerts,
    )


def places(found: Watch) -> list[Place]:
    return [Place("Acme", found, True), Place("Zenith", found, False)]


def piece(series: str, first: float | None, last: float, about: str | None = None) -> Piece:
    """A stretch from the hour ``first`` to the hour ``last``; None: nothing was collected."""
    if first is None:
        return Piece("acme", about, series, None, None)
    start = START + timedelta(hours=first)
    return Piece("acme", about, series, start, START + timedelta(hours=last))


def flags(*pieces: Piece) -> list[str]:
    found = covered(places(watch()), pieces, STARTS)
    return ["".join("x" if bucket else "." for bucket in row) for row in found]


def test_a_bucket_counts_once_half_of_the_walks_have_covered_all_of_it() -> None:
    assert flags() == ["........", "........"]
    assert flags(piece("a", 0, 1)) == ["xxxx....", "xxxx...."]
    assert flags(piece("a", 0.1, 1.1)) == [".xxx....", ".xxx...."]
    assert flags(piece("a", 0, 0.5), piece("a", 1, 1.5)) == ["xx..xx..", "xx..xx.."]
    assert flags(piece("a", 0, 2), piece("b", 1, 2)) == ["xxxxxxxx", "xxxxxxxx"]
    three = (piece("a", 0, 2), piece("b", 1, 2), piece("c", None, 0))
    assert flags(*three) == ["....xxxx", "....xxxx"]


def test_a_walk_about_one_brand_says_nothing_of_another() -> None:
    assert flags(piece("a", 0, 1, "Acme"), piece("b", 1, 2, "Zenith")) == ["xxxx....", "....xxxx"]


def test_brands_are_grouped_by_how_the_rule_is_held_and_competitors_can_be_left_out() -> None:
    assert groups(places(watch()), "volume") == {(VolumeSettings().threshold, None): [0, 1]}
    held = watch(volume=Alert(threshold=5, cooldown_hours=2), competitor=Alert(enabled=False))
    assert groups(places(held), "volume") == {(5, 2): [0]}
    assert groups(places(watch(volume=Alert(enabled=False))), "volume") == {}
    assert places(watch())[1].rule("volume")[0] == "competitor"
    assert places(watch())[1].rule("silence")[0] == "silence"


def test_the_rules_say_what_the_detectors_are_shipped_with() -> None:
    assert RULES["volume"].threshold == VolumeSettings().threshold
    assert RULES["negative_count"].threshold == VolumeSettings().threshold
    assert RULES["negative_share"].threshold == ShareSettings().budget


def finding(measure: str, observed: float, baseline: float, **more: object) -> Finding:
    severity: Severity = "warning"
    given = {"n": 96, "probability": None, "detail": ""} | more
    return Finding(
        rule="volume",
        watch="acme",
        brand="Acme",
        measure=measure,
        severity=severity,
        onset=START,
        at=START + timedelta(hours=15),
        observed=observed,
        baseline=baseline,
        **given,  # type: ignore[arg-type]
    )


def test_a_sentence_says_baseline_observed_and_since_when() -> None:
    share = finding("negative_share", 41 / 96, 17 / 96, probability=2e-9)
    since = START + timedelta(hours=13, minutes=5)
    told = sentence(share, since, "Europe/Oslo")
    assert told == "41 of 96 (43 %) negative since 14:05, expected 17 (18 %); p = 2e-09"
    count = sentence(finding("mentions", 312, 60.4), since - timedelta(days=1), "UTC")
    assert count == "312 mentions since 28 February 13:05, expected 60"
    author = finding("reach", 90_000, 50_000)
    assert sentence(author, since, "UTC").endswith("by an author whom 90,000 follow")
    quiet = sentence(finding("hours_silent", 30, 9.96), since, "UTC")
    assert quiet.startswith("Nothing was heard since 13:05, for 30 hours; ")
    assert "of the 14 days before was 10.0" in quiet
    assert "(runs (core.load))" in sentence(
        finding("checks", 1, 0, detail="(runs (core.load))"), since, "UTC"
    )
    rating = sentence(finding("rating_mean", 0.41, 0.75, n=12), since, "UTC")
    assert rating.startswith("12 reviews of the last 7 days rate 0.41 of 1")
    assert sentence(finding("unanswered", 3, 0), since, "UTC").startswith("3 reviews unanswered")
