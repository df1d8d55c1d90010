"""Nothing of what is erased is left in any file, nothing brings it back, the rest adds up."""

import json
import shutil
from pathlib import Path
from uuid import uuid4

import pytest
from forgetful_home import files, holding, person, run, tell, texts_of

from tidings.cli import erasing, erasing_files, steps
from tidings.cli.erasure_receipt import Receipt
from tidings.cli.erasure_request import Subject, author, keep, mention, new_request, pending
from tidings.errors import WarehouseError
from tidings.home import Home
from tidings.journal import Change, CorrectLabel, Journal
from tidings.landing import Landing
from tidings.privacy import pseudonym, pseudonym_key
from warehouse.store import open_warehouse

CANARIES = ("anna",)

pytestmark = pytest.mark.slow


def erase(home: Home, *subjects: Subject) -> Receipt:
    return erasing.carry_out(home, new_request(subjects, "request"))


def asked(home: Home, sql: str) -> list[tuple[object, ...]]:
    with open_warehouse(home.warehouse) as con:
        return con.execute(sql).fetchall()


def around(home: Home) -> None:
    """What lies around: the journal, logs, a staged batch, an inbox, publications."""
    from warehouse.parquet import publish_parquet

    with open_warehouse(home.warehouse) as con:
        [(annas,)] = con.execute(
            "SELECT mention_id::VARCHAR FROM core.mention WHERE external_id = 'id-anna-2'"
        ).fetchall()
    what = CorrectLabel(mention_id=annas, brand="Acme", label="negative", why="annatown is sad")
    assert Journal(home.journal).add(Change(what=what, who="eve", role="editor", change_id=uuid4()))
    logs = home.root / "logs/dag_id=collect"
    logs.mkdir(parents=True)
    (logs / "attempt=1.log").write_text("read https://forum.example/anna/2\nread the rest\n")
    inbox = home.warehouse.parent / "inbox/acme"
    inbox.mkdir(parents=True)
    (inbox / f"{10**15}.{'a' * 16}.json").write_text(json.dumps(person("anna", 2)))
    publish_parquet(home.snapshot, home.root / "lake")
    erasing_files.remember(home, "parquet", str(home.root / "lake"))


def test_no_byte_of_an_author_is_left_in_any_layer(forgetful: Home) -> None:
    around(forgetful)
    hers = pseudonym(pseudonym_key(forgetful.secrets), "files", "anna-handle")
    before = holding(forgetful, *CANARIES, hers)
    reached = {line.split("/")[1] if "/" in line else line for line in before}
    assert {"landing", "journal.sqlite: anna", "warehouse.duckdb: anna"} <= reached
    assert any("lake" in line for line in before)
    assert any("logs" in line for line in before)
    receipt = erase(forgetful, author("files:anna-handle"))
    assert holding(forgetful, *CANARIES, hers) == []
    assert receipt.counts["core.mention_version"] >= 6
    for layer in ("landing_rows", "landing_pages", "landing_rejected", "log_lines"):
        assert receipt.counts[layer] > 0, layer
    assert (receipt.counts["journal_changes"], receipt.counts["inbox_bodies"]) == (1, 1)
    assert any(line.endswith("bob-handle") for line in holding(forgetful, "bob-handle"))
    assert {path.stat().st_mode & 0o077 for path in files(forgetful) if "duckdb" in path.name} == {
        0
    }


def test_the_receipt_says_nothing_of_whom(forgetful: Home) -> None:
    receipt = erase(forgetful, author("files:anna-handle"))
    [row] = asked(forgetful, "FROM core.erasure")
    assert row[0] == receipt.erasure
    assert row[1] == "erase"
    assert "anna" not in str(row)
    assert pending(forgetful) is None
    kept = forgetful.tombstones.read_text()
    assert "anna" not in kept
    assert forgetful.tombstones.stat().st_mode & 0o777 == 0o600


def test_a_refetch_brings_nobody_back(forgetful: Home) -> None:
    erase(forgetful, author("files:anna-handle"))
    renamed = person("anna", 2, author_handle="somebody-else-now")
    tell(forgetful, "c", person("anna", 3), renamed, person("carl", 1))
    done = run(forgetful)
    assert (done["rows_in"], done["new"]) == (1, 1)
    assert holding(forgetful, *CANARIES) == []


def test_a_batch_that_landed_before_is_merged_without(forgetful: Home) -> None:
    """A machine that collects knows of no tombstone yet: merging keeps it out, and counts it."""
    erase(forgetful, author("files:anna-handle"))
    stones = forgetful.tombstones.rename(forgetful.tombstones.with_suffix(".aside"))
    forgetful.ledger.unlink()
    snapshot = forgetful.snapshot.rename(forgetful.snapshot.with_suffix(".aside"))
    bad = person("anna", 8, rating=9, rating_max=5, rating_min=1)
    tell(forgetful, "c", person("anna", 3), person("bob", 30, parent_id="id-anna-3"), bad)
    for source in steps.watches(forgetful)[0].sources:
        steps.collect("acme", source.id, run="elsewhere")
    stones.rename(forgetful.tombstones)
    snapshot.rename(forgetful.snapshot)
    done = run(forgetful)
    assert (done["new"], done["erased"], done["quarantined"]) == (1, 9, 0)
    assert asked(
        forgetful, "SELECT count(*) FROM core.mention WHERE author_handle LIKE 'anna%'"
    ) == [(0,)]


def test_what_is_left_adds_up_and_can_be_refilled(forgetful: Home) -> None:
    erase(forgetful, author("files:anna-handle"))
    landing = Landing(forgetful.landing)
    for batch in landing.batches():
        assert batch.rows == landing.mentions(batch).num_rows
        records = landing.rejected(batch)
        assert batch.rejected == (0 if records is None else records.num_rows)
    steps.publish()  # judged: a check that fails would stop it
    kept = "SELECT mention_id, text, valid_from FROM core.mention ORDER BY ALL"
    before = asked(forgetful, kept)
    marts = "SELECT * EXCLUDE (known_from) FROM marts.brand_reputation_daily ORDER BY ALL"
    told = asked(forgetful, marts)
    for path in (forgetful.warehouse, forgetful.ledger, forgetful.snapshot, forgetful.acknowledged):
        path.unlink(missing_ok=True)
    run(forgetful, name="refill")
    assert asked(forgetful, kept) == before
    assert asked(forgetful, marts) == told


def test_marts_agree_with_a_world_in_which_nobody_said_it(
    forgetful: Home, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    erase(forgetful, author("files:anna-handle"))
    marts = "SELECT * EXCLUDE (known_from) FROM marts.brand_reputation_daily ORDER BY ALL"
    told = asked(forgetful, marts)
    other = Home.at(tmp_path_factory.mktemp("other"))
    for name, value in other.environment().items():
        monkeypatch.setenv(name, value)
    shutil.copytree(forgetful.watch_dir, other.watch_dir)
    tell(other, "a", *[person("bob", n) for n in (0, 1, 2, 3, 9, 50)])
    run(other)
    assert asked(other, marts) == told


def test_one_mention_goes_and_its_author_stays(forgetful: Home) -> None:
    with open_warehouse(forgetful.warehouse) as con:
        subjects = mention(con, "https://forum.example/bob/2")
    erase(forgetful, *subjects)
    assert holding(forgetful, "bobword2", "id-bob-2", "bobtitle2") == []
    assert holding(forgetful, "bobword3") != []
    tell(forgetful, "d", person("bob", 2))
    assert run(forgetful)["rows_in"] == 0


def test_a_source_goes_whole(forgetful: Home) -> None:
    erase(forgetful, Subject("source", "files"))
    assert holding(forgetful, "anna", "bobword", "bob-handle") == []
    assert not (Path(forgetful.landing) / "files").exists()
    [(rows, rest)] = asked(
        forgetful,
        "SELECT sum(rows_in + rejected - erased), sum(new + changed + unchanged) FROM core.load",
    )
    assert (rows, rest) == (0, 0)
    steps.publish()


def test_an_erasure_that_was_begun_must_be_ended_first(forgetful: Home) -> None:
    keep(forgetful, new_request([author("files:anna-handle")], "request"))
    assert erasing.outstanding(forgetful)
    assert erasing.apply_again(forgetful) is not None
    assert holding(forgetful, *CANARIES) == []
    assert not erasing.outstanding(forgetful)


def test_a_restored_warehouse_forgets_again(forgetful: Home) -> None:
    kept = forgetful.root / "elsewhere.duckdb"
    shutil.copyfile(forgetful.warehouse, kept)
    erase(forgetful, author("files:anna-handle"))
    shutil.copyfile(kept, forgetful.warehouse)
    kept.unlink()
    receipt = erasing.apply_again(forgetful)
    assert receipt is not None
    assert receipt.counts["core.mention_version"] >= 6
    assert holding(forgetful, *CANARIES) == []
    assert not erasing.outstanding(forgetful)


def test_merging_without_the_key_is_refused(forgetful: Home) -> None:
    from warehouse.tombstones import leave_out

    erase(forgetful, author("files:anna-handle"))
    with open_warehouse(forgetful.warehouse) as con, pytest.raises(WarehouseError, match="key"):
        leave_out(con, None)


def test_what_a_killed_erasure_left_half_written_goes(forgetful: Home) -> None:
    drafts = [forgetful.erasing.with_name(f".{forgetful.erasing.name}.4194305.draft")]
    drafts += [forgetful.root / "logs" / ".tidings.log.4194305.draft"]
    for draft in drafts:
        draft.parent.mkdir(exist_ok=True)
        draft.write_text("anna-handle", "utf-8")
    erase(forgetful, author("files:anna-handle"))
    assert [draft for draft in drafts if draft.exists()] == []


def test_a_backup_forgets_too(forgetful: Home, tmp_path_factory: pytest.TempPathFactory) -> None:
    from tidings.cli.backing_up.make import backup
    from tidings.cli.backing_up.verify import verify

    elsewhere = tmp_path_factory.mktemp("backups")
    made = backup(forgetful, elsewhere)
    lost = backup_of_another_day(elsewhere, made, forgetful)
    receipt = erase(forgetful, author("files:anna-handle"))
    assert receipt.counts["backups"] == 1
    assert any(str(lost) in text for text in receipt.left_out)
    held = [path for path in made.rglob("*") if path.is_file()]
    assert not [p for p in held if any(b"anna" in text.lower() for text in texts_of(p))]
    assert any(b"bob-handle" in text for text in texts_of(made / "warehouse.duckdb"))
    verify(made)


def test_a_backup_without_its_warehouse_is_not_made_an_empty_one(
    forgetful: Home, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from tidings.cli.backing_up.make import backup

    made = backup(forgetful, tmp_path_factory.mktemp("backups"))
    (made / "warehouse.duckdb").unlink()
    receipt = erase(forgetful, author("files:anna-handle"))
    assert not receipt.counts.get("backups")
    assert any(f"{made / 'warehouse.duckdb'} is missing" in text for text in receipt.left_out)
    assert not (made / "warehouse.duckdb").exists()


def backup_of_another_day(elsewhere: Path, made: Path, home: Home) -> Path:
    """List a backup that was carried away."""
    from tidings.cli.backing_up import registry

    [entry] = registry.entries(home)
    away = elsewhere / "carried-away"
    registry.register(home, registry.Entry(path=str(away), made=entry.made, bytes=1))
    return away
