"""One note of Nostr, read as a mention once its signature has been found to hold."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from connectors.languages import language_tag
from tidings.markup import tidy
from tidings.mention import Mention
from tidings.times import from_epoch

SOURCE = "nostr"
PLACE = "nostr"
"""An id is the hash of what it names, the same at every relay: the network is one place."""

NOTE = 1
"""The kind of event that is a note in plain words."""

LAST_SECOND = 253_402_300_799
"""The last second of the year 9999, in Unix time."""

_Hex = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]


class Note(msgspec.Struct, frozen=True):
    """An event as a relay sends it; ``tags`` are lists of words, the first of which is a name."""

    id: _Hex
    pubkey: _Hex
    created_at: Annotated[int, Meta(ge=0, le=LAST_SECOND)]
    kind: int
    tags: list[list[str]]
    content: str

    def tag(self, name: str, *rest: str) -> str | None:
        """Return the value of the first tag ``name`` whose further words begin with ``rest``."""
        found = (
            t[1] for t in self.tags if len(t) > 1 and t[0] == name and t[2:][: len(rest)] == [*rest]
        )
        return next(found, None)


def read_note(record: msgspec.Raw, sdk: Any) -> Note:
    """Return the note in ``record``; ``sdk`` is the module ``nostr_sdk``.

    ValueError where it is of another form, or where its id or its signature does not fit: then
    nobody knows who wrote it, and when.
    """
    try:
        holds = sdk.Event.from_json(bytes(record).decode()).verify()
    except sdk.NostrSdkError as error:
        raise ValueError(f"it is no event of Nostr: {error}") from error
    if not holds:
        raise ValueError("its id or its signature does not fit what it says")
    return msgspec.json.decode(record, type=Note)


def mention_of(note: Note, viewer: str) -> Mention:
    """Return the mention that ``note`` is; ``viewer`` is where people can read it."""
    parent = _parent(note)
    return Mention(
        source=SOURCE,
        place=PLACE,
        external_id=note.id,
        kind="comment" if parent else "post",
        published=from_epoch(note.created_at),
        url=f"{viewer.rstrip('/')}/{note.id}",
        author_handle=note.pubkey,
        title=tidy(note.tag("subject") or note.tag("content-warning")),
        text=tidy(note.content),
        language=language_tag(note.tag("l", "ISO-639-1")),
        parent_id=parent,
    )


def _parent(note: Note) -> str | None:
    """Return the id of what a note replies to, if it does.

    Tags are marked ``root``, ``reply`` or ``mention``; older clients mark none and put what is
    replied to last.
    """
    named = [(t[1], t[3] if len(t) > 3 else "") for t in note.tags if len(t) > 1 and t[0] == "e"]
    for marker in ("reply", "root", ""):
        ids = [number for number, marked in named if marked == marker]
        if ids:
            return ids[-1]
    return None
