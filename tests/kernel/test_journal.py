"""The journal: each change is kept once, by many writers at once, and is its owner's alone."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from tidings.errors import ConfigurationError, TidingsError
from tidings.journal import (
    KEPT,
    Change,
    CorrectLabel,
    Journal,
    MarkAnswer,
    OnIncident,
    Release,
    SnoozeRule,
    What,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MENTION = UUID(int=7)
ALL: tuple[What, ...] = (
    CorrectLabel(mention_id=MENTION, brand="Acme", label="unclear", why="« 'x' » \x00 🫖"),
    CorrectLabel(mention_id=MENTION, brand="Acme", label=None, content_hash="a" * 32),
    MarkAnswer(mention_id=MENTION, brand="برند", state="not_needed"),
    OnIncident(incident_id="i", action="snooze", until=NOW),
    OnIncident(incident_id="i", action="own", words="Ola"),
    SnoozeRule(watch="acme", rule="volume", until=NOW),
    Release(quarantine_id="q", mended={"rating": 4.5, "title": None, "text": "so"}),
)
WRITER = """
import sys
from pathlib import Path
from uuid import UUID
from tidings.journal import Change, Journal, MarkAnswer
journal = Journal(Path(sys.argv[1]))
for n in range(int(sys.argv[2]), int(sys.argv[2]) + 40):
    what = MarkAnswer(mention_id=UUID(int=n), brand="Acme", state="answered")
    journal.add(Change(what=what, who="Kari", role="editor", change_id=UUID(int=n)))
    print(n, flush=True)
"""


def change(what: What = ALL[0], **fields: Any) -> Change:
    return Change(what=what, **({"who": "Kari", "role": "editor"} | fields))


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "data" / "journal.sqlite")


def test_every_kind_comes_back_as_it_was_given_and_in_order(journal: Journal) -> None:
    given = [change(what) for what in ALL]
    assert [journal.add(one) for one in given] == [True] * len(ALL)
    assert journal.pending() == given
    assert {one.kind for one in given} == {
        "correct_label", "mark_answer", "incident", "rule_snooze", "release",
    }  # fmt: skip
    assert given[2].target == f"{MENTION} برند"
    assert given[5].target == "acme/volume"


def test_nothing_is_made_by_looking(journal: Journal) -> None:
    assert journal.pending() == journal.unseen(()) == []
    journal.taken_over([uuid4()])
    assert not journal.path.parent.exists()


def test_a_form_sent_twice_is_one_change(journal: Journal) -> None:
    once = change()
    assert journal.add(once)
    assert not journal.add(change(ALL[2], change_id=once.change_id))
    assert journal.pending() == [once]


def test_its_files_are_its_owners_alone(journal: Journal) -> None:
    journal.add(change())
    with sqlite3.connect(journal.path) as held:  # so that its files beside it stay
        held.execute("SELECT * FROM change").fetchall()
        journal.add(change())
        modes = {p.name: p.stat().st_mode & 0o777 for p in journal.path.parent.iterdir()}
    held.close()
    assert modes == dict.fromkeys(
        ("journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm"), 0o600
    )


def test_what_was_taken_over_is_shown_until_the_snapshot_has_it(journal: Journal) -> None:
    given = [change(what) for what in ALL[:3]]
    for one in given:
        journal.add(one)
    journal.taken_over([given[0].change_id, given[1].change_id, uuid4()], now=NOW)
    assert journal.pending() == [given[2]]
    assert journal.unseen({given[1].change_id}) == [given[0], given[2]]
    assert not journal.add(given[0]), "taken over already"
    journal.taken_over([], now=NOW + KEPT)
    assert len(journal.unseen(())) == 3
    journal.taken_over([], now=NOW + KEPT + timedelta(seconds=1))
    assert journal.unseen(()) == [given[2]], "what is pending is never forgotten"


@pytest.mark.parametrize(
    "wrong",
    [
        change(who=""),
        change(role="owner"),
        change(made=datetime(2026, 3, 1)),
        change(CorrectLabel(mention_id=MENTION, brand="Acme", label="good")),  # type: ignore[arg-type]
        change(CorrectLabel(mention_id=MENTION, brand="Acme", label=None, why="x" * 4_001)),
        change(CorrectLabel(mention_id="7", brand="Acme", label=None)),  # type: ignore[arg-type]
        change(MarkAnswer(mention_id=MENTION, brand="\ud800", state="open")),
        change(OnIncident(incident_id="i", action="snooze")),
        change(OnIncident(incident_id="i", action="note", words="")),
        change(OnIncident(incident_id="i", action="own")),
        change(Release(quarantine_id="q", mended={"text": ["a"]})),  # type: ignore[dict-item]
    ],
)
def test_what_could_not_be_read_again_is_refused(journal: Journal, wrong: Change) -> None:
    with pytest.raises(ConfigurationError):
        journal.add(wrong)
    assert journal.pending() == []


def test_processes_and_threads_write_at_once_and_lose_nothing(journal: Journal) -> None:
    """From the start: the file is made by whoever comes first. One that is killed loses no more
    than what it had not said to be kept."""
    with (
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(journal.path), "1000"], stdout=subprocess.PIPE
        ) as first,
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(journal.path), "2000"], stdout=subprocess.PIPE
        ) as second,
    ):
        given = [[change(ALL[2]) for _ in range(10)] for _ in range(4)]

        def write(mine: list[Change]) -> None:
            for one in mine:
                journal.add(one)

        threads = [threading.Thread(target=write, args=(mine,)) for mine in given]
        for thread in threads:
            thread.start()
        assert second.stdout is not None
        kept = [int(second.stdout.readline()) for _ in range(10)]
        second.kill()
        journal.taken_over([UUID(int=kept[0])])
        for thread in threads:
            thread.join()
        assert first.wait() == 0
    found = [one.change_id for one in journal.pending()]
    assert len(found) == len(set(found))
    wanted = {one.change_id for mine in given for one in mine}
    wanted |= {UUID(int=n) for n in (*range(1000, 1040), *kept[1:])}
    assert wanted <= set(found)
    assert UUID(int=kept[0]) not in found
    assert list(journal.path.parent.glob("*.draft")) == []


def test_what_a_newer_tidings_wrote_stays_and_holds_nothing_up(
    journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    journal.add(change())
    with sqlite3.connect(journal.path) as con:
        con.execute("UPDATE change SET body = replace(body, 'correct_label', 'rename_brand')")
    con.close()
    later = change()
    journal.add(later)
    assert journal.pending() == [later]
    assert "can't be read" in caplog.text
    journal.taken_over([later.change_id])
    with sqlite3.connect(journal.path) as con:
        assert con.execute("SELECT count(*) FROM change WHERE taken_over IS NULL").fetchone() == (
            1,
        )
    con.close()


def test_a_damaged_or_unreachable_journal_says_what_to_do(journal: Journal) -> None:
    journal.path.parent.mkdir()
    journal.path.write_bytes(b"no database at all " * 100)
    with pytest.raises(TidingsError, match="damaged") as raised:
        journal.pending()
    assert raised.value.remedy
    below = Journal(journal.path / "journal.sqlite")
    with pytest.raises(TidingsError, match="can't be used"):
        below.add(change())
