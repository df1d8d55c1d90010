"""What an answer says of itself: text, charset, JSON, links, validators."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.errors import SourceChanged
from tidings.http import Answer

URL = "https://social.example/api/v1/timeline?limit=40"


def page(body: bytes = b"", content_type: str = "", **headers: str) -> Answer:
    typed = {"content-type": content_type} if content_type else {}
    return Answer(status=200, url=URL, headers={**typed, **headers}, body=body)


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("Zürich – gut".encode(), "", "Zürich – gut"),
        ("Zürich".encode("latin-1"), "text/html; charset=ISO-8859-1", "Zürich"),
        ("Zürich".encode("latin-1"), 'text/html; boundary=x; CHARSET="latin1"', "Zürich"),
        ("Zürich".encode(), "text/html; charset=ISO-8859-1", "Zürich"),
        ("Ж".encode("cp1251"), "text/plain;charset=windows-1251", "Ж"),
        ("Zürich".encode("latin-1"), "text/html", "Z\ufffdrich"),
        ("Zürich".encode(), "text/html; charset=none-such", "Zürich"),
        (b"68656c6c6f", "text/plain; charset=hex", "68656c6c6f"),
        (b"a\\x41-", "text/plain; charset=unicode_escape", "a\\x41-"),
        (b"page", "text/plain; charset=undefined", "page"),
        (b"page", "text/plain; charset=a\x00b", "page"),
        ("Zürich".encode("utf-8-sig"), "text/plain; charset=utf-8", "Zürich"),
        ("Zürich".encode("utf-16"), "text/plain; charset=utf-16", "Zürich"),
    ],
)
def test_text_by_the_stated_charset(body: bytes, content_type: str, text: str) -> None:
    assert page(body, content_type).text == text


@settings(deadline=None)
@given(body=st.binary(max_size=50), content_type=st.text(max_size=60))
def test_text_of_anything_is_text(body: bytes, content_type: str) -> None:
    assert isinstance(page(body, f"text/plain; charset={content_type}").text, str)
    assert isinstance(page(body, content_type).text, str)


class Status(msgspec.Struct):
    id: str


def test_json_of_a_type() -> None:
    assert page(b'[{"id":"1","more":0}]').json(list[Status]) == [Status("1")]
    assert page("\ufeff[1]".encode()).json() == [1]


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Sign in</html>",
        b"",
        b'{"id":1}',
        b'{"id":"1"',
        b'{"id":"\xff"}',
        b"[" * 100_000,
        b"NaN",
    ],
)
def test_json_that_is_not_what_was_expected_is_a_changed_source(body: bytes) -> None:
    answer = Answer(
        status=200,
        url=f"{URL}&access_token=s3cret",
        headers={"content-type": "text/html"},
        body=body,
    )
    with pytest.raises(SourceChanged, match=r"social\.example.*text/html") as caught:
        answer.json(Status)
    assert caught.value.answer is answer  # the page is kept
    assert "s3cret" not in f"{caught.value}{caught.value.url}"


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ('<https://a.example/?max_id=1>; rel="next"', "https://a.example/?max_id=1"),
        (
            '<https://a.example/p>; rel="prev", <https://a.example/n>; rel="next"',
            "https://a.example/n",
        ),
        ("<https://a.example/n>;rel=next", "https://a.example/n"),
        ('<https://a.example/n>; REL="Next"', "https://a.example/n"),
        ('<https://a.example/n>; rel="last next"', "https://a.example/n"),
        ('<https://a.example/n>; title="a, <b>; rel=x"; rel="next"', "https://a.example/n"),
        ("<https://a.example/n> ; rel = next ; title*=UTF-8''x", "https://a.example/n"),
        ('<https://a.example/?a=1,2;3>; rel="next"', "https://a.example/?a=1,2;3"),
        ("<?max_id=1>; rel=next", "https://social.example/api/v1/timeline?max_id=1"),
        ('<https://a.example/x>; rel="next-archive"', None),
        ('<https://a.example/x>; rel="nextpage"', None),
        ('<https://a.example/x>; rel="prev"; title="rel=next"', None),
        ('<https://a.example/x>; rel="prev"; rel="next"', None),
        ('<https://a.example/x>; anchor="next"', None),
        ("https://a.example/x; rel=next", None),
        ("", None),
    ],
)
def test_the_next_page_of_a_link_header(header: str, target: str | None) -> None:
    assert page(link=header).link("next") == target


def test_a_hostile_link_header_takes_no_time() -> None:
    for header in (
        "<" * 100_000,
        "<a>" + ";" * 100_000,
        "<a>; rel=" + '"' * 100_000,
        "<a>" + " " * 99_999,
    ):
        assert page(link=header).link("next") is None


def test_validators_are_what_makes_the_next_request_conditional() -> None:
    answer = page(
        b"", "", **{"etag": 'W/"a"', "last-modified": "Sat, 13 Sep 2014 18:13:44 GMT", "age": "1"}
    )
    assert answer.validators == {"etag": 'W/"a"', "last-modified": "Sat, 13 Sep 2014 18:13:44 GMT"}
    assert page().validators == {}
    assert not answer.unchanged
    assert Answer(status=304, url=URL).unchanged


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (rb'["cut \ud83d"]', "cut \ufffd"),
        (rb'["\udc00x"]', "\ufffdx"),
        (rb'["\ud83d\ude00"]', "\U0001f600"),
        (rb'["\ud83d\ud83d\ude00"]', "\ufffd\U0001f600"),
        (rb'["\\ud83d"]', r"\ud83d"),
        (rb'["\\\ud83d!"]', "\\\ufffd!"),
    ],
)
def test_half_a_surrogate_pair_does_not_lose_the_page(body: bytes, value: str) -> None:
    assert Answer(status=200, url="https://x.example", body=body).json() == [value]
