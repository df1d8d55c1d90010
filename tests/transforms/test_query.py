"""Queries are read as they are documented, print themselves, and say where they go wrong."""

import pytest
from drawn_queries import queries
from hypothesis import given
from hypothesis import strategies as st

from tidings.errors import ConfigurationError
from transforms.query import And, Field, Near, Not, Or, Phrase, Query, QueryError, any_of, parse

a, b, c = Phrase("a"), Phrase("b"), Phrase("c")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", a),
        ("a b", And((a, b))),
        ("a AND b OR c", Or((And((a, b)), c))),
        ("a AND (b OR c)", And((a, Or((b, c))))),
        ("a NOT b", And((a, Not(b)))),
        ("a AND NOT b c", And((a, Not(b), c))),
        ("((a))", a),
        ("a (b c)", And((a, b, c))),
        ('"late delivery"', Phrase("late delivery")),
        ("“late delivery”", Phrase("late delivery")),
        ("late-delivery", Phrase("late-delivery")),
        ('"AND"', Phrase("AND")),
        ("deliver*", Phrase("deliver", True)),
        ('"late deliver*"', Phrase("late deliver", True)),
        ('a NEAR/3 "b c"', Near(a, Phrase("b c"), 3)),
        ("(a OR b) NEAR/0 c", Near(Or((a, b)), c, 0)),
        ("NOT a NEAR/3 b AND c", And((Not(Near(a, b, 3)), c))),
        ("author:@Jo a", And((Field("author", "@Jo"), a))),
        ('author:"Jo Blogs"', Field("author", "Jo Blogs")),
        ("site:Example.COM", Field("site", "example.com")),
        ("LANG:DE a", And((Field("lang", "de"), a))),
        ("a\n AND b\t", And((a, b))),
        ("#a @b c's", And((Phrase("#a"), Phrase("@b"), Phrase("c's")))),
    ],
)
def test_reads(text: str, tree: Query) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "position", "telling"),
    [
        ("", 0, "empty"),
        ("   ", 0, "empty"),
        ("a AND", 5, "missing"),
        ("a OR OR b", 5, "missing"),
        ("AND a", 0, "missing"),
        ("NOT a", 0, "nearly everything"),
        ("a OR NOT b", 0, "nearly everything"),
        ("(a OR b", 0, "not closed"),
        ("a OR b)", 6, "no '('"),
        ("()", 1, "missing"),
        ('a "b', 2, "quote"),
        ("a and b", 2, "operator or the word"),
        ("a -b", 2, "'-'"),
        ("a || b", 2, "'|'"),
        ("a|b", 0, "'|'"),
        ("a &", 2, "'&'"),
        ("a ...", 2, "letter"),
        ("foo:b", 0, "no field"),
        ("lang:english", 0, "language code"),
        ("site:https://a.example/x", 0, "host"),
        ("author:", 0, "no value"),
        ("a NEAR b", 2, "distance"),
        ("a NEAR/101 b", 2, "distance"),
        ("a NEAR/x b", 2, "distance"),
        ("a NEAR/2 b NEAR/2 c", 11, "two sides"),
        ("a NEAR/2 (b AND c)", 9, "beside NEAR"),
        ("(a AND b) NEAR/2 c", 0, "beside NEAR"),
        ("a NEAR/2 lang:de", 9, "beside NEAR"),
        ("d*", 0, "at least 2"),
        ("de*er", 0, "'*'"),
        ("*er", 0, "'*'"),
        ('"de* x"', 0, "'*'"),
        ("ab,*", 0, "at least 2"),
    ],
)
def test_says_where_it_goes_wrong_and_what_to_do(text: str, position: int, telling: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    error = caught.value
    assert isinstance(error, ConfigurationError)
    assert (error.query, error.position) == (text, position)
    assert telling in error.problem
    assert error.remedy
    shown, pointer = error.message.splitlines()[1:3]
    assert pointer == " " * (2 + position) + "^"
    assert shown.strip() == text.strip()


def test_the_caret_points_right_in_a_long_query_of_several_lines() -> None:
    text = " OR\n".join(f"word{i}" for i in range(200)) + " OR foo:bar OR x"
    with pytest.raises(QueryError) as caught:
        parse(text)
    shown, pointer = caught.value.message.splitlines()[1:3]
    assert len(shown) < 80
    assert shown[pointer.index("^") :].startswith("foo:bar")


def test_nesting_ends_in_an_error_and_not_in_the_interpreters() -> None:
    with pytest.raises(QueryError, match="deep"):
        parse("(" * 5_000 + "a" + ")" * 5_000)
    with pytest.raises(QueryError, match="deep"):
        parse("a " + "NOT " * 5_000 + "b")


@given(queries)
def test_printing_and_reading_again_gives_the_same_query(query: Query) -> None:
    assert parse(str(query)) == query


@given(
    st.text(alphabet=st.sampled_from('ab*()"“ \n:-|&NEARODT/3'), max_size=25) | st.text(max_size=15)
)
def test_any_text_is_read_or_refused_with_a_way_out(text: str) -> None:
    query: Query | None = None
    refused: QueryError | None = None
    try:
        query = parse(text)
    except QueryError as error:
        refused = error
    if refused is not None:
        assert 0 <= refused.position <= len(text)
        assert refused.remedy
    else:
        assert query == parse(str(query))


def test_the_default_query_of_a_brand_is_any_of_its_names() -> None:
    assert any_of(("Acme", "Acme Corp", "Acme")) == Or((Phrase("Acme"), Phrase("Acme Corp")))
    assert parse(str(any_of(('The "Acme" *Shop*', "x")))) == Or(
        (Phrase("The Acme Shop"), Phrase("x"))
    )
    with pytest.raises(QueryError, match="no letter or digit"):
        any_of(("Acme", "!!!"))
