"""The mention is declared once: what is derived follows it, value for value."""

from datetime import UTC, datetime, timedelta, timezone

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.mention import BOOKKEEPING, CONTENT, ENGAGEMENT, KEY, Mention, mention_id
from tidings.schema import arrow_schema, columns, dictionary_markdown, from_arrow, to_arrow


def a_mention(**changes: object) -> Mention:
    fields = {
        "source": "shop",
        "place": "example",
        "external_id": "1",
        "kind": "review",
        "published": datetime(2026, 3, 1, 12, tzinfo=UTC),
    }
    return Mention(**(fields | changes))


def test_every_field_has_a_column_with_a_meaning() -> None:
    assert [c.name for c in columns()] == list(Mention.__struct_fields__)
    assert all(c.meta.description.endswith(".") or ")" in c.meta.description for c in columns())
    assert arrow_schema().names == list(Mention.__struct_fields__)


def test_each_column_is_key_content_engagement_or_bookkeeping_and_only_one() -> None:
    groups = [*KEY, *CONTENT, *ENGAGEMENT, *BOOKKEEPING]
    assert sorted(groups) == sorted(Mention.__struct_fields__)


def test_only_the_handle_is_private() -> None:
    assert [c.name for c in columns() if c.meta.private] == ["author_handle"]


def test_required_and_choices_are_read_from_the_annotation() -> None:
    by_name = {c.name: c for c in columns()}
    assert {n for n, c in by_name.items() if c.required} == {*KEY, "kind", "published"}
    assert by_name["kind"].choices[:2] == ("post", "comment")
    assert by_name["rating"].duckdb_type == "DOUBLE"


def test_a_time_in_another_zone_arrives_as_utc() -> None:
    oslo = datetime(2026, 3, 1, 13, 30, tzinfo=timezone(timedelta(hours=1)))
    table = to_arrow([a_mention(published=oslo)])
    assert table["published"][0].as_py() == datetime(2026, 3, 1, 12, 30)
    assert from_arrow(table)[0].published == oslo


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        to_arrow([a_mention(published=datetime(2026, 3, 1, 12))])


@pytest.mark.parametrize("wrong", [{"external_id": 7}, {"rating": "five"}, {"likes": "many"}])
def test_a_value_of_another_type_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises((TypeError, ValueError, pa.ArrowInvalid)):
        to_arrow([a_mention(**wrong)])


times = st.datetimes(
    min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)
)
texts = st.none() | st.text(st.characters(codec="utf-8"), max_size=30)


@given(
    published=times,
    text=texts,
    rating=st.none() | st.floats(0, 10),
    likes=st.none() | st.integers(0, 2**40),
)
def test_arrow_and_back_changes_nothing(
    published: datetime, text: str | None, rating: float | None, likes: int | None
) -> None:
    mention = a_mention(published=published, text=text, rating=rating, likes=likes)
    assert from_arrow(to_arrow([mention])) == [mention]


@given(st.tuples(*[st.text(max_size=8)] * 3), st.tuples(*[st.text(max_size=8)] * 3))
def test_ids_are_equal_only_for_equal_keys(
    a: tuple[str, str, str], b: tuple[str, str, str]
) -> None:
    if not any("\0" in part for part in (*a, *b)):
        assert (mention_id(*a) == mention_id(*b)) == (a == b)


def test_the_dictionary_tells_key_choices_and_privacy() -> None:
    lines = {line.split("`")[1]: line for line in dictionary_markdown().splitlines()[2:]}
    assert "Part of the key." in lines["place"]
    assert "One of: post, comment" in lines["kind"]
    assert "Private" in lines["author_handle"]
    assert list(lines) == list(Mention.__struct_fields__)
