"""Each answer keeps the browser from what the pages never ask for."""

from pathlib import Path

import pytest
from access_home import opened
from starlette.responses import PlainTextResponse

from dashboard.access import Everybody
from dashboard.guard import Guard
from dashboard.headers import ALWAYS
from dashboard.tokens import Tokens
from tidings.home import Home


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/who", 200), ("/", 307), ("/static/icon.svg", 200), ("/static/none.js", 404),
        ("/none", 404), ("/api/v1/brands", 503), ("/api/v1/openapi.json", 200), ("/break", 500),
        ("/today", 503),
    ],
)  # fmt: skip
def test_every_answer_has_them(tmp_path: Path, path: str, status: int) -> None:
    answer = opened(tmp_path, Everybody()).get(path)
    assert answer.status_code == status
    for name, value in ALWAYS.items():
        assert answer.headers.get_list(name) == [value]
    assert "strict-transport-security" not in answer.headers
    kept = "private, no-cache" if status < 400 else "no-store"
    assert answer.headers.get_list("cache-control") == [kept]
    assert "mistake of ours" not in answer.text


def test_refusals_and_redirects_have_them(tmp_path: Path) -> None:
    refused = opened(tmp_path, Everybody(), Guard(hosts=frozenset())).get("/who")
    assert refused.status_code == 400
    asked = opened(tmp_path, Tokens(Home.at(tmp_path))).get("/who")
    assert asked.status_code == 303
    for answer in (refused, asked):
        assert ALWAYS.items() <= {k: answer.headers.get(k) for k in ALWAYS}.items()


def test_nothing_inline_and_nothing_from_elsewhere_is_allowed() -> None:
    policy = dict(p.split(" ", 1) for p in ALWAYS["Content-Security-Policy"].split("; "))
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["default-src"] == policy["frame-ancestors"] == policy["form-action"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in ALWAYS["Content-Security-Policy"]


def test_over_https_it_stays_https(tmp_path: Path) -> None:
    answer = opened(tmp_path, Everybody(), url="https://page.example").get("/who")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_a_saved_table_is_not_kept_by_the_browser(tmp_path: Path) -> None:
    client = opened(tmp_path, Everybody())

    def saved() -> PlainTextResponse:
        given = {"Content-Disposition": "attachment; filename=a.csv", "Cache-Control": "private"}
        return PlainTextResponse("a", headers=given)

    client.app.add_api_route("/saved", saved)  # type: ignore[attr-defined]
    assert client.get("/saved").headers["cache-control"] == "no-store"
