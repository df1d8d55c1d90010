"""Watch files: what is watched. One TOML file a brand, validated with errors that name the way out.

This module is read by every DAG file, so it imports nothing heavy.
"""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from tidings.errors import ConfigurationError

Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}$")]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Slug = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Quiet = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")]
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


class Retention(_Strict, frozen=True, kw_only=True):
    """How many days what a source brought is kept; None: for ever.

    ``raw_days``: raw pages and landed batches, once loaded (None: as the installation says,
    TIDINGS_KEEP_LANDING_DAYS). ``text_days``: titles, texts, answers
    and handles, from when they were collected. ``derived_days``: all else that is known of a
    mention; what marts told of it stays. ``gone_days``: texts that the source shows no more, from
    when that was noticed. Where watch files differ on a connector, the shortest counts.
    """

    raw_days: Annotated[int, Meta(ge=1, le=36_500)] | None = None
    text_days: Annotated[int, Meta(ge=1, le=36_500)] | None = None
    derived_days: Annotated[int, Meta(ge=1, le=36_500)] | None = None
    gone_days: Annotated[int, Meta(ge=1, le=36_500)] | None = 30


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
    retention: Retention = Retention()

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
    """One alert rule of the watch file: ``[alerts.RULE]``; docs/alerts.md lists the rules.

    ``threshold`` and ``cooldown_hours`` replace the rule's own; what they mean is the rule's.
    ``severity`` is what a message of this rule is worth; ``owner`` is who looks after it.
    """

    enabled: bool = True
    threshold: float | None = None
    cooldown_hours: Annotated[float, Meta(gt=0)] | None = None
    severity: Literal["info", "warning", "critical"] | None = None
    owner: str | None = None


class Channel(_Strict, frozen=True, kw_only=True):
    """Where alerts go: one ``[[notify]]`` of the watch file.

    ``secret`` names the credential that holds the address: an Apprise URL (``slack://...``,
    ``mailtos://...``) or, for our own signed webhook, an ``https://`` address; ``signing_secret``
    names the key of the signature. ``severity`` is the least that is told here, ``rules`` and
    ``brands`` narrow it down (empty: all). ``quiet`` ("22:00-07:00", the brand's time zone) holds
    back what is less than critical until its end. ``digest``: whether digests come here, too.
    ``overview``: whether page one of the dashboard comes here, once a week.
    ``private``: whether a webhook may be at an address that is not on the public internet.
    """

    name: Slug
    secret: Name
    signing_secret: Name | None = None
    severity: Literal["info", "warning", "critical"] = "warning"
    rules: tuple[Slug, ...] = ()
    brands: tuple[Name, ...] = ()
    quiet: (
        Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")] | None
    ) = None
    digest: bool = True
    overview: bool = False
    private: bool = False


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
    notify: tuple[Channel, ...] = ()
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
    _check_zone(path, watch.brand.timezone)
    _check_alerts(path, watch)


def _check_zone(path: Path, name: str) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # OSError: the name of a folder
        raise ConfigurationError(
            f"{path}: key 'brand.timezone': there is no time zone {name!r}.",
            remedy="Write it as the tz database does, such as 'Europe/Oslo'.",
        ) from error


def _check_alerts(path: Path, watch: Watch) -> None:
    from tidings.alert_rules import unknown_rule

    named = [(f"alerts.{rule}", rule) for rule in watch.alerts]
    named += [(f"notify.{c.name}.rules", rule) for c in watch.notify for rule in c.rules]
    for key, rule in named:
        if (remedy := unknown_rule(rule)) is not None:
            raise ConfigurationError(
                f"{path}: key '{key}': there is no alert rule {rule!r}.", remedy=remedy
            )
    channels = [c.name for c in watch.notify]
    for twice in sorted({n for n in channels if channels.count(n) > 1}):
        raise ConfigurationError(
            f"{path}: key 'notify': two channels are called {twice!r}.",
            remedy="Give each a 'name' of its own.",
        )
    for channel in watch.notify:
        for brand in channel.brands:
            if brand not in watch.brand_names():
                raise ConfigurationError(
                    f"{path}: key 'notify.{channel.name}.brands': {brand!r} is no brand here.",
                    remedy=f"Use one of: {', '.join(watch.brand_names())}.",
                )
