"""The landing area: immutable, whole or absent, every row accounted for."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tidings.connector import Rejected
from tidings.errors import WarehouseError
from tidings.http import Answer
from tidings.landing import BatchAbout, Landing, WalkFolder
from tidings.mention import Mention

STARTED = datetime(2026, 5, 1, 12, tzinfo=UTC)
ABOUT = BatchAbout(
    source="shop", walk_id="shop:1", label="shop", watch="acme", about=None, run="r1", attempt=1
)


def mention(number: object, **changes: object) -> Mention:
    fields = {
        "source": "shop",
        "place": "p",
        "external_id": number,
        "kind": "review",
        "published": STARTED,
    }
    return Mention(**(fields | changes))


def folder(landing: Landing, attempt: int = 1, run: str = "r1") -> WalkFolder:
    return landing.walk(source="shop", walk_id="shop:1", run=run, attempt=attempt, started=STARTED)


@pytest.fixture(params=["folder", "object store"])
def landing(request: pytest.FixtureRequest, tmp_path: Path) -> Landing:
    if request.param == "folder":
        return Landing(str(tmp_path / "landing"))
    return Landing(f"memory://landing-{tmp_path.name}-{request.node.name[:20]}")


def write(walk: WalkFolder, mentions: list[Mention], rejected: list[Rejected] | None = None):
    return walk.write_batch(
        mentions,
        [(r, "page") for r in rejected or []],
        about=ABOUT,
        cursor={"at": 1},
        coverage=None,
        collected=STARTED,
    )


def test_a_batch_is_read_back_as_it_was_written(landing: Landing) -> None:
    walk = folder(landing)
    batch = write(walk, [mention("1"), mention("2")], [Rejected(reason="no id", raw="{}")])
    assert landing.batch_ids() == [batch.batch_id]
    assert list(landing.batches()) == [batch]
    assert landing.batch(batch.batch_id) == batch
    assert landing.mentions(batch)["external_id"].to_pylist() == ["1", "2"]
    rejected = landing.rejected(batch)
    assert rejected is not None
    assert rejected.to_pylist() == [
        {"source": "shop", "reason": "no id", "raw": "{}", "raw_page": "page"}
    ]


def test_names_tell_source_date_and_run(landing: Landing) -> None:
    batch = write(folder(landing), [mention("1")])
    assert batch.batch_id.startswith("shop/2026-05-01/r1.1/shop-1/")


def test_values_of_other_types_are_set_apart_and_counted(landing: Landing) -> None:
    bad = [mention(7), mention("x", text="\ud800"), mention("y", published=datetime(2026, 1, 1))]
    batch = write(folder(landing), [mention("1"), *bad, mention("2")])
    assert (batch.rows, batch.rejected) == (2, 3)
    rejected = landing.rejected(batch)
    assert rejected is not None
    assert rejected.num_rows == 3


def test_without_its_marker_a_batch_is_not_there(tmp_path: Path) -> None:
    landing = Landing(str(tmp_path))
    batch = write(folder(landing), [mention("1")])
    (tmp_path / f"{batch.batch_id}.json").unlink()
    assert landing.batch_ids() == []
    with pytest.raises(WarehouseError, match="no batch"):
        landing.batch(batch.batch_id)


def test_nothing_is_written_over_and_attempts_keep_apart(landing: Landing) -> None:
    write(folder(landing), [mention("1")])
    with pytest.raises(WarehouseError, match="never written over"):
        write(folder(landing), [mention("2")])
    write(folder(landing, attempt=2), [mention("2")])
    assert len(landing.batch_ids()) == 2


def test_a_raw_page_is_kept_as_a_recorded_exchange_without_cookies(landing: Landing) -> None:
    answer = Answer(
        status=200,
        url="https://shop.example/p",
        headers={"content-type": "text/html", "set-cookie": "session=secret"},
        body="blåbær".encode(),
    )
    kept = landing.page(folder(landing).keep(answer))
    [exchange] = json.loads(kept)
    assert exchange["request"]["url"] == "https://shop.example/p"
    assert exchange["response"]["body"] == "blåbær"
    assert b"secret" not in kept


def test_a_raw_page_keeps_its_address_without_the_secrets_in_it(landing: Landing) -> None:
    answer = Answer(
        status=200,
        url="https://shop.example/p?page=2&api_key=s3cret-k&cursor=AoJ4oKy7h8sDdq2aaabbbccc112",
        headers={"link": '<https://shop.example/p?page=3&access_token=s3cret-t>; rel="next"'},
    )
    kept = landing.page(folder(landing).keep(answer))
    [exchange] = json.loads(kept)
    assert b"s3cret" not in kept
    assert exchange["request"]["url"] == (
        "https://shop.example/p?page=2&api_key=***&cursor=AoJ4oKy7h8sDdq2aaabbbccc112"
    )
    assert exchange["response"]["headers"]["link"].endswith('page=3&access_token=***>; rel="next"')


def test_bytes_that_are_no_text_are_kept_whole(landing: Landing) -> None:
    raw = bytes(range(256))
    kept = landing.page(folder(landing).keep(Answer(status=200, url="http://x.example", body=raw)))
    body = json.loads(kept)[0]["response"]["body_base64"]
    assert msgspec.json.decode(f'"{body}"'.encode(), type=bytes) == raw


def test_files_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    landing = Landing(str(tmp_path))
    write(folder(landing), [mention("1")])
    files = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert files
    assert {stat.S_IMODE(p.stat().st_mode) for p in files} == {0o600}
    assert not list(tmp_path.rglob("*.draft"))


@pytest.mark.parametrize("run", ["manual__2026-05-01T00:00:00+00:00", "../../up", "", ".."])
def test_a_run_of_any_name_stays_in_its_folder(tmp_path: Path, run: str) -> None:
    root = tmp_path / "landing"
    write(folder(Landing(str(root)), run=run), [mention("1")])
    assert [p.name for p in tmp_path.iterdir()] == ["landing"]
    assert len(Landing(str(root)).batch_ids()) == 1


def test_a_broken_marker_says_which_and_what_to_do(tmp_path: Path) -> None:
    landing = Landing(str(tmp_path))
    batch = write(folder(landing), [mention("1")])
    (tmp_path / f"{batch.batch_id}.json").write_text("{")
    with pytest.raises(WarehouseError, match="Move it away"):
        list(landing.batches())


def test_pruning_takes_old_walks_that_are_loaded_whole_and_nothing_else(landing: Landing) -> None:
    done = write(folder(landing), [mention("1")])
    waits = folder(landing, attempt=2)
    half = [write(waits, [mention("2")]), write(waits, [mention("3")])]
    young = landing.walk(
        source="shop", walk_id="shop:1", run="r2", attempt=1, started=STARTED + timedelta(days=3)
    )
    kept = write(young, [mention("4")])
    loaded = {done.batch_id, half[0].batch_id, kept.batch_id}
    assert landing.prune(STARTED + timedelta(days=2), loaded) == 2
    assert landing.batch_ids() == sorted(b.batch_id for b in [*half, kept])
    assert landing.prune(STARTED + timedelta(days=2), loaded) == 0
