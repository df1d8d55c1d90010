"""What strangers write is read in time proportional to its length, whatever they write."""

import re
import subprocess
import sys

import pytest

AGAINST_LONG_TEXTS = """
import sys
from transforms.clauses import clauses
from transforms.drivers import Drivers
from transforms.sentiment.student import Student

way, text = sys.argv[1], eval(sys.argv[2])
{
    "clauses": lambda: clauses(text, "en", [(0, 5), (len(text) - 1, len(text))]),
    "drivers": lambda: Drivers().find(text, "en"),
    "student": lambda: Student().score([text], ["en"]),
}[way]()
print("read")
"""


@pytest.mark.parametrize(
    ("way", "text"),
    [
        ("clauses", "'price ' + '.' * 49_000 + 'x'"),
        ("drivers", "'1,' * 24_000 + 'x'"),
        ("student", "'(' * 49_000"),
    ],
)
def test_a_hostile_text_is_read_at_all(way: str, text: str) -> None:
    """A minute each where the time grows with the square: the limit only ends what hangs."""
    done = subprocess.run(
        [sys.executable, "-c", AGAINST_LONG_TEXTS, way, text],
        capture_output=True, text=True, check=False, timeout=25,
    )  # fmt: skip
    assert re.search("read", done.stdout), done.stderr
