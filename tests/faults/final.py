"""What was said, shown and told, against what the system has of it in the end."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.faults.reckoning import PARTIAL
from tests.faults.world import World

if TYPE_CHECKING:
    import duckdb


def counted(world: World, home: Path) -> dict[str, Any]:
    """Count all that was said against the warehouse at ``home``, and all that was landed.

    ``in`` are the items as they were said: posts, rows of files, a row's second copy in its file;
    each must be loaded, in quarantine, or a duplicate; what was erased is left out and must not be
    there (``of nobody``). ``lost``, ``doubled`` and ``partial`` must
    be 0. Messages come at least once: ``told again`` had the same key, by which a receiver knows
    them; ``never told`` and ``told as two`` must be 0.
    """
    import duckdb

    with duckdb.connect(str(home / "data" / "warehouse.duckdb"), read_only=True) as con:
        items = _items(con, world)
        rows = _rows(con, home)
        partial = sum(con.execute(sql).fetchall()[0][0] for sql in PARTIAL.values())
        unsent = _one(con, "SELECT count(*) FROM core.delivery WHERE state <> 'sent'")
        notices = _one(con, "SELECT count(*) FROM core.delivery")
    opened = [_opened(world, number) for number in world.loud]
    return {
        **items,
        "partial": partial + rows.pop("batches that did not come whole"),
        **rows,
        "requests answered": world.answers,
        "to be told": len(world.loud),
        "notices": notices,
        "notices unsent": unsent,
        "messages": sum(world.told.values()),
        "told again": sum(world.told.values()) - len(world.told),
        "never told": sum(1 for keys in opened if not keys),
        "told as two": sum(1 for keys in opened if len(keys) > 1),
    }


def _items(con: duckdb.DuckDBPyConnection, world: World) -> dict[str, int]:
    """Count item by item: what was said, by its id, and with its last words and all its edits."""
    posts = {str(number): f"{post['content'][3:-4]}" for number, post in world.posts.items()}
    kept_rows = {key: texts for key, texts in world.rows.items() if key not in world.erased}
    rows = {key: versions[-1]["text"] for key, versions in kept_rows.items()}
    said = posts | rows
    found = con.execute("SELECT external_id, text FROM core.mention").fetchall()
    times = Counter(key for key, _ in found)
    texts = dict(found)
    kept = dict(
        con.execute(
            "SELECT external_id, count(DISTINCT content_hash) FROM core.mention_version "
            "GROUP BY external_id"
        ).fetchall()
    )
    quarantined = Counter(
        key or "unreadable"
        for (key,) in con.execute("SELECT external_id FROM core.quarantine").fetchall()
    )
    edits = sum(len(versions) - 1 for versions in kept_rows.values())
    kept_edits = sum(kept.get(key, 1) - 1 for key in rows)
    lost = [key for key, text in said.items() if texts.get(key) != text]
    lost += [key for key in world.broken if not quarantined[key]]
    bad = sum(quarantined[key] for key in world.broken) + quarantined["unreadable"]
    lacking = max(0, edits - kept_edits) + max(0, world.unreadable - quarantined["unreadable"])
    beyond = max(0, bad - len(world.broken) - world.unreadable)
    return {
        "in": len(said) + edits + len(world.broken) + world.unreadable + world.repeated,
        "loaded": len(texts) + kept_edits,
        "quarantined": bad,
        "duplicate": world.repeated,
        "lost": len(lost) + lacking,
        "doubled": sum(n - 1 for n in times.values()) + beyond,
        "of nobody": len(set(texts) - set(said)),
        "erased": len(world.erased),
    }


def _rows(con: duckdb.DuckDBPyConnection, home: Path) -> dict[str, int]:
    """Count row by row: what landed, with all that was collected again, against the loads."""
    area = home / "data" / "landing"
    markers = [json.loads(path.read_bytes()) for path in area.rglob("batch-*.json")]
    landed = {m["batch_id"]: m["rows"] + m["rejected"] for m in markers}
    erased = {m["batch_id"]: m.get("erased", 0) for m in markers}
    loads = dict(con.execute("SELECT batch_id, rows_in + rejected FROM core.load").fetchall())
    out = con.execute(
        "SELECT sum(new), sum(changed), sum(unchanged), sum(duplicate), sum(quarantined) "
        "FROM core.load"
    ).fetchall()[0]
    names = ("new", "changed", "unchanged", "duplicate", "quarantined")
    return {
        "batches landed": len(landed),
        "batches that did not come whole": sum(
            not n <= loads.get(k, -1) <= n + erased[k] for k, n in landed.items()
        )
        + len(set(loads) - set(landed)),
        "rows landed": sum(landed.values()),
        **{f"rows {name}": int(n) for name, n in zip(names, out, strict=True)},
    }


def _opened(world: World, number: str) -> set[str]:
    return {told for told in world.told_of.get(number, ()) if told.startswith("incident.opened")}


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    return int(con.execute(sql).fetchall()[0][0])
