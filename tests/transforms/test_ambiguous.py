"""Which words of a query may mean something else: found where they do, silent where not."""

from __future__ import annotations

import pytest

from tidings.watch import Brand, Watch
from transforms.ambiguous import LEAST_TEXTS, SAYS, Doubt, Seen, doubts
from transforms.match import Matcher, Said
from transforms.query import parse


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("HP", [("short", "HP")]),
        ("Nordkvern", []),
        ('"HP printer"', []),
        ("HP AND printer", []),
        ("HP NEAR/3 printer", []),
        ("acme NOT HP", []),
        ("HP NOT jobs", [("short", "HP")]),
        ("acme OR HP", [("short", "HP")]),
        ("app*", [("beginning", "app*")]),
        ("deliver*", []),
        ("365", [("number", "365")]),
        ("Joy", [("short", "Joy")]),
        ("Happy", [("everyday", "Happy")]),
        ("happy", []),  # written small, it is meant as the word
        ("acme OR lang:de", [("anything", "lang:de")]),
        ("acme lang:de", []),
        ("诺", []),  # a character of a script without spaces is no short word
        ("پیک OR نشت*", []),  # scripts without vowels have shorter words
        ("HP OR HP", [("short", "HP")]),
    ],
)
def test_doubts_by_the_words_alone(query: str, expected: list[tuple[str, str]]) -> None:
    assert [(d.kind, d.phrase) for d in doubts(parse(query))] == expected


def _seen(query: str, texts: list[str]) -> dict[str, Doubt]:
    matcher = Matcher([Watch(brand=Brand(name="x", query=query))])
    seen = Seen(matcher.targets[0].query)
    for text in texts:
        seen.add(matcher.find(Said(text=text)))
    return {doubt.kind: doubt for doubt in seen.doubts()}


def test_a_name_that_is_written_small_is_used_as_a_word() -> None:
    small = [f"the zenith of taste {i}" for i in range(15)]
    large = [f"Zenith broke again {i}" for i in range(14)]
    assert "small" in _seen("Zenith", small + large)
    assert "small" not in _seen("Zenith", [*small, *large, "Zenith!", "Zenith?"])
    assert "small" not in _seen("zenith", small)  # a word is meant
    assert "small" not in _seen("Zenith", small[:9])  # too few to tell


def test_a_beginning_tells_the_words_it_leads_to_most_said_first() -> None:
    found = _seen("app*", ["Apple pie", "apple", "the app", "App", "app!", "nothing"])
    assert found["leads_to"].more == ("app", "apple")
    assert "leads_to" not in _seen("app*", ["the app", "App"])


def test_what_nobody_says_and_what_everybody_says() -> None:
    texts = [f"the pump leaks {i}" for i in range(LEAST_TEXTS)]
    found = _seen("pump OR ghost NOT absent", texts)
    assert found["never"].phrase == "ghost"  # and not "absent": that it is not there is asked for
    assert found["most"].phrase == "pump"
    assert _seen("pump OR ghost", texts[1:]) == {}  # too few to tell


def test_every_doubt_says_what_to_do() -> None:
    for kind in SAYS:
        said = str(Doubt(kind, "app*", ("app", "apple")))
        assert "'app*'" in said
        assert "{" not in said
