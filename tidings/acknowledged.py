"""What was merged, told outside the warehouse: by it a warehouse that came back older is found out.

A warehouse whose write-ahead log was deleted, or in whose place an older copy was put, opens as if
nothing had happened. So whoever writes also leaves a line for each merged batch, each change that
was taken over from the journal and each erasure, in a file beside the warehouse, after the commit.
A kill may come between: what is committed and not acknowledged yet is acknowledged at the next
opening. What is acknowledged and not in the warehouse was lost, and is refilled from landing.

Each line is JSON that ends with a checksum of all before it. A torn last line is no line: its
commit is acknowledged again. The one writer, who holds the warehouse, is the only one to write.
Lines of batches that landing has no more may be folded into one line a day, see
:meth:`Acknowledged.fold`, so that the file does not grow for ever.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from tidings.acknowledged_line import Kind, Line, folded, read, written
from tidings.errors import WarehouseError
from tidings.times import utcnow


class Acknowledged:
    """The lines of one file; ``damaged`` says how many could not be read (a torn last one not)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: list[Line] = []
        self.damaged = 0
        for raw in self._complete():
            line = read(raw)
            if line is None:
                self.damaged += 1
            else:
                self.lines.append(line)
        self._known = {(line.kind, line.id) for line in self.lines if not line.folded}

    def __contains__(self, thing: tuple[Kind, str]) -> bool:
        """Whether ``(kind, id)`` has a line of its own."""
        return thing in self._known

    def ids(self, kind: Kind) -> set[str]:
        """Return the ids of one kind that have lines of their own."""
        return {name for found, name in self._known if found == kind}

    def each(self, kind: Kind) -> list[Line]:
        """Return the lines of one kind in the order of ``at``, without folded ones."""
        found = (line for line in self.lines if line.kind == kind and not line.folded)
        return sorted(found, key=lambda line: (line.at, line.id))

    def folded(self) -> list[Line]:
        """Return the folded lines, of batches, one a day."""
        return [line for line in self.lines if line.folded]

    def fence(self) -> int:
        """Return the highest fence that anything was merged with; 0 where nothing was."""
        return max((line.fence for line in self.lines), default=0)

    def add(self, lines: Iterable[Line]) -> None:
        """Append lines; they are on the disk when this returns. Those that are there are left out.

        Raises WarehouseError where they can't be written; the next opening makes up for it.
        """
        new = [line for line in lines if (line.kind, line.id) not in self._known]
        if not new:
            return
        try:
            self._append(b"".join(written(line) for line in new))
        except OSError as error:
            raise _unwritable(self.path, error) from error
        self.lines += new
        self._known |= {(line.kind, line.id) for line in new}

    def fold(self, gone: Collection[str], before: datetime) -> int:
        """Fold batches of days before that time into one line a day; return how many lines went.

        Only those in ``gone``, which landing has no more: for refilling from landing, each needs a
        line of its own, that says when it was known. Changes from before go: the journal has
        forgotten them too. Erasures stay.
        """
        last = f"{before:%Y-%m-%d}"
        old = [line for line in self.lines if line.kind == "changed" and line.at < before]
        ripe = [
            line
            for line in self.lines
            if line.kind == "merged" and line.day < last and (line.folded or line.id in gone)
        ]
        if not old and all(line.folded for line in ripe):
            return 0
        leaving = {id(line) for line in (*old, *ripe)}
        had = len(self.lines)
        self.rewrite([*folded(ripe), *(one for one in self.lines if id(one) not in leaving)])
        return had - len(self.lines)

    def forget(self, kind: Kind, ids: Collection[str]) -> None:
        """Take lines out: what was erased on purpose, or could not be brought back."""
        self.rewrite(
            [line for line in self.lines if line.folded or line.kind != kind or line.id not in ids]
        )

    def rewrite(self, lines: Iterable[Line]) -> None:
        """Write the file anew, whole or not at all, with these lines."""
        self.lines = list(lines)
        self.damaged = 0
        self._known = {(line.kind, line.id) for line in self.lines if not line.folded}
        draft = self.path.with_name(f".{self.path.name}.writing")
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(b"".join(written(line) for line in self.lines))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.path)
            _folder_to_disk(self.path.parent)
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def _complete(self) -> Iterator[bytes]:
        """Yield the lines that have an end: the last one may be torn."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return
        except OSError as error:
            raise WarehouseError(
                f"{self.path} can't be read: {error}.", remedy="See to its owner and mode (0600)."
            ) from error
        *complete, _torn = content.split(b"\n")
        yield from complete

    def _append(self, content: bytes) -> None:
        new = not self.path.exists()
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            size = file.seek(0, os.SEEK_END)
            start = _end_of_lines(file.fileno(), size)
            try:
                file.seek(start)
                file.write(content)
                file.truncate()
                file.flush()
                os.fsync(file.fileno())
            except OSError:  # disk full: leave no half of it, where that can be done
                os.ftruncate(file.fileno(), start)
                raise
        if new:
            _folder_to_disk(self.path.parent)


def acknowledge_erasure(path: Path, erasure_id: str, *, at: datetime | None = None) -> None:
    """Note that an erasure was committed, in the file at ``path``, while holding the warehouse."""
    now = at or utcnow()
    Acknowledged(path).add([Line(kind="erased", id=erasure_id, day=f"{now:%Y-%m-%d}", at=now)])


def _end_of_lines(descriptor: int, size: int) -> int:
    """Return where the last complete line ends: what is torn is written over."""
    end = size
    while end > 0:
        start = max(0, end - 4096)
        found = os.pread(descriptor, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _folder_to_disk(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(path: Path, error: OSError) -> WarehouseError:
    return WarehouseError(
        f"{path} can't be written: {error}.",
        remedy="What was committed is safe and acknowledged later; free space, see to its mode.",
    )
