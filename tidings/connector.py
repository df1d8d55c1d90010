"""The contract of a connector, and how the kernel finds one.

A connector is one class. Its fields are its configuration, taken from the ``[sources.settings]``
table of a watch file; ``pages`` is a plain generator of :class:`Page`. Nothing else is asked of
it: retry, throttling, limits, typed errors and the keeping of raw pages lie under the HTTP client
that it is handed or around the walk that drives it. ``docs/add-a-connector.md`` builds one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self, TypeAlias

import msgspec

from tidings.decoding import one_at_a_time
from tidings.errors import ConfigurationError
from tidings.mention import Kind, Mention

if TYPE_CHECKING:
    from tidings.http import Answer, Http

Cursor: TypeAlias = dict[str, Any]
"""Where to go on from: JSON values only, opaque to everyone but the connector that made it."""

Order: TypeAlias = Literal["newest", "oldest", "any"]
State: TypeAlias = Literal["recorded", "local server", "documentation only"]

GROUP = "tidings.connectors"
"""Entry-point group in which connectors are registered, the built-in ones too."""


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """A record that could not be read as a mention: why, and the record as it came."""

    reason: str
    raw: str


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """A mention that is known, with what a source may need to be asked for it again."""

    place: str
    external_id: str
    kind: Kind
    published: datetime
    url: str | None = None
    parent_id: str | None = None


class Gone(msgspec.Struct, frozen=True, kw_only=True):
    """A mention that its source shows no more, and the reason in words for people.

    Only what the source itself says is ``sure``. What was merely left out where it should have been
    listed is not: it counts once another visit misses it, too. ``noticed`` (aware UTC) is filled in
    by the walk.
    """

    place: str
    external_id: str
    reason: str
    sure: bool = True
    noticed: datetime | None = None


class Page(msgspec.Struct, kw_only=True):
    """One answer of a source, read: mentions, what could not be read, and where to go on from.

    ``cursor`` is where to go on *once this page is stored*. Going on from it may repeat, it may
    never skip: a newest-first source gives its old cursor until the walk has ended, and then a last
    page (empty if need be) with the new one. ``raw`` are the answers it was read from. ``gone``
    names mentions of which the source says that they are there no more.
    """

    mentions: list[Mention]
    cursor: Cursor | None
    rejected: list[Rejected] = msgspec.field(default_factory=list)
    raw: list[Answer] = msgspec.field(default_factory=list)
    declared_total: int | None = None
    gone: list[Gone] = msgspec.field(default_factory=list)


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What ``tidings sources NAME`` teaches of a connector."""

    collects: str
    needs: str = "nothing"
    limits: str = ""
    terms: str = ""
    state: State = "documentation only"
    example: dict[str, Any] = msgspec.field(default_factory=dict)
    order: Order = "any"
    goes_back: bool = False
    """Can be asked for old items, so a window of the past can be collected again."""
    only_newest: bool = False
    """Shows its newest items only: what scrolls out between two walks is a gap."""
    allows_answers: bool = False
    beyond_http: str = ""
    """What a walk does other than ask over HTTP ("runs the tap"); a rehearsal leaves it out."""


class Connector(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all connectors: a frozen record of settings with one obligation, ``pages``.

    Class attributes: ``source`` is the name in keys and in watch files, ``about`` what it teaches.
    A connector that can go back has the fields ``since`` and ``until`` (aware UTC or None); a
    connector that needs a credential has the field ``credential``, the *name* of a secret.
    """

    source: ClassVar[str] = ""
    about: ClassVar[About] = About(collects="")
    searches: ClassVar[bool] = False
    """True where the field ``queries``, left out, means the watch file's names and aliases."""

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:  # noqa: ARG002
        """Walk one place from ``cursor`` (None: from the beginning), a page at a time."""
        raise ConfigurationError(
            f"{type(self).__name__} has no pages().",
            remedy="A connector must define pages(http, cursor).",
        )

    def again(self, http: Http, keys: Sequence[Key]) -> Iterator[Page]:  # noqa: ARG002
        """Ask for known mentions anew, by their ids; optional, see ``docs/revisit.md``.

        Every key that was asked for comes back as a mention, as ``gone`` where the source itself
        says that it is there no more, or as rejected; the cursors of the pages mean nothing. An
        error, or an answer that names nothing of what was asked for, is no disappearance.
        """
        raise ConfigurationError(
            f"{self.source!r} can't be asked for single mentions.",
            remedy="Its recent mentions are seen again by its usual walks only.",
        )

    def reaches(self, key: Key) -> bool:  # noqa: ARG002
        """Tell whether ``again`` can ask for this mention with these settings."""
        return True

    def lists_all(self) -> bool:
        """Tell whether a walk over a window shows everything of it that there is, as settings are.

        What is known and is left out has been removed then. Never so of a search, which may forget,
        nor of a source that hides some of what it has.
        """
        return False

    def split(self) -> list[Self]:
        """Return one connector for each place, each walked with a cursor of its own."""
        return [self]

    def label(self) -> str:
        """Name this walk for people: the source and its telling settings."""
        shown = [str(v) for v in msgspec.structs.asdict(self).values() if isinstance(v, str) and v]
        return " ".join([self.source, *shown[:2]])

    def walk_id(self) -> str:
        """Identify this walk: the source and a digest of its settings. A cursor belongs to it."""
        settings = msgspec.json.encode(self, order="deterministic")
        return f"{self.source}:{hashlib.blake2b(settings, digest_size=8).hexdigest()}"


def asks_again(connector: Connector | type[Connector]) -> bool:
    """Tell whether a connector can ask for single mentions anew: whether it has an ``again``."""
    cls = connector if isinstance(connector, type) else type(connector)
    return cls.again is not Connector.again


def registered() -> dict[str, EntryPoint]:
    """Return the entry points of all installed connectors by name; loads none of them."""
    return {point.name: point for point in sorted(entry_points(group=GROUP), key=lambda p: p.name)}


def connector_class(name: str) -> type[Connector]:
    """Load the connector registered as ``name``.

    Raises ConfigurationError with the names there are, if it is not registered or is not one.
    """
    points = registered()
    if name not in points:
        raise ConfigurationError(
            f"There is no connector {name!r}.",
            remedy=f"Installed: {', '.join(points) or 'none'}. See 'tidings sources'.",
        )
    try:
        loaded = points[name].load()
    except Exception as error:  # a stranger's module may raise anything when it is imported
        raise ConfigurationError(
            f"Connector {name!r} ({points[name].value}) can't be loaded: "
            f"{type(error).__name__}: {error}.",
            remedy="Mend or uninstall the package that brings it.",
        ) from error
    if not (isinstance(loaded, type) and issubclass(loaded, Connector)):
        raise ConfigurationError(
            f"Entry point {name!r} is {loaded!r}, not a Connector class.",
            remedy="Derive it from tidings.connector.Connector.",
        )
    if loaded.source != name:
        raise ConfigurationError(
            f"Connector {loaded.__name__} calls its source {loaded.source!r}, "
            f"its entry point {name!r}.",
            remedy="Give both the same name: it is part of every mention's key.",
        )
    return loaded


def configure(cls: type[Connector], settings: dict[str, Any], where: str = "settings") -> Connector:
    """Make a connector of ``settings``; ``where`` names the file and key in errors."""
    try:
        return msgspec.convert(settings, cls)
    except msgspec.ValidationError as error:
        raise ConfigurationError(
            f"{where}: {error}.",
            remedy=f"'{cls.source}' knows: {', '.join(cls.__struct_fields__)}. "
            f"See 'tidings sources {cls.source}'.",
        ) from error


UNREADABLE = (
    msgspec.ValidationError,
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    OverflowError,
    RecursionError,
)
"""What reading a record of another form than expected raises."""


def read_records(
    records: Iterable[object], read: Callable[[Any], Mention | None]
) -> tuple[list[Mention], list[Rejected]]:
    """Read each record by itself, so that a bad one is rejected with a reason and not its page.

    ``read`` returns None for a record that is no mention at all (an advert, a repost marker).
    """
    mentions: list[Mention] = []
    rejected: list[Rejected] = []
    for record in records:
        try:
            with one_at_a_time:
                mention = read(record)
        except UNREADABLE as error:
            reason = f"{type(error).__name__}: {error}"
            rejected.append(Rejected(reason=reason, raw=_as_text(record)))
        else:
            if mention is not None:
                mentions.append(mention)
    return mentions, rejected


def _as_text(record: object) -> str:
    try:
        return msgspec.json.encode(record).decode("utf-8", "replace")
    except (TypeError, ValueError, RecursionError):
        return repr(record)
