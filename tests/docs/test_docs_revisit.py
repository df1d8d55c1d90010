"""The connector of the page on asking again stands the kit; its SQL and settings are real."""

import re
import subprocess
import sys
from pathlib import Path

from tidings.watch import Source

DOCS = Path(__file__).parents[2] / "docs"

TEST = """
import json
from tidings.http import Answer
from tidings.testing import Simulated
from tidings.testing.check_again import AgainChecks


class Book(Simulated):
    path = "/api/entries"
    answers_again = True

    def chosen(self, params):
        notes = sorted(self.notes, key=lambda n: n.id, reverse=True)
        before = int(params.get("before", 10**9))
        return [n for n in notes if n.id < before][: self.page_size], {}

    def render(self, note):
        at = note.at.strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"id": note.id, "by": note.author, "at": at, "says": note.text}

    def envelope(self, records, params, onward):
        return {"entries": records}

    def answer(self, request):
        number = request.url.rpartition("/")[2]
        if not number.isdecimal():
            return super().answer(request)
        found = [self.render(n) for n in self.notes if str(n.id) == number]
        body = json.dumps(found[0] if found else {"error": "no such entry"}).encode()
        return Answer(status=200 if found else 404, url=request.url, body=body)


class TestLastingGuestBook(AgainChecks):
    connector = LastingGuestBook(base_url="https://guestbook.example")
    origin = Book(short_at=())
"""


def fenced(name: str, language: str) -> list[str]:
    text = (DOCS / name).read_text("utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.S)


def test_the_connector_that_is_asked_again_stands_the_kit(tmp_path: Path) -> None:
    guest_book = fenced("add-a-connector.md", "python")[0]
    [asked_again] = fenced("revisit.md", "python")
    (tmp_path / "test_book.py").write_text("\n\n".join([guest_book, asked_again, TEST]), "utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_book.py"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout[-3000:]
    assert "3 passed" in result.stdout, result.stdout[-500:]


def test_the_question_of_the_page_can_be_asked(tmp_path: Path) -> None:
    from warehouse.store import open_warehouse

    [sql] = fenced("revisit.md", "sql")
    with open_warehouse(tmp_path / "warehouse.duckdb") as con:
        assert con.execute(sql).fetchall() == []


def test_the_page_tells_the_defaults() -> None:
    from tidings.again import HANDFUL
    from tidings.cli.revisit import ANSWERABLE_DAYS

    text = (DOCS / "revisit.md").read_text("utf-8")
    assert f"{Source(connector='rss').revisit_days:.0f} by default" in text
    assert f"{ANSWERABLE_DAYS:.0f} days, or `revisit_days`" in text
    assert {5: "five"}[HANDFUL] in text
