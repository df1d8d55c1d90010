"""The surveys' export: one CSV file a month, dropped in a folder and written anew as it grows."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path

from tidings.demo.item import Item
from tidings.demo.opinions import SEGMENTS
from tidings.demo.world import World

COLUMNS = (
    "response_id",
    "answered_at",
    "score",
    "why",
    "language",
    "product",
    "country",
    *SEGMENTS,
)
"""The columns of the export. ``score`` is 0 to 10; the last ones are segments."""


def survey_files(world: World, now: datetime) -> dict[str, bytes]:
    """Return the files there are at ``now`` (aware UTC), by name: UTF-8, the first with a mark.

    A repeated response stands in a file twice.
    """
    months: dict[str, list[Item]] = {}
    for item in world.of("files"):
        if item.is_shown(now):
            months.setdefault(f"nps-{item.published:%Y-%m}.csv", []).append(item)
    files = {name: _file(items) for name, items in months.items()}
    first = next(iter(files), None)
    if first is not None:  # as a spreadsheet program writes it
        files[first] = b"\xef\xbb\xbf" + files[first]
    return files


def drop(world: World, now: datetime, folder: Path) -> list[Path]:
    """Write the files there are at ``now`` to ``folder``; leave alone those that did not change."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, content in survey_files(world, now).items():
        path = folder / name
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
        paths.append(path)
    return paths


def _file(items: list[Item]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for item in items:
        writer.writerow(_row(item))
        if item.repeated:
            writer.writerow(_row(item))
    return out.getvalue().encode()


def _row(item: Item) -> list[str]:
    score, when, name = str(item.rating), f"{item.published:%Y-%m-%dT%H:%M:%SZ}", item.id
    match item.flaw:
        case "no_id":
            name = ""
        case "bad_date":
            when = "2026-02-30T10:00:00Z"
        case "future":
            when = "2061-05-04T03:02:01Z"
        case "rating_above":
            score = "47"
        case "rating_no_number":
            score = "ten"
    segments = [item.segments[s] for s in SEGMENTS]
    country = item.segments["country"]
    return [name, when, score, item.text, item.language, item.product or "", country, *segments]
