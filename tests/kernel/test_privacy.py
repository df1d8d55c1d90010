"""Pseudonyms: stable, keyed, and without the handle unless it was asked for."""

import stat
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tidings.errors import ConfigurationError
from tidings.home import Home
from tidings.mention import Mention
from tidings.privacy import KEY_VARIABLE, key_of, pseudonym, pseudonym_key, without_handle


@pytest.fixture(autouse=True)
def no_key_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)


def a_mention(handle: str | None) -> Mention:
    return Mention(
        source="s", place="", external_id="1", kind="post",
        published=datetime(2026, 1, 1, tzinfo=UTC), author_handle=handle,
    )  # fmt: skip


def test_one_person_is_one_pseudonym_at_one_source_under_one_key() -> None:
    first = pseudonym(b"k" * 32, "s", "kari")
    assert first == pseudonym(b"k" * 32, "s", "kari")
    assert len({first, pseudonym(b"l" * 32, "s", "kari"), pseudonym(b"k" * 32, "t", "kari")}) == 3
    assert "kari" not in first


def test_the_handle_goes_unless_the_watch_file_asks_for_it() -> None:
    key = b"k" * 32
    plain = without_handle(a_mention("kari"), key, keep=False)
    assert (plain.author, plain.author_handle) == (pseudonym(key, "s", "kari"), None)
    assert without_handle(a_mention("kari"), key, keep=True).author_handle == "kari"
    assert without_handle(a_mention(None), key, keep=True).author is None


def test_the_key_is_made_once_readable_by_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / ".secrets"
    first = pseudonym_key(folder)
    assert pseudonym_key(folder) == first
    assert stat.S_IMODE((folder / "pseudonym_key").stat().st_mode) == 0o600
    assert [p.name for p in folder.iterdir()] == ["pseudonym_key"]


def test_many_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    keys: list[bytes] = []
    start = threading.Barrier(8)

    def ask() -> None:
        start.wait()
        keys.append(pseudonym_key(tmp_path / "s"))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_the_environment_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "shared" * 6)
    assert pseudonym_key(tmp_path) == b"shared" * 6
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setenv(KEY_VARIABLE, "guessable")
    with pytest.raises(ConfigurationError, match=KEY_VARIABLE):
        pseudonym_key(tmp_path)


def test_a_damaged_key_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "pseudonym_key").write_text("short")
    with pytest.raises(ConfigurationError, match="backup"):
        pseudonym_key(tmp_path)


SHARED = {"TIDINGS_LANDING": "s3://bucket/landing"}


def test_a_machine_that_shares_landing_makes_no_key_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its authors would be others than those of the machines beside it."""
    home = Home.at(tmp_path, SHARED)
    with pytest.raises(ConfigurationError, match=KEY_VARIABLE) as refused:
        key_of(home)
    assert "s3://bucket/landing" in refused.value.message
    assert not home.secrets.exists()
    monkeypatch.setenv(KEY_VARIABLE, "shared" * 6)
    assert key_of(home) == b"shared" * 6
    monkeypatch.delenv(KEY_VARIABLE)
    home.secrets.mkdir()
    (home.secrets / "pseudonym_key").write_text("copied" * 6)
    assert key_of(home) == b"copied" * 6


@pytest.mark.parametrize("given", [{}, SHARED], ids=["alone", "the-one-that-loads"])
def test_who_has_the_warehouse_makes_one(tmp_path: Path, given: dict[str, str]) -> None:
    home = Home.at(tmp_path, given)
    if given:
        home.warehouse.parent.mkdir()
        home.warehouse.touch()
    assert key_of(home) == key_of(home) == pseudonym_key(home.secrets)


@pytest.mark.parametrize("left", ["acknowledged", "tombstones"])
def test_a_key_that_was_lost_is_not_replaced_by_another(tmp_path: Path, left: str) -> None:
    """Else authors would become others, and who was erased would be collected again, unsaid."""
    home = Home.at(tmp_path)
    told = getattr(home, left)
    told.parent.mkdir()
    told.touch()
    with pytest.raises(ConfigurationError, match="is gone"):
        key_of(home)
    assert not home.secrets.exists()
