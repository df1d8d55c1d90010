"""Incidents told through the real commands to a real receiver: once, whatever happens between."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from alerting_home import alerting_home, complain, load
from receiving import Receiver

from tidings.cli.alerting import steps as alerting
from tidings.errors import DeliveryError
from tidings.home import Home

COMMAND = str(Path(sys.executable).with_name("tidings"))

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def home(tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Home:
    return alerting_home(tmp_path, receiver.url(), monkeypatch)


def told(receiver: Receiver) -> list[str]:
    return [got.json()["data"]["event"] for got in receiver.got]


def deliveries(home: Home) -> list[tuple[Any, ...]]:
    from warehouse.store import open_warehouse

    with open_warehouse(home.warehouse) as con:
        found = con.execute("SELECT event, state, attempts, problem IS NULL FROM core.delivery")
        return found.fetchall()


def test_it_is_told_once_with_what_people_need(home: Home, receiver: Receiver) -> None:
    assert alerting.look()["opened"] == 1
    assert alerting.tell() == {"sent": 1, "waiting": 0}
    assert alerting.look()["notices"] == 0
    assert alerting.tell() == {"sent": 0, "waiting": 0}
    assert told(receiver) == ["opened"]
    (incident,) = receiver.got[0].json()["data"]["incidents"]
    assert incident["brand"] == "Acme"
    assert incident["observed"] == 250_000
    assert "worst kettle" in incident["voices"][0]["text"]
    assert "loud-1" not in receiver.got[0].body.decode()
    assert deliveries(home) == [("opened", "sent", 1, True)]


def test_a_receiver_that_is_down_is_told_later_with_the_same_key(
    home: Home, receiver: Receiver
) -> None:
    receiver.turns = [(503, {})]
    alerting.look()
    assert alerting.tell() == {"sent": 0, "waiting": 1}
    assert alerting.tell() == {"sent": 0, "waiting": 0}  # not before its pause is over
    assert deliveries(home) == [("opened", "waiting", 1, False)]
    _hurry(home)
    assert alerting.tell() == {"sent": 1, "waiting": 0}
    first, second = (got.headers["idempotency-key"] for got in receiver.got)
    assert first == second
    assert deliveries(home) == [("opened", "sent", 2, True)]


def _hurry(home: Home) -> None:
    from warehouse.store import open_warehouse

    with open_warehouse(home.warehouse) as con:
        con.execute("UPDATE core.delivery SET not_before = decided")


def test_a_receiver_that_refuses_is_an_error_and_can_be_tried_again(
    home: Home, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.status = 403
    alerting.look()
    with pytest.raises(DeliveryError, match="1 alerts could not be sent: acme/hook"):
        alerting.tell()
    assert deliveries(home) == [("opened", "failed", 1, False)]
    assert alerting.tell() == {"sent": 0, "waiting": 0}
    receiver.status = 200
    resent = _tidings("resend")
    assert resent.returncode == 0, resent.stderr
    assert told(receiver) == ["opened", "opened"]
    assert deliveries(home) == [("opened", "sent", 1, True)]  # tries are counted anew


def test_a_message_leads_to_the_page(
    home: Home, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIDINGS_DASHBOARD_URL", "https://tidings.example.org/page/")
    alerting.look()
    alerting.tell()
    (incident,) = receiver.got[0].json()["data"]["incidents"]
    wanted = f"https://tidings.example.org/page/incident?id={incident['incident_id']}&brand=Acme"
    assert incident["link"] == wanted


def test_what_was_erased_is_not_quoted(home: Home, receiver: Receiver) -> None:
    """Texts are read when a message is sent, not when it was decided on."""
    from warehouse.store import open_warehouse

    alerting.look()
    with open_warehouse(home.warehouse) as con:
        con.execute("DELETE FROM core.mention_version")
    alerting.tell()
    (incident,) = receiver.got[0].json()["data"]["incidents"]
    assert incident["voices"] == []
    assert "kettle" not in receiver.got[0].body.decode()


def test_commands_list_show_and_hold_back(home: Home, receiver: Receiver) -> None:
    assert _tidings("check").returncode == 0
    assert told(receiver) == ["opened"]
    listed = _tidings("list", "--json")
    ((one,),) = [_json(listed)]
    assert one["brand"] == "Acme"
    shown = _tidings("show", one["id"])
    assert "worst kettle" in shown.stdout
    assert "opened" in shown.stdout
    assert _tidings("own", one["id"], "Care team", "--who", "Eve").returncode == 0
    assert _tidings("acknowledge", one["id"], "--who", "Eve").returncode == 0
    assert _tidings("snooze", "acme/influential_author", "--hours", "2").returncode == 0
    assert _tidings("show", "nosuch").returncode == 2
    assert _tidings("snooze", "acme/nosuch").returncode == 2
    audit = _json(_tidings("audit", "--json", of="changes"))
    assert [(row["kind"], row["who"]) for row in audit][1:] == [("incident", "Eve")] * 2
    assert audit[0]["target"] == "acme/influential_author"
    back = _tidings("backtest", "--days", "7", "--chart", "past.png", "--json")
    assert [past["rules"] for past in _json(back)] == ["influential_author"]
    assert (home.root / "past.png").read_bytes().startswith(b"\x89PNG")
    rules = {rule["rule"] for rule in _json(_tidings("rules", "--json"))}
    assert {"volume", "negative_share", "silence", "quality"} < rules


def test_a_sample_comes_to_the_channel(home: Home, receiver: Receiver) -> None:
    assert _tidings("test", "acme/hook").returncode == 0
    assert told(receiver) == ["sample"]
    gone = _tidings("test", "acme/nosuch")
    assert gone.returncode == 2
    assert "acme/hook" in gone.stderr


def _json(done: subprocess.CompletedProcess[str]) -> Any:
    import json

    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _tidings(*args: str, of: str = "alerts") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, of, *args],
        capture_output=True,
        text=True,
        check=False,
        cwd=os.environ["TIDINGS_HOME"],
        env={**os.environ, "COLUMNS": "250"},
    )


class Deadly(Receiver):
    """Kills who posts: before it answers, or just after."""

    def __init__(self) -> None:
        super().__init__()
        self.process: subprocess.Popen[bytes] | None = None
        self.kills = 0
        self.most = 0

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        if self.process is not None and self.kills < self.most:
            if self.kills % 2:
                self.process.send_signal(signal.SIGKILL)
            else:
                threading.Timer(0.01, self.process.send_signal, [signal.SIGKILL]).start()
            self.kills += 1
        super().process_request_thread(request, client_address)


@pytest.fixture
def deadly() -> Iterator[Deadly]:
    receiver = Deadly()
    thread = threading.Thread(target=receiver.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield receiver
    receiver.shutdown()
    receiver.server_close()


KILLS = 16


@pytest.mark.slow
def test_killed_at_any_moment_it_loses_none_and_doubles_none(
    deadly: Deadly, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed as it looks, keeps or sends; a receiver that knows its keys has each once."""
    home = alerting_home(tmp_path, deadly.url(), monkeypatch)
    for number in range(2, 4):
        complain(home, str(number), datetime.now(UTC) - timedelta(minutes=50 + 5 * number))
    load(home)
    command = [COMMAND, "alerts", "check"]
    dice = random.Random(6)
    deadly.most = 4
    deaths, usual = 0, 5.0
    for _ in range(60):  # a run that has ended before its moment tells how long runs take
        began = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadly.process = process
        try:
            process.wait(timeout=dice.uniform(0.1, 1.1) * usual if deaths < KILLS else None)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        if process.wait() == -signal.SIGKILL:
            deaths += 1
        else:
            usual = time.monotonic() - began
        if deaths >= KILLS and process.returncode == 0:
            break
    assert deaths >= KILLS
    assert process.returncode == 0
    keys = Counter(got.headers["idempotency-key"] for got in deadly.got)
    assert len(keys) == 1  # one brand, one cause: one incident of three complaints
    assert keys.total() > 1  # it was sent more than once, under one key
    assert {state for _, state, _, _ in deliveries(home)} == {"sent"}
