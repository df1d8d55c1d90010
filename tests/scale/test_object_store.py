"""Landing, staging and the ledger in a real S3 server: whole or absent, seen at once, once only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

pytest.importorskip("s3fs")
pytest.importorskip("moto.server")

from s3_server import BUCKET, client, keys, s3, set_environment

from tidings import storage
from tidings.cli import ledger, staging, steps, whole_run
from tidings.cli.doctoring import files as looked_at
from tidings.connector import Rejected
from tidings.credentials import variable
from tidings.errors import ConfigurationError, TransientError, WarehouseError
from tidings.home import Home
from tidings.http import Answer
from tidings.landing import BatchAbout, Landing
from tidings.mention import Mention

pytestmark = pytest.mark.slow

STARTED = datetime(2026, 5, 1, 12, tzinfo=UTC)
ABOUT = BatchAbout(
    source="shop", walk_id="shop:1", label="shop", watch="acme", about=None, run="r1", attempt=1
)
WATCH = """\
[brand]
name = "Acme"
[[sources]]
connector = "files"
[sources.settings]
folder = "{folder}"
columns = {{ external_id = "id", published = "at", rating = "stars", text = "text" }}
constants = {{ rating_min = 1, rating_max = 5 }}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with s3(tmp_path_factory.mktemp("s3") / "server.log") as env:
        yield env


@pytest.fixture
def store(
    server: dict[str, str], monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> str:
    """The URL of a folder of its own in the bucket."""
    set_environment(monkeypatch, server)
    return f"s3://{BUCKET}/{request.node.name[:40]}"


def mention(number: int) -> Mention:
    return Mention(
        source="shop", place="p", external_id=str(number), kind="review", published=STARTED
    )


def land(landing: Landing, number: int, *, attempt: int = 1, run: str = "r1"):
    walk = landing.walk(source="shop", walk_id="shop:1", run=run, attempt=attempt, started=STARTED)
    walk.keep(Answer(status=200, url="https://shop.example/p", body=b"{}"))
    return walk.write_batch(
        [mention(number)],
        [(Rejected(reason="no id", raw="{}"), "page")],
        about=ABOUT,
        cursor={"at": 1},
        coverage=None,
        collected=STARTED,
    )


def test_a_batch_is_read_back_and_its_marker_is_written_last(
    store: str, server: dict[str, str]
) -> None:
    landing = Landing(store)
    batch = land(landing, 1)
    other = Landing(store)
    assert other.batch_ids() == [batch.batch_id]
    assert list(other.batches()) == [batch]
    assert other.mentions(batch)["external_id"].to_pylist() == ["1"]
    assert other.rejected(batch) is not None
    assert batch.mentions_path in "".join(keys(server, store.rpartition("/")[2]))
    found = client(server).list_objects_v2(
        Bucket=BUCKET, Prefix=f"{store.rpartition('/')[2]}/{batch.batch_id}"
    )["Contents"]
    written = {item["Key"].rpartition("batch-0001")[2]: item["LastModified"] for item in found}
    assert set(written) == {".json", ".parquet", ".rejected.parquet"}
    assert written[".json"] == max(written.values())


def test_what_another_machine_lands_is_seen_at_once(store: str) -> None:
    """Where listings are kept, the second listing lacks the second batch."""
    reader, writer = Landing(store), Landing(store)
    first = land(writer, 1)
    assert reader.batch_ids() == [first.batch_id]
    # behind our back, as another process does: nothing in this one hears of it
    copied = list(reader.root.fs.find(reader.root.path))
    raw = client_of(reader)
    for key in copied:
        name = key.partition("/")[2]
        raw.copy_object(
            Bucket=BUCKET,
            CopySource={"Bucket": BUCKET, "Key": name},
            Key=name.replace("/r1.1/", "/r1.2/"),
        )
    assert len(reader.batch_ids()) == 2


def client_of(landing: Landing):
    import os

    return client({k: v for k, v in os.environ.items() if k.startswith("AWS_")})


def test_the_store_refuses_the_second_writer_of_a_name(store: str) -> None:
    landing = Landing(store)
    land(landing, 1)
    with pytest.raises(WarehouseError, match="never written over"):
        land(landing, 2)
    [batch] = landing.batches()
    assert landing.mentions(batch)["external_id"].to_pylist() == ["1"]
    land(landing, 2, attempt=2)
    assert len(landing.batch_ids()) == 2


def test_an_answer_that_was_lost_is_no_second_writer(store: str) -> None:
    """The library asks again; the store has it already, with the same content."""
    landing = Landing(store)
    landing.write("a/b.json", b"{}")
    landing.write("a/b.json", b"{}")
    with pytest.raises(WarehouseError, match="never written over"):
        landing.write("a/b.json", b"{ }")


def test_an_upload_that_was_cut_leaves_nothing(store: str, server: dict[str, str]) -> None:
    """Of a large object that was sent in parts and never completed, nobody sees anything."""
    landing = Landing(store)
    batch = land(landing, 1)
    key = f"{store.rpartition('/')[2]}/{batch.batch_id.replace('0001', '0002')}.json"
    raw = client(server)
    upload = raw.create_multipart_upload(Bucket=BUCKET, Key=key)
    raw.upload_part(
        Bucket=BUCKET, Key=key, PartNumber=1, UploadId=upload["UploadId"], Body=b"x" * 100
    )
    assert landing.batch_ids() == [batch.batch_id]
    with pytest.raises(WarehouseError, match="no batch"):
        landing.batch(batch.batch_id.replace("0001", "0002"))


def test_pruning_takes_old_walks_that_are_loaded_whole_and_nothing_else(store: str) -> None:
    landing = Landing(store)
    done, waits = land(landing, 1), land(landing, 2, attempt=2)
    assert landing.prune(STARTED + timedelta(days=2), {done.batch_id}) == 4
    assert landing.batch_ids() == [waits.batch_id]
    assert landing.prune(STARTED, {done.batch_id, waits.batch_id}) == 0


def test_a_bucket_that_is_not_there_is_no_empty_landing_area(store: str) -> None:
    for url in ("s3://no-such-bucket/landing", "s3://no-such-bucket"):
        with pytest.raises(WarehouseError, match="no bucket"):
            Landing(url).batch_ids()
        with pytest.raises(WarehouseError, match="no bucket"):
            land(Landing(url), 1)


def test_without_credentials_nothing_looks_empty(
    store: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from s3fs import S3FileSystem

    S3FileSystem.clear_instance_cache()
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    with pytest.raises(ConfigurationError, match="refuses"):
        Landing(store).batch_ids()
    with pytest.raises(ConfigurationError, match="refuses"):
        land(Landing(store), 1)
    S3FileSystem.clear_instance_cache()


def test_a_store_that_does_not_answer_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    """A bare error of its library would name no way out, and keep the doctor from looking on."""
    from s3fs import S3FileSystem

    S3FileSystem.clear_instance_cache()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")  # nobody listens there
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "made-up")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up-too")
    monkeypatch.setenv("TIDINGS_LANDING", "s3://bucket/landing")
    with pytest.raises(TransientError, match="can't be reached"):
        Landing("s3://bucket/landing").batch_ids()
    with pytest.raises(TransientError, match="can't be reached"):
        Landing("s3://bucket/landing").write("a/b", b"x")
    assert looked_at.landing(Home.find()).state == "broken"
    S3FileSystem.clear_instance_cache()


@pytest.mark.parametrize(
    "url", ["s3://key:hidden-word@bucket/x", "s3://bucket/x?secret=hidden-word"]
)
def test_a_url_with_credentials_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Landing(url)
    assert "hidden-word" not in str(caught.value)


def test_a_connection_of_airflow_has_the_credentials(
    store: str, server: dict[str, str], monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    for name in server:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AIRFLOW_HOME", str(home))
    monkeypatch.setenv(storage.CONNECTION_VARIABLE, "store")
    monkeypatch.setenv(
        "AIRFLOW_CONN_STORE",
        msgspec.json.encode(
            {
                "conn_type": "aws",
                "login": server["AWS_ACCESS_KEY_ID"],
                "password": server["AWS_SECRET_ACCESS_KEY"],
                "extra": {"endpoint_url": server["AWS_ENDPOINT_URL"], "region_name": "eu-north-1"},
            }
        ).decode(),
    )
    batch = land(Landing(store), 1)
    assert Landing(store).batch_ids() == [batch.batch_id]
    monkeypatch.setenv(storage.CONNECTION_VARIABLE, "missing")
    with pytest.raises(ConfigurationError, match="'missing'"):
        Landing(store)


@pytest.fixture
def machine(store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return what makes this process a machine of its own: another home, the same store."""
    source = tmp_path / "in"
    source.mkdir()

    def become(name: str) -> Home:
        root = tmp_path / name
        (root / "watch").mkdir(parents=True, exist_ok=True)
        (root / "watch" / "acme.toml").write_text(WATCH.format(folder=source))
        for variable_name in ("TIDINGS_WAREHOUSE", "TIDINGS_SNAPSHOT", "TIDINGS_STAGING"):
            monkeypatch.delenv(variable_name, raising=False)
        monkeypatch.setenv("TIDINGS_HOME", str(root))
        monkeypatch.setenv("TIDINGS_LANDING", store)
        monkeypatch.setenv(variable("pseudonym_key"), "k" * 40)
        return Home.find()

    return become


def told(tmp_path: Path, count: int) -> None:
    now = datetime.now(UTC).isoformat()
    rows = [f'{n},{now},4,"Acme is good, number {n}"' for n in range(count)]
    (tmp_path / "in" / f"{count}.csv").write_text("\n".join(["id,at,stars,text", *rows]), "utf-8")


def test_three_machines_that_share_nothing_but_the_store(machine, tmp_path: Path) -> None:
    """One collects, one enriches, one loads; the first goes on from what the last has loaded."""
    told(tmp_path, 5)
    machine("collects")
    [batch_id] = steps.collect("acme", "files", run="r1")

    enriches = machine("enriches")
    assert steps.waiting() == [[batch_id]]
    assert steps.enrich([batch_id]) == [batch_id]
    assert not enriches.warehouse.parent.exists() or not list(
        enriches.warehouse.parent.rglob("*.parquet")
    )

    loads = machine("loads")
    assert [item.batch.batch_id for item in staging.staged(loads.staging)] == [batch_id]
    assert steps.load(None, holder="loads")["new"] == 5
    assert staging.staged(loads.staging) == []

    collects = machine("collects")
    assert not collects.warehouse.exists()
    assert ledger.loaded_batches(collects) == {batch_id}
    [state] = ledger.walk_states(collects).values()
    assert state.cursor is not None
    assert steps.waiting() == []
    again = steps.collect("acme", "files", run="r2")  # nothing new: the cursor came along
    assert sum(Landing(collects.landing).batch(i).rows for i in again) == 0


def test_a_ledger_is_fetched_once_and_again_when_it_has_changed(machine, tmp_path: Path) -> None:
    told(tmp_path, 3)
    machine("all")
    steps.collect("acme", "files", run="r1")
    whole_run.check_and_load(holder="r1")

    other = machine("other")
    assert len(ledger.loaded_batches(other)) == 1
    first = other.ledger.stat().st_ino
    assert len(ledger.loaded_batches(other)) == 1
    assert other.ledger.stat().st_ino == first

    machine("all")
    told(tmp_path, 4)
    steps.collect("acme", "files", run="r2")
    whole_run.check_and_load(holder="r2")
    other = machine("other")
    assert len(ledger.loaded_batches(other)) == 2


def test_staging_may_stay_on_the_loaders_machine(
    machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: dict[str, str], store: str
) -> None:
    told(tmp_path, 3)
    machine("all")
    monkeypatch.setenv("TIDINGS_STAGING", str(tmp_path / "staged here"))
    [batch_id] = steps.collect("acme", "files", run="r1")
    steps.enrich([batch_id])
    assert len(list((tmp_path / "staged here").glob("*.json"))) == 1
    assert keys(server, f"{store.rpartition('/')[2]}/_staging") == []
    assert steps.load(None, holder="x")["new"] == 3
    assert list((tmp_path / "staged here").iterdir()) == []
