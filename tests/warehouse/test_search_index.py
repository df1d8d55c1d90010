"""The index of words finds what the snapshot's texts say, whatever became of them before."""

from __future__ import annotations

import random
import shutil
import sqlite3
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from staged_batches import NOON, said, stage
from test_warehouse_histories import histories, row

from tidings.watch import Brand, Source, Watch
from transforms.search_words import RULES, indexed, sought
from warehouse.brands import sync
from warehouse.merge import merge
from warehouse.search import about, hits, reading
from warehouse.search_index import Brought, bring
from warehouse.snapshot import open_snapshot, publish
from warehouse.store import open_warehouse

if TYPE_CHECKING:
    import duckdb

    Con = duckdb.DuckDBPyConnection

ACME = Watch(id="acme", brand=Brand(name="Acme"), sources=(Source(connector="forum"),))
WORDS = [
    "leak",
    "leaks",
    "leaked",
    "again",
    "it's",
    "café",
    "Straße",
    "漏水",
    "漏",
    "水了",
    "24",
    "نشت",
]
EARLY, LATE = datetime(2000, 1, 1), datetime(2040, 1, 1)


class Told:
    """A warehouse, its snapshot and the index beside it."""

    def __init__(self, con: Con, folder: Path) -> None:
        self.con, self.folder = con, folder
        self.snapshot = folder / "tidings.duckdb"
        self.index = folder / "tidings.search.sqlite"
        self.runs = 0
        sync(con, [ACME])

    def tell(self, *rows: Any, whole: bool = False) -> Brought:
        self.runs += 1
        if rows:
            merge(
                self.con,
                stage(self.folder / "staged", list(rows), run=f"r{self.runs}", watch="acme"),
                fence=0,
            )
        publish(self.con, self.snapshot)
        with open_snapshot(self.snapshot) as con:
            [[self.made]] = con.execute("SELECT published FROM core.published").fetchall()
        return bring(self.index, self.snapshot, indexed, rules=RULES, whole=whole)

    def texts(self) -> dict[UUID, tuple[str | None, str | None]]:
        with open_snapshot(self.snapshot) as con:
            found = con.execute("SELECT mention_id, title, text FROM core.mention").fetchall()
            return {one: (title, text) for one, title, text in found}

    def found(self, typed: str, **asked: Any) -> list[UUID]:
        read = sought(typed)
        given: dict[str, Any] = {"since": EARLY, "until": LATE, "most": 1_000} | asked
        got = hits(self.index, read.wanted, read.unwanted, published=self.made, **given)
        assert got is not None, "the index can't be used"
        return got.ids


@pytest.fixture
def told(con: Con, tmp_path: Path) -> Told:
    return Told(con, tmp_path)


def test_it_finds_what_reading_all_texts_finds(told: Told) -> None:
    dice = random.Random(5)

    def some(most: int) -> str:
        return " ".join(dice.choices(WORDS, k=dice.randint(1, most)))

    told.tell(
        *(
            said(
                f"m{n}",
                dice.choice([" ", ", ", "。"]).join(some(9).split()),
                title=dice.choice([None, some(3)]),
                published=NOON - timedelta(minutes=dice.randint(0, 90)),
            )
            for n in range(300)
        )
    )
    texts = told.texts()
    assert len(texts) == 300
    several = 0
    for _ in range(400):
        parts = [
            dice.choice(["{}", "{}", "{}*", '"{}"', "-{}", "OR {}"]).format(some(2)) for _ in "abc"
        ]
        typed = " ".join(parts[: dice.randint(1, 3)])
        read = sought(typed)
        if not read.wanted:
            continue
        found = told.found(typed)
        assert len(found) == len(set(found))
        assert set(found) == {one for one, text in texts.items() if read.holds(*text)}, typed
        several += 0 < len(found) < 300
    assert several > 150


@pytest.mark.slow
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories())
def test_of_any_history_it_is_what_one_made_anew_is(
    new_warehouse: Path, history: tuple[list[Any], list[int]]
) -> None:
    found, order = history
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        shutil.copy(new_warehouse, folder / "w.duckdb")
        with open_warehouse(folder / "w.duckdb") as con:
            told = Told(con, folder)
            for number in order:
                lines, watch = found[number]
                batch = stage(
                    folder / "s", [row(line) for line in lines], run=f"r{number}", watch=watch
                )
                merge(con, batch, fence=0)
                told.tell()
            texts = told.texts()
            assert documents(told.index) == set(texts)
            words = {word for _, text in texts.values() for word in (text or "").split()}
            brought = {word: set(told.found(word)) for word in words if sought(word).wanted}
            assert told.tell(whole=True).whole
            assert brought == {word: set(told.found(word)) for word in brought}


def about_of(told: Told) -> Any:
    found = about(told.index)
    assert found is not None
    return found


def documents(index: Path) -> set[UUID]:
    with reading(index) as con:
        rows = con.execute("SELECT mention_id FROM docs WHERE mention_id IS NOT NULL").fetchall()
    return {UUID(bytes=one) for (one,) in rows}


def test_an_edit_and_one_that_went_are_brought_on(told: Told) -> None:
    many = [said(f"other{n}", "nothing of note") for n in range(20)]
    told.tell(said("a", "it leaks"), said("b", "it drips"), *many)
    [before] = told.found("leaks")
    later = NOON + timedelta(days=1)
    done = told.tell(said("a", "it is mended", collected=later, edited=later), said("c", "leaks"))
    assert done == Brought(added=2, left=1, whole=False)
    assert told.found("mended") == [before]
    assert before not in told.found("leaks")
    assert len(told.found("leaks")) == 1
    went = {"now": datetime(2027, 3, 9)}  # its source shows "b" no more
    told.con.execute(
        "INSERT INTO core.mention_version SELECT * REPLACE ($now AS valid_to, $now AS known_from) "
        "FROM core.mention_version WHERE external_id = 'b'",
        went,
    )
    told.con.execute(
        "UPDATE core.mention_version SET known_to = $now "
        "WHERE external_id = 'b' AND valid_to IS NULL",
        went,
    )
    assert told.tell() == Brought(added=0, left=1, whole=False)
    assert told.found("drips") == []
    assert len(documents(told.index)) == len(told.texts()) == 22


def test_nothing_of_an_erased_text_is_left_in_the_file(told: Told) -> None:
    many = [said(f"other{n}", "nothing of note") for n in range(20)]
    told.tell(said("a", "unmistakable"), *many)
    assert b"unmistakable" in told.index.read_bytes()
    told.con.execute("DELETE FROM core.mention_version WHERE external_id = 'a'")
    assert told.tell().whole
    assert b"unmistakable" not in told.index.read_bytes()


def test_edited_words_are_gone_once_it_is_made_whole(told: Told) -> None:
    many = [said(f"other{n}", "nothing of note") for n in range(20)]
    told.tell(said("a", "unmistakable"), *many)
    later = NOON + timedelta(days=1)
    told.tell(said("a", "different", collected=later, edited=later))
    assert told.found("unmistakable") == []
    told.tell(whole=True)
    assert b"unmistakable" not in told.index.read_bytes()


def test_no_name_of_an_account_is_in_it(told: Told) -> None:
    told.tell(
        said("a", "thanks @anne_howe and u/bert", author_handle="carla_nye", author="carla_nye")
    )
    content = told.index.read_bytes()
    assert b"thanks" in content
    for name in (b"anne", b"bert", b"carla"):
        assert name not in content


def test_newest_first_within_days_and_no_more_than_asked(told: Told) -> None:
    told.tell(
        *(said(f"m{n}", "leaks", published=NOON + timedelta(days=n)) for n in range(10)),
    )
    with open_snapshot(told.snapshot) as con:
        rows = con.execute("SELECT mention_id FROM core.mention ORDER BY published DESC")
        newest = [one for (one,) in rows.fetchall()]
    assert told.found("leaks") == newest
    assert told.found("leaks", most=3) == newest[:3]
    noon = NOON.replace(tzinfo=None)
    within = told.found("leaks", since=noon + timedelta(days=4), until=noon + timedelta(days=6))
    # a day before and after may be there, no more
    assert set(newest[3:6]) <= set(within) <= set(newest[2:7])


def test_best_match_says_the_words_more(told: Told) -> None:
    told.tell(
        said("new", "a leak of some sort, among many things that were said here at length"),
        said("much", "leak, leak, leak", published=NOON - timedelta(days=9)),
    )
    newest, much = told.found("leak")
    assert told.found("leak", best=True) == [much, newest]


def test_thousands_of_one_second_are_all_found(told: Told) -> None:
    told.tell(*(said(f"a{n}", f"leaks n{n}") for n in range(1_500)))
    done = told.tell(*(said(f"b{n}", f"leaks n{n}") for n in range(1_500)))
    assert not done.whole
    assert len(set(told.found("leaks", most=10_000))) == 3_000
    assert len(told.found("n7")) == 2


def test_an_index_of_another_snapshot_is_not_used(told: Told) -> None:
    told.tell(said("a", "leaks"))
    read = sought("leaks")
    asked: dict[str, Any] = {"since": EARLY, "until": LATE, "most": 10}
    made = datetime.fromisoformat(about_of(told).published)
    assert hits(told.index, read.wanted, published=made, **asked) is not None
    other = made + timedelta(seconds=1)
    assert hits(told.index, read.wanted, published=other, **asked) is None
    told.index.write_bytes(b"no database" * 1_000)
    assert hits(told.index, read.wanted, published=made, **asked) is None
    assert about(told.index) is None
    told.index.unlink()
    assert hits(told.index, read.wanted, published=made, **asked) is None
    assert told.tell().whole


def test_other_rules_make_it_anew(told: Told) -> None:
    told.tell(said("a", "leaks"))
    assert not told.tell().whole
    assert bring(told.index, told.snapshot, indexed, rules="other").whole


def test_who_reads_while_it_is_replaced_reads_on(told: Told) -> None:
    told.tell(said("a", "leaks"))
    with reading(told.index) as con:
        rows = con.execute("SELECT rowid FROM words WHERE words MATCH 'leaks'")
        told.tell(said("b", "leaks"))
        assert len(rows.fetchall()) == 1
        with pytest.raises(sqlite3.OperationalError):
            con.execute("DELETE FROM docs")
    assert len(told.found("leaks")) == 2


def test_whoever_may_read_the_snapshot_may_read_it(told: Told) -> None:
    told.tell(said("a", "leaks"))
    assert told.index.stat().st_mode & 0o777 == 0o600
    told.snapshot.chmod(0o644)
    told.tell()
    assert told.index.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "leaks'",
            '"leaks',
            "leaks)",
            "(leaks",
            "leaks*",
            "leaks ^",
            "leaks:",
            "{leaks}",
            "leaks -",
        ),
        *('leaks - ""', "leaks -*", "leaks\x00", "leaks OR", "OR leaks", "+leaks", "leaks;"),
        *("leaks AND -", "leaks*** -OR", "leaks\ud800"),
    ],
)
def test_hostile_signs_find_what_their_word_finds(told: Told, typed: str) -> None:
    told.tell(said("a", "leaks near"), said("b", "drips"))
    assert told.found(typed) == told.found("leaks") != []


def test_a_draft_left_by_a_killed_publisher_is_swept(told: Told) -> None:
    left = told.folder / ".tidings.search.sqlite.77.publishing"
    left.write_bytes(b"half")
    told.tell(said("a", "leaks"))
    assert not left.exists()
    assert [p.name for p in told.folder.glob(".tidings.search*")] == []
