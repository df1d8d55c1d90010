"""The layers put together, over real sockets and over what a test puts in the network's place."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from http_loopback import Exchange, Loopback, Script

from tidings.errors import AuthError, ConfigurationError, RateLimited, TransientError
from tidings.http import Answer, Http
from tidings.http.client import Client, Limits, connect

URL = "https://api.example/v1/search"


def client(*turns: Answer | Exception, limits: Limits = Limits()) -> tuple[Client, Script]:  # noqa: B008
    send = Script(*turns)
    made = connect(requests_per_second=1000, user_agent="x", limits=limits, send=send)
    return made, send


def ok(**headers: str) -> Answer:
    return Answer(status=200, url=URL, headers={k.replace("_", "-"): v for k, v in headers.items()})


def over_network(**limits: float) -> Client:
    return connect(
        requests_per_second=1000,
        user_agent="tidings-test/1",
        limits=Limits(**limits),  # type: ignore[arg-type]
    )


@pytest.mark.usefixtures("no_waits")
def test_a_walk_over_the_network(server: Loopback) -> None:
    """Down, throttled, moved, then there: what a connector sees is one page."""
    waiting = ["down", "slow"]

    def reply(asked: Exchange) -> None:
        match waiting.pop(0) if waiting else "":
            case "down":
                asked.answer(status=502)
            case "slow":
                asked.answer(status=429, Retry_After="1")
            case _:
                asked.answer(status=302, Location="/new?q=lamp")

    url = server.on("/old", reply)
    server.on("/new", lambda asked: asked.answer(b'{"hits":1}', ETag='"1"'))
    with over_network() as http:
        answer = http.get(url, {"q": "brass lamp", "page": None, "fresh": True})
    assert answer.json() == {"hits": 1}
    assert answer.validators == {"etag": '"1"'}
    assert [asked.path for asked in server.asked] == [
        *["/old?q=brass%20lamp&fresh=true"] * 3,
        "/new?q=lamp",
    ]
    assert {asked.headers["user-agent"] for asked in server.asked} == {"tidings-test/1"}


@pytest.mark.usefixtures("no_waits")
def test_a_source_that_closes_each_connection_without_a_word_is_read(server: Loopback) -> None:
    """Each time the pool holds a connection that is dead or about to be."""

    def reply(asked: Exchange) -> None:
        asked.answer(b"ok")
        asked.close_connection = True

    url = server.on("/", reply)
    with over_network() as http:
        assert [http.get(url).body for _ in range(10)] == [b"ok"] * 10


@pytest.mark.usefixtures("no_waits")
def test_a_page_that_comes_half_is_asked_for_again(server: Loopback) -> None:
    halves = [b"ha", b"hal"]

    def reply(asked: Exchange) -> None:
        if halves:
            asked.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", halves.pop())
        else:
            asked.answer(b"half")

    with over_network() as http:
        assert http.get(server.on("/", reply)).body == b"half"
    assert len(server.asked) == 3


def test_a_conditional_request_gets_304(server: Loopback) -> None:
    def reply(asked: Exchange) -> None:
        known = asked.headers["if-none-match"] == '"a"' and asked.headers["if-modified-since"]
        asked.answer(status=304 if known else 200, ETag='"a"', Last_Modified="Sat, 13 Sep 2014")

    url = server.on("/", reply)
    with over_network() as http:
        first = http.get(url)
        again = http.get(url, validators=first.validators)
    assert not first.unchanged
    assert again.unchanged


def test_validators_that_can_not_be_sent_back_cost_a_whole_answer_and_no_more() -> None:
    http, send = client(ok())
    http.get(URL, validators={"etag": '"é\n"', "last-modified": "Sat, 13 Sep 2014", "age": "1"})
    assert send.asked[0].headers == {"if-modified-since": "Sat, 13 Sep 2014"}


def test_a_post_is_sent_as_json_and_once_unless_it_may_be_repeated() -> None:
    down = Answer(status=502, url=URL)
    http, send = client(down, ok(), limits=Limits(max_wait_seconds=0))
    with pytest.raises(TransientError):
        http.post(URL, json={"q": "Zürich"}, headers={"accept": "application/json"})
    assert send.asked[0].body == '{"q":"Zürich"}'.encode()
    assert send.asked[0].headers == {
        "accept": "application/json",
        "content-type": "application/json",
    }
    http, send = client(down, ok(), limits=Limits(max_wait_seconds=0))
    assert http.post(URL, json={}, repeatable=True).status == 200
    assert len(send.asked) == 2


@pytest.mark.usefixtures("no_waits")
def test_a_long_wait_is_raised_with_its_end() -> None:
    http, send = client(Answer(status=429, url=URL, headers={"retry-after": "3600"}), ok())
    with pytest.raises(RateLimited) as caught:
        http.get(URL)
    assert caught.value.retry_at is not None
    assert len(send.asked) == 1


def test_a_refused_credential_is_not_tried_again() -> None:
    http, send = client(Answer(status=401, url=URL), ok())
    with pytest.raises(AuthError):
        http.get(URL)
    assert len(send.asked) == 1


def test_redirects_and_tries_wait_their_turn_too() -> None:
    """One request in 1,000 seconds: a redirect on the same host must not jump the queue."""
    send = Script(Answer(status=302, url=URL, headers={"location": "/v2"}), ok())
    http = connect(requests_per_second=0.001, user_agent="x", send=send)
    threading.Thread(target=http.get, args=(URL,), daemon=True).start()
    threading.Event().wait(0.2)
    assert len(send.asked) == 1


@pytest.mark.parametrize(
    "url", ["api.example/v1", "file:///etc/passwd", "https://a:b@api.example/"]
)
def test_a_url_is_checked_whatever_is_in_the_networks_place(url: str) -> None:
    http, send = client(ok())
    with pytest.raises(ConfigurationError):
        http.get(url, {"q": 1})
    with pytest.raises(ConfigurationError):
        http.post(url)
    assert send.asked == []


def test_secrets_come_from_where_the_caller_says() -> None:
    http = connect(user_agent="x", secrets=lambda name: f"the {name}", send=Script())
    assert http.secret("token") == "the token"


def test_secrets_come_from_the_usual_places_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDINGS_SECRET_SHOP_TOKEN", "s3cret")
    assert connect(user_agent="x", send=Script()).secret("shop-token") == "s3cret"


def test_it_closes_its_own_network_and_no_one_elses(server: Loopback) -> None:
    url = server.on("/", lambda asked: asked.answer())
    with over_network() as http:
        http.get(url)
    with pytest.raises(RuntimeError):
        http.get(url)


def test_it_is_what_connectors_are_promised() -> None:
    http: Http = client()[0]  # mypy compares the signatures
    assert http


@pytest.mark.parametrize(
    "wrong", [{"attempts": 0}, {"deadline_seconds": -1}, {"max_bytes": float("nan")}]
)
def test_limits_under_which_nothing_works_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(wrong))):
        Limits(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("agent", ["tidings (kontakt@köln.example)", "a\nb"])
def test_a_user_agent_that_can_not_be_sent_is_refused(agent: str) -> None:
    with pytest.raises(ConfigurationError, match="user-agent"):
        connect(user_agent=agent)


HEAVY = "{'httpx', 'httpcore', 'airflow', 'stamina', 'pyrate_limiter', 'pyarrow', 'pandas'}"


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ("import tidings.http", "set()"),
        ("import tidings.credentials", "set()"),
        (
            "from tidings.http.client import connect\n"
            "connect(user_agent='x', send=lambda request: None)",
            "{'stamina', 'pyrate_limiter'}",
        ),
    ],
)
def test_nothing_heavy_is_imported_before_it_is_used(statement: str, allowed: str) -> None:
    code = f"import sys\n{statement}\nprint(sorted(({HEAVY} & set(sys.modules)) - {allowed}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_one_module_alone_knows_the_http_library() -> None:
    """So that a successor can take its place."""
    from pathlib import Path

    import tidings

    root = Path(tidings.__file__).parents[1]
    parts = ("tidings", "connectors", "transforms", "warehouse", "dags")
    files = [path for part in parts for path in (root / part).rglob("*.py")]
    lines = {
        path.relative_to(root).as_posix()
        for path in files
        for line in path.read_text("utf-8").splitlines()
        if line.split()[:2] in (["import", "httpx"], ["from", "httpx"], ["import", "httpcore"])
    }
    assert lines == {"tidings/http/wire.py"}
