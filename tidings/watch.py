"""Watch files: what is watched. One TOML file a brand, validated with errors that name the way out.

This module is read by every DAG file, so it imports nothing heavy.
"""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tidings.errors import ConfigurationError

Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}$")]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Slug = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Policy = Literal["fail", "warn", "off"]


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Brand(_Strict, frozen=True, kw_only=True):
    """The brand that is watched. ``query`` replaces the default match on name and aliases."""

    name: Name
    aliases: tuple[Name, ...] = ()
    query: str | None = None
    languages: tuple[Language, ...] = ("en",)
    answer_target_hours: Annotated[float, Meta(gt=0)] = 24.0
    timezone: str = "UTC"

    def terms(self) -> tuple[str, ...]:
        """The name and aliases, as search sources are asked for them."""
        return (self.name, *self.aliases)


class Competitor(_Strict, frozen=True, kw_only=True):
    """A competitor, for share of voice and comparison."""

    name: Name
    aliases: tuple[Name, ...] = ()
    query: str | None = None

    def terms(self) -> tuple[str, ...]:
        """The name and aliases, as search sources are asked for them."""
        return (self.name, *self.aliases)


class Source(_Strict, frozen=True, kw_only=True):
    """One source of a watch file. ``settings`` are the connector's own fields.

    ``about`` names the brand (own or competitor) that everything there is about: its app page, its
    shop. ``schedule`` is a cron line or an Airflow preset. ``revisit_days`` is how many days a
    mention is asked for anew after it was published; 0 for never.
    """

    connector: Slug
    name: Slug | None = None
    settings: dict[str, Any] = {}
    about: str | None = None
    schedule: str | None = "@hourly"
    max_pages: Annotated[int, Meta(ge=1)] = 500
    requests_per_second: Annotated[float, Meta(gt=0)] = 2.0
    concurrency: Annotated[int, Meta(ge=1, le=32)] = 4
    keep_handles: bool = False
    revisit_days: Annotated[float, Meta(ge=0, le=3650)] = 7.0

    @property
    def id(self) -> str:
        """The source's name within its watch file."""
        return self.name or self.connector


class Quality(_Strict, frozen=True, kw_only=True):
    """Rules on a whole batch: ``fail`` stops the load of it, ``warn`` says so, ``off`` ignores."""

    empty: Policy = "warn"
    stale: Policy = "warn"
    stale_after_days: Annotated[float, Meta(gt=0)] = 30.0
    bad_rows: Policy = "fail"
    max_bad_share: Annotated[float, Meta(ge=0, le=1)] = 0.2
    min_rows_for_share: Annotated[int, Meta(ge=1)] = 10


class Sentiment(_Strict, frozen=True, kw_only=True):
    """How texts are scored. ``scorers`` names one by language, before those of the mode.

    ``mode``: ``default`` (fast), ``blend`` (English by more than VADER), ``accurate`` (an encoder,
    needs the extra of that name). A score whose confidence is below ``min_confidence`` (0..1) is
    left out, and the text unscored; VADER's have no confidence and always count. ``settings`` are
    each scorer's own.
    """

    mode: Literal["default", "blend", "accurate"] = "default"
    scorers: dict[Annotated[str, Meta(pattern=r"^([a-z]{2,3}|\*)$")], Slug] = {}
    min_confidence: Annotated[float, Meta(ge=0, lt=1)] = 0.0
    settings: dict[Slug, dict[str, Any]] = {}


class Alert(_Strict, frozen=True, kw_only=True):
    """One alert rule; the detectors give ``threshold`` its meaning."""

    enabled: bool = True
    threshold: float | None = None
    cooldown_hours: float | None = None


class Watch(_Strict, frozen=True, kw_only=True):
    """A whole watch file. ``id`` is the file's name without ``.toml``."""

    brand: Brand
    version: Literal[1] = 1
    contact: str = ""
    competitors: tuple[Competitor, ...] = ()
    queries: dict[Slug, str] = {}
    sources: tuple[Source, ...] = ()
    quality: Quality = Quality()
    sentiment: Sentiment = Sentiment()
    drivers: dict[Slug, dict[Language, tuple[Name, ...]]] = {}
    alerts: dict[Slug, Alert] = {}
    id: str = ""

    def source(self, name: str) -> Source:
        """Return the source called ``name``; ConfigurationError with those there are."""
        for source in self.sources:
            if source.id == name:
                return source
        raise ConfigurationError(
            f"watch/{self.id}.toml has no source {name!r}.",
            remedy=f"It has: {', '.join(s.id for s in self.sources) or 'none'}.",
        )

    def search_terms(self) -> tuple[str, ...]:
        """Names and aliases of the brand and its competitors, each once, in the file's order."""
        terms = [*self.brand.terms(), *(t for c in self.competitors for t in c.terms())]
        return tuple(dict.fromkeys(terms))

    def brand_names(self) -> tuple[str, ...]:
        """The brand's name and its competitors'."""
        return (self.brand.name, *(c.name for c in self.competitors))


def load_watch(path: Path) -> Watch:
    """Read one watch file; ConfigurationError names file, key and remedy."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(
            f"There is no watch file {path}.", remedy="Make one with 'tidings init'."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{path}: not readable as TOML: {error}.",
            remedy="Mend that line; docs/watch-files.md shows the form.",
        ) from error
    watch = _convert(path, {**content, "id": path.stem})
    _check_references(path, watch)
    return watch


def load_watches(folder: Path) -> list[Watch]:
    """Read all watch files of a folder in the order of their names."""
    return [load_watch(path) for path in sorted(folder.glob("*.toml"))]


def _convert(path: Path, content: dict[str, Any]) -> Watch:
    try:
        return msgspec.convert(content, Watch)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at `")
        key = where.rstrip("`").removeprefix("$.").replace("[...]", "") or "the top level"
        raise ConfigurationError(
            f"{path}: key '{key}': {message}.", remedy=_remedy(message)
        ) from error


def _remedy(message: str) -> str:
    unknown = message.rpartition("unknown field `")[2].rstrip("`") if "unknown" in message else ""
    if unknown:
        known = sorted({f for s in _Strict.__subclasses__() for f in s.__struct_fields__})
        near = difflib.get_close_matches(unknown, known, n=1)
        return f"Did you mean '{near[0]}'?" if near else f"Remove '{unknown}' or mend its name."
    if "missing required field" in message:
        return "Add it; 'tidings init' writes a whole file to start from."
    return "docs/watch-files.md lists every key with its form."


def _check_references(path: Path, watch: Watch) -> None:
    names = [s.id for s in watch.sources]
    for twice in sorted({n for n in names if names.count(n) > 1}):
        raise ConfigurationError(
            f"{path}: key 'sources': two sources are called {twice!r}.",
            remedy="Give each a 'name' of its own.",
        )
    brands = watch.brand_names()
    for source in watch.sources:
        if source.about is not None and source.about not in brands:
            raise ConfigurationError(
                f"{path}: key 'sources.{source.id}.about': {source.about!r} is no brand here.",
                remedy=f"Use one of: {', '.join(brands)}.",
            )
