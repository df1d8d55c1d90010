"""An erasure takes nothing of others: equal in part, of one address, named alike, said alike."""

import json
import re
import shutil
from pathlib import Path

import pytest
from forgetful_home import WATCH, person, run, tell

from tidings.cli import erasing, erasure_telling
from tidings.cli.erasure_request import author, begin, new_request, pending
from tidings.errors import ConfigurationError
from tidings.home import Home
from tidings.landing import Landing
from tidings.needles import Needles
from warehouse.store import open_warehouse

pytestmark = pytest.mark.slow

SHOP = "https://shop.example/acme/app"
SAME = "Acme kettle: very good product"
BAD = {"rating": 9, "rating_max": 5, "rating_min": 1}
BOBS = '{"author_handle": "bob-handle", "title": "of bob", "text": "broken kettle of bob'
_WHOSE = re.compile(r"broken.* of (\w+)")


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation where people have much in common."""
    root = tmp_path_factory.mktemp("crowded")
    with pytest.MonkeyPatch.context() as patched:
        home = _home(root, patched)
        home.watch_dir.mkdir(parents=True)
        text = f'{WATCH}\n[quality]\nbad_rows = "warn"\n'
        (home.watch_dir / "acme.toml").write_text(text, "utf-8")
        tell(
            home,
            "a",
            *[person("anna", 1, url=SHOP), person("anna", 2, text=SAME)],
            *[person("bob", 1, url=SHOP), person("bob", 2, text=SAME)],
            person("bob", 4, url="https://forum.example/kettle/4"),
            person("bob", 5, parent_id="id-anna-1", **BAD),
            person("bob", 6, url=SHOP, **BAD),
            person("bob", 8, text=SAME, **BAD),
            person("field", 1, author_handle="title"),
            person("man", 1, author_handle="kettle"),
            person("short", 1, author_handle="ed"),
            BOBS,
            '{"author_handle": "ed", "text": "broken, of short',
            '{"author_handle": "kettle", "text": "broken, of man',
            '{"author_handle": "anna-handle", "text": "broken, of anna',
        )
        run(home)
        with open_warehouse(home.warehouse) as con:
            con.execute(
                "INSERT INTO core.quarantine SELECT * REPLACE ('elsewhere' AS source, "
                "'another' AS quarantine_id) FROM core.quarantine WHERE raw LIKE '%of anna%'"
            )
    return root


@pytest.fixture
def crowd(tmp_path: Path, crowded: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    shutil.copytree(crowded, tmp_path, dirs_exist_ok=True)
    return _home(tmp_path, monkeypatch)


def _home(root: Path, patched: pytest.MonkeyPatch) -> Home:
    home = Home.at(root)
    for name, value in home.environment().items():
        patched.setenv(name, value)
    return home


def held(home: Home) -> dict[str, str]:
    """Return what is in quarantine, by what it is known by: its id, or its source and whose."""
    with open_warehouse(home.warehouse) as con:
        rows = con.execute("SELECT external_id, source, raw FROM core.quarantine").fetchall()
    return {key or f"{source} {_WHOSE.findall(raw)[0]}": raw for key, source, raw in rows}


def addresses(home: Home) -> set[str | None]:
    with open_warehouse(home.warehouse) as con:
        found = con.execute(
            "SELECT url FROM core.mention WHERE author_handle = 'bob-handle'"
        ).fetchall()
    return {url for (url,) in found}


@pytest.mark.parametrize(
    ("handle", "gone"),
    [
        ("anna-handle", {"files anna"}),
        ("title", set()),
        ("kettle", {"files man"}),
        ("ed", {"files short"}),
    ],
)
def test_what_others_have_in_common_with_the_erased_stays(
    crowd: Home, handle: str, gone: set[str]
) -> None:
    before, had = held(crowd), addresses(crowd)
    assert {"elsewhere anna", "files bob", "id-bob-5", *gone} <= set(before)
    log = crowd.root / "logs/a.log"
    log.parent.mkdir()
    log.write_text(f"read {SHOP} for bob\nread the kettle for bob\n", "utf-8")
    erasing.carry_out(crowd, new_request([author(f"files:{handle}")], "request"))
    after = held(crowd)
    assert set(before) - set(after) == gone
    assert addresses(crowd) == had
    assert log.read_text("utf-8").count("bob") == 2
    reply = json.loads(after["id-bob-5"])
    assert reply["parent_id"] == (None if handle == "anna-handle" else "id-anna-1")
    landing = Landing(crowd.landing)
    records = [row for b in landing.batches() for row in landing.rejected(b).to_pylist()]
    assert len(records) == 4 - len(gone)


def test_an_unreadable_record_of_hers_is_told_and_nobody_elses(crowd: Home) -> None:
    made = crowd.root / "anna.json"
    erasure_telling.tell(crowd, new_request([author("files:anna-handle")], "request"), made)
    text = made.read_text("utf-8")
    assert "broken, of anna" in text
    assert "bob" not in text


def test_a_restored_warehouse_forgets_unreadable_records_too(crowd: Home) -> None:
    kept = crowd.root / "elsewhere.duckdb"
    shutil.copyfile(crowd.warehouse, kept)
    erasing.carry_out(crowd, new_request([author("files:ed")], "request"))
    shutil.copyfile(kept, crowd.warehouse)
    assert "files short" in held(crowd)
    erasing.apply_again(crowd)
    assert "files short" not in held(crowd)
    assert "files bob" in held(crowd)


def test_an_erasure_does_not_take_the_place_of_another(crowd: Home) -> None:
    first = new_request([author("files:anna-handle")], "request")
    begin(crowd, first)
    with pytest.raises(ConfigurationError, match="has not ended"):
        erasing.carry_out(crowd, new_request([author("files:ed")], "request"))
    assert pending(crowd) == first
    assert not crowd.tombstones.exists()


def test_packed_files_of_a_source_are_looked_into(tmp_path: Path) -> None:
    import gzip

    import pyarrow as pa
    import pyarrow.parquet as pq

    from tidings.cli.erasing_files import logs, read_folders

    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.jsonl.gz").write_bytes(gzip.compress(b'{"author": "anna-handle"}\n'))
    (folder / "b.csv").write_bytes("author\nanna-handle\n".encode("utf-16"))
    pq.write_table(pa.table({"author": ["anna-handle"] * 9}), folder / "c.parquet")
    needles = Needles((), [("files", "anna-handle")])
    [told] = read_folders(needles, [folder])
    assert told.startswith("3 files")
    home = Home.at(tmp_path)
    log = tmp_path / "logs/a.log.gz"
    log.parent.mkdir()
    log.write_bytes(gzip.compress(b"one\nof anna-handle\ntwo"))
    assert logs(home, needles) == 1
    assert gzip.decompress(log.read_bytes()) == b"one\ntwo"


def test_one_handle_in_two_normal_forms_is_one(crowd: Home) -> None:
    forms = {handle for _source, handle in _handles("files:Ren\u00e9")}
    assert {"Ren\u00e9", "Rene\u0301", "@Ren\u00e9"} <= forms


def _handles(text: str) -> set[tuple[str, str]]:
    from tidings.cli.erasure_request import handles

    return handles(new_request([author(text)], "request"))
