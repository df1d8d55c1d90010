from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from staged_batches import NOON, at, coverage, quarantined, said, stage

from tidings.errors import FenceLost, WarehouseError
from warehouse.merge import Loaded, merge, take_fence

if TYPE_CHECKING:
    import duckdb

    Con = duckdb.DuckDBPyConnection


def naive(time: datetime) -> datetime:
    return time.astimezone(UTC).replace(tzinfo=None)


def load(con: Con, folder: Path, rows: list[Any], **fields: Any) -> Loaded:
    now = fields.pop("now", None)
    fence = con.execute("SELECT fence FROM core.fence").fetchone()
    assert fence is not None
    return merge(con, stage(folder, rows, **fields), fence=fence[0], now=now)


def counts(con: Con) -> dict[str, int]:
    tables = con.execute(
        "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE NOT temporary"
    ).fetchall()
    return {t: con.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for (t,) in tables}


def test_a_first_batch_is_all_new_and_kept_whole(con: Con, tmp_path: Path) -> None:
    row = said(
        "1", "Good", label="positive", keywords=[("Acme", "praise", 2)], rating=4.0,
        rating_min=1.0, rating_max=5.0, likes=3, url="https://a.example/1", country="NO",
        answer="Thanks", answered=NOON + timedelta(hours=2), author_handle="ola",
    )  # fmt: skip
    loaded = load(con, tmp_path, [row])
    assert loaded == Loaded(rows_in=1, new=1)
    kept = con.execute("SELECT * FROM core.mention").fetchall()
    names = [d[0] for d in con.description]
    found = dict(zip(names, kept[0], strict=True))
    for name, value in msgspec.structs.asdict(row.mention).items():
        assert found[name] == (naive(value) if isinstance(value, datetime) else value), name
    assert found["valid_from"] == naive(NOON)
    assert con.execute("SELECT brand, how, matched FROM core.brand_match").fetchall() == [
        ("Acme", "text", "acme")
    ]
    assert con.execute("SELECT brand, keyword, hits FROM core.keyword_hit").fetchall() == [
        ("Acme", "praise", 2)
    ]
    assert con.execute("SELECT label, scorer FROM core.score").fetchall() == [("positive", "vader")]


def test_merging_a_batch_again_changes_nothing(con: Con, tmp_path: Path) -> None:
    staged = stage(
        tmp_path,
        [said("1"), said("2")],
        bad=[quarantined("b", 1)],
        cursor={"after": 2},
        coverage=coverage(at("2026-03-01", 0), at("2026-03-02", 0)),
    )
    merge(con, staged, fence=0)
    before = counts(con)
    assert merge(con, staged, fence=0) == Loaded()
    assert counts(con) == before


def test_an_edit_becomes_a_version_and_what_we_believed_is_kept(con: Con, tmp_path: Path) -> None:
    edit = NOON + timedelta(hours=5)
    load(con, tmp_path, [said("1", "It is fine")], now=at("2026-03-02"))
    changed = said("1", "It broke", edited=edit, collected=NOON + timedelta(days=2))
    assert load(con, tmp_path, [changed], run="r2", now=at("2026-03-04")) == Loaded(
        rows_in=1, changed=1
    )
    versions = con.execute(
        "SELECT text, valid_from, valid_to, known_from, known_to FROM core.mention_version "
        "ORDER BY known_from, valid_from"
    ).fetchall()
    first, second = naive(at("2026-03-02")), naive(at("2026-03-04"))
    assert versions == [
        ("It is fine", naive(NOON), None, first, second),
        ("It is fine", naive(NOON), naive(edit), second, None),
        ("It broke", naive(edit), None, second, None),
    ]
    assert con.execute("SELECT text FROM core.mention").fetchall() == [("It broke",)]
    scored = con.execute(
        "SELECT score.known_to FROM core.score JOIN core.mention USING (mention_id, content_hash)"
    ).fetchall()
    assert scored == [(None,)], "the score that counts is not of the content that is current"


@pytest.mark.parametrize(
    "edited",
    [None, NOON - timedelta(days=1)],
    ids=["no edit stated", "an edit before the old version"],
)
def test_a_change_without_a_usable_edit_time_holds_from_when_it_was_collected(
    con: Con, tmp_path: Path, edited: datetime | None
) -> None:
    collected = NOON + timedelta(days=2)
    load(con, tmp_path, [said("1", "It is fine")])
    load(con, tmp_path, [said("1", "It broke", edited=edited, collected=collected)], run="r2")
    assert con.execute("SELECT valid_from FROM core.mention").fetchall() == [(naive(collected),)]


def test_what_claims_to_be_from_the_future_can_still_change(con: Con, tmp_path: Path) -> None:
    """Clocks differ: both pages were collected before the source says that it was published."""
    for hours, text in ((1, "A"), (2, "B")):
        row = said("1", text, published=NOON, collected=NOON - timedelta(hours=5 - hours))
        load(con, tmp_path, [row], run=text)
    held = con.execute("SELECT text, valid_from, valid_to FROM core.mention_version "
                       "WHERE known_to IS NULL ORDER BY valid_from").fetchall()  # fmt: skip
    moment = naive(NOON) + timedelta(microseconds=1)
    assert held == [("A", naive(NOON), moment), ("B", moment, None)]


def test_an_answer_is_not_dated_to_an_older_edit(con: Con, tmp_path: Path) -> None:
    edit = NOON + timedelta(minutes=10)
    load(con, tmp_path, [said("1", edited=edit)])
    later = NOON + timedelta(days=3)
    load(con, tmp_path, [said("1", edited=edit, answer="Sorry", collected=later)], run="r2")
    assert con.execute("SELECT valid_from FROM core.mention").fetchall() == [(naive(later),)]


def test_moving_counts_are_observations_not_versions(con: Con, tmp_path: Path) -> None:
    times = [NOON + timedelta(hours=h) for h in (1, 2, 3, 4)]
    for number, (time, likes) in enumerate(zip(times, (5, 5, 8, None), strict=True)):
        row = said("1", likes=likes, author_followers=None, collected=time)
        loaded = load(con, tmp_path, [row], run=f"r{number}")
        assert (loaded.new, loaded.unchanged) == ((1, 0) if number == 0 else (0, 1))
    observed = con.execute("SELECT likes, observed, until FROM core.engagement ORDER BY observed")
    assert observed.fetchall() == [
        (5, naive(times[0]), naive(times[2])),
        (8, naive(times[2]), None),
    ]
    assert con.execute("SELECT likes FROM core.mention").fetchall() == [(8,)]
    assert con.execute("SELECT count(*) FROM core.mention_version").fetchone() == (1,)


def test_of_several_rows_of_a_mention_the_latest_collected_counts(con: Con, tmp_path: Path) -> None:
    rows = [
        said("1", "second", collected=NOON + timedelta(hours=2)),
        said("1", "third", collected=NOON + timedelta(hours=3)),
        said("1", "first", collected=NOON + timedelta(hours=1)),
        said("2"),
    ]
    assert load(con, tmp_path, rows) == Loaded(rows_in=4, new=2, duplicate=2)
    texts = con.execute("SELECT text FROM core.mention ORDER BY external_id").fetchall()
    assert texts == [("third",), ("It is what it is",)]


def test_a_late_page_never_replaces_what_is_newer(con: Con, tmp_path: Path) -> None:
    for hours, text, run in ((1, "A", "r1"), (9, "A", "r3")):
        load(con, tmp_path, [said("1", text, collected=NOON + timedelta(hours=hours))], run=run)
    late = said("1", "B", label="negative", likes=1, collected=NOON + timedelta(hours=5))
    assert load(con, tmp_path, [late], run="r2") == Loaded(rows_in=1, unchanged=1)
    assert con.execute("SELECT text, likes FROM core.mention").fetchall() == [("A", None)]
    assert con.execute("SELECT label FROM core.score").fetchall() == [("neutral",)]


def test_a_score_is_replaced_only_by_another(con: Con, tmp_path: Path) -> None:
    load(con, tmp_path, [said("1", label="neutral")], now=at("2026-03-02"))
    load(con, tmp_path, [said("1", label="neutral")], run="r2", now=at("2026-03-03"))
    load(con, tmp_path, [said("1", label="positive")], run="r3", now=at("2026-03-04"))
    scores = con.execute("SELECT label, known_from, known_to FROM core.score ORDER BY known_from")
    assert scores.fetchall() == [
        ("neutral", naive(at("2026-03-02")), naive(at("2026-03-04"))),
        ("positive", naive(at("2026-03-04")), None),
    ]


def test_two_watches_do_not_undo_each_others_matches(con: Con, tmp_path: Path) -> None:
    own = said("1", brands=[("Acme", "place")])
    other = said("1", brands=[("Acme", "text"), ("Zenith", "text")])
    for number, (row, watch) in enumerate([(own, "acme"), (other, "zenith")] * 3):
        load(con, tmp_path, [row], run=f"r{number}", watch=watch)
    matches = con.execute(
        "SELECT watch, brand, how, known_to FROM core.brand_match ORDER BY ALL"
    ).fetchall()
    assert matches == [
        ("acme", "Acme", "place", None),
        ("zenith", "Acme", "text", None),
        ("zenith", "Zenith", "text", None),
    ]


def test_a_match_holds_as_long_as_one_watch_says_so(con: Con, tmp_path: Path) -> None:
    for number, (brands, watch) in enumerate(
        [([("Acme", "text")], "acme"), ([("Acme", "text")], "zenith"), ([], "acme")]
    ):
        load(con, tmp_path, [said("1", brands=brands)], run=f"r{number}", watch=watch)
    held = con.execute("SELECT watch, brand FROM core.brand_match WHERE known_to IS NULL")
    assert held.fetchall() == [("zenith", "Acme")]


def test_an_edit_undoes_the_matches_of_words_that_are_gone_in_every_watch(
    con: Con, tmp_path: Path
) -> None:
    both = [("Acme", "text"), ("Zenith", "text")]
    hits = [("Acme", "price", 1)]
    load(con, tmp_path, [said("1", "Acme Zenith", brands=both, keywords=hits)], watch="zenith")
    edited = said(
        "1", "Acme", brands=[("Acme", "text")], collected=NOON + timedelta(days=1)
    )  # fmt: skip
    load(con, tmp_path, [edited], run="r2", watch="acme")
    open_brands = con.execute(
        "SELECT DISTINCT brand FROM core.brand_match WHERE known_to IS NULL"
    ).fetchall()
    assert open_brands == [("Acme",)]
    assert con.execute("SELECT * FROM core.keyword_hit WHERE known_to IS NULL").fetchall() == []


def test_a_new_voice_key_is_better_knowledge_not_an_edit(con: Con, tmp_path: Path) -> None:
    load(con, tmp_path, [said("1", voice="x")], now=at("2026-03-02"))
    loaded = load(con, tmp_path, [said("1", voice="y")], run="r2", now=at("2026-03-03"))
    assert loaded == Loaded(rows_in=1, unchanged=1)
    versions = con.execute(
        "SELECT voice_key, valid_from, valid_to, known_to FROM core.mention_version "
        "ORDER BY known_from"
    ).fetchall()
    assert versions == [
        ("x", naive(NOON), None, naive(at("2026-03-03"))),
        ("y", naive(NOON), None, None),
    ]


def test_the_ledger_reconciles_or_the_batch_is_refused(con: Con, tmp_path: Path) -> None:
    bad = [quarantined("b", n) for n in range(3)]
    loaded = load(con, tmp_path, [said("1"), said("1")], bad=bad, rejected=2)
    assert loaded == Loaded(rows_in=3, rejected=2, new=1, duplicate=1, quarantined=3)
    before = counts(con)
    with pytest.raises(WarehouseError, match="5 mentions and 0 unreadable records landed, but 2"):
        merge(con, stage(tmp_path, [said("7"), said("8")], rows=5, run="r2"), fence=0)
    assert counts(con) == before


def test_a_bad_row_that_is_read_again_is_told_once(con: Con, tmp_path: Path) -> None:
    def held() -> list[tuple[str, str | None]]:
        return con.execute("SELECT batch_id, raw FROM core.quarantine ORDER BY batch_id").fetchall()

    def bring(run: str, raw: str) -> None:
        row = quarantined(f"forum:1/{run}.1/batch-0001", 1, raw=raw)
        loaded = load(con, tmp_path, [], bad=[row], run=run)
        assert loaded.quarantined == 1

    first = '{"rating": 6, "collected": "2026-03-01T12:00:00Z", "raw_page": "a"}'
    bring("r1", first)
    bring("r2", first.replace("12:00", "13:00").replace('"a"', '"b"'))
    assert [batch for batch, _ in held()] == ["forum:1/r1.1/batch-0001"]
    con.execute("UPDATE core.quarantine SET released = now()::TIMESTAMP")
    bring("r3", first)
    assert len(held()) == 1
    bring("r4", first.replace("6", "7"))
    assert len(held()) == 2


def test_an_unreadable_record_that_is_read_again_is_told_once(con: Con, tmp_path: Path) -> None:
    for run, reason in (("r1", "row 3: no id"), ("r2", "row 3: no id"), ("r3", "row 4: no id")):
        name = f"forum:1/{run}.1/batch-0001"
        row = quarantined(name, 1, rules="unreadable", raw="{torn", reason=reason)
        load(con, tmp_path, [], bad=[row], rejected=1, run=run)
    told = con.execute("SELECT reason FROM core.quarantine ORDER BY reason").fetchall()
    assert told == [("row 3: no id",), ("row 4: no id",)]


def test_equal_rows_of_one_batch_are_both_told(con: Con, tmp_path: Path) -> None:
    name = "forum:1/r1.1/batch-0001"
    rows = [quarantined(name, n, rules="unreadable", raw="{}", reason="no id") for n in range(2)]
    load(con, tmp_path, [], bad=rows, rejected=2)
    assert con.execute("SELECT count(*) FROM core.quarantine").fetchone() == (2,)


def test_equal_rows_in_two_parts_of_one_walk_are_both_told(con: Con, tmp_path: Path) -> None:
    for part in (1, 2):
        name = f"forum:1/r1.1/batch-{part:04d}"
        row = quarantined(name, 0, rules="unreadable", raw="{}", reason="no id")
        load(con, tmp_path, [], bad=[row], rejected=1, part=part)
    assert con.execute("SELECT count(*) FROM core.quarantine").fetchone() == (2,)


def test_a_file_that_cannot_be_read_changes_nothing(con: Con, tmp_path: Path) -> None:
    staged = stage(tmp_path, [said("1")], cursor={"after": 1})
    Path(staged.quarantine_path).write_bytes(b"PAR1 torn")
    before = counts(con)
    with pytest.raises(WarehouseError, match="was not merged"):
        merge(con, staged, fence=0)
    assert counts(con) == before
    merge(con, stage(tmp_path / "again", [said("1")], cursor={"after": 1}), fence=0)


def test_an_overtaken_attempt_changes_nothing(con: Con, tmp_path: Path) -> None:
    first = take_fence(con, "first attempt")
    merge(con, stage(tmp_path, [said("1")]), fence=first)
    second = take_fence(con, "second attempt")
    assert second > first
    before = counts(con)
    with pytest.raises(FenceLost, match="second attempt"):
        merge(con, stage(tmp_path, [said("2")], part=2), fence=first)
    assert counts(con) == before
    merge(con, stage(tmp_path, [said("2")], part=2), fence=second)


def test_known_times_rise_even_when_the_clock_steps_back(con: Con, tmp_path: Path) -> None:
    load(con, tmp_path, [said("1", "A")], now=at("2026-03-05"))
    later = NOON + timedelta(hours=3)
    load(con, tmp_path, [said("1", "B", collected=later)], run="r2", now=at("2026-03-02"))
    times = con.execute("SELECT finished FROM core.load ORDER BY rowid").fetchall()
    assert times[1] > times[0]
    assert con.execute("SELECT text FROM core.mention").fetchall() == [("B",)]


def test_an_undated_row_counts_as_collected_with_its_batch(con: Con, tmp_path: Path) -> None:
    load(con, tmp_path, [said("1", collected=None)], collected=at("2026-03-04"))
    found = con.execute("SELECT collected FROM core.mention").fetchall()
    assert found == [(naive(at("2026-03-04")),)]


def test_an_edit_counts_though_what_is_known_was_collected_by_a_clock_ahead(
    con: Con, tmp_path: Path
) -> None:
    ahead = NOON + timedelta(days=300)
    load(con, tmp_path, [said("1", "A", collected=ahead)], now=ahead)
    edited = said("1", "B", collected=NOON + timedelta(hours=2))
    assert load(con, tmp_path, [edited], run="r2", now=NOON + timedelta(hours=3)).changed == 1
    later = said("1", "C", collected=NOON + timedelta(hours=4))
    assert load(con, tmp_path, [later], run="r3", now=NOON + timedelta(hours=5)).changed == 1
    assert con.execute("SELECT text FROM core.mention").fetchall() == [("C",)]
