"""The hostile source finds what is wrong with a connector, and only that; it breaks real HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import broken
import pytest

from tidings.connector import Connector, Cursor, Page
from tidings.errors import BodyTooLarge, ConfigurationError, SourceChanged, TransientError
from tidings.http import Answer, Http, Request
from tidings.testing import Recorded, Simulated, scorecard, trial
from tidings.testing.__main__ import main
from tidings.testing.chain import chain_of
from tidings.testing.driving import walk
from tidings.testing.hostile import BEHAVIOURS, behaviour
from tidings.testing.hostile_server import Edge, HostileServer, Reply, hostile_server
from tidings.testing.trial import Verdict, attempt, prepare

DIALECT = ("1", "2", "3", "4", "16", "17", "18", "19", "20", "25")


@pytest.fixture(scope="module")
def server() -> Iterator[HostileServer]:
    with hostile_server() as running:
        yield running


@pytest.fixture
def tried(server: HostileServer) -> Any:
    def on(connector: Connector, key: str, **how: Any) -> Verdict:
        return attempt(prepare((connector, Simulated(**how))), behaviour(key), server)

    return on


def test_a_sound_connector_stands_all_of_it(server: HostileServer) -> None:
    ready = prepare((broken.Sound(), Simulated()))
    verdicts = {b.key: attempt(ready, b, server) for b in BEHAVIOURS}
    assert [f"{key}: {v.fault}" for key, v in verdicts.items() if v.failed] == []
    assert [key for key, v in verdicts.items() if v.outcome == trial.UNFIT] == []
    assert verdicts["12"].outcome == verdicts["13"].outcome == "TransientError"
    assert verdicts["22"].outcome == "BodyTooLarge"
    assert verdicts["7"].outcome == verdicts["26a"].outcome == "complete"


@pytest.mark.parametrize("key", DIALECT)
def test_so_does_one_that_is_paged_by_links(tried: Any, key: str) -> None:
    assert not tried(broken.SoundByLink(), key, paging="max_id").failed


class EndsAtAnEmptyPage(broken.Sound):
    def ended(self, onward: str | None, records: list[Any]) -> bool:
        return not records or super().ended(onward, records)


class EndsWhereItWas(broken.Sound):
    """Takes a way on that it has gone before for the end, and moves its cursor."""

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        try:
            yield from super().pages(http, cursor)
        except SourceChanged:
            yield Page(mentions=[], cursor={"newest": 1_900_000_000})


class Stubborn(broken.Sound):
    """Signs in, and knows no way to do it again."""

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        http.post(f"{self.base}/token", repeatable=True)
        yield from super().pages(http, cursor)


class FollowsAnywhere(broken.Sound):
    """Follows redirects by itself."""

    def ask(self, http: Http, params: dict[str, Any]) -> Answer:
        try:
            return super().ask(http, params)
        except SourceChanged as error:
            return http.get(error.url)


class Counting(broken.Sound):
    """Goes round for ever, and tells nobody."""

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        for number in range(1, 10**6):
            answer = self.ask(http, {"page": number})
            mentions, rejected = self.read_all(self.listing(answer)[0])
            yield Page(mentions=mentions, rejected=rejected, raw=[answer], cursor=None)
            if not mentions:
                return


@pytest.mark.parametrize(
    ("connector", "key", "fault"),
    [
        (broken.TakesHtmlForTheEnd(), "5", "7 of 10 are lost"),
        (broken.TakesBrokenJsonForTheEnd(), "15", "7 of 10 are lost"),
        (EndsAtAnEmptyPage(), "4", "7 of 10 are lost"),
        (EndsWhereItWas(), "1", "are lost"),
        (EndsWhereItWas(), "3", "are lost"),
        (broken.AdvancesBeforeTheEnd(), "12", "7 of 10 lost"),
        (broken.LosesLateOnes(), "20", "1 of 11 lost"),
        (broken.SwallowsServerErrors(), "12", "are lost"),
        (FollowsAnywhere(), "23b", "private address"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Connector) else None,
)
def test_what_loses_something_is_found(
    tried: Any, connector: Connector, key: str, fault: str
) -> None:
    verdict = tried(connector, key)
    assert verdict.failed
    assert fault in str(verdict.fault)


def test_what_never_ends_is_found(tried: Any) -> None:
    verdict = tried(Counting(), "1", paging="page")
    assert (verdict.outcome, verdict.fault) == ("FAILED", "it never ends")


def test_what_hangs_is_found(tried: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Sleeps(broken.Sound):
        def ended(self, onward: str | None, records: list[Any]) -> bool:
            time.sleep(0.2)
            return super().ended(onward, records)

    monkeypatch.setattr(trial, "SECONDS", 0.2)
    verdict = tried(Sleeps(), "16")
    assert "it hangs" in str(verdict.fault)


class Signed(Simulated):
    def answer(self, request: Request) -> Answer:
        if request.method == "POST":
            return Answer(status=200, url=request.url, body=b"{}")
        return super().answer(request)


def test_a_token_that_runs_out_must_be_renewed_where_one_signs_in(server: HostileServer) -> None:
    verdict = attempt(prepare((Stubborn(), Signed())), behaviour("24"), server)
    assert verdict.outcome == "AuthError", "the next walk signs in anew"
    assert attempt(prepare((broken.Sound(), Simulated())), behaviour("24"), server).outcome == (
        "AuthError"
    )


def test_an_answer_that_is_asked_for_too_early_is_noticed(
    tried: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tidings.http import retry, throttle

    ahead = timedelta(seconds=0.95)
    monkeypatch.setattr(retry, "utcnow", lambda: datetime.now(UTC) + ahead)
    monkeypatch.setattr(throttle, "rest_asked_for", lambda *_: None)
    assert tried(broken.Sound(), "7").fault == "it asked again too early"


def test_a_source_that_fails_by_itself_is_told_of(tried: Any, server: HostileServer) -> None:
    class Buggy(Simulated):
        def chosen(self, params: dict[str, str]) -> Any:
            if "cursor" in params and self.unexpected:
                raise KeyError("cursor")
            return super().chosen(params)

        def edit(self) -> None:
            self.unexpected.append("edited")

    verdict = attempt(prepare((broken.Sound(), Buggy())), behaviour("16"), server)
    assert verdict.failed


def test_without_http_there_is_nothing_to_show(server: HostileServer) -> None:
    class Silent(broken.Sound):
        def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
            yield Page(mentions=[], cursor=None)

    verdict = attempt(prepare((Silent(), Recorded())), behaviour("5"), server)
    assert (verdict.outcome, verdict.failed) == ("-", False)


def asked(server: HostileServer, reply: Reply) -> Answer:
    with server.trial(lambda _: reply) as base:
        edge = Edge(server.wire, base, frozenset(["api.example"]), 9)
        return edge(Request(method="GET", url="https://api.example/a?b=%2F"))


def test_the_server_stands_for_any_host(server: HostileServer) -> None:
    seen: list[Request] = []

    def respond(request: Request) -> Reply:
        seen.append(request)
        return Reply(Answer(status=200, url=request.url, body=b"{}"))

    with server.trial(respond) as base:
        edge = Edge(server.wire, base, frozenset(["api.example"]), 9)
        url = "https://api.example/a%2Fb?c=%5B1%5D"
        answer = edge(Request(method="POST", url=url, headers={"X-Key": "k"}, body=b"[1]"))
    assert answer.url == seen[0].url == url
    assert (seen[0].method, seen[0].body, seen[0].headers["X-Key"]) == ("POST", b"[1]", "k")


def test_it_resets_cuts_and_bombs_for_real(server: HostileServer) -> None:
    good = Answer(status=200, url="", headers={"content-type": "text/plain"}, body=b"x" * 900)
    with pytest.raises(TransientError):
        asked(server, Reply(good, more=10))
    from tidings.testing.tricks_pages import Bomb, CutGzip

    done = walk(broken.Sound(), Simulated().answer)
    chain = chain_of(done, broken.Sound())
    assert chain is not None
    for trick, error in ((CutGzip, TransientError), (Bomb, BodyTooLarge)):
        with pytest.raises(error):
            asked(server, trick(chain, Simulated(), "").instead(good))


def test_a_chain_is_found_with_its_tokens() -> None:
    done = walk(Stubborn(), Signed().answer)
    chain = chain_of(done, Stubborn())
    assert chain is not None
    assert chain.place == ("GET", "notes.example", "/notes")
    assert len(chain.requests) == 4
    assert list(chain.token(1)) == ["cursor"]
    assert chain.signed == {("POST", "notes.example", "/token")}
    assert chain.phrase == "arrived on Monday and works"


MODULE = """
import sys
sys.path.insert(0, {folder!r})
import broken
from tidings.testing import Simulated
SUBJECTS = {{"notes": (broken.{name}(), Simulated())}}
WITHOUT_HTTP = {{"folder": "it reads files"}}
"""


@pytest.mark.parametrize(("name", "code"), [("Sound", 0), ("TakesHtmlForTheEnd", 1)])
def test_the_scorecard_is_written_from_the_command_line(
    name: str, code: int, tmp_path: Any, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(scorecard, "BEHAVIOURS", (behaviour("5"), behaviour("22")))
    monkeypatch.setattr(scorecard.run, "__defaults__", ((behaviour("5"), behaviour("22")),))
    path = tmp_path / f"subjects_{name.lower()}.py"
    path.write_text(MODULE.format(folder=str(broken.__file__).rpartition("/")[0], name=name))
    assert main(["scorecard", str(path)]) == code
    said = capsys.readouterr()
    told = "changed" if code == 0 else "**lost**"
    assert f"| notes | {told} | too large |" in said.out
    assert "- folder: it reads files" in said.out
    assert ("notes, 5: no error, but 7 of 10 are lost" in said.err) == bool(code)


def test_a_name_that_two_modules_give_is_refused(tmp_path: Any) -> None:
    for name in ("one", "two"):
        folder = str(broken.__file__).rpartition("/")[0]
        (tmp_path / f"likes_{name}.py").write_text(MODULE.format(folder=folder, name="Sound"))
    with pytest.raises(ConfigurationError, match="'notes' names a subject of another module"):
        scorecard.subjects(tmp_path.glob("*.py"))
