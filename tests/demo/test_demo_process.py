"""``python -m tidings.demo serve`` serves until it is told to stop."""

from __future__ import annotations

import signal
import subprocess
import sys

from demo_http import ask


def test_the_server_runs_as_a_process_and_stops_when_asked() -> None:
    command = [sys.executable, "-m", "tidings.demo", "serve", "--seed", "3", "--days", "40"]
    command += ["--scale", "0.2", "--now", "2026-10-01"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            clock = ask(f"{url}/demo/clock").json
            found = ask(f"{url}/api/v1/search_by_date?query=nordkvern").json
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    assert clock == {"now": "2026-10-01T00:00:00Z"}
    assert found["nbHits"] > 0
