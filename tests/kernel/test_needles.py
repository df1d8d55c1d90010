"""Words are found where they name what is erased, and not where they are everybody's."""

import json

import pytest

from tidings.needles import Needles
from tidings.speakers import speakers
from tidings.tombstones import SPEAKER, words_of

FIELDS = json.dumps({"title": "of bob", "score": 3, "author": "bob", "comments": [{"a": 1}]})


@pytest.mark.parametrize("handle", ["title", "score", "author", "comments"])
def test_a_handle_that_fields_are_called_by_is_not_in_every_record(handle: str) -> None:
    needles = Needles((), [("files", handle)])
    assert not needles.found(FIELDS)
    assert not needles.found(json.dumps(FIELDS))
    assert not needles.found(f"<entry><{handle}>of bob</{handle}></entry>")
    assert needles.found(json.dumps({"author": handle}))
    assert needles.found(f"by {handle}, today")
    assert handle not in words_of(FIELDS)
    assert handle in words_of(f"by {handle}, today")


def test_a_field_that_is_called_like_a_person_names_them() -> None:
    needles = Needles((), [("files", "annabell")])
    assert needles.found('{"users": {"annabell": {"likes": 3}}}')
    assert needles.found("<annabell> the kettle leaks")


@pytest.mark.parametrize("handle", ["a", "ed", "The", "\N{FOX FACE}", "\u00e5"])
def test_a_short_handle_is_found_where_a_record_says_who_speaks(handle: str) -> None:
    needles = Needles((), [("files", handle)])
    for record in (
        json.dumps({"author": handle}),
        json.dumps({"author_handle": handle}, ensure_ascii=False),
        json.dumps(json.dumps({"user": {"screen_name": handle}})),
        f"<author><name>/u/{handle}</name></author>",
    ):
        assert needles.found(record), record
        assert SPEAKER + handle in words_of(record)
    for record in (f"{handle} kettle", json.dumps({"text": handle, "product_name": handle})):
        assert not needles.found(record), record


def test_a_name_is_of_one_source() -> None:
    needles = Needles(["said by anna alone"], [("files", "anna-handle"), ("reddit", "id-4711")])
    assert needles.found("anna-handle")
    assert needles.of("files").found("anna-handle")
    assert not needles.of("reddit").found("anna-handle")
    assert needles.of("reddit").found("it was said by anna alone")


def test_a_word_of_everybodys_is_a_name_only_of_who_speaks() -> None:
    needles = Needles((), [("files", "kettle")], [("files", "kettle")])
    assert not needles.found("the kettle leaks")
    assert needles.found('{"author": "Kettle"}')


@pytest.mark.parametrize("text", ['"author": "' * 20_000, "<author" * 20_000, '\\"by' * 50_000])
def test_hostile_texts_end(text: str) -> None:
    assert isinstance(speakers(text), set)
    assert isinstance(words_of(text), set)
