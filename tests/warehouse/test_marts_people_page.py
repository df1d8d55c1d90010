"""The page on marts about people and answers: its examples answer, and its columns are there."""

from __future__ import annotations

import re
from pathlib import Path

from drawn_tables import ACME, World

from warehouse.brands import sync
from warehouse.marts import refresh

TEXT = (Path(__file__).parents[2] / "docs/marts/people.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## `(\w+)`\n(.*?)(?=^## |\Z)", TEXT, re.S | re.M))


def test_each_example_answers_and_each_column_is_one_of_the_mart(world: World) -> None:
    world.say("""
        n | day        | kind     | source | label    | driver         | rating | author | followers
        6 | 2026-03-01 | review   | shop   | negative | price:negative | 1      | p1     | 10
        1 | 2026-03-01 | question | shop   | neutral  |                |        | p2     | 20
        6 | 2026-03-01 | survey   | forum  | positive | price:positive |        |        |
    """)
    sync(world.con, (ACME,), allows_answers=("shop",), walks=())
    refresh(world.con)
    assert len(SECTIONS) == 6
    for mart, text in SECTIONS.items():
        [example] = re.findall(r"```sql\n(.*?)```", text, re.S)
        assert f"FROM marts.{mart}\n" in example
        assert world.con.execute(example).fetchall() != [], mart
        columns = {row[0] for row in world.con.execute(f"DESCRIBE marts.{mart}").fetchall()}
        named = set(re.findall(r"`([a-z]+(?:_[a-z0-9]+)+)`", text)) - {f"{mart}_as_of"}
        assert named <= columns, f"{mart}: {named - columns}"
