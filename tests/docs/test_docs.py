"""What the documents show is run: a document that has become wrong is a failing test."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer

from tidings.alert_rules import RULES, setting
from tidings.connector import registered
from tidings.schema import dictionary_markdown
from tidings.watch import load_watch
from transforms.query import parse

ROOT = Path(__file__).parents[2]
DOCS = sorted((ROOT / "docs").glob("*.md"))


def fenced(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.S)


def test_the_watch_file_of_the_documents_is_right(tmp_path: Path) -> None:
    [example] = fenced((ROOT / "docs/watch-files.md").read_text("utf-8"), "toml")
    path = tmp_path / "acme.toml"
    path.write_text(example, "utf-8")
    watch = load_watch(path)
    assert [s.id for s in watch.sources] == ["hackernews", "our-game"]
    for query in watch.queries.values():
        parse(query)


def test_every_key_of_a_watch_file_is_documented() -> None:
    from tidings import watch as declared

    text = (ROOT / "docs/watch-files.md").read_text("utf-8")
    structs = (declared.Brand, declared.Source, declared.Quality, declared.Alert, declared.Channel)
    for struct in structs:
        for field in struct.__struct_fields__:
            assert re.search(rf"\b{field}\b", text), f"{struct.__name__}.{field}"


def test_the_rules_and_the_example_of_alerts_are_those_there_are(tmp_path: Path) -> None:
    text = (ROOT / "docs/alerts.md").read_text("utf-8")
    table = text.partition("## Rules")[2].partition("## Before")[0]
    rows = re.findall(r"^\| `(\w+)` \|.*\| (\w+) \|$", table, re.M)
    assert rows == [(name, rule.severity) for name, rule in RULES.items()]
    [example] = fenced(text, "toml")
    path = tmp_path / "acme.toml"
    path.write_text(f'[brand]\nname = "Acme"\n{example}', "utf-8")
    watch = load_watch(path)
    assert setting(watch, "negative_share").owner == "Care team"
    assert not setting(watch, "competitor").enabled
    assert [c.name for c in watch.notify] == ["chat"]


def test_the_query_forms_of_the_documents_can_be_read() -> None:
    text = (ROOT / "docs/watch-files.md").read_text("utf-8").partition("## Boolean queries")[2]
    rows = re.findall(r"^\| (`.*`) \|", text, re.M)
    forms = [form for row in rows for form in re.findall(r"`([^`]+)`", row)]
    assert len(forms) >= 10
    for form in forms:
        if form != "( )":
            parse(form)


def test_the_data_dictionary_is_what_is_declared() -> None:
    from tidings.cli.dictionary import text

    written = (ROOT / "docs/data-dictionary.md").read_text("utf-8")
    assert written == text(), "python -m tidings.cli.dictionary > docs/data-dictionary.md"
    assert dictionary_markdown() in written


def test_the_page_of_sources_is_what_the_connectors_say() -> None:
    from tidings.cli.sources_page import text

    written = (ROOT / "docs/sources.md").read_text("utf-8")
    assert written == text(), "python -m tidings.cli.sources_page > docs/sources.md"


def test_the_readme_names_every_source() -> None:
    table = (ROOT / "README.md").read_text("utf-8").partition("## Sources")[2].partition("\n\n[")[0]
    assert set(re.findall(r"`(\w+)`", table)) == set(registered())


def test_every_example_of_a_source_can_be_used_as_it_is(home: Path) -> None:
    """Settings that are right, at least one walk, and nothing said of an unknown key."""
    from tidings.cli.steps import watches
    from tidings.collect import connectors_of

    tables = re.findall(r"```toml\n(.*?)```", (ROOT / "docs/sources.md").read_text("utf-8"), re.S)
    assert len(tables) == len(registered())
    brand = '[brand]\nname = "Acme"\n'
    (home / "watch/acme.toml").write_text(brand + "\n".join(tables), "utf-8")
    [watch] = watches()
    for source in watch.sources:
        walks = connectors_of(watch, source)
        assert walks, source.connector
        assert len({walk.walk_id() for walk in walks}) == len(walks)
        assert len({walk.label() for walk in walks}) == len(walks), "walks that look the same"


@pytest.mark.parametrize("path", [*DOCS, ROOT / "README.md"], ids=lambda p: p.name)
def test_links_within_the_project_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text("utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            assert (path.parent / target).exists(), target


def test_every_word_of_the_glossary_is_used_in_the_code() -> None:
    words = re.findall(r"^\| \*\*(.+?)\*\*", (ROOT / "docs/glossary.md").read_text("utf-8"), re.M)
    assert len(words) > 30
    assert words == list(dict.fromkeys(words))


ENTRIES = [
    {"id": n, "by": f"guest {n % 3}", "at": f"2026-05-01T10:{n:02}:00Z", "says": f"Visit {n}."}
    for n in range(1, 8)
]


def test_the_connector_of_the_documents_passes_the_conformance_kit(tmp_path: Path) -> None:
    blocks = fenced((ROOT / "docs/add-a-connector.md").read_text("utf-8"), "python")
    pages = [ENTRIES[4:][::-1], ENTRIES[:4][::-1]]
    urls = ["/api/entries", f"/api/entries?before={pages[0][-1]['id']}"]
    exchanges = [
        {
            "request": {"method": "GET", "url": f"https://guestbook.example{url}"},
            "response": {
                "status": 200,
                "headers": {"content-type": "application/json"},
                "body": json.dumps({"entries": page}),
            },
        }
        for url, page in zip(urls, pages, strict=True)
    ]
    (tmp_path / "entries.json").write_text(json.dumps(exchanges), "utf-8")
    (tmp_path / "test_guestbook.py").write_text("\n\n".join(blocks), "utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_guestbook.py"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout[-3000:]
    assert re.search(r"\d{2} passed", result.stdout), result.stdout[-500:]


def test_the_configuration_of_the_documents_is_toml() -> None:
    for path in DOCS:
        for block in fenced(path.read_text("utf-8"), "toml"):
            tomllib.loads(block)


def test_the_commands_of_the_tutorial_are_commands() -> None:
    from typer.main import get_command

    from tidings.cli.app import app

    root = get_command(app)
    known = set(root.list_commands(typer.Context(root)))  # type: ignore[attr-defined]
    text = (ROOT / "docs/tutorial.md").read_text("utf-8") + (ROOT / "README.md").read_text("utf-8")
    used = re.findall(r"\./run tidings(?: --home \S+)? (\w+)", text)
    assert len(used) >= 8
    assert set(used) <= known


def test_the_sql_of_the_tutorial_names_columns_that_there_are() -> None:
    text = (ROOT / "docs/tutorial.md").read_text("utf-8")
    dictionary = (ROOT / "docs/data-dictionary.md").read_text("utf-8")
    for sql in re.findall(r"(?:query \"|`)(SELECT [^\"`]+)", text):
        for word in re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", sql):
            assert f"`{word}`" in dictionary or f"{word}" in dictionary, word
