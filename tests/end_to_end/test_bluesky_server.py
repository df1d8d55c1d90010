"""The Bluesky connector follows Bluesky's own servers: posts, edits, deletions, a genuine 429.

Slow. It runs where TIDINGS_BLUESKY_SERVER names the folder that ``.ci/bluesky`` installed into.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bluesky_network import Account, Network, running

from tidings.cli import revisit, steps, whole_run
from tidings.cli.reading import answers
from tidings.errors import RateLimited
from tidings.home import Home
from tidings.times import utcnow
from warehouse.store import open_warehouse

FOLDER = os.environ.get("TIDINGS_BLUESKY_SERVER")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FOLDER, reason="TIDINGS_BLUESKY_SERVER is not set; see .ci/bluesky"),
]

POSTS = 300
TIES = 120
"""Posts of one and the same millisecond: more than a page holds."""

SIGN_INS = 30
"""Sign-ins of one account that the server allows in five minutes."""


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with running(Path(FOLDER or ""), tmp_path_factory.mktemp("bluesky") / "log") as network:
        yield network


def written(number: int) -> str:
    """Return when post ``number`` was written: the ties at one time, the others over two days."""
    back = timedelta(hours=20) if number < TIES else timedelta(minutes=14 * (number - TIES))
    return _iso(NOW - back)


def _iso(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


NOW = datetime.now(UTC) - timedelta(minutes=5)


def watch(home: Path, **settings: Any) -> None:
    lines = ['[brand]\nname = "Nordkvern"', '[[sources]]\nconnector = "bluesky"']
    lines += ["requests_per_second = 200", "[sources.settings]"]
    lines += [f'{key} = "{value}"' for key, value in settings.items()]
    (home / "watch/nordkvern.toml").write_text("\n".join(lines) + "\n", "utf-8")


def run() -> dict[str, int]:
    name = steps.new_run("test")
    steps.collect("nordkvern", "bluesky", run=name)
    return whole_run.check_and_load(holder=name)


def visit() -> dict[str, int]:
    name = steps.new_run("revisit")
    revisit.collect("nordkvern", "bluesky", run=name)
    return whole_run.check_and_load(holder=name)


def held() -> dict[str, str]:
    """Return the text of each mention that there is now, by its URI."""
    with open_warehouse(Home.find().warehouse) as con:  # no URI is in the snapshot that all read
        return dict(con.execute("SELECT external_id, text FROM core.mention").fetchall())


def test_posts_of_two_accounts_edits_and_deletions_are_followed(
    network: Network, home: Path
) -> None:
    people = [network.account("kari"), network.account("ola")]
    said: dict[str, tuple[Account, str]] = {}
    for number in range(POSTS):
        person, text = people[number % 2], f"Nordkvern mill number {number} grinds well."
        said[person.post(text, written(number))] = (person, text)
    network.settle()
    watch(home, base_url=network.appview)

    assert run()["new"] == POSTS
    assert held() == {uri: text for uri, (_, text) in said.items()}
    assert (run()["new"], len(held())) == (0, POSTS), "a second run brings nothing twice"
    [covered] = answers(
        "SELECT count(*) FILTER (WHERE end_reached), count(gap_from) FROM core.coverage", 10
    )[1]
    assert covered == (2, 0)

    uris = list(said)
    deleted = set(uris[3:300:13])
    for uri in deleted:
        said[uri][0].delete(uri)
    edited = [uri for uri in uris[5:300:29] if uri not in deleted]
    for uri in edited:
        said[uri][0].edit(uri, "Nordkvern mill grinds no more.", written(uris.index(uri)))
    late = people[0].post("Nordkvern arrived late.", written(TIES + 4))
    newest = people[1].post("Nordkvern is the newest.", _iso(datetime.now(UTC)))
    network.settle()

    assert run()["new"] == 2
    assert {late, newest} <= set(held())
    visit()
    assert set(held()) == (set(said) | {late, newest}) - deleted
    gone = answers(
        "SELECT count(DISTINCT external_id) FROM core.mention_version "
        "WHERE mention_id NOT IN (SELECT mention_id FROM core.mention)",
        10,
    )[1]
    assert gone == [(len(deleted),)], "what was deleted stays in the history"
    shown = shown_by(network)
    assert {uri: text for uri, text in held().items() if uri in edited} == {
        uri: shown[uri] for uri in edited
    }, "an edit is followed as far as Bluesky itself shows it"


def shown_by(network: Network) -> dict[str, str]:
    """Return what the server's own search shows, asked without any of our code."""
    import httpx

    texts: dict[str, str] = {}
    cursor: str | None = None
    while True:
        asked = {"q": "Nordkvern", "limit": "100", **({"cursor": cursor} if cursor else {})}
        answer = httpx.get(
            f"{network.appview}/xrpc/app.bsky.feed.searchPosts", params=asked, trust_env=False
        ).json()
        texts |= {post["uri"]: post["record"]["text"] for post in answer["posts"]}
        cursor = answer.get("cursor")
        if not cursor:
            return texts


def test_a_genuine_429_is_honoured(
    network: Network, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = network.account("liv")
    uri = account.post("Nordkvern is quiet today.", written(0))
    network.settle()
    monkeypatch.setenv("TIDINGS_SECRET_APP_PASSWORD", "made-up")
    watch(home, service=network.pds, identifier=account.handle, credential="app_password")
    signed = {"identifier": account.handle, "password": "made-up"}
    codes = [
        network.ask("com.atproto.server.createSession", signed).status_code for _ in range(SIGN_INS)
    ]
    assert set(codes) == {200}

    with pytest.raises(RateLimited) as caught:
        run()
    told = caught.value.answer.headers if caught.value.answer else {}
    assert told == {}, "the answer to a sign-in is kept nowhere"
    assert caught.value.retry_at is not None
    wait = (caught.value.retry_at - utcnow().astimezone(UTC)).total_seconds()
    assert 60 < wait <= 300, "as long as the server's window"
    whole_run.check_and_load(holder="test")
    [(stopped_by,)] = answers("SELECT stopped_by FROM core.coverage", 10)[1]
    assert stopped_by.startswith("RateLimited")
    assert held() == {}

    time.sleep(wait + 1)
    run()
    assert uri in held()
