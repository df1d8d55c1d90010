"""Commands about what is watched: ``init``, ``check``, ``sources``."""

from __future__ import annotations

import hashlib
import json as jsonlib
import re
from typing import Annotated, Any

import msgspec
import typer

from tidings.cli import steps
from tidings.cli.console import AsJson, err, out, table
from tidings.connector import Connector, asks_again, connector_class, registered
from tidings.errors import ConfigurationError
from tidings.home import Home
from tidings.watch import Watch, load_watch


def init(
    brand: Annotated[str | None, typer.Option(help="Name of the brand; asked if left out.")] = None,
    alias: Annotated[list[str] | None, typer.Option(help="Another name for it.")] = None,
    competitor: Annotated[list[str] | None, typer.Option(help="A competitor's name.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="A language, e.g. en.")] = None,
    source: Annotated[list[str] | None, typer.Option(help="A connector, e.g. hackernews.")] = None,
    force: Annotated[bool, typer.Option(help="Write over a file that is there.")] = False,
) -> None:
    """Write a watch file: asks for what is not given as an option.

    tidings init --brand Acme --competitor Globex --language en --source hackernews
    """
    asked = brand is None
    name = (brand or typer.prompt("Name of the brand")).strip()
    if not name:
        raise ConfigurationError("A brand needs a name.", remedy="Give it with --brand.")
    aliases = _several("Other names for it, comma separated", alias, asked)
    competitors = _several("Competitors, comma separated", competitor, asked)
    languages = _several("Languages people write in, comma separated", language, asked, "en")
    known = ", ".join(registered())
    sources = _several(f"Sources ({known})", source, asked, "hackernews, rss")
    path = Home.find().watch_dir / f"{_slug(name)}.toml"
    if path.exists() and not force:
        raise ConfigurationError(
            f"{path} is there already.", remedy="Edit it, or write over it with --force."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_text(_watch_text(name, aliases, competitors, languages, sources), "utf-8")
    try:
        load_watch(draft)
    except ConfigurationError as error:
        draft.unlink()
        told = error.message.replace(str(draft), f"{path} was not written")
        raise ConfigurationError(told, remedy=error.remedy) from error
    draft.replace(path)
    out.print(f"Wrote {path}", highlight=False, markup=False)
    out.print("Look it over, then: tidings check, tidings run", style="dim")


def check(
    connect: Annotated[
        bool, typer.Option("--connect", help="Ask each source for its first page, for real.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Check the watch files, the credentials, and show what each source would ask for first.

    Shows too which scorer reads each of a brand's languages, which ones none reads, and which
    names may mean something else. Nothing is collected and, without --connect, nothing is sent.
    """
    from tidings.cli.rehearsal import rehearse

    watches = steps.watches()
    found = [r for watch in watches for r in rehearse(watch, connect=connect)]
    readings = [(watch.id, *reading) for watch in watches for reading in readers(watch)]
    if json:
        out.print_json(steps.as_json(found))
    else:
        table(("watch file", "language", "scored by"), readings, title="How texts would be scored")
        if doubtful := [(watch.id, *doubt) for watch in watches for doubt in ambiguous(watch)]:
            table(
                ("watch file", "of", "look twice"), doubtful, title="What may mean something else"
            )
        table(
            ("source", "walk", "asks first", "found"),
            [(r.source, r.walk, r.asks, r.problem or r.found) for r in found],
            title="What would be asked",
        )
    wrong = [r for r in found if r.problem]
    if wrong:
        err.print(f"{len(wrong)} of {len(found)} walks can't start as configured.", style="red")
        raise typer.Exit(2)


def readers(watch: Watch) -> list[tuple[str, str]]:
    """Return each language of the brand with the scorer that reads it, or that none does.

    ConfigurationError where a scorer can't be had or drivers can't be read.
    """
    from transforms.opinions import Opinions

    scorers = Opinions(watch).scorers
    told: list[tuple[str, str]] = []
    for language in watch.brand.languages:
        scorer = scorers.scorer(language)
        reads = language in scorer.languages
        told.append((language, scorer.name if reads else f"nobody: {scorer.name} does not read it"))
    return told


def ambiguous(watch: Watch) -> list[tuple[str, str]]:
    """Return what may mean something else: of which brand or keyword, and why.

    The names of brands and the queries are looked at, not what they find: the query editor of the
    page does that. ConfigurationError where a query can't be read.
    """
    from transforms.ambiguous import doubts
    from transforms.match import targets

    return [
        (target.keyword or target.brand, str(doubt))
        for target in targets([watch])
        for doubt in doubts(target.query)
    ]


def sources(
    name: Annotated[str | None, typer.Argument(help="A connector, to learn its settings.")] = None,
    json: AsJson = False,
) -> None:
    """List the connectors there are, or teach one: what it collects, needs, and its settings."""
    if name is None:
        _list_sources(json)
    else:
        _teach(connector_class(name), json)


def _list_sources(json: bool) -> None:
    loaded = {name: _loadable(name) for name in registered()}
    if json:
        out.print_json(steps.as_json({n: _about(c) for n, c in loaded.items()}))
        return
    rows = [
        (n, c.about.collects, c.about.needs, c.about.state)
        if not isinstance(c, str)
        else (n, c, "-", "broken")
        for n, c in loaded.items()
    ]
    table(("source", "collects", "needs", "tried against"), rows, title="Connectors")
    out.print("tidings sources NAME   teaches one by example", style="dim")


def _loadable(name: str) -> type[Connector] | str:
    """Load a connector; a third party's that can't be loaded is told, and hides no other."""
    try:
        return connector_class(name)
    except ConfigurationError as error:
        return str(error)


def _about(cls: type[Connector] | str) -> dict[str, Any]:
    return {"error": cls} if isinstance(cls, str) else msgspec.to_builtins(cls.about)


def _teach(cls: type[Connector], json: bool) -> None:
    if json:
        out.print_json(steps.as_json({"source": cls.source, **_about(cls)}))
        return
    about = cls.about
    table(
        ("", cls.source),
        [
            ("collects", about.collects),
            ("needs", about.needs),
            ("limits", about.limits or "none known"),
            ("terms to mind", about.terms or "none known"),
            ("goes back", "yes: can be backfilled" if about.goes_back else "no"),
            ("asked again by id", "yes: edits and deletions are seen" if asks_again(cls) else "no"),
            ("owner's answers", "yes" if about.allows_answers else "no"),
            ("tried against", about.state),
        ],
    )
    fields = msgspec.structs.fields(cls)
    table(
        ("setting", "form", "default"),
        [(f.name, _form(f.type), "required" if f.required else _default(f)) for f in fields],
        title="Settings",
    )
    out.print("In a watch file:\n", style="bold")
    out.print(source_text(cls), markup=False, highlight=False)
    if cls.__doc__:
        out.print(cls.__doc__, style="dim", markup=False, highlight=False)


def _form(annotation: Any) -> str:
    return re.sub(r"typing\.|datetime\.|<class '(.*?)'>", r"\1", str(annotation))


def _default(field: msgspec.structs.FieldInfo) -> str:
    value = field.default
    if value is msgspec.NODEFAULT:
        value = field.default_factory() if callable(field.default_factory) else None
    return jsonlib.dumps(msgspec.to_builtins(value), ensure_ascii=False)


def source_text(cls: type[Connector]) -> str:
    """Return a ``[[sources]]`` table that uses the connector, with its example settings."""
    lines = ["[[sources]]", f'connector = "{cls.source}"']
    settings = [f"{k} = {_toml(v)}" for k, v in cls.about.example.items()]
    return "\n".join([*lines, *(["[sources.settings]", *settings] if settings else [])]) + "\n"


def _toml(value: Any) -> str:
    """Write a plain value as TOML: JSON's strings, numbers and lists are TOML's too."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_toml(k)} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    return jsonlib.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _several(question: str, given: list[str] | None, ask: bool, default: str = "") -> list[str]:
    if given is not None:
        return given
    answer = typer.prompt(question, default=default, show_default=bool(default)) if ask else default
    return [part.strip() for part in answer.split(",") if part.strip()]


def _slug(name: str) -> str:
    """Return a file's name for a brand; of a name without Latin letters, by a digest of it."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
    return slug[:60] or f"brand-{hashlib.blake2b(name.encode(), digest_size=3).hexdigest()}"


def _watch_text(
    name: str,
    aliases: list[str],
    competitors: list[str],
    languages: list[str],
    sources: list[str],
) -> str:
    parts = [
        "# What is watched. 'tidings check' says whether it is right; docs/watch-files.md "
        "explains every key.\n\n"
        "[brand]\n"
        f"name = {_toml(name)}\n"
        f"aliases = {_toml(aliases)}\n"
        f"languages = {_toml(languages or ['en'])}\n"
        "answer_target_hours = 24\n",
        *(f"[[competitors]]\nname = {_toml(c)}\naliases = []\n" for c in competitors),
        "# Keywords: a name and a Boolean query; they count within mentions of the brand.\n"
        "[queries]\n"
        'price = "price OR expensive OR cheap"\n'
        "support = '\"customer service\" OR support NEAR/5 (slow OR bad OR rude)'\n",
        *(source_text(connector_class(s)) for s in sources),
    ]
    return "\n".join(parts)
