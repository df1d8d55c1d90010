"""Replaying recordings to a connector: what it makes of them, and what it did not ask for."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import msgspec

from tidings.connector import Connector, Page, connector_class
from tidings.errors import ConfigurationError
from tidings.mention import Mention
from tidings.testing.driving import Walk, walk
from tidings.testing.recorded import Recorded
from tidings.testing.settings import connectors

PER_PAGE, AT_LEAST = 20, 500
"""Requests that a walk may make for each recorded page, and anyway, before it is called endless."""


class Replay(msgspec.Struct):
    """What became of a replay. ``faults`` are the reasons why it is not in order, one a line."""

    pages: int = 0
    asked: int = 0
    mentions: int = 0
    rejected: int = 0
    faults: list[str] = []
    wrong_settings: bool = False


def replay(
    source: str,
    settings: dict[str, Any],
    files: Sequence[Path],
    *,
    out: TextIO,
    log: TextIO,
) -> Replay:
    """Walk the connector ``source`` over ``files``; print its mentions to ``out`` as JSON Lines.

    Rejected records go to ``log``, as JSON Lines too. A connector that reads a folder gets the
    files dropped in one; any other gets them as answers. ConfigurationError for a source, a file or
    settings that can't be used.
    """
    cls = connector_class(source)
    if "folder" in cls.__struct_fields__:
        return _dropped(cls, settings, files, out, log)
    origin = Recorded(*files)
    done = Replay(pages=sum(e.is_page for e in origin.exchanges))
    bound = max(AT_LEAST, PER_PAGE * len(origin.exchanges))
    for connector in connectors(cls, settings, origin):
        _take(done, _walk(connector, origin, bound, out, log), connector)
    done.asked = done.pages - len(origin.waiting())
    done.faults += [f"never asked for: {page}" for page in origin.unasked()]
    done.faults += [f"not in the recordings: {request}" for request in origin.unexpected]
    return done


def mention_line(mention: Mention) -> str:
    """Return a mention as one line of JSON: what is not null, times in ISO 8601 UTC."""
    told = {k: v for k, v in msgspec.structs.asdict(mention).items() if v is not None}
    return msgspec.json.encode(told).decode()


def _walk(connector: Connector, origin: Recorded, bound: int, out: TextIO, log: TextIO) -> Walk:
    def show(page: Page) -> None:
        for mention in page.mentions:
            print(mention_line(mention), file=out)
        for rejected in page.rejected:
            line = {"rejected": rejected.reason, "raw": rejected.raw}
            print(msgspec.json.encode(line).decode(), file=log)

    return walk(connector, origin.answer, bound=bound, on_page=show)


def _take(done: Replay, walked: Walk, connector: Connector) -> None:
    done.mentions += len(walked.mentions)
    done.rejected += walked.rejected
    if walked.endless:
        done.faults.append(f"{connector.label()}: the walk never ends")
    if walked.error is not None:
        kind = type(walked.error).__name__
        done.faults.append(f"{connector.label()}: ended with {kind}: {walked.error}")
        done.wrong_settings |= isinstance(walked.error, ConfigurationError)


def _dropped(
    cls: type[Connector], given: dict[str, Any], files: Sequence[Path], out: TextIO, log: TextIO
) -> Replay:
    """Replay to a connector that reads a folder: every file dropped there is due."""
    with _folder(files) as (folder, names):
        origin = Recorded()
        done = Replay(pages=len(names))
        read: set[str] = set()
        for connector in connectors(cls, {**given, "folder": str(folder)}, origin):
            walked = _walk(connector, origin, AT_LEAST + 1_000_000, out, log)
            _take(done, walked, connector)
            read |= {a.url.partition("#")[0] for page in walked.pages for a in page.raw}
        unread = [name for name in names if name not in read]
    done.asked = len(names) - len(unread)
    done.faults += [f"never read: {name}" for name in unread]
    return done


@contextmanager
def _folder(files: Sequence[Path]) -> Iterator[tuple[Path, list[str]]]:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, "dropped")
        folder.mkdir()
        for file in files:
            try:
                shutil.copyfile(file, folder / file.name)
            except OSError as error:
                raise ConfigurationError(
                    f"{file} can't be read: {error.strerror}.", remedy="Give files to drop."
                ) from error
        yield folder, list(dict.fromkeys(file.name for file in files))
