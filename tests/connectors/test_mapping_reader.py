"""The quick reader of a column map against the careful one, over rows as no one would wish them."""

import math
import random
from typing import Any

import pytest

from connectors.mapped import Mapped
from connectors.mapping import Mapping
from connectors.rows import Row
from tidings.mention import Mention

CELLS: dict[str, list[Any]] = {
    "id": ["a1", " a2 ", "", None, 7, 7.0, 2.5, True, ["x"], "n/a"],
    "at": [
        "2026-10-31T08:00:00Z", "2026-10-31T08:00:99Z", "2026-10-31 08:00:00Z", "yesterday",
        "2026-10-31", 1_790_000_000, None, "", "1st March, 2024", "2026-13-31T08:00:00Z",
    ],
    "text": ["Great.", "  two   blanks\n\nand lines\x07", "", " ", None, 5, {"a": 1}, "n/a"],
    "lang": ["en", "EN_us", "English", "klingon", None, "", 3],
    "stars": [5, 4.5, "3", "three", None, math.nan, math.inf, True, 2**60],
    "raw": [{"likes": 3}, {"likes": "4"}, {"likes": 2.5}, {"likes": None}, {}, None, "x", [1]],
    "kind": ["review", "Post", "rumour", None],
    "extra column": ["x", None],
}  # fmt: skip

MAPS: list[dict[str, Any]] = [
    {
        "columns": {"external_id": "id", "published": "at", "text": "text", "language": "lang",
                    "rating": "stars", "likes": "raw.likes", "kind": "kind",
                    "product": "extra  column"},
        "constants": {"rating_min": 1, "rating_max": 5, "language": "de"},
        "missing": ("n/a",),
    },
    {
        "columns": {"published": "at", "text": "text", "place": "lang"},
        "id_columns": ("id", "text"),
        "timezone": "Europe/Oslo",
        "markup": True,
    },
    {
        "columns": {"external_id": "id", "published": "at", "likes": "stars"},
        "date_format": "%Y-%m-%d",
        "decimal": ",",
    },
]  # fmt: skip


def mapping(number: int) -> Mapping:
    class Loose(Mapped, frozen=True, kw_only=True):
        source = "any"

    return Loose.mapping(Loose(**MAPS[number]))


def outcome(read: Any, row: Row) -> Mention | str:
    try:
        mention: Mention = read(row)
    except Exception as error:  # noqa: BLE001 - any error has to be the same one
        return f"{type(error).__name__}: {error}"
    return mention


def drawn(rng: random.Random) -> dict[str, Any]:
    """Draw a row of which most cells are as they should be."""
    return {
        name: cells[0] if rng.random() < 0.7 else rng.choice(cells)
        for name, cells in CELLS.items()
        if rng.random() < 0.97
    }


@pytest.mark.parametrize("number", range(len(MAPS)))
def test_the_quick_reader_says_what_the_careful_one_says(number: int) -> None:
    careful = mapping(number)
    about = {"name": "in.csv", "source": "any", "place": "shop"}
    quick = careful.reader(**about)
    rng = random.Random(number)
    read = 0
    for turn in range(3_000):
        row = Row(turn, drawn(rng), turn)
        expected = outcome(lambda r: careful.read(r, **about), row)
        assert outcome(quick, row) == expected, row
        read += isinstance(expected, Mention)
    assert 100 < read < 3_000  # both good rows and bad ones were drawn


def test_a_row_with_a_fault_is_told_by_the_quick_reader_too() -> None:
    careful = mapping(0)
    quick = careful.reader(name="in.csv", source="any", place="shop")
    with pytest.raises(ValueError, match=r"in\.csv, row 3 \(line 9\): 2 cells"):
        quick(Row(3, line=9, fault="2 cells"))
