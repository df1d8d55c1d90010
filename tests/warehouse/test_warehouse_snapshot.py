from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from staged_batches import NOON, at, quarantined, said, stage

from tidings.errors import WarehouseError
from warehouse.merge import merge
from warehouse.snapshot import open_snapshot, publish, publish_ledger, published

if TYPE_CHECKING:
    import duckdb

    Con = duckdb.DuckDBPyConnection

READER = """
import sys, time
from warehouse.snapshot import open_snapshot, published
last, opens = 0, 0
print("ready", flush=True)
held = open_snapshot(sys.argv[1])
while True:
    with open_snapshot(sys.argv[1]) as con:
        for _ in range(3):
            told = published(con)
            rows = con.execute("SELECT count(*) FROM core.mention").fetchone()[0]
            assert rows == told.loads, f"{rows} mentions of {told.loads} batches"
            assert told.loads >= last, f"{told.loads} after {last}"
            last = told.loads
    held.execute("SELECT count(*) FROM core.mention").fetchone()
    opens += 1
    if last >= int(sys.argv[2]):
        break
    time.sleep(0.05)
print(opens, flush=True)
"""


@pytest.mark.parametrize("publishes", [6, pytest.param(50, marks=pytest.mark.slow)])
def test_readers_elsewhere_never_fail_never_go_back_and_never_block(
    con: Con, tmp_path: Path, publishes: int
) -> None:
    snapshot = tmp_path / "snapshot.duckdb"

    def load(number: int) -> None:
        merge(con, stage(tmp_path / "staged", [said(f"{number}")], run=f"r{number}"), fence=0)
        publish(con, snapshot)

    load(1)
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(snapshot), str(publishes)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    try:
        for reader in readers:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "ready\n"
        for number in range(2, publishes + 1):
            load(number)
        for reader in readers:
            told, failed = reader.communicate(timeout=60)
            assert reader.returncode == 0, failed
            assert int(told) > 1
    finally:
        for reader in readers:
            reader.kill()
            reader.wait()
    assert [f.name for f in tmp_path.glob("*publishing*")] == []


def test_a_reader_in_the_same_process_sees_each_new_snapshot(con: Con, tmp_path: Path) -> None:
    snapshot = tmp_path / "snapshot.duckdb"
    held = []
    for number in range(3):
        merge(con, stage(tmp_path, [said(f"{number}")], run=f"r{number}"), fence=0)
        publish(con, snapshot)
        held.append(open_snapshot(snapshot))
    counts = [c.execute("SELECT count(*) FROM core.mention").fetchone() for c in held]
    assert counts == [(1,), (2,), (3,)]
    for reader in held:
        reader.close()


def test_the_copy_is_whole_with_its_comments_views_and_functions(con: Con, tmp_path: Path) -> None:
    merge(con, stage(tmp_path, [said("1"), said("2")], cursor={"n": 1}), fence=0)
    snapshot = tmp_path / "snapshot.duckdb"
    publish(con, snapshot, now=at("2026-03-05"), private=True)
    described = (
        "SELECT table_name, column_name, data_type, is_nullable, comment FROM duckdb_columns() "
        "WHERE NOT internal AND database_name = current_database() ORDER BY ALL"
    )
    with open_snapshot(snapshot) as copy:
        assert copy.execute(described).fetchall() == con.execute(described).fetchall()
        tables = con.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT temporary"
        ).fetchall()
        for schema, table in tables:
            if table != "published":
                text = f"FROM {schema}.{table} ORDER BY ALL"
                assert copy.execute(text).fetchall() == con.execute(text).fetchall(), table
        assert copy.execute("SELECT core.wilson_low(1, 2)").fetchone() is not None
        told = published(copy)
    assert told is not None
    assert (told.published, told.loads) == (at("2026-03-05"), 1)
    assert told.loaded is not None
    assert published(con) is None


HANDLE = "ola.nordmann@social.example"
"""Planted wherever a source may put it."""


def planted(con: Con, folder: Path) -> None:
    """Merge mentions, an edit of one, and quarantine rows that all name a person."""
    raw = json.dumps({"text": "fine", "author_handle": HANDLE, "rating": 6})
    bad = [
        quarantined("b", 1, raw=raw, raw_page=f"forum/{HANDLE}/1"),
        quarantined(
            "b", 2, rules="unreadable", raw=f"<post by {HANDLE}>", reason=f"no date by {HANDLE}",
            external_id=HANDLE, raw_page=f"forum/{HANDLE}/1",
        ),
    ]  # fmt: skip
    named = {
        "kind": "review",
        "author": "p" * 16,
        "author_handle": HANDLE,
        "url": f"https://social.example/@{HANDLE.upper()}/1",
        "raw_page": f"forum/{HANDLE}/1",
    }
    first, edited = (
        said("1", text, **named, collected=NOON + timedelta(days=day))
        for day, text in enumerate(("said", "edited"))
    )
    cursor = {"after": HANDLE}
    merge(con, stage(folder, [first], bad=bad, cursor=cursor), fence=0)
    merge(con, stage(folder, [edited], run="r2", cursor={"first_seen": {HANDLE: 2}}), fence=0)
    answers = [
        said(f"{HANDLE}/nps", "my answer", kind="survey", voice="a"),
        said("reply", "a reply", parent_id=f"{HANDLE}/nps", voice="b"),
    ]
    merge(con, stage(folder, answers, run="r3"), fence=0)
    [[mention]] = con.execute(
        "SELECT mention_id FROM core.mention WHERE text = 'edited'"
    ).fetchall()
    labels = (
        "INSERT INTO core.gold_label VALUES (?, 'h', 'Acme', 'en', 'positive', 1, ?, ?, ?, NULL)"
    )
    con.execute(labels, [mention, "2026-03-01", HANDLE, "2026-03-01"])


def cells(path: Path) -> list[str]:
    """Return every value of every column of a snapshot, as text."""
    with open_snapshot(path) as copy:
        tables = copy.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT temporary"
        ).fetchall()
        return [
            str(value)
            for schema, table in tables
            for row in copy.execute(f"FROM {schema}.{table}").fetchall()
            for value in row
        ]


@pytest.mark.parametrize("brought_on", [False, True], ids=["whole", "brought on"])
def test_no_column_and_no_byte_names_a_person(con: Con, tmp_path: Path, brought_on: bool) -> None:
    snapshot = tmp_path / "snapshot.duckdb"
    if brought_on:
        merge(con, stage(tmp_path / "staged", [said("0")], run="r0"), fence=0)
        publish(con, snapshot)
    planted(con, tmp_path / "staged")
    publish(con, snapshot)
    con.execute("CHECKPOINT")
    assert HANDLE.encode() in (tmp_path / "warehouse.duckdb").read_bytes()
    found = snapshot.read_bytes().lower()
    assert b"edited" in found
    assert HANDLE.encode() not in found
    assert not [cell for cell in cells(snapshot) if HANDLE in cell.lower()]
    with open_snapshot(snapshot) as copy:
        held = copy.execute("SELECT external_id, raw, reason FROM core.quarantine ORDER BY rules")
        (known, raw, reason), (unknown, _, _) = held.fetchall()
    assert (raw, reason) == (None, "rating 6 is above 5")
    assert len(known) == 32
    assert unknown is None


def test_replies_still_find_what_they_reply_to(con: Con, tmp_path: Path) -> None:
    planted(con, tmp_path / "staged")
    publish(con, tmp_path / "snapshot.duckdb")
    asked = (
        "SELECT r.text, m.text FROM core.mention AS r JOIN core.mention AS m "
        "ON m.place = r.place AND m.external_id = r.parent_id"
    )
    with open_snapshot(tmp_path / "snapshot.duckdb") as copy:
        assert copy.execute(asked).fetchall() == [("a reply", "my answer")]


def test_the_ledger_tells_where_to_go_on_and_nothing_that_was_said(
    con: Con, tmp_path: Path
) -> None:
    ledger = tmp_path / "ledger.duckdb"
    planted(con, tmp_path / "staged")
    publish_ledger(con, ledger)
    ledger.chmod(0o644)
    merge(con, stage(tmp_path / "staged", [said("9", "more")], run="r4", cursor={"n": 9}), fence=0)
    publish_ledger(con, ledger)
    assert ledger.stat().st_mode & 0o777 == 0o600
    with open_snapshot(ledger) as copy:
        ids = "SELECT external_id, url FROM core.mention ORDER BY ALL"
        assert copy.execute(ids).fetchall() == con.execute(ids).fetchall()
        assert copy.execute("SELECT cursor->>'n' FROM core.cursor").fetchall() == [("9",)]
        assert copy.execute("SELECT count(*) FROM core.load").fetchall() == [(4,)]
    found = ledger.read_bytes()
    assert b"my answer" not in found
    assert b"fine" not in found


def test_a_ledger_of_the_last_load_is_left_as_it_is(con: Con, tmp_path: Path) -> None:
    """Every step that publishes asks for it; a copy of millions of rows each time would be dear."""
    ledger = tmp_path / "ledger.duckdb"
    merge(con, stage(tmp_path / "s", [said("1")]), fence=0)
    publish_ledger(con, ledger)
    first = ledger.stat().st_ino
    publish_ledger(con, ledger)
    assert ledger.stat().st_ino == first
    con.execute(
        "INSERT INTO core.walk BY NAME SELECT 'forum:1' AS walk_id, 'acme' AS watch, "
        "'square' AS label, 'forum' AS source"
    )
    publish_ledger(con, ledger)  # a watch file declares another walk: its gaps count now
    second = ledger.stat().st_ino
    assert second != first
    publish_ledger(con, ledger, whole=True)
    assert ledger.stat().st_ino != second
    ledger.write_bytes(b"nothing" * 1000)
    publish_ledger(con, ledger)
    with open_snapshot(ledger) as copy:
        assert copy.execute("SELECT count(*) FROM core.load").fetchall() == [(1,)]


def test_the_private_one_has_all_and_is_its_owners_alone(con: Con, tmp_path: Path) -> None:
    snapshot = tmp_path / "private.duckdb"
    publish(con, snapshot)
    snapshot.chmod(0o644)
    planted(con, tmp_path / "staged")
    publish(con, snapshot, private=True)
    assert snapshot.stat().st_mode & 0o777 == 0o600
    with open_snapshot(snapshot) as copy:
        for table in ("mention_version", "quarantine", "gold_label", "load"):
            text = f"FROM core.{table} ORDER BY ALL"
            assert copy.execute(text).fetchall() == con.execute(text).fetchall()
    publish(con, snapshot)
    assert HANDLE.encode() not in snapshot.read_bytes().lower(), "made of the private one"


ADDRESSES = """
source   | url                                              | kept
forum    | https://forum.example/t/leaks-again/812/3        | yes
reviews  | https://reviews.example/r/5f2c                   | yes
hackernews | https://news.example/item?id=41                | yes
rss      | https://paper.example/2026/03/acme-recalls       | yes
rss      | https://medium.example/@olan/why-i-left          | no
rss      | https://blog.example/~olan/why-i-left            | no
steam    | https://games.example/profiles/7656119/recommended/1 | no
steam    | https://games.example/id/olan/recommended/1      | no
reddit   | https://www.reddit.example/user/olan/comments/1  | no
forum    | https://forum.example/by?name=%40olan            | no
mastodon | https://social.example/users/olan/statuses/1     | no
x        | https://x.example/olan/status/1                  | no
"""


def test_an_address_is_kept_where_it_leads_to_no_person(con: Con, tmp_path: Path) -> None:
    drawn = [[c.strip() for c in line.split("|")] for line in ADDRESSES.strip().splitlines()][1:]
    found = [said(f"{n}", source=source, url=url) for n, (source, url, _) in enumerate(drawn)]
    found.append(said("known", url="https://forum.example/t/1?by=OlaN", author_handle="@olan"))
    merge(con, stage(tmp_path / "staged", found), fence=0)
    publish(con, tmp_path / "snapshot.duckdb")
    with open_snapshot(tmp_path / "snapshot.duckdb") as copy:
        kept = copy.execute("SELECT url FROM core.mention_version WHERE url IS NOT NULL").fetchall()
    assert sorted(u for (u,) in kept) == sorted(url for _, url, kept in drawn if kept == "yes")


def test_it_is_the_owners_alone_and_leaves_no_draft(con: Con, tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    before = os.umask(0o022)
    try:
        publish(con, folder / "snapshot.duckdb")
        (folder / ".snapshot.duckdb.999.publishing").write_bytes(b"left by a killed publisher")
        publish(con, folder / "snapshot.duckdb")
    finally:
        os.umask(before)
    assert [f.name for f in folder.iterdir()] == ["snapshot.duckdb"]
    assert (folder / "snapshot.duckdb").stat().st_mode & 0o777 == 0o600


def test_who_let_others_read_it_need_do_so_once(con: Con, tmp_path: Path) -> None:
    snapshot = tmp_path / "snapshot.duckdb"
    publish(con, snapshot)
    snapshot.chmod(0o666)
    publish(con, snapshot)
    assert snapshot.stat().st_mode & 0o777 == 0o644


def test_a_publish_that_fails_leaves_the_last_snapshot(con: Con, tmp_path: Path) -> None:
    snapshot = tmp_path / "snapshot.duckdb"
    publish(con, snapshot)
    before = snapshot.read_bytes()
    con.execute("CREATE VIEW core.broken AS SELECT * FROM core.fence")
    con.execute("ALTER TABLE core.quarantine RENAME COLUMN rules TO rule")
    with pytest.raises(WarehouseError, match="was not published"):
        publish(con, snapshot)
    assert snapshot.read_bytes() == before
    con.execute("ALTER TABLE core.quarantine RENAME COLUMN rule TO rules")
    publish(con, snapshot)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE core.x (a INTEGER)",
        "INSERT INTO core.fence VALUES (1, 'me', NULL, NULL)",
        "DELETE FROM core.load",
        "DROP TABLE core.load",
        "COPY core.load TO 'out.csv'",
        "SELECT * FROM read_csv('/etc/hostname')",
        "SELECT * FROM read_text('/etc/hostname')",
        "ATTACH 'other.duckdb'",
        "EXPORT DATABASE 'out'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '64GB'",
        "RESET lock_configuration",
        "DETACH tidings",
    ],
)
def test_a_reader_can_do_nothing_but_read(
    con: Con, tmp_path: Path, statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import duckdb

    monkeypatch.chdir(tmp_path)
    publish(con, tmp_path / "snapshot.duckdb")
    before = sorted(tmp_path.iterdir())
    with open_snapshot(tmp_path / "snapshot.duckdb") as reader:
        with pytest.raises(duckdb.Error):
            reader.execute(statement)
        assert reader.execute("SELECT fence FROM core.fence").fetchall() == [(0,)]
    assert sorted(tmp_path.iterdir()) == before


def test_what_cannot_be_read_is_told(con: Con, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match=r"no snapshot .* yet"):
        open_snapshot(tmp_path / "snapshot.duckdb")
    (tmp_path / "snapshot.duckdb").write_bytes(b"nothing")
    with pytest.raises(WarehouseError, match="can't be opened"):
        open_snapshot(tmp_path / "snapshot.duckdb")


def test_a_snapshot_of_a_newer_version_is_refused(con: Con, tmp_path: Path) -> None:
    con.execute("INSERT INTO core.migration VALUES (99, '0099_later', 'x', '2026-03-01')")
    publish(con, tmp_path / "snapshot.duckdb")
    with pytest.raises(WarehouseError, match="newer than this Tidings"):
        open_snapshot(tmp_path / "snapshot.duckdb")
