"""Markup to text: what a reader would see, in one pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.markup import plain_text, tidy


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>two</p>", "One\ntwo"),
        ("One<br>two<br/>three", "One\ntwo\nthree"),
        ("<p>a <b>bold</b>  word</p>", "a bold word"),
        ("AT&amp;T &lt;b&gt; &amp;amp;", "AT&T <b> &amp;"),
        ("<script>alert(1)</script>seen<style>p{}</style>", "seen"),
        ("a<!-- not seen -->b", "ab"),
        ("<ul><li>one<li>two</ul>", "one\ntwo"),
        ("plain text", "plain text"),
        ("http://x.example/y", "http://x.example/y"),
        ("  \n ", None),
        ("<p></p>", None),
        (None, None),
    ],
)
def test_the_text_is_what_a_reader_sees(markup: str | None, text: str | None) -> None:
    assert plain_text(markup) == text


def test_many_blocks_are_read_in_one_pass() -> None:
    # changing the tree block by block took more than a minute for this
    assert plain_text("<p>x" * 50_000) == "\n".join("x" * 50_000)


def test_deep_nesting_is_no_danger() -> None:
    assert plain_text("<div>" * 5_000 + "deep") == "deep"


@given(st.text())
def test_tidy_text_has_no_empty_lines_and_is_tidied_once(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert once is None or all(line == line.strip() != "" for line in once.split("\n"))
