"""Resources of the library dlt, which is an extra: without it, only what says so is tested."""

import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from connectors.dlt_resource import Dlt
from tidings.connector import Cursor, Page, configure
from tidings.errors import (
    AuthError,
    ConfigurationError,
    NotFound,
    RateLimited,
    SourceError,
    TransientError,
)
from tidings.http import Answer
from tidings.schema import to_arrow
from tidings.testing import ConnectorContract, Recorded, client

FIXTURES = Path(__file__).parent / "fixtures"
COLUMNS = {"external_id": "id", "published": "at", "rating": "stars", "text": "body"}
SECRET = "made-up/key"

needs_dlt = pytest.mark.skipif(
    importlib.util.find_spec("dlt") is None, reason="dlt is not installed: pip install tidings[dlt]"
)


def made(resource: str, arguments: dict[str, Any] | None = None, **more: Any) -> Dlt:
    settings = {
        "resource": resource if ":" in resource else f"dlt_made_up:{resource}",
        "arguments": arguments or {},
        "columns": COLUMNS,
        "constants": {"rating_min": 1, "rating_max": 5},
        "rows_per_page": 7,
        **more,
    }
    connector = configure(Dlt, settings)
    assert isinstance(connector, Dlt)
    return connector


def nothing_asked(request: Any) -> Answer:
    raise AssertionError("no request is needed")


def run(connector: Dlt, cursor: Cursor | None = None) -> tuple[list[Page], Exception | None]:
    """Walk to the end or into an error; return the pages and the error."""
    pages: list[Page] = []
    with client(nothing_asked, lambda _: SECRET) as http:
        try:
            for page in connector.pages(http, cursor):
                pages.append(page)
        except (SourceError, ConfigurationError) as error:
            return pages, error
    return pages, None


def walk(connector: Dlt, cursor: Cursor | None = None) -> list[Page]:
    pages, error = run(connector, cursor)
    if error is not None:
        raise error
    return pages


def ids(pages: list[Page]) -> list[str]:
    return [m.external_id for page in pages for m in page.mentions]


def numbers(first: int, last: int) -> list[str]:
    return [str(n) for n in range(first, last + 1)]


def stored(cursor: Cursor | None) -> Any:
    return json.loads(json.dumps(cursor))


@pytest.fixture(autouse=True)
def _found(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The made-up resources can be imported, and what is changed of the path is put back."""
    monkeypatch.setattr(sys, "path", [str(FIXTURES), *sys.path])


@needs_dlt
class TestDltConforms(ConnectorContract):
    connector = made("reviews", {"total": 45})
    origin = Recorded()
    expected = 45


@needs_dlt
def test_items_become_mentions() -> None:
    columns = {**COLUMNS, "author_handle": "by.name"}
    (page,) = walk(made("reviews", {"total": 3}, columns=columns))
    assert ids([page]) == numbers(1, 3)
    first = page.mentions[0]
    assert (first.source, first.place, first.rating, first.author_handle) == (
        "dlt", "reviews", 2, "guest 1",
    )  # fmt: skip
    assert to_arrow(page.mentions).num_rows == 3
    assert len(page.raw[0].body.splitlines()) == 3
    assert os.environ["RUNTIME__DLTHUB_TELEMETRY"] == "false"


@needs_dlt
@pytest.mark.parametrize("newest_first", [False, True])
def test_a_cursor_never_skips(newest_first: bool) -> None:
    whole = walk(made("reviews", {"total": 42, "newest_first": newest_first}))
    assert set(ids(whole)) == set(numbers(1, 42))
    for stop in range(1, len(whole) + 1):
        more = made("reviews", {"total": 44, "newest_first": newest_first})
        rest = walk(more, stored(whole[stop - 1].cursor))
        assert {*ids(whole[:stop]), *ids(rest)} == set(numbers(1, 44))
    assert ids(walk(more, stored(whole[-1].cursor))) in (["43", "44"], ["44", "43"])
    again = walk(made("reviews", {"total": 42}), stored(whole[-1].cursor))
    assert ids(again) == []
    assert again[-1].cursor is not None


@needs_dlt
def test_two_walks_in_turns_keep_their_own_state() -> None:
    one, other = made("reviews", {"total": 20}), made("reviews", {"total": 40})
    with client(nothing_asked) as http:
        first, second = one.pages(http, None), other.pages(http, None)
        mixed = [next(first), next(second), *first, *second]
    assert len(ids(mixed)) == 60
    assert ids(walk(made("reviews", {"total": 22}), stored(mixed[4 - 1].cursor))) == ["21", "22"]


@needs_dlt
def test_a_resource_that_dies_is_begun_again_where_it_began() -> None:
    before = walk(made("reviews", {"total": 5}))[-1].cursor
    pages, error = run(made("reviews", {"total": 50, "die_after": 30}), stored(before))
    assert isinstance(error, TransientError)
    assert "the API hung up" in str(error)
    assert ids(pages) == numbers(6, 34) or ids(pages) == numbers(6, 35)
    assert {json.dumps(p.cursor) for p in pages} == {json.dumps(before)}


@needs_dlt
def test_a_bad_item_is_rejected_alone() -> None:
    (page,) = walk(made("odd", rows_per_page=100))
    assert ids([page]) == ["1", "5", "6"]
    for rejected, told in zip(
        page.rejected, ["published", "int, no dict", "rating", "'stars' (for rating)"], strict=True
    ):
        assert told in rejected.reason
        assert "dlt_made_up:odd" in rejected.reason


@needs_dlt
@pytest.mark.parametrize(
    ("kind", "error"),
    [("401", AuthError), ("403", AuthError), ("404", NotFound), ("429", RateLimited),
     ("503", TransientError), ("bug", TransientError)],
)  # fmt: skip
def test_what_a_resource_raises_is_a_typed_error_without_secrets(
    kind: str, error: type[Exception]
) -> None:
    pages, raised = run(made("failing", {"kind": kind}, secrets={"api_key": "review_key"}))
    assert ids(pages) == ["1"]
    assert type(raised) is error
    assert "***" in str(raised)
    assert SECRET not in str(raised)
    assert raised.__cause__ is None  # whose text would be in the log


@needs_dlt
@pytest.mark.parametrize(
    ("resource", "more", "told"),
    [
        ("nothing_here", {}, "nothing_here"),
        ("no_such_module:reviews", {}, "no_such_module"),
        ("no_resource", {}, "int"),
        ("shop", {"arguments": {"total": 1}}, "reviews, owners"),
        ("shop", {"arguments": {"total": 1}, "select": "items"}, "reviews, owners"),
        ("failing", {"arguments": {"kind": "401"}}, "api_key"),
        ("reviews", {"arguments": {"totally": 1}}, "total"),
    ],
)
def test_what_is_wrong_is_told(resource: str, more: dict[str, Any], told: str) -> None:
    _, error = run(made(resource, **more))
    assert isinstance(error, ConfigurationError)
    assert told in str(error)


@needs_dlt
def test_a_resource_of_a_source_is_selected() -> None:
    assert ids(walk(made("shop", {"total": 2}, select="reviews"))) == ["1", "2"]
    (page,) = walk(made("shop", {"total": 2}, select="owners"))
    assert [(m.place, m.external_id) for m in page.mentions] == [("owners", "9")]
    assert ids(walk(made("without_arguments"))) == ["1"]


@needs_dlt
def test_a_module_may_lie_in_the_installation(home: Path) -> None:
    (home / "our_own_reviews.py").write_text(
        "import dlt\n\n\n@dlt.resource\ndef mine(n):\n    yield {'id': n, 'at': '2026-05-01'}\n"
    )
    columns = {"external_id": "id", "published": "at"}
    assert ids(walk(made("our_own_reviews:mine", {"n": 3}, columns=columns))) == ["3"]


def test_a_missing_dlt_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dlt", None)
    _, error = run(made("reviews", {"total": 1}))
    assert isinstance(error, ConfigurationError)
    assert "pip install 'tidings[dlt]'" in str(error)


@pytest.mark.parametrize(
    ("resource", "more"),
    [("a:b c", {}), (":b", {}), ("a.b:", {}), ("reviews", {"columns": {"texts": "body"}})],
)
def test_wrong_settings_are_told(resource: str, more: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        made(resource, **more)


def test_a_cursor_of_another_connector_is_told() -> None:
    _, error = run(made("reviews", {"total": 1}), {"done": 3})
    assert "start this walk from nothing" in str(error)
