"""Singer taps: a made-up one that does what it is told, and a real one where it is installed."""

import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from connectors import singer_child, singer_reading
from connectors.singer import Singer
from tidings.connector import Cursor, Page, configure
from tidings.errors import BodyTooLarge, ConfigurationError, SourceChanged, TransientError
from tidings.http import Answer
from tidings.schema import to_arrow
from tidings.testing import ConnectorContract, Recorded, client

TAP = Path(__file__).parent / "fixtures" / "tap_made_up.py"
COLUMNS = {"external_id": "id", "published": "at", "rating": "stars", "text": "body"}
SECRET = 'made "up" key/1'


def made(config: dict[str, Any], **more: Any) -> Singer:
    settings = {
        "command": [sys.executable, "-S", "-E", str(TAP)],
        "streams": ["reviews"],
        "config": config,
        "columns": COLUMNS,
        "constants": {"rating_min": 1, "rating_max": 5},
        **more,
    }
    connector = configure(Singer, settings)
    assert isinstance(connector, Singer)
    return connector


def nothing_asked(request: Any) -> Answer:
    raise AssertionError("no request is needed")


def walk(config: dict[str, Any], cursor: Cursor | None = None, **more: Any) -> list[Page]:
    pages, error = run(config, cursor, **more)
    if error is not None:
        raise error
    return pages


def run(
    config: dict[str, Any], cursor: Cursor | None = None, **more: Any
) -> tuple[list[Page], Exception | None]:
    """Walk to the end or into an error; return the pages and the error."""
    pages: list[Page] = []
    with client(nothing_asked, lambda _: SECRET) as http:
        try:
            for page in made(config, **more).pages(http, cursor):
                pages.append(page)
        except (TransientError, SourceChanged, ConfigurationError) as error:
            return pages, error
    return pages, None


def ids(pages: list[Page]) -> list[str]:
    return [m.external_id for page in pages for m in page.mentions]


def stored(cursor: Cursor | None) -> Any:
    return json.loads(json.dumps(cursor))


def numbers(first: int, last: int) -> list[str]:
    return [str(n) for n in range(first, last + 1)]


def record(n: Any, stream: str = "reviews", **changes: Any) -> dict[str, Any]:
    values = {"id": n, "at": "2026-05-01T10:00:00Z", "stars": 4, "body": "Text"} | changes
    return {"type": "RECORD", "stream": stream, "record": values}


def schema(stream: str = "reviews", *keys: str, columns: Any = None) -> dict[str, Any]:
    properties: dict[str, Any] = {name: {} for name in columns or ("id", "at", "stars", "body")}
    return {"type": "SCHEMA", "stream": stream, "schema": {"properties": properties},
            "key_properties": list(keys)}  # fmt: skip


def state(value: Any) -> dict[str, Any]:
    return {"type": "STATE", "value": value}


@pytest.fixture(autouse=True)
def _own_home(home: Path) -> None:
    """Each test has an installation of its own."""


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(singer_reading, "PAGE_ROWS", 10)


class TestSingerConforms(ConnectorContract):
    connector = made({"total": 95})
    origin = Recorded()
    expected = 95

    @pytest.fixture(autouse=True)
    def _small(self, small_pages: None) -> None:
        """Several pages, none of which ends where a state comes."""


# ---- records and states


def test_records_become_mentions(home: Path) -> None:
    (page,) = walk({"total": 3})
    assert ids([page]) == numbers(1, 3)
    first = page.mentions[0]
    assert (first.source, first.place, first.kind, first.text, first.rating, first.rating_max) == (
        "singer", f"{Path(sys.executable).name}/reviews", "review", "Text 1", 2, 5,
    )  # fmt: skip
    assert page.cursor == {"state": {"done": 3}}
    assert to_arrow(page.mentions).num_rows == 3
    assert len(page.raw[0].body.splitlines()) == 3


@pytest.mark.parametrize("every", [1, 3, 7, 10, 1000])
def test_a_cursor_never_skips(small_pages: None, every: int) -> None:
    whole = walk({"total": 42, "state_every": every})
    assert ids(whole) == numbers(1, 42)
    for stop in range(1, len(whole) + 1):
        rest = walk({"total": 42, "state_every": every}, stored(whole[stop - 1].cursor))
        assert {*ids(whole[:stop]), *ids(rest)} == set(numbers(1, 42))
    assert walk({"total": 42}, stored(whole[-1].cursor))[0].mentions == []
    assert ids(walk({"total": 44}, stored(whole[-1].cursor))) == ["43", "44"]


def test_a_state_stands_for_what_came_before_it_only(small_pages: None) -> None:
    lines = [schema(), *(record(n) for n in range(5)), state({"n": 5}),
             *(record(n) for n in range(5, 12)), state({"n": 12})]  # fmt: skip
    pages = walk({"lines": lines})
    assert [(len(p.mentions), p.cursor) for p in pages] == [
        (10, {"state": {"n": 5}}),
        (2, {"state": {"n": 12}}),
    ]


def test_a_tap_that_dies_keeps_its_last_state_and_what_it_gave(small_pages: None) -> None:
    pages, error = run({"total": 50, "die_after": 33})
    assert ids(pages) == numbers(1, 33)
    assert pages[-1].cursor == {"state": {"done": 28}}
    assert isinstance(error, TransientError)
    assert "signal 9" in str(error)
    assert "the API hung up" in str(error)
    rest = walk({"total": 50}, stored(pages[-1].cursor))
    assert ids(rest) == numbers(29, 50)


def test_a_run_that_dies_before_its_first_state_moves_nothing() -> None:
    pages, error = run({"total": 50, "die_after": 3}, {"state": {"done": 1}})
    assert isinstance(error, TransientError)
    assert ids(pages) == ["2", "3"]
    assert [p.cursor for p in pages] == [{"state": {"done": 1}}]


def test_a_bad_record_or_line_is_rejected_alone() -> None:
    lines = [schema(), record(1), record(2, at="yesterday"), "{broken", record(3, stars="many"),
             {"type": "RECORD", "stream": "reviews"}, record(4), state({"n": 4})]  # fmt: skip
    (page,) = walk({"lines": lines})
    assert ids([page]) == ["1", "4"]
    reasons = [r.reason for r in page.rejected]
    for reason, told in zip(reasons, ["published", "line 4", "rating", "lacks"], strict=True):
        assert told in reason
    assert "row 2" in reasons[0]
    assert page.cursor == {"state": {"n": 4}}


def test_other_streams_and_messages_are_left_alone() -> None:
    lines = [schema("owners"), record(7, "owners"), schema(), {"type": "ACTIVATE_VERSION",
             "stream": "reviews", "version": 1}, record(1), {"type": "NEW", "stream": "reviews"},
             "", record(8, "owners")]  # fmt: skip
    assert ids(walk({"lines": lines})) == ["1"]
    (page,) = walk({"lines": lines}, streams=["reviews", "owners"], place="acme")
    assert [(m.place, m.external_id) for m in page.mentions] == [
        ("acme/owners", "7"), ("acme/reviews", "1"), ("acme/owners", "8"),
    ]  # fmt: skip


def test_a_deleted_record_is_gone() -> None:
    lines = [schema(), record(1, _sdc_deleted_at=None), record(2, _sdc_deleted_at="2026-05-02")]
    (page,) = walk({"lines": lines}, place="acme")
    assert ids([page]) == ["1"]
    assert [(g.place, g.external_id, g.sure) for g in page.gone] == [("acme", "2", True)]


@pytest.mark.parametrize(
    ("keys", "more", "found"),
    [
        (["id"], {}, ["1", "1"]),
        (["id", "stars"], {}, None),
        ([], {"id_columns": ["body"]}, None),
    ],
)
def test_a_record_is_named_by_its_streams_key(
    keys: list[str], more: dict[str, Any], found: list[str] | None
) -> None:
    columns = {field: c for field, c in COLUMNS.items() if field != "external_id"}
    lines = [schema("reviews", *keys), record(1), record(1, stars=2, body="Other")]
    named = ids(walk({"lines": lines}, columns=columns, **more))
    assert named == found if found else len(set(named)) == 2


# ---- what is wrong is told


@pytest.mark.parametrize(
    ("config", "more", "kind", "told"),
    [
        ({"lines": [schema("owners")]}, {}, ConfigurationError, ["'reviews'", "'owners'"]),
        ({}, {}, ConfigurationError, ["'reviews'", "discover"]),
        ({}, {"discover": True, "streams": ["rows"]}, ConfigurationError, ["'rows'", "'owners'"]),
        ({"lines": [schema(columns=["id", "at", "body"])]}, {}, ConfigurationError,
         ["'stars' (for rating)", "'body'"]),
        ({"lines": [schema()]}, {"columns": {"published": "at"}}, ConfigurationError, ["no key"]),
        ({"lines": ["<html>"]}, {}, SourceChanged, ["Is it a Singer tap"]),
        ({"lines": [schema(), {"type": "BATCH", "stream": "reviews"}]}, {}, SourceChanged,
         ["batch_config"]),
        ({"lines": [{"exit": 3}]}, {}, TransientError, ["exit code 3"]),
        ({}, {"command": "tap-that-nobody-has"}, ConfigurationError, ["tap-that-nobody-has"]),
        ({}, {"command": "./no/such/tap"}, ConfigurationError, ["./no/such/tap"]),
        ({}, {"catalog": "no.json"}, ConfigurationError, ["no.json"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(
    config: dict[str, Any], more: dict[str, Any], kind: type[Exception], told: list[str]
) -> None:
    _, error = run(config, **more)
    assert isinstance(error, kind)
    for part in told:
        assert part in str(error)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"command": []}, "command"),
        ({"streams": []}, "streams"),
        ({"discover": True, "catalog": "c.json"}, "catalog"),
        ({"columns": {"texts": "body"}}, "texts"),
    ],
)
def test_wrong_settings_are_told(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        made({}, **wrong)


def test_a_cursor_of_another_connector_is_told() -> None:
    _, error = run({"total": 1}, {"done": 3})
    assert "start this walk from nothing" in str(error)


def test_secrets_are_masked_in_what_a_tap_says() -> None:
    told = [f"key is {SECRET}", json.dumps({"key": SECRET}), "GET /?key=made%20%22up%22%20key/1"]
    lines = [*({"told": line} for line in told), {"exit": 1}]
    _, error = run({"lines": lines}, secrets={"api_key": "review_key"})
    assert str(error).count("***") == 3
    assert "made" not in str(error).partition("said")[2]


def test_a_secret_in_a_stray_line_is_kept_nowhere() -> None:
    lines = [schema(), f"DEBUG config is {SECRET}", record(1)]
    (page,) = walk({"lines": lines}, secrets={"api_key": "review_key"})
    assert "DEBUG config is ***" in page.rejected[0].raw
    assert not [a for a in page.raw if SECRET.encode() in a.body]


@pytest.mark.parametrize(
    ("last", "there", "gone"), [("2026-05-02", [], ["1"]), (None, ["1", "1"], [])]
)
def test_of_a_record_that_comes_and_goes_on_one_page_the_last_state_counts(
    last: str | None, there: list[str], gone: list[str]
) -> None:
    first = [record(1), record(1, _sdc_deleted_at="2026-05-02")]
    lines = [schema(), *first, record(1, _sdc_deleted_at=last)]
    (page,) = walk({"lines": lines})
    assert ids([page]) == there
    assert [g.external_id for g in page.gone][:1] == gone


def test_half_a_message_of_a_tap_that_dies_is_no_bad_record() -> None:
    lines = [schema(), record(1), {"half": '{"type": "RECORD", "str'}, {"exit": 1}]
    pages, error = run({"lines": lines})
    assert isinstance(error, TransientError)
    assert [(ids([p]), p.rejected) for p in pages] == [(["1"], [])]
    (page,) = walk({"lines": [schema(), record(1), {"half": json.dumps(record(2))}]})
    assert ids([page]) == ["1", "2"]


# ---- bounds


def test_a_line_without_end_is_not_read() -> None:
    lines = [schema(), record(1), {"flood": 100_000}]
    pages, error = run({"lines": lines}, max_line_bytes=50_000)
    assert isinstance(error, BodyTooLarge)
    assert ids(pages) == ["1"]


@pytest.mark.parametrize("bound", ["silence_seconds", "total_seconds"])
def test_a_tap_that_hangs_is_ended(tmp_path: Path, bound: str) -> None:
    seen = tmp_path / "seen.json"
    config = {"seen": str(seen), "lines": [schema(), record(1), {"seconds": 600}]}
    pages, error = run(config, None, **{bound: 0.5})
    assert isinstance(error, TransientError)
    assert ids(pages) == ["1"]
    assert not alive(json.loads(seen.read_text())["pid"])


def test_a_tap_that_says_much_on_both_outputs_is_read_to_its_end() -> None:
    noise = {"told": "n" * 50_000}
    lines = [schema(), *([noise, record(1)] * 20), noise]
    assert len(ids(walk({"lines": lines}))) == 20


# ---- the child


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that has ended and waits to be noticed does not."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] == "Z":
                return False
        except (ProcessLookupError, FileNotFoundError):
            return False
        time.sleep(0.02)
    return True


def test_stopping_the_walk_ends_the_tap_and_what_it_started(
    tmp_path: Path, small_pages: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(singer_child, "GRACE_SECONDS", 0.3)
    seen, started = tmp_path / "seen.json", tmp_path / "started"
    lines = [{"deaf": True}, {"start": str(started)}, schema(), *(record(n) for n in range(10)),
             {"seconds": 600}]  # fmt: skip
    with client(nothing_asked) as http:
        pages = made({"seen": str(seen), "lines": lines}).pages(http, None)
        next(pages)
        told = json.loads(seen.read_text())
        assert Path(told["files"]["config"]).exists()
        pages.close()  # type: ignore[attr-defined] # a generator
    assert not alive(told["pid"])
    assert not alive(int(started.read_text()))
    assert not Path(told["files"]["config"]).parent.exists()


def test_what_a_tap_left_running_does_not_hold_up_the_walk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(singer_child, "GRACE_SECONDS", 0.3)
    started = tmp_path / "started"
    pages = walk({"lines": [{"start": str(started)}, schema(), record(1)]})
    assert ids(pages) == ["1"]
    assert not alive(int(started.read_text()))


def test_what_a_tap_is_given_is_private(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIDINGS_SECRET_REVIEW_KEY", "x")
    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", "x")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/x")
    seen = tmp_path / "seen.json"
    secrets = {"api_key": "review_key", "oauth.token": "review_key"}
    config = {"seen": str(seen), "total": 5, "oauth": {"id": "me"}}
    walk(config, {"state": {"done": 3}}, secrets=secrets, discover=True)
    told = json.loads(seen.read_text())
    assert told["config"] == config | {
        "api_key": SECRET,
        "oauth": {"id": "me", "token": SECRET},
    }
    assert told["state"] == {"done": 3}
    assert set(told["modes"].values()) == {"0o600"}
    assert told["folder"] == str(home)
    assert "REQUESTS_CA_BUNDLE" in told["environ"]
    assert not {"TIDINGS_SECRET_REVIEW_KEY", "AIRFLOW__CORE__FERNET_KEY"} & set(told["environ"])
    assert told["stdin"] == ""
    assert not any(Path(p).exists() for p in told["files"].values())
    wanted, other = told["catalog"]["streams"]
    assert {tuple(m["breadcrumb"]): m["metadata"].get("selected") for m in wanted["metadata"]} == {
        ("properties", "id"): True, ("properties", "x"): None, (): True,
    }  # fmt: skip
    assert not any(m["metadata"].get("selected") for m in other["metadata"])


def test_a_secret_that_has_no_place_in_the_config_is_told() -> None:
    _, error = run({"oauth": "x"}, secrets={"oauth.token": "review_key"})
    assert "'oauth.token'" in str(error)


# ---- a real tap


@pytest.mark.slow
def test_a_real_tap_is_read_and_goes_on_from_its_state(home: Path) -> None:
    if shutil.which("tap-jsonl") is None:
        pytest.skip("no tap-jsonl on the PATH; it can be installed with pip, in a place of its own")
    file = home / "reviews.jsonl"

    def write(last: int) -> None:
        lines = (json.dumps(record(n, body=f"Text {n}")["record"]) for n in range(1, last + 1))
        file.write_text("".join(f"{line}\n" for line in lines))

    def read(cursor: Cursor | None) -> list[Page]:
        config = {"path": str(file), "stream_name": "reviews", "primary_keys": ["id"],
                  "emit_state_every": 100}  # fmt: skip
        columns = {k: v for k, v in COLUMNS.items() if k != "external_id"}
        return walk(config, cursor, command="tap-jsonl", columns=columns, discover=True)

    write(1_250)
    pages = read(None)
    assert ids(pages) == numbers(1, 1_250)
    assert pages[0].mentions[0].place == "tap-jsonl/reviews"
    assert pages[-1].cursor is not None  # this tap reads a file again whatever its state says
    write(1_260)
    later = time.time() + 60
    os.utime(file, (later, later))
    assert set(numbers(1_251, 1_260)) <= set(ids(read(stored(pages[-1].cursor))))
    rest = read(stored(pages[0].cursor))
    assert {*ids(pages[:1]), *ids(rest)} == set(numbers(1, 1_260))
