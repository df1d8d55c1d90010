"""What was erased is kept out of the landing area: mentions, records, pages that tell of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from tidings.connector import Gone, Page, Rejected
from tidings.http import Answer
from tidings.landing import WalkFolder
from tidings.mention import Mention
from tidings.privacy import without_handle
from tidings.tombstones import Tombstones, read


class Kept(NamedTuple):
    """What a page may leave in the landing area; ``raw_page`` None: the page itself is not kept."""

    mentions: list[Mention]
    rejected: list[tuple[Rejected, str | None]]
    gone: list[Gone]


class KeptOut:
    """The tombstones that a run goes by, read again whenever the file has changed.

    ``told`` are those that the published ledger has, for machines that have no such file. ``key``
    is the installation's, see :func:`tidings.privacy.pseudonym_key`.
    """

    def __init__(
        self, key: bytes, file: Path | None = None, told: Iterable[tuple[str, str]] = ()
    ) -> None:
        self._key = key
        self._file = file
        self._stones = Tombstones(key, told)
        self._as_of: tuple[int, int] | None = None

    def take(
        self,
        page: Page,
        folder: WalkFolder,
        source: str,
        *,
        collected: datetime | None,
        keep_handles: bool,
    ) -> Kept:
        """Keep a page's raw answers and return what it has, all without what was erased."""
        stones = self._now()
        named = [without_handle(one, self._key, keep=keep_handles) for one in page.mentions]
        if stones:
            left = [one for one in named if not _of(stones, one)]
            rejected = [one for one in page.rejected if not stones.marked(source, one.raw)]
            clean = len(left) == len(named) and len(rejected) == len(page.rejected)
            clean = clean and not any(self._tells(stones, source, raw) for raw in page.raw)
        else:
            left, rejected, clean = named, list(page.rejected), True
        kept = [folder.keep(answer) for answer in page.raw] if clean else []
        raw_page = kept[-1] if kept else None
        return Kept(
            [_filled(stones, one, raw_page, collected) for one in left],
            [(one, raw_page) for one in rejected],
            [one for one in page.gone if not stones.has(source, one.place, one.external_id)],
        )

    def keep(self, answer: Answer, folder: WalkFolder, source: str, *, bad: bool = False) -> str:
        """Keep one raw answer that is no page; '' where it tells of something erased."""
        if self._tells(self._now(), source, answer):
            return ""
        return folder.keep(answer, bad=bad)

    def _now(self) -> Tombstones:
        if self._file is not None:
            try:
                stat = self._file.stat()
            except FileNotFoundError:
                return self._stones
            as_of = (stat.st_mtime_ns, stat.st_size)
            if as_of != self._as_of:
                self._stones.add((one.kind, one.hash) for one in read(self._file))
                self._as_of = as_of
        return self._stones

    @staticmethod
    def _tells(stones: Tombstones, source: str, answer: Answer) -> bool:
        return bool(stones) and stones.marked(source, answer.body.decode("utf-8", "replace"))


def _of(stones: Tombstones, one: Mention) -> bool:
    return stones.has(one.source, one.place, one.external_id, one.author)


def _filled(
    stones: Tombstones, one: Mention, raw_page: str | None, collected: datetime | None
) -> Mention:
    changes: dict[str, object] = {"raw_page": raw_page}
    if collected is not None:
        changes["collected"] = collected
    if one.parent_id and stones.has(one.source, one.place, one.parent_id):
        changes["parent_id"] = None
    return msgspec.structs.replace(one, **changes)
