"""The page on voices: its SQL can be asked, its numbers are those of the code."""

import re
from pathlib import Path

import duckdb
import pytest

from transforms.enrich import MIN_VOICE, MIN_VOICE_UNSPACED
from transforms.voices import (
    MAX_CHARACTERS,
    MIN_CHARACTERS,
    MIN_CHARACTERS_UNSPACED,
    MIN_SHINGLES,
    SKETCH_BITS,
)
from warehouse.migrate import migrate

TEXT = (Path(__file__).parents[2] / "docs" / "voices.md").read_text("utf-8")


@pytest.mark.parametrize("sql", re.findall(r"```sql\n(.*?)```", TEXT, re.S))
def test_its_sql_can_be_asked(sql: str) -> None:
    with duckdb.connect(":memory:") as con:
        migrate(con)
        assert con.execute(sql).fetchall() == []


def test_its_numbers_are_those_of_the_code() -> None:
    assert (MIN_CHARACTERS, MIN_CHARACTERS_UNSPACED) == (MIN_VOICE, MIN_VOICE_UNSPACED)
    assert f"from {MIN_VOICE} characters on ({MIN_VOICE_UNSPACED} in scripts" in TEXT
    assert f"fewer than {MIN_SHINGLES} shingles" in TEXT
    assert f"a *sketch* of {SKETCH_BITS} bits" in TEXT
    assert f"first {MAX_CHARACTERS:,} characters" in TEXT
