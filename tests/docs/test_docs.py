"""What the documents show is run: a document that has become wrong is a failing test."""

import re
from pathlib import Path

import pytest
from transforms.query import parse

from tidings.schema import dictionary_markdown
from tidings.watch import load_watch

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
    for struct in (declared.Brand, declared.Source, declared.Quality, declared.Alert):
        for field in struct.__struct_fields__:
            assert re.search(rf"\b{field}\b", text), f"{struct.__name__}.{field}"


def test_the_query_forms_of_the_documents_can_be_read() -> None:
    text = (ROOT / "docs/watch-files.md").read_text("utf-8").partition("## Boolean queries")[2]
    rows = re.findall(r"^\| (`.*`) \|", text, re.M)
    forms = [form for row in rows for form in re.findall(r"`([^`]+)`", row)]
    assert len(forms) >= 10
    for form in forms:
        if form != "( )":
            parse(form)


def test_the_data_dictionary_is_what_is_declared() -> None:
    from warehouse.dictionary import markdown

    text = (ROOT / "docs/data-dictionary.md").read_text("utf-8")
    assert dictionary_markdown() in text
    assert markdown() in text


@pytest.mark.parametrize("path", [*DOCS, ROOT / "README.md"], ids=lambda p: p.name)
def test_links_within_the_project_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text("utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            assert (path.parent / target).exists(), target


def test_every_word_of_the_glossary_is_used_in_the_code() -> None:
    words = re.findall(r"^\| \*\*(.+?)\*\*", (ROOT / "docs/glossary.md").read_text("utf-8"), re.M)
    assert len(words) > 30
    assert words == list(dict.fromkeys(words))
