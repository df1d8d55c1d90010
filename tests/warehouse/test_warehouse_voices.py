"""Which texts become one voice: whatever the order they come in, and since when we know."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from staged_batches import NOON, Said, at, said, stage

from warehouse.merge import merge
from warehouse.store import open_warehouse

if TYPE_CHECKING:
    import duckdb

    Con = duckdb.DuckDBPyConnection

FULL = (1 << 64) - 1


def text(key: str, bands: Sequence[int], hour: float = 0, sketch: int = 0, n: int = 1) -> Said:
    """A mention of the text ``key``, published so many hours after noon."""
    return said(
        f"{key}-{n}", key, voice=key, voice_bands=[sketch, FULL, *bands],
        published=NOON + timedelta(hours=hour), collected=NOON + timedelta(days=9),
    )  # fmt: skip


class Loads:
    """A warehouse to which batches come, each a day after the last."""

    def __init__(self, con: Con, folder: Path) -> None:
        self.con, self.folder, self.n = con, folder, 0

    def __call__(self, *rows: Said) -> dict[str, str]:
        """Merge a batch; return the voice of each text that has one."""
        self.n += 1
        batch = stage(self.folder, rows, run=f"run {self.n}")
        merge(self.con, batch, fence=0, now=at("2026-04-01", 24 * self.n))
        return voices(self.con)


@pytest.fixture
def load(con: Con, tmp_path: Path) -> Loads:
    return Loads(con, tmp_path / "staged")


def voices(con: Con, known: datetime | None = None) -> dict[str, str]:
    if known is None:
        return dict(con.execute("FROM core.voice_now").fetchall())
    found = con.execute(
        "SELECT voice_key, voice FROM core.voice "
        "WHERE known_from <= $known AND (known_to IS NULL OR known_to > $known)",
        {"known": known},
    ).fetchall()
    assert len(found) == len({key for key, _ in found}), "a text has two voices at one time"
    return dict(found)


def test_texts_with_a_band_in_common_and_near_sketches_are_one_voice(load: Loads) -> None:
    near = (1 << 16) - 1
    found = load(text("a", [1, 2], 1), text("b", [2, 3], 0, near), text("c", [9], 2))
    assert found == {"a": "b", "b": "b"}


def test_a_band_in_common_is_not_enough(load: Loads) -> None:
    far = (1 << 17) - 1
    assert load(text("a", [1, 2]), text("b", [1, 2], 1, far)) == {}
    assert load(text("c", [1], 2, FULL)) == {}


def test_texts_that_differ_in_every_bit_of_the_sketch_are_told_apart(load: Loads) -> None:
    other = said("b", "b", voice="b", voice_bands=[FULL, 0, 1])
    assert load(text("a", [1]), other) == {}


def test_near_sketches_without_a_band_in_common_are_not_enough(load: Loads) -> None:
    assert load(text("a", [1, 2]), text("b", [3, 4])) == {}


def test_a_batch_joins_voices_across_sources_that_are_there(load: Loads) -> None:
    load(text("a", [1, 2]), text("b", [2]))
    elsewhere = said(
        "1", "c", voice="c", voice_bands=[0, FULL, 1], source="shop", place="acme",
        published=NOON + timedelta(days=1), collected=NOON + timedelta(days=2),
    )  # fmt: skip
    assert load(elsewhere) == {"a": "a", "b": "a", "c": "a"}


def test_of_texts_published_at_once_the_least_key_names_the_voice(load: Loads) -> None:
    load(text("b", [1]))
    assert load(text("a", [1])) == {"a": "a", "b": "a"}


def test_an_earlier_origin_that_comes_late_names_the_voice_from_then_on(load: Loads) -> None:
    load(text("a", [1], 5), text("b", [1], 6))
    before = at("2026-04-01", 24 * 1.5)
    assert load(text("z", [1], 1)) == {"a": "z", "b": "z", "z": "z"}
    assert voices(load.con, before) == {"a": "a", "b": "a"}


def test_an_earlier_copy_of_a_known_text_names_the_voice(load: Loads) -> None:
    load(text("a", [1], 5), text("b", [1], 6))
    assert load(text("b", [1], 1, n=2)) == {"a": "b", "b": "b"}


def test_a_later_copy_of_a_known_text_changes_nothing(load: Loads) -> None:
    load(text("a", [1], 5), text("b", [1], 6))
    load(text("a", [1], 9, n=2), text("b", [1], 9, n=2))
    assert load.con.execute("SELECT count(*) FROM core.voice").fetchall() == [(2,)]
    assert load.con.execute("SELECT count(*) FROM core.voice_band").fetchall() == [(2,)]


def test_a_text_between_two_voices_makes_them_one_and_what_was_told_stays(load: Loads) -> None:
    left, right, between = 0, (1 << 20) - 1, (1 << 10) - 1
    apart = load(
        text("a", [1, 2], 1, left), text("b", [1, 2], 2, left),
        text("c", [1, 2], 3, right), text("d", [1, 2], 4, right),
    )  # fmt: skip
    assert apart == {"a": "a", "b": "a", "c": "c", "d": "c"}
    joined = load(text("m", [2, 7], 9, between))
    assert joined == dict.fromkeys("abcdm", "a")
    assert voices(load.con, at("2026-04-01", 24 * 1.5)) == apart
    told = load.con.execute(
        "SELECT voice_key, voice, known_to IS NULL FROM core.voice ORDER BY ALL"
    ).fetchall()
    assert told == [
        ("a", "a", True), ("b", "a", True), ("c", "a", True), ("c", "c", False),
        ("d", "a", True), ("d", "c", False), ("m", "a", True),
    ]  # fmt: skip


def test_a_chain_within_one_batch_is_one_voice(load: Loads) -> None:
    """Each text shares a band with the next only, and all are new."""
    chain = [text(f"t{n:03d}", [n, n + 1], n) for n in range(200)]
    random.Random(7).shuffle(chain)
    assert set(load(*chain).values()) == {"t000"}


def test_a_bucket_of_many_copies_leaves_no_member_out(load: Loads) -> None:
    """The short cut (one of each group) must not replace looking at all: only b is near c here."""
    a, b, c = 0, (1 << 14) - 1, (1 << 28) - 1
    load(text("a", [1], 1, a))
    load(text("b", [1], 2, b))
    assert load(text("c", [1], 3, c)) == dict.fromkeys("abc", "a")


def test_a_text_with_other_blanks_is_found_by_either_form(load: Loads) -> None:
    load(text("a", [1], 3))
    load(text("a", [2], 4, n=2))
    assert load(text("b", [1], 5), text("c", [2], 6)) == dict.fromkeys("abc", "a")


def test_short_texts_are_in_no_voice(load: Loads) -> None:
    assert load(said("1", "Great!", voice="x"), said("2", "Great!", voice="x")) == {}
    assert load.con.execute("SELECT count(*) FROM core.voice_text").fetchall() == [(0,)]


def test_an_edited_mention_leaves_its_voice_and_the_voice_stays(load: Loads) -> None:
    load(text("a", [1], 1), text("b", [1], 2))
    edited = said(
        "b-1", "quite another", voice="q", voice_bands=[0, FULL, 5],
        published=NOON + timedelta(hours=2), collected=NOON + timedelta(days=10),
    )  # fmt: skip
    assert load(edited) == {"a": "a", "b": "a"}
    of_it = load.con.execute("SELECT voice_key FROM core.mention WHERE external_id = 'b-1'")
    assert of_it.fetchall() == [("q",)]


def made(rng: random.Random) -> list[Said]:
    """Texts at random, that meet in few bands, with sketches at all distances."""
    rows = []
    for n in range(rng.randint(4, 14)):
        key = f"k{rng.randint(0, 9)}"
        shape = random.Random(f"{key} {rng.random() < 0.2}")  # now and then with other blanks
        bands = [shape.randint(0, 6) * 8 + i for i in range(3)]
        sketch = (1 << shape.choice([0, 6, 12, 18, 24, 30])) - 1
        rows.append(text(key, bands, rng.randint(0, 5), sketch, n))
    return rows


def expected(rows: Sequence[Said]) -> dict[str, str]:
    """The same by looking at every pair, in the plainest words."""
    first: dict[str, datetime] = {}
    for row in rows:
        key = str(row.voice)
        first[key] = min(first.get(key, row.mention.published), row.mention.published)
    group = {key: {key} for key in first}
    for a in rows:
        for b in rows:
            (x, _, *mine), (y, _, *others) = a.voice_bands or (), b.voice_bands or ()
            if set(mine) & set(others) and (x ^ y).bit_count() <= 16:
                whole = group[str(a.voice)] | group[str(b.voice)]
                for key in whole:
                    group[key] = whole
    return {
        key: min(whole, key=lambda k: (first[k], k))
        for key, whole in group.items()
        if len(whole) > 1
    }


@pytest.mark.parametrize("seed", range(12))
def test_any_order_and_splitting_of_batches_gives_the_same_voices(
    new_warehouse: Path, tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)
    rows = made(rng)
    for turn in range(3):
        shuffled = rng.sample(rows, len(rows))
        cuts = sorted(rng.choices(range(len(rows) + 1), k=rng.randint(0, 4)))
        path = tmp_path / f"{turn}.duckdb"
        shutil.copy(new_warehouse, path)
        with open_warehouse(path) as con:
            load = Loads(con, tmp_path / f"staged {turn}")
            told = []
            for start, end in zip([0, *cuts], [*cuts, len(rows)], strict=True):
                told.append(load(*shuffled[start:end]))
                assert told[-1] == expected(shuffled[:end])
            for n, then in enumerate(told, 1):
                assert voices(con, at("2026-04-01", 24 * n + 1)) == then
