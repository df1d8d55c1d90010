"""Enriched by another process, batches are the same, and come in the order they landed in."""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tidings.cli import enriching, staging, steps, whole_run
from tidings.errors import QualityError
from tidings.home import Home
from tidings.landing import Landing

WATCH = """\
[brand]
name = "Acme"
[queries]
late = "late OR slow"
[[sources]]
connector = "files"
[sources.settings]
folder = "{folder}"
rows_per_page = 40
columns = {{ external_id = "id", published = "at", rating = "stars", text = "text" }}
constants = {{ rating_min = 1, rating_max = 5 }}
"""

TEXTS = ("Acme was late, but the price is fine", "Sehr langsam", "", "Great service from Acme! 😀")


@pytest.fixture
def landed(home: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Land 160 rows in several batches, some of them bad."""
    monkeypatch.setattr("tidings.collect.BATCH_MENTIONS", 40)
    folder = home / "in"
    folder.mkdir()
    now = datetime.now(UTC).isoformat()
    rows = [f'{n},{now},{9 if n % 20 == 0 else 4},"{TEXTS[n % 4]}"' for n in range(160)]
    (folder / "all.csv").write_text("\n".join(["id,at,stars,text", *rows]), "utf-8")
    (home / "watch" / "acme.toml").write_text(WATCH.format(folder=folder), "utf-8")
    steps.collect("acme", "files", run="r")
    return Home.find()


@pytest.mark.slow
def test_another_process_enriches_as_this_one_does(landed: Home) -> None:
    landing = Landing(landed.landing)
    batches = [landing.batch(i) for i in landing.batch_ids()]
    assert len(batches) > 3
    known = steps.watches(landed)
    here = enriching.enrich_here(landed, known, batches)
    expected = _staged(landed, here)
    refused: list[QualityError] = []
    given = list(enriching.enrich_apart(landed, known, batches, refused, 1))
    assert given == [b.batch_id for b in batches] == here
    assert refused == []
    assert _staged(landed, given) == expected


@pytest.mark.slow
def test_many_rows_are_enriched_apart_and_loaded_once(
    landed: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enriching, "APART_FROM", 1)
    monkeypatch.setattr(enriching, "processes", lambda: 2)
    refused: list[QualityError] = []
    waiting = steps.waiting_batches(landed)
    totals = whole_run._enrich_and_load(landed, waiting, refused, holder="apart")
    assert (totals["rows_in"], totals["new"], totals["quarantined"]) == (160, 152, 8)
    assert totals["batches"] == len(waiting)
    assert list(landed.staging.iterdir()) == []


def _staged(home: Home, batch_ids: list[str]) -> list[object]:
    ready = [staging.ready(home.staging, batch_id) for batch_id in batch_ids]
    return [
        (pq.read_table(r.enriched_path), pq.read_table(r.quarantine_path), r.batch) for r in ready
    ]


def test_groups_hold_batches_in_order_and_no_more_rows_than_asked(landed: Home) -> None:
    batches = steps.waiting_batches(landed)
    groups = list(enriching.in_groups(batches, 80))
    assert [b for group in groups for b in group] == batches
    assert all(sum(b.rows for b in group) <= 80 for group in groups)
    assert [len(g) for g in enriching.in_groups(batches[:2], 1)] == [1, 1]
