"""URLs: with their parameters, without their secrets, and whose they are."""

from __future__ import annotations

from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.errors import ConfigurationError
from tidings.http.address import checked, host, same_origin, shown, with_params

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(deadline=None)
@given(kept=st.dictionaries(TEXT, TEXT), given_=st.dictionaries(TEXT, TEXT))
def test_every_parameter_arrives_as_it_was_given(
    kept: dict[str, str], given_: dict[str, str]
) -> None:
    start = with_params("https://api.example/search", kept)
    query = urlsplit(with_params(start, given_)).query
    assert dict(parse_qsl(query, keep_blank_values=True)) == {**kept, **given_}


def test_none_is_left_out_and_truth_is_written_small() -> None:
    url = with_params(
        "https://api.example/s", {"a": None, "b": True, "c": False, "d": 0, "e": 1.5, "f": ""}
    )
    assert url == "https://api.example/s?b=true&c=false&d=0&e=1.5&f="


def test_the_query_that_is_there_stays_as_it_is_written() -> None:
    """Signed URLs break when they are written anew; a cursor with + and = must survive."""
    start = "https://api.example/s?sig=a%2Fb/c+d&flag&q=old&q=older#part"
    url = with_params(start, {"q": "new", "cursor": "AoJ4+/=="})
    assert url == "https://api.example/s?sig=a%2Fb/c+d&flag&q=new&cursor=AoJ4%2B%2F%3D%3D"
    assert parse_qs(urlsplit(url).query)["cursor"] == ["AoJ4+/=="]
    assert with_params(start, {"q": None}) == start.removesuffix("#part")
    assert with_params("https://api.example/s", None) == "https://api.example/s"


@pytest.mark.parametrize(
    "query",
    [
        "access_token=s3cr",
        "key=s3cr",
        "apiKey=s3cr",
        "X-Amz-Signature=s3cr",
        "client_secret=s3cr",
        "PASSWORD=s3cr",
        "q=s3cr0123456789abcdefABCDEF",
        "api%5Fkey=s3cr",
    ],
)
def test_a_query_value_that_looks_like_a_secret_is_not_shown(query: str) -> None:
    text = shown(f"https://ann:pa55@api.example:81/v1?q=lamp&{query}#x")
    assert text.startswith("https://api.example:81/v1?q=lamp&")
    assert "s3cr" not in text
    assert "pa55" not in text


def test_what_is_no_secret_is_shown() -> None:
    url = "https://api.example/v1?q=brass%20lamp&page=3&lang=de&since=2025-01-01T00:00:00Z"
    assert shown(url) == url


@settings(deadline=None)
@given(st.text())
def test_showing_never_fails_and_stays_on_one_short_line(url: str) -> None:
    text = shown(url)
    assert len(text) <= 300
    assert not set(text) & {"\n", "\r", "\x00", "\x1b"}


def test_unreadable_urls_are_shown_and_refused() -> None:
    for url in ("http://[::1", "https://a:b/", "https://a:-1/"):
        assert shown(url)
        with pytest.raises(ConfigurationError):
            checked(url)
    assert host("http://[::1") == ""


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("https://api.example/other?x", True),
        ("https://API.example:443/", True),
        ("http://api.example/", False),
        ("https://api.example:8443/", False),
        ("https://api.example.evil/", False),
        ("https://www.api.example/", False),
    ],
)
def test_whose_a_url_is(other: str, same: bool) -> None:
    assert same_origin("https://api.example/v1", other) is same


def test_a_step_up_to_https_is_the_same_house_only_at_the_usual_ports() -> None:
    assert same_origin("http://api.example/", "https://api.example/")
    assert not same_origin("http://api.example:8080/", "https://api.example/")
    assert not same_origin("http://api.example/", "https://api.example:8443/")
