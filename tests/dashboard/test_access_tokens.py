"""Signing in with a token: sessions, programs, wrong ones, removed ones."""

import json
import threading
from pathlib import Path

import pytest
import time_machine
from access_home import OWN, opened, said
from starlette.testclient import TestClient

from dashboard.access import TooManyTries
from dashboard.token_file import PREFIX, TokenFile
from dashboard.tokens import COOKIE, SECONDS, Tokens, session_key
from dashboard.tries import FREE, LONGEST, MOST, Tries
from tidings.errors import ConfigurationError
from tidings.home import Home


@pytest.fixture
def at(tmp_path: Path) -> Home:
    return Home.at(tmp_path)


@pytest.fixture
def token(at: Home) -> str:
    return TokenFile(at).add("Anna Nordmann", "editor")


def signed_in(client: TestClient, token: str, back: str = "") -> str:
    """Sign in as the form does; return where it leads."""
    answer = client.post("/signin", data={"token": token, "next": back}, headers=OWN)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_a_session_begins_with_a_token_and_ends_when_it_is_removed(at: Home, token: str) -> None:
    client = opened(at, Tokens(at))
    assert client.get("/who").headers["location"] == "signin?next=who"

    assert signed_in(client, token) == "today"
    assert said(client) == "Anna Nordmann: editor"

    TokenFile(at).remove("Anna Nordmann")  # another process does
    assert said(client) == 303
    # nor does a new token of the same name bring the old session back
    TokenFile(at).add("Anna Nordmann", "admin")
    assert said(client) == 303


def test_signing_out_forgets_the_session(at: Home, token: str) -> None:
    client = opened(at, Tokens(at))
    signed_in(client, token)
    assert client.post("/signout", headers=OWN).headers["location"] == "signin"
    assert said(client) == 303


def test_a_session_lasts_twelve_hours_whatever_the_browser_thinks(at: Home, token: str) -> None:
    access = Tokens(at)
    with time_machine.travel("2026-05-01T06:00:00Z", tick=False) as clock:
        client = opened(at, access)
        signed_in(client, token)
        cookie = client.cookies[COOKIE]
        clock.shift(SECONDS - 1)
        assert said(opened(at, access), cookie=f"{COOKIE}={cookie}") == "Anna Nordmann: editor"
        clock.shift(2)
        assert said(opened(at, access), cookie=f"{COOKIE}={cookie}") == 303


def test_a_session_of_another_key_or_a_changed_one_is_nobodys(at: Home, token: str) -> None:
    client = opened(at, Tokens(at))
    signed_in(client, token)
    cookie = client.cookies[COOKIE]
    for changed in (cookie[:-1], "x" + cookie[1:], cookie.split(".")[0], "", "..", '""'):
        assert said(opened(at, Tokens(at)), cookie=f"{COOKIE}={changed}") == 303, changed
    (at.secrets / "dashboard_session_key").unlink()
    assert said(opened(at, Tokens(at)), cookie=f"{COOKIE}={cookie}") == 303


@pytest.mark.parametrize(("url", "secure"), [("http://page", False), ("https://page", True)])
def test_the_cookie_is_for_this_page_only(at: Home, token: str, url: str, secure: bool) -> None:
    client = opened(at, Tokens(at), url=url)
    answer = client.post("/signin", data={"token": token}, headers=OWN)
    parts = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/", f"max-age={SECONDS}"} <= parts
    assert ("secure" in parts) == secure
    assert token not in answer.headers["set-cookie"]
    assert answer.headers["cache-control"] == "no-store"


def test_a_program_sends_its_token_and_a_wrong_one_is_not_saved_by_a_cookie(
    at: Home, token: str
) -> None:
    client = opened(at, Tokens(at))
    assert said(client, authorization=f"Bearer {token}") == "Anna Nordmann: editor"
    assert said(client, authorization=f"bearer  {token} ") == "Anna Nordmann: editor"
    assert said(client, authorization=f"Basic {token}") == 303
    signed_in(client, token)
    assert said(client, authorization=f"Bearer {token}x") == 303
    told = client.get("/api/v1/brands", headers={"authorization": f"Bearer {PREFIX}wrong"})
    assert told.status_code == 401
    assert told.json()["error"] == "SignInNeeded"


def test_wrong_tokens_are_slowed_down_by_address_and_in_the_end_forgotten() -> None:
    now = [0.0]
    tries = Tries(lambda: now[0])
    for _ in range(FREE):
        tries.check("192.0.2.7")
        tries.failed("192.0.2.7")
    tries.check("192.0.2.7")
    tries.failed("192.0.2.7")
    with pytest.raises(TooManyTries) as refused:
        tries.check("192.0.2.7")
    assert refused.value.seconds == 3  # two to come, and a bit
    tries.check("192.0.2.8")  # nobody else waits
    now[0] += 2.1
    tries.check("192.0.2.7")
    for _ in range(100):
        tries.failed("192.0.2.7")
    with pytest.raises(TooManyTries):
        tries.check("192.0.2.7")
    now[0] += LONGEST + 1
    tries.check("192.0.2.7")
    now[0] += 4000
    tries.failed("192.0.2.7")
    tries.check("192.0.2.7")  # one wrong token after an hour is the first one


def test_what_is_remembered_of_addresses_is_bounded() -> None:
    tries = Tries()
    for n in range(MOST + 500):
        tries.failed(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}")
    assert len(tries) == MOST
    for n in range(100):  # one customer's network
        tries.failed(f"2001:db8:0:1::{n:x}")
    with pytest.raises(TooManyTries):
        tries.check("2001:db8:0:1:ffff::1")
    tries.check("2001:db8:0:2::1")


def test_the_form_tells_who_has_to_wait(at: Home, token: str) -> None:
    client = opened(at, Tokens(at))
    for _ in range(FREE + 1):
        answer = client.post("/signin", data={"token": "guess"}, headers=OWN)
        assert answer.status_code == 401
        assert "This is no token of this page." in answer.text
    answer = client.post("/signin", data={"token": token}, headers=OWN)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 3
    told = client.get("/api/v1/brands", headers={"authorization": f"Bearer {token}"})
    assert told.status_code == 429
    assert told.headers["retry-after"]
    assert said(opened(at, Tokens(at), peer="192.0.2.8"), authorization=f"Bearer {token}")


@pytest.mark.parametrize(
    "back",
    [
        "//evil.example/", "https://evil.example/", "\\\\evil.example", "/\\evil.example",
        "javascript:alert(1)", "..", "../x", "today?a=\r\nSet-Cookie: x=1", "today\n", "a//b", " ",
        "x" * 3000,
    ],
)  # fmt: skip
def test_the_way_back_never_leads_elsewhere(at: Home, token: str, back: str) -> None:
    assert signed_in(opened(at, Tokens(at)), token, back) == "today"


def test_the_way_back_is_what_was_asked_for(at: Home, token: str) -> None:
    client = opened(at, Tokens(at))
    asked = "today?brand=Nord+%26+S%C3%B8n&days=28"
    to = client.get(f"/{asked}").headers["location"]
    shown = client.get(f"/{to}").text
    assert 'value="today?brand=Nord+%26+S%C3%B8n&amp;days=28"' in shown
    assert signed_in(client, token, asked) == asked


def test_a_link_from_another_site_is_asked_for_again_by_the_page_itself(
    at: Home, token: str
) -> None:
    """A browser keeps a strict cookie back when the link is elsewhere: the session is not over."""
    client = opened(at, Tokens(at))
    signed_in(client, token)
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    bare = opened(at, Tokens(at))
    way = bare.get("/today?brand=Acme", headers=elsewhere).headers["location"]
    page = bare.get(f"/{way}", headers=elsewhere)
    assert 'http-equiv="refresh" content="0; url=signin?next=today%3Fbrand%3DAcme"' in page.text
    again = client.get(f"/{way}", headers=OWN)  # with the cookie now
    assert (again.status_code, again.headers["location"]) == (303, "today?brand=Acme")
    # who has no session is asked, and not sent round for ever
    assert 'name="token"' in bare.get(f"/{way}", headers=OWN).text


def test_a_part_of_a_page_has_the_whole_page_asked_for_anew(at: Home, token: str) -> None:
    answer = opened(at, Tokens(at)).get("/who", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["hx-refresh"]) == (401, "true")


def test_a_form_that_is_none_or_too_long_is_refused(at: Home, token: str) -> None:
    client = opened(at, Tokens(at))
    for body in (b"token=" + b"x" * 10_000, b"\xff\xfe", b"a=1&" * 50):
        assert client.post("/signin", content=body, headers=OWN).status_code == 400


@pytest.mark.parametrize("language", ["en", "nb", "da", "fa", "zh"])
def test_the_page_speaks_each_language(at: Home, token: str, language: str) -> None:
    page = opened(at, Tokens(at)).get(f"/signin?lang={language}").text
    assert f'<html lang="{language}" dir="{"rtl" if language == "fa" else "ltr"}"' in page
    assert 'name="token"' in page


def test_the_file_holds_no_token_and_is_its_owners(at: Home, token: str) -> None:
    file = at.secrets / "dashboard-tokens.json"
    assert token.startswith(PREFIX)
    assert len(token) > 45
    assert token not in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert (at.secrets / "dashboard_session_key").exists() is False
    Tokens(at)
    assert (at.secrets / "dashboard_session_key").stat().st_mode & 0o777 == 0o600
    file.chmod(0o644)
    with pytest.raises(ConfigurationError, match="others than its owner"):
        TokenFile(at).tokens()


def test_names_of_tokens(at: Home, token: str) -> None:
    file = TokenFile(at)
    with pytest.raises(ConfigurationError, match="has a token already"):
        file.add(" Anna Nordmann ", "viewer")
    for name in ("", "  ", "x" * 65, "a\nb", "a\x1b[31m"):
        with pytest.raises(ConfigurationError, match="no name"):
            file.add(name, "viewer")
    with pytest.raises(ConfigurationError, match="There is: Anna Nordmann"):
        file.remove("Anne")


@pytest.mark.parametrize(
    "content", ["", "{}", "[{}]", '[{"name": "a", "role": "root", "sha256": "", "made": 1}]']
)
def test_a_broken_file_says_where_it_is(at: Home, content: str) -> None:
    at.secrets.mkdir()
    file = at.secrets / "dashboard-tokens.json"
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(ConfigurationError, match=r"dashboard-tokens\.json can't be read"):
        TokenFile(at).tokens()


def test_tokens_that_are_made_at_once_are_all_kept(at: Home) -> None:
    makers = [
        threading.Thread(target=TokenFile(at).add, args=(f"n{n}", "viewer")) for n in range(12)
    ]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    kept = json.loads((at.secrets / "dashboard-tokens.json").read_text())
    assert {t["name"] for t in kept} == {f"n{n}" for n in range(12)}


def test_a_key_that_is_too_short_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("short")
    with pytest.raises(ConfigurationError, match="no usable key"):
        session_key(path)
    path.unlink()
    assert session_key(path) == session_key(path)
