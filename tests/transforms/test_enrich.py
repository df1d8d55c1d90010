"""Enriching adds what is declared, keeps what was there, and hashes what it says it hashes."""

import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_mentions import GOOD, NOW, OF_TYPE, change, table

import transforms.enrich
from tidings.batch import LABELS, enriched_schema
from tidings.mention import BOOKKEEPING, CONTENT, ENGAGEMENT, KEY, Mention, mention_id
from tidings.schema import arrow_schema, columns, from_arrow
from tidings.watch import Brand, Competitor, Sentiment, Watch
from transforms.enrich import content_hash, enrich, voice_key
from transforms.query import QueryError
from transforms.sentiment.vader import Vader

ACME = Watch(
    id="acme",
    brand=Brand(name="Acme", languages=("en", "de")),
    competitors=(Competitor(name="Beta"),),
    queries={"support": "support OR help*", "german": "lang:de"},
)

MENTIONS = [
    change(external_id="1", text="Acme support is great, I love it", title=None),
    change(external_id="2", text="Beta support is awful", title="Acme"),
    change(external_id="3", text="Der Service war leider sehr schlecht", title=None, language="en"),
    change(external_id="4", text=None, title=None, language=None),
    change(external_id="5", text="https://example.com/x", title=None),
    change(external_id="6", text="It arrived on Tuesday and it is blue.", title=None),
]


def enriched(
    *mentions: Mention, about: str | None = None, watches: Sequence[Watch] = (ACME,), **more: Any
) -> list[dict[str, Any]]:
    made = enrich(table(*mentions), watches=watches, about=about, watch="acme", **more)
    assert made.schema == enriched_schema()
    rows: list[dict[str, Any]] = made.to_pylist()
    return rows


def test_mentions_stay_as_they_were_and_in_order() -> None:
    made = enrich(table(*MENTIONS), watches=[ACME], about=None, watch="acme")
    assert made.schema == enriched_schema()
    assert from_arrow(made) == MENTIONS
    identities = [mention_id(m.source, m.place, m.external_id) for m in MENTIONS]
    assert made["mention_id"].to_pylist() == identities


def test_each_row_is_scored_or_says_why_not() -> None:
    rows = enriched(*MENTIONS)
    assert [(r["label"], r["unscored_reason"], r["score_language"]) for r in rows] == [
        ("positive", None, "en"),
        ("negative", None, "en"),
        ("negative", None, "de"),
        ("unscored", "empty", None),
        ("unscored", "only_links", None),
        ("neutral", None, "en"),
    ]
    for row in rows:
        assert row["label"] in LABELS
        numbers = [row[n] for n in ("compound", "positive", "neutral", "negative", "scorer")]
        assert all(n is None for n in numbers) is (row["label"] == "unscored")
        assert all(n is not None for n in numbers) is (row["label"] != "unscored")
        assert (row["language_confidence"] is None) is (row["score_language"] is None)
        assert (row["confidence"] is None) is (row["scorer"] in (None, "vader"))
    assert [r["scorer"] for r in rows] == ["vader", "vader", "student", None, None, "vader"]
    assert rows[0]["scorer_version"] == Vader().version


def test_title_and_text_are_scored_and_matched_together_the_answer_is_not() -> None:
    (row,) = enriched(change(title="Awful", text="Acme, once more", answer="Thanks, great Beta!"))
    assert row["label"] == "negative"
    assert [b["brand"] for b in row["brands"]] == ["Acme"]


def test_brands_and_keywords_of_a_row() -> None:
    rows = enriched(*MENTIONS[:3])
    assert [(b["brand"], b["how"], b["matched"]) for b in rows[0]["brands"]] == [
        ("Acme", "text", "Acme")
    ]
    assert rows[0]["keywords"] == [
        {"brand": "Acme", "keyword": "support", "matched": "support", "hits": 1}
    ]
    assert [b["brand"] for b in rows[1]["brands"]] == ["Acme", "Beta"]
    assert rows[2]["brands"] == rows[2]["keywords"] == []


def test_a_batch_about_a_brand_matches_it_by_place() -> None:
    rows = enriched(*MENTIONS[:3], about="Acme")
    brands = [r["brands"][0] for r in rows]
    assert [(b["brand"], b["how"], b["matched"]) for b in brands] == [
        ("Acme", "place", "Acme"),
        ("Acme", "place", "Acme"),
        ("Acme", "place", ""),
    ]
    # lang: is the language that we identified, not the wrong one that the source stated
    assert [k["keyword"] for k in rows[2]["keywords"]] == ["german"]


def test_the_languages_to_expect_are_those_of_the_watch_that_collected() -> None:
    short = change(text="God kvalitet og hurtig levering", title=None, language=None)
    norwegian = Watch(id="nord", brand=Brand(name="Nord", languages=("no",)))
    danish = Watch(id="syd", brand=Brand(name="Syd", languages=("da",)))

    def language(watch: str) -> str | None:
        made = enrich(table(short), watches=[norwegian, danish], about=None, watch=watch)
        found: str | None = made["score_language"][0].as_py()
        return found

    assert language("nord") == "no"
    assert language("syd") == "da"
    assert language("gone since") in ("no", "da")


def test_a_row_does_not_depend_on_its_neighbours_or_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    together = enriched(*MENTIONS, about="Beta")
    assert [enriched(m, about="Beta")[0] for m in MENTIONS] == together
    monkeypatch.setattr(transforms.enrich, "ROWS_AT_ONCE", 2)
    chunked = pa.concat_tables([table(*MENTIONS[:1]), table(*MENTIONS[1:])])
    made = enrich(chunked, watches=[ACME], about="Beta", watch="acme")
    assert made.to_pylist() == together


def test_no_rows_and_no_watches() -> None:
    assert enriched() == []
    empty = pa.Table.from_batches([], schema=arrow_schema())
    assert enrich(empty, watches=[], about=None, watch="x").num_rows == 0
    assert enriched(GOOD, watches=())[0]["brands"] == []


def test_a_bad_query_stops_with_file_and_key() -> None:
    bad = Watch(id="acme", brand=Brand(name="Acme", query="acme AND"))
    with pytest.raises(QueryError, match=r"watch/acme\.toml: key 'brand\.query'"):
        enriched(GOOD, watches=[bad])


def test_each_brand_and_driver_has_the_sentiment_of_its_own_clauses() -> None:
    text = "Acme is great, I love it. Beta is a scam and their support is awful."
    (row,) = enriched(change(text=text, title=None))
    toward = {b["brand"]: b["label"] for b in row["brands"]}
    assert toward == {"Acme": "positive", "Beta": "negative"}
    (service,) = [d for d in row["drivers"] if d["driver"] == "service"]
    assert (service["matched"], service["label"]) == ("support", "negative")
    assert service["compound"] < 0


def test_a_brand_alone_has_the_texts_own_sentiment_and_a_question_is_flagged() -> None:
    first, second = enriched(
        change(external_id="1", text="Acme support is great", title=None),
        change(external_id="2", text="Does anyone know if Acme ships to Norway?", title=None),
    )
    assert first["brands"] == [
        {"brand": "Acme", "how": "text", "matched": "Acme", "label": None, "compound": None}
    ]
    assert (first["flags"], second["flags"]) == ([], ["question"])


def test_drivers_of_what_is_unscored_are_unscored() -> None:
    (row,) = enriched(change(text="価格が高い Acme price", title=None, language="ja"))
    assert row["label"] == "unscored"
    assert {d["label"] for d in row["drivers"]} <= {"unscored"}
    assert all(d["compound"] is None for d in row["drivers"])


def test_scorers_and_drivers_are_those_of_the_watch_that_collected() -> None:
    own = Watch(
        id="acme",
        brand=Brand(name="Acme"),
        sentiment=Sentiment(scorers={"en": "student"}),
        drivers={"climate": {"en": ("carbon",)}},
    )
    (row,) = enriched(change(text="Acme's carbon footprint is awful", title=None), watches=[own])
    assert row["scorer"] == "student"
    assert "climate" in {d["driver"] for d in row["drivers"]}
    (other,) = enriched(
        change(text="Acme's carbon footprint is awful", title=None),
        watches=[msgspec.structs.replace(own, id="other")],
    )
    assert other["scorer"] == "vader"
    assert "climate" not in {d["driver"] for d in other["drivers"]}


# The hash that makes versions


def hashed(mention: Mention) -> str:
    (row,) = enriched(mention)
    found: str = row["content_hash"]
    return found


def other(name: str) -> Any:
    """Return another value for a column, of its type."""
    column = next(c for c in columns() if c.name == name)
    if column.choices:
        return next(c for c in column.choices if c != getattr(GOOD, name))
    value = OF_TYPE[column.type]
    return value + timedelta(microseconds=1) if isinstance(value, datetime) else value


@pytest.mark.parametrize("name", CONTENT)
def test_a_change_of_content_is_a_new_version(name: str) -> None:
    assert hashed(change(**{name: other(name)})) != hashed(GOOD)
    assert len(bytes.fromhex(hashed(GOOD))) == 16


@pytest.mark.parametrize("name", [*KEY, *ENGAGEMENT, *BOOKKEEPING])
def test_a_change_of_anything_else_is_not(name: str) -> None:
    assert hashed(change(**{name: other(name)})) == hashed(GOOD)


def test_a_value_that_moves_to_another_column_changes_the_hash() -> None:
    assert hashed(change(title="a", text=None)) != hashed(change(title=None, text="a"))


def test_a_column_declared_later_makes_no_new_version(monkeypatch: pytest.MonkeyPatch) -> None:
    row = dict.fromkeys(CONTENT, None) | {"text": "a"}
    before = content_hash(row)
    monkeypatch.setattr(transforms.enrich, "CONTENT", ("later", *CONTENT))
    assert content_hash(row | {"later": None}) == before
    assert content_hash(row | {"later": "x"}) != before


# The key that makes copies one voice

LONG = "The update broke my save game and support has not answered for a week."


@pytest.mark.parametrize(
    "copy",
    [
        LONG.upper(),
        f"  {LONG}\n",
        LONG.replace(" ", "  "),
        f"{LONG} https://example.com/abc",
        LONG.replace("update", "ｕｐｄａｔｅ"),
        LONG.replace("update", "up\u00addate"),
    ],
)
def test_copies_are_one_voice(copy: str) -> None:
    rows = enriched(change(external_id="1", text=LONG), change(external_id="2", text=copy))
    assert rows[0]["voice_key"] == rows[1]["voice_key"]
    assert rows[0]["mention_id"] != rows[1]["mention_id"]


def test_short_texts_are_a_voice_each() -> None:
    rows = enriched(*(change(external_id=str(i), text="Great!", title=None) for i in range(2)))
    assert [r["voice_key"] for r in rows] == [r["mention_id"] for r in rows]


@pytest.mark.parametrize(
    ("text", "is_long"),
    [
        ("x" * 39, False),
        ("x" * 40, True),
        ("x " * 39, False),
        ("x" * 30 + " https://example.com/a-long-address-that-says-nothing", False),
        ("配" * 14, False),
        ("配" * 15, True),
        ("配" * 7 + "x" * 8, False),
        (None, False),
    ],
)
def test_how_long_a_copy_must_be(text: str | None, is_long: bool) -> None:
    assert (voice_key(text) is not None) is is_long


@given(st.text(min_size=40), st.sampled_from([" ", "\n", "\u3000"]))
def test_blanks_never_part_voices(text: str, blank: str) -> None:
    assert voice_key(f"{blank}{text}{blank}") == voice_key(text)


def test_importing_transforms_loads_nothing_heavy() -> None:
    names = [p.stem for p in Path(transforms.enrich.__file__).parent.glob("*.py")]
    heavy = ["great_expectations", "pandas", "numpy", "pyarrow", "py3langid", "vaderSentiment"]
    code = (
        "import importlib, sys\n"
        f"for name in {sorted(names)!r}:\n"
        "    importlib.import_module(f'transforms.{name}')\n"
        f"print([m for m in {[*heavy, 'ahocorasick_rs']!r} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_times_count_to_the_microsecond() -> None:
    assert hashed(change(published=NOW)) != hashed(
        change(published=NOW + timedelta(microseconds=1))
    )
