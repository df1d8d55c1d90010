"""What a Singer tap writes and is given: messages, its catalog, its files."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from tidings.errors import ConfigurationError, SourceChanged


class Message(msgspec.Struct, frozen=True):
    """One message of any type, with what we read of it."""

    type: str
    stream: str | None = None
    record: dict[str, Any] | None = None
    schema: dict[str, Any] | None = None
    key_properties: list[str] | None = None
    value: dict[str, Any] | None = None

    def complete(self) -> bool:
        """Tell whether a message that we read has what its type asks for."""
        needed = {
            "RECORD": (self.stream, self.record),
            "SCHEMA": (self.stream, self.schema),
            "STATE": (self.value,),
        }
        return None not in needed.get(self.type, ())


_MESSAGE = msgspec.json.Decoder(Message)


def message(line: bytes) -> Message:
    """Read a line; ValueError where it is no message."""
    try:
        found = _MESSAGE.decode(line)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise ValueError(f"no message of a Singer tap: {error}") from error
    if not found.complete():
        raise ValueError(f"a {found.type} message that lacks a part")
    return found


def selected(catalog: bytes, streams: Sequence[str], tap: str) -> dict[str, Any]:
    """Return the catalog that a tap discovered, with ``streams`` selected and no other.

    ConfigurationError naming the streams there are where one is not among them.
    """
    try:
        found = msgspec.json.decode(catalog, type=dict[str, Any])
        entries: list[dict[str, Any]] = msgspec.convert(found["streams"], list[dict[str, Any]])
    except (msgspec.DecodeError, KeyError, UnicodeError, RecursionError) as error:
        raise SourceChanged(
            f"{tap} --discover gave no catalog: {type(error).__name__}: {error}.",
            remedy="Leave out 'discover' if the tap has none.",
        ) from error
    names = [{entry.get("tap_stream_id"), entry.get("stream")} for entry in entries]
    known = sorted(str(e.get("stream") or e.get("tap_stream_id")) for e in entries)
    lost = [stream for stream in streams if not any(stream in each for each in names)]
    if lost:
        raise unknown(tap, lost, known)
    for entry, each in zip(entries, names, strict=True):
        _select(entry, wanted=bool(each & set(streams)))
    return found


def unknown(tap: str, lost: Sequence[str], known: Sequence[str]) -> ConfigurationError:
    """Make the error for streams that a tap does not have."""
    return ConfigurationError(
        f"{tap} has no stream {', '.join(map(repr, lost))}.",
        remedy=f"It has: {', '.join(map(repr, known)) or 'none'}. Mend 'streams'; a tap that wants "
        "its streams selected needs 'discover = true' or a 'catalog'.",
    )


def _select(entry: dict[str, Any], *, wanted: bool) -> None:
    """Mark a stream, and its columns that can be, as selected or not: in both forms there are."""
    listed = entry.setdefault("metadata", [])
    if not any(item.get("breadcrumb") == [] for item in listed):
        listed.append({"breadcrumb": [], "metadata": {}})
    for item in listed:
        about = item.setdefault("metadata", {})
        if item.get("breadcrumb") == [] or about.get("inclusion") != "unsupported":
            about["selected"] = wanted
    if isinstance(entry.get("schema"), dict):
        entry["schema"]["selected"] = wanted


@contextmanager
def private_files(contents: Mapping[str, Any]) -> Iterator[dict[str, Path]]:
    """Write each value as JSON into a file that only we can read, while the context lasts."""
    with tempfile.TemporaryDirectory(prefix="tidings-") as folder:
        yield {name: private_file(Path(folder), name, value) for name, value in contents.items()}


def private_file(folder: Path, name: str, value: Any) -> Path:
    """Write ``value`` as JSON into ``folder``/``name``.json, mode 0600; return its path."""
    path = folder / f"{name}.json"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(value))
    return path


def with_secrets(config: Mapping[str, Any], secrets: Mapping[str, str]) -> dict[str, Any]:
    """Return ``config`` with the value of each secret at its dotted path."""
    whole: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(config))
    for path, value in secrets.items():
        *tables, name = path.split(".")
        table = whole
        for step in tables:
            table = table.setdefault(step, {})
            if not isinstance(table, dict):
                raise ConfigurationError(
                    f"'secrets' names {path!r}, but {step!r} is no table in 'config'.",
                    remedy="Name the value by the tables that lead to it.",
                )
        table[name] = value
    return whole
