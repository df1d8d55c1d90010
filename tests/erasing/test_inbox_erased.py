"""Of a pushed body the records of who is erased go; those of others stay where they were."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tidings.cli.erasing_inbox import inboxes, without
from tidings.home import Home
from tidings.needles import Needles

NEEDLES = Needles(["annatown wept"], [("webhook", "anna-handle")])
HERS = {"id": 1, "by": {"name": "anna-handle"}, "text": "what nobody else has read yet"}
HIS = {"id": 2, "by": {"name": "bob"}, "text": "fine", "tags": ["a"]}


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ([HERS, HIS], [None, HIS]),
        ({"data": {"items": [HIS, HERS]}, "page": 2}, {"data": {"items": [HIS, None]}, "page": 2}),
        ([[HERS], [HIS]], [[None], [HIS]]),
        ({**HIS, "replies": [HERS, HIS]}, {**HIS, "replies": [None, HIS]}),
        (HERS, []),
        ({"event": "new", "review": HERS}, []),
        ({"anna-handle": [HIS]}, []),
        ([{**HIS, "text": "Annatown wept, too"}], [None]),
        ([HIS], [HIS]),
    ],
)
def test_records_go_alone(body: object, left: object) -> None:
    assert json.loads(without(json.dumps(body).encode(), ".json", NEEDLES)) == left


def test_lines_keep_their_places() -> None:
    lines = b"\n".join(json.dumps(one).encode() for one in (HIS, HERS, [HERS, HIS], HIS))
    left = [json.loads(line) for line in without(lines, ".ndjson", NEEDLES).splitlines()]
    assert left == [HIS, None, [None, HIS], HIS]


@pytest.mark.parametrize("body", [b'{"by": "anna-handle"', b"[" * 9_000 + b'"anna-handle"'])
def test_what_cant_be_read_and_names_them_is_emptied(body: bytes) -> None:
    assert without(body, ".json", NEEDLES) == b"[]"


def test_bodies_stay_as_files_of_their_owner(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    folder = home.warehouse.parent / "inbox/acme/push"
    folder.mkdir(parents=True)
    for number, body in enumerate(([HERS, HIS], [HIS])):
        (folder / f"{10**15 + number}.{'a' * 16}.json").write_text(json.dumps(body))
    assert inboxes(home, NEEDLES) == 1
    first, second = sorted(folder.iterdir())
    assert json.loads(first.read_bytes()) == [None, HIS]
    assert json.loads(second.read_bytes()) == [HIS]
    assert os.stat(first).st_mode & 0o777 == 0o600
    assert inboxes(home, NEEDLES) == 0
