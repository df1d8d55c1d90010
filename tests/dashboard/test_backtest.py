"""Looking back: the alarms on the page are those of the detectors that alerts use."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from tidings.home import Home


def alarms(client: TestClient, rule: str, threshold: float, days: int = 25) -> list[tuple[str, float]]:  # fmt: skip # noqa: E501
    answer = client.get(
        "/api/v1/backtest", params={"rule": rule, "threshold": threshold, "days": days}
    )
    assert answer.status_code == 200, answer.text
    return [(row["at"], row["observed"]) for row in answer.json()["rows"]]


@pytest.mark.parametrize("rule", ["volume", "negative_count", "negative_share"])
def test_they_are_what_alerts_find(client: TestClient, told_home: Home, rule: str) -> None:
    from dashboard.asked import asked
    from dashboard.figures.backtest import look_back
    from dashboard.figures.brands import brands
    from tidings.alert_rules import RULES
    from tidings.cli.alerting.looking import look
    from tidings.watch import load_watches
    from transforms.incidents import SLIGHT
    from warehouse.snapshot import open_snapshot

    with client.app.state.setup.reader.snapshot() as snapshot:  # type: ignore[attr-defined]
        wanted = asked({"days": "25"}, brands(snapshot))
        found = look_back(snapshot, wanted, rule, RULES[rule].threshold)
    with open_snapshot(told_home.snapshot) as con:
        looked = look(
            con, load_watches(told_home.watch_dir), found.since, found.until, rules=[rule]
        )
    mine = [
        (f.onset, f.at, f.observed)
        for f in looked.findings
        if f.brand == found.brand and f.detail != SLIGHT
    ]
    assert [(a["onset"], a["at"], a["observed"]) for a in found.alarms] == mine
    assert mine or rule == "negative_share"


@pytest.mark.parametrize("rule", ["volume", "negative_count"])
def test_a_higher_threshold_tells_less(client: TestClient, rule: str) -> None:
    counts = [len(alarms(client, rule, threshold)) for threshold in (2.0, 3.55, 6.0, 10.0)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


def test_a_smaller_budget_of_false_alarms_tells_less(client: TestClient) -> None:
    counts = [len(alarms(client, "negative_share", budget)) for budget in (5.0, 0.05)]
    assert counts == sorted(counts, reverse=True)
    # worked out once: the same again is the same
    assert len(alarms(client, "negative_share", 5.0)) == counts[0]


def test_the_slider_asks_for_a_part_that_says_what_the_api_says(client: TestClient) -> None:
    part = client.get("/backtest-told?rule=volume&threshold=2.5&days=25").text
    assert "<html" not in part
    assert f"told {len(alarms(client, 'volume', 2.5))}× at 2.50" in part
    page = client.get("/backtest?rule=volume&days=25").text
    assert 'type="range"' in page
    assert 'hx-get="backtest-told"' in page


def test_what_is_too_much_or_none_is_told(client: TestClient) -> None:
    for query, said in (
        ("rule=silence&threshold=1", "tidings alerts backtest"),
        ("rule=volume&threshold=0.1", "is not from"),
        ("rule=volume&threshold=nan", "is not from"),
        ("rule=negative_share&threshold=1&days=365", "Ask for less"),
    ):
        answer = client.get(f"/api/v1/backtest?{query}")
        assert answer.status_code == 400, query
        assert said in answer.json()["message"] + answer.json()["remedy"]


def test_the_days_sum_to_what_was_looked_at(client: TestClient) -> None:
    from dashboard.asked import asked
    from dashboard.figures.backtest import look_back
    from dashboard.figures.brands import brands

    with client.app.state.setup.reader.snapshot() as snapshot:  # type: ignore[attr-defined]
        found = look_back(snapshot, asked({"days": "25"}, brands(snapshot)), "volume", 3.0)
    assert sum(day["mentions"] for day in found.days) == found.mentions > 0
    assert found.until - found.since == timedelta(days=25)
    assert found.per_week == pytest.approx(len(found.alarms) / 25 * 7)
