"""What people type to get into a statement stays a value: in the search box, in every filter."""

from __future__ import annotations

import re
import sys
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from tidings.home import Home

sys.path.append(str(Path(__file__).parents[1] / "security"))

from hostile_sql import typed

SEARCHES = (
    '"', '"" OR', "a NEAR(b, 2)", "NEAR/9 a", "^a", "text:x", "{a b}: c", "a*b*", "NOT", "(" * 300,
    "a OR " * 150, "+ +", "/*", "\0", "\u202e", "\ud800".encode("utf-8", "replace").decode(),
)  # fmt: skip
"""What the index of words would take for a syntax of its own."""

ODD = (
    "9" * 400, "-1", "1e999", "nan", "inf", "0x10", "\u0661\u0662", "\u00b2", "0001-01-01",
    "9999-12-31", "2026-02-30", "%", "_", "x" * 5_000, "a\0b", "[]", "null",
    "00000000-0000-0000-0000-000000000000",
)  # fmt: skip
"""Values that some filter or other would not know what to do with."""

FILTERS = ("keyword", "source", "place", "language", "driver", "kind", "author")


def _listed(client: TestClient, **asked: str) -> tuple[int, list[Any]]:
    answer = client.get("/api/v1/mentions", params={"days": "60", "limit": "50", **asked})
    return answer.status_code, answer.json().get("rows", [])


def _bytes(home: Home) -> tuple[bytes, bytes]:
    return home.snapshot.read_bytes(), home.warehouse.read_bytes()


def test_no_filter_is_got_around(told_home: Home, client: TestClient) -> None:
    """A value of nothing there is gives nothing, and no more than that."""
    before = _bytes(told_home)
    assert _listed(client)[1]
    wrong = [
        (name, text)
        for name, text in zip(cycle(FILTERS), typed(), strict=False)
        if _listed(client, **{name: text}) != (200, [])
    ]
    assert wrong == []
    assert _bytes(told_home) == before


def test_no_search_is_an_error_or_finds_what_has_none_of_its_words(client: TestClient) -> None:
    pages = cycle(("/mentions", "/api/v1/mentions", "/api/v1/mentions?format=csv"))
    for text, page in zip((*SEARCHES, *typed()), pages, strict=False):
        answer = client.get(page, params={"q": text, "days": "60", "format": _form(page)})
        assert answer.status_code == 200, (page, text)
        assert "root:x:" not in answer.text
    assert _listed(client, q="zzqx ' UNION SELECT 1=1--") == (200, [])
    assert _listed(client, q='zzqx" text:a') == (200, [])
    # OR is a word of the search's own, and nothing more than that
    assert _listed(client, q="zzqx ' OR zzqy=zzqy--") == (200, [])
    assert _listed(client, q="zzqx ' OR 1=1--") == _listed(client, q='zzqx OR "1 1"')


def _form(page: str) -> str:
    return "csv" if page.endswith("csv") else "json"


@pytest.mark.slow
def test_every_parameter_of_the_api_takes_or_refuses_what_is_odd(client: TestClient) -> None:
    said = client.get("/api/v1/openapi.json").json()
    texts = cycle((*ODD, *SEARCHES, *list(typed())[::7]))
    wrong = []
    for path, methods in said["paths"].items():
        for given in methods["get"].get("parameters", []):
            for text in (next(texts) for _ in range(6)):
                asked = {"rule": "volume", "threshold": "3", "query": "a"} | {given["name"]: text}
                at = re.sub(r"\{\w+\}", quote(text[:99], safe="") or "x", path)
                status = client.get(at, params=asked).status_code
                if status not in (200, 400, 404, 422):
                    wrong.append((path, given["name"], text[:40], status))
    assert wrong == []
