"""Records of any installed Singer tap, by a column map: run as a child, its lines read as pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import Meta

from connectors.mapped import Mapped
from connectors.masks import all_forms
from connectors.singer_child import Bounds, Child, running
from connectors.singer_messages import (
    private_file,
    private_files,
    selected,
    with_secrets,
)
from connectors.singer_reading import STATE, Reading
from tidings.connector import About, Cursor, Page
from tidings.errors import ConfigurationError, SourceError
from tidings.home import Home
from tidings.http import Http


class Singer(Mapped, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Records of a Singer tap, each a mention by the column map.

    command: the tap: its program's name or path, or a list of it and its first arguments. It runs
        in the installation's folder, without a shell, with the rights of whoever runs tidings.
    streams: names of the streams to read.
    config: the tap's own settings.
    secrets: setting of the tap (``oauth.token`` for one in a table) -> name of the secret that
        holds its value.
    catalog: path of the tap's catalog, taken from the installation's folder.
    discover: ask the tap for its catalog each time, and select ``streams`` in it.
    place: name of the place; ``TAP/STREAM`` if empty. Where there are several streams, the stream
        is added.
    max_line_bytes: a longer message ends the walk.
    silence_seconds: a tap that says nothing for so long is ended.
    total_seconds: and so is one that takes longer.

    The column map:

    columns, constants, optional, id_columns, kind, timezone, date_format, decimal, missing, markup:
        as ``files`` has them. Where no ``external_id`` is mapped, the stream's own key names a
        record.
    """

    source: ClassVar[str] = "singer"
    about: ClassVar[About] = About(
        beyond_http="runs the tap",
        collects="Records of any Singer tap that is installed.",
        needs="the tap, best in an environment of its own, and what it asks for; values that are "
        "secret are named in 'secrets'",
        limits="The tap's own. Its state is the cursor: a tap without state reads everything each "
        "time. Batches in files (BATCH messages) are not read. What a tap marks as deleted "
        "(_sdc_deleted_at) is gone.",
        terms="Those of the source that the tap reads.",
        state="local server",
        example={
            "command": "tap-reviews",
            "streams": ["reviews"],
            "config": {"start_date": "2026-01-01T00:00:00Z"},
            "secrets": {"api_key": "reviews_key"},
            "discover": True,
            "columns": {
                "external_id": "id",
                "published": "created_at",
                "rating": "stars",
                "text": "body",
            },
            "constants": {"rating_min": 1, "rating_max": 5},
        },
        order="any",
    )

    command: str | tuple[str, ...]
    streams: Annotated[tuple[str, ...], Meta(min_length=1)]
    config: dict[str, Any] = msgspec.field(default_factory=dict)
    secrets: dict[str, str] = msgspec.field(default_factory=dict)
    catalog: str | None = None
    discover: bool = False
    max_line_bytes: Annotated[int, Meta(ge=1_000)] = 16_000_000
    silence_seconds: Annotated[float, Meta(gt=0)] = 600.0
    total_seconds: Annotated[float, Meta(gt=0)] = 21_600.0

    def __post_init__(self) -> None:
        """Refuse a command of nothing and a catalog twice, besides what a wrong map has."""
        super().__post_init__()
        if not all(self._command()) or not self._command():
            raise ValueError("'command' has an empty part")
        if self.discover and self.catalog:
            raise ValueError("'discover' asks the tap for the catalog that 'catalog' gives")

    def names_records(self) -> bool:
        """Tell that a record has a name in any case: the stream's key, which its schema states."""
        return True

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Run the tap from the state in the cursor; it is ended when the walk stops.

        A page's cursor is the tap's last state that came no later than the page's last record: what
        it stands for is in this page or in one before.
        """
        state = _state(cursor)
        values = {path: http.secret(name) for path, name in self.secrets.items()}
        hidden = all_forms(values.values())
        contents: dict[str, Any] = {"config": with_secrets(self.config, values)}
        if state is not None:
            contents["state"] = state
        with private_files(contents) as files:
            arguments = ["--config", str(files["config"])]
            if self.discover:
                found = self._discovered(arguments, hidden)
                catalog = private_file(files["config"].parent, "catalog", found)
                arguments += ["--catalog", str(catalog)]
            elif self.catalog:
                arguments += ["--catalog", str(self._catalog())]
            if state is not None:
                arguments += ["--state", str(files["state"])]
            with self._running(arguments, hidden) as child:
                yield from self._read(child, cursor, hidden)

    def label(self) -> str:
        """Name the walk by the tap and its streams."""
        return f"singer {self.tap()} {' '.join(self.streams)}"

    def tap(self) -> str:
        """Return the tap's name: that of its program."""
        return Path(self._command()[0]).name

    def place_of(self, stream: str) -> str:
        """Return the name of the place that a stream's records are of."""
        if self.place and len(self.streams) == 1:
            return self.place
        return f"{self.place or self.tap()}/{stream}"

    def _read(self, child: Child, cursor: Cursor | None, hidden: Sequence[str]) -> Iterator[Page]:
        reading = Reading(self, cursor, hidden)
        try:
            for line in child.lines():
                reading.take(line)
                if reading.full():
                    yield reading.page()
        except (SourceError, ConfigurationError):
            if reading.has_something():
                yield reading.page()
            raise
        if reading.has_something():
            yield reading.page()
        if not self.discover:  # otherwise the catalog has them
            reading.check_streams()

    def _discovered(self, arguments: Sequence[str], hidden: Sequence[str]) -> dict[str, Any]:
        with self._running([*arguments, "--discover"], hidden) as child:
            catalog = b"\n".join(child.lines())
        return selected(catalog, self.streams, self.tap())

    def _running(
        self, arguments: Sequence[str], hidden: Sequence[str]
    ) -> AbstractContextManager[Child]:
        bounds = Bounds(
            line_bytes=self.max_line_bytes,
            silence_seconds=self.silence_seconds,
            total_seconds=self.total_seconds,
        )
        return running(
            [*self._command(), *arguments],
            name=self.tap(),
            folder=Home.find().root,
            bounds=bounds,
            hidden=hidden,
        )

    def _command(self) -> tuple[str, ...]:
        return (self.command,) if isinstance(self.command, str) else self.command

    def _catalog(self) -> Path:
        path = Home.find().root / str(self.catalog)
        if not path.is_file():
            raise ConfigurationError(
                f"There is no catalog {self.catalog!r} ({path}).",
                remedy="Write what the tap's --discover gives there, or set discover = true.",
            )
        return path


def _state(cursor: Cursor | None) -> dict[str, Any] | None:
    state = None if cursor is None else cursor.get(STATE)
    if cursor is not None and not isinstance(state, dict):
        raise ConfigurationError(
            f"The cursor {cursor!r} can't be gone on from: it holds no state of a tap.",
            remedy="It was made by another connector or version; start this walk from nothing.",
        )
    return state
