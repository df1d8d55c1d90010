"""The journal: what people did on the pages, kept until the one writer takes it over.

Pages never write to the warehouse. A change is put into a small SQLite file (mode 0600), is safe
there once :meth:`Journal.add` has returned, and is taken over by the next load or look for
incidents, once, by its id. Pages lay what their snapshot does not have yet over what it has
(:meth:`Journal.unseen`).
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from secrets import token_hex
from typing import Annotated, Literal, TypeAlias
from uuid import UUID, uuid4

import msgspec

from tidings.errors import ConfigurationError, TidingsError
from tidings.times import utcnow

log = logging.getLogger("tidings")

Name: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Words: TypeAlias = Annotated[str, msgspec.Meta(max_length=4_000)]
Moment: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]
Role: TypeAlias = Literal["viewer", "editor", "admin"]
Label: TypeAlias = Literal["positive", "neutral", "negative", "unclear"]
State: TypeAlias = Literal["answered", "not_needed", "open"]
Act: TypeAlias = Literal["acknowledge", "snooze", "note", "own", "resolve"]

KEPT = timedelta(days=14)
"""What was taken over stays so long: until then a snapshot that has it is published."""

PATIENCE = 10.0
"""Seconds to wait for another process that writes."""


class CorrectLabel(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="correct_label"
):
    """How a mention speaks of a brand, as a person reads it; ``unclear``: nobody can tell.

    ``label`` None takes an earlier correction back. ``content_hash`` names the content that the
    person saw; None: what it is when the change is taken over.
    """

    mention_id: UUID
    brand: Name
    label: Label | None
    why: Words = ""
    content_hash: Name | None = None

    @property
    def target(self) -> str:
        """The mention and the brand."""
        return f"{self.mention_id} {self.brand}"


class MarkAnswer(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="mark_answer"):
    """A review or question that needs no answer of the brand (any more); ``open``: it does."""

    mention_id: UUID
    brand: Name
    state: State

    @property
    def target(self) -> str:
        """The mention and the brand."""
        return f"{self.mention_id} {self.brand}"


class OnIncident(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="incident"):
    """What somebody does about an incident.

    ``snooze`` needs ``until``; ``note`` (its text) and ``own`` (who looks after it) need ``words``.
    """

    incident_id: Name
    action: Act
    until: Moment | None = None
    words: Words | None = None

    @property
    def target(self) -> str:
        """The incident."""
        return self.incident_id


class SnoozeRule(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="rule_snooze"):
    """No messages of a rule of a watch file until then; a time that is past ends it."""

    watch: Name
    rule: Name
    until: Moment

    @property
    def target(self) -> str:
        """The watch file and the rule."""
        return f"{self.watch}/{self.rule}"


class Release(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="release"):
    """A quarantined row goes back: with fields ``mended``, else as it is, its rules waived."""

    quarantine_id: Name
    mended: dict[Name, str | float | int | bool | None] = {}

    @property
    def target(self) -> str:
        """The row."""
        return self.quarantine_id


What: TypeAlias = CorrectLabel | MarkAnswer | OnIncident | SnoozeRule | Release


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that one person did, at ``made`` (aware UTC). The id makes it happen once."""

    what: What
    who: Name
    role: Role
    change_id: UUID = msgspec.field(default_factory=uuid4)
    made: Moment = msgspec.field(default_factory=utcnow)

    @property
    def kind(self) -> str:
        """``correct_label``, ``mark_answer``, ``incident``, ``rule_snooze`` or ``release``."""
        return str(self.what.__struct_config__.tag)

    @property
    def target(self) -> str:
        """What it was done to, in one line."""
        return self.what.target


class Journal:
    """The journal at ``path``, for any number of processes and threads.

    Every method opens the file and closes it again. TidingsError where it can't be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, change: Change) -> bool:
        """Keep a change; it is on the disk when this returns. False: its id was there already.

        Raises ConfigurationError where a value is not what the change's fields say.
        """
        body = _written(change)
        self._make()
        with self._open() as con:
            values = {"change_id": str(change.change_id), "body": body}
            return con.execute(_sql("add"), values).rowcount == 1

    def pending(self) -> list[Change]:
        """Return what was not taken over yet, in the order in which it came.

        What a newer Tidings wrote and this one can't read stays, and is logged.
        """
        return self._read("pending")

    def unseen(self, seen: Collection[UUID]) -> list[Change]:
        """Return what is not among ``seen``, the ids of ``core.audit`` of a snapshot, in order.

        That is what is pending, and what was taken over after that snapshot was made.
        """
        return [change for change in self._read("recent") if change.change_id not in seen]

    def taken_over(self, ids: Iterable[UUID], *, now: datetime | None = None) -> None:
        """Note that these are in the warehouse, once that is committed; forget old ones of them."""
        done = (now or utcnow()).timestamp()
        values = [{"change_id": str(one), "now": done} for one in ids]
        if not self.path.exists():
            return
        with self._open() as con:
            con.execute("BEGIN IMMEDIATE")
            con.executemany(_sql("taken_over"), values)
            con.execute(_sql("forget"), {"before": done - KEPT.total_seconds()})
            con.execute("COMMIT")

    def _read(self, name: str) -> list[Change]:
        if not self.path.exists():
            return []
        with self._open() as con:
            rows = con.execute(_sql(name)).fetchall()
        found = []
        for change_id, body in rows:
            try:
                found.append(msgspec.json.decode(body, type=Change))
            except msgspec.MsgspecError as error:
                log.warning("change %s in %s can't be read: %s", change_id, self.path, error)
        return found

    def _make(self) -> None:
        """Make the file where there is none: whole, and its owner's alone."""
        if self.path.exists():
            return
        draft = self.path.with_name(f"{self.path.name}.{os.getpid()}-{token_hex(4)}.draft")
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        except OSError as error:
            raise _unusable(self.path, error) from error
        try:
            with _connected(draft) as con:
                con.execute("PRAGMA journal_mode = WAL")
                con.execute(_sql("make"))
            with suppress(FileExistsError):  # another process was faster
                os.link(draft, self.path)
        finally:
            draft.unlink()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with _connected(self.path) as con:
            yield con


@contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file that is there; what is written to it is on the disk when a statement returns."""
    try:
        uri = f"{path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(uri, uri=True, timeout=PATIENCE, isolation_level=None)) as con:
            con.execute("PRAGMA synchronous = FULL")
            yield con
    except sqlite3.OperationalError as error:
        raise _unusable(path, error) from error
    except sqlite3.DatabaseError as error:
        raise TidingsError(
            f"The journal {path} is damaged: {error}.",
            remedy="Move it away, or restore it; a new one is made where there is none.",
        ) from error


def _unusable(path: Path, error: Exception) -> TidingsError:
    return TidingsError(
        f"The journal {path} can't be used: {error}.",
        remedy="Nothing was changed; see that its folder can be written and has room.",
    )


@cache
def _sql(name: str) -> str:
    return files("tidings").joinpath(f"sql/journal/{name}.sql").read_text("utf-8")


def _written(change: Change) -> str:
    """Return a change as JSON; ConfigurationError where it would not be read again."""
    what = change.what
    lacks = isinstance(what, OnIncident) and (
        (what.action == "snooze" and what.until is None)
        or (what.action in ("note", "own") and not what.words)
    )
    try:
        body = msgspec.json.encode(change)
        msgspec.json.decode(body, type=Change)
    except (msgspec.MsgspecError, UnicodeEncodeError) as error:
        raise ConfigurationError(f"No such change can be made: {error}.") from error
    if lacks:
        raise ConfigurationError(
            "A snooze needs the time until which, a note its words, an owner a name."
        )
    return body.decode()
