"""A line of the log is one line, and says what it is about."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tidings.logs import JsonLines, about, now_about


class Kept(logging.Handler):
    """Keeps what would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def kept() -> Iterator[Kept]:
    handler, log = Kept(), logging.getLogger("tidings.made_up")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield handler
    log.removeHandler(handler)


def test_a_line_says_what_it_is_about_and_no_longer_than_it_is(kept: Kept) -> None:
    log = logging.getLogger("tidings.made_up")
    with about(run="r1", watch="acme", brand="Acme", source="steam"):
        with about(batch="steam/2026-05-01/r1.1/steam-1/batch-0001"):
            log.info("merged %d rows", 3)
        log.warning("slow")
    log.info("after")
    merged, slow, after = map(json.loads, kept.lines)
    assert list(merged) == [
        "time", "level", "run", "watch", "brand", "source", "batch", "logger", "message",
    ]  # fmt: skip
    assert merged["message"] == "merged 3 rows"
    assert merged["time"].endswith("+00:00")
    assert (slow["level"], slow["run"], "batch" in slow) == ("warning", "r1", False)
    assert not {"run", "watch", "brand", "source", "batch"} & after.keys()


def test_a_thread_is_about_what_its_process_works_on(kept: Kept) -> None:
    """Places are walked in threads, which have no context of their own."""
    with about(run="r1"), ThreadPoolExecutor(1) as pool:
        pool.submit(logging.getLogger("tidings.made_up").info, "from a thread").result()
    assert json.loads(kept.lines[0])["run"] == "r1"


@pytest.mark.parametrize("said", ['two\nlines {"level": "forged"}', "\x1b[2Jgone", "\ud800 half"])
def test_what_a_stranger_wrote_makes_no_line_of_its_own(said: str) -> None:
    # not logged: half a character in a test's report can't be sent between its processes
    about_it = logging.LogRecord("tidings", logging.INFO, __file__, 1, "read %s", (said,), None)
    line = JsonLines().format(about_it)
    assert "\n" not in line
    assert "\x1b" not in line
    assert json.loads(line)["level"] == "info"


def test_an_error_is_told_with_its_class_and_without_secrets(kept: Kept) -> None:
    from tidings.masking import note

    note("s3cret-made-up-word")
    try:
        raise ValueError("with s3cret-made-up-word")
    except ValueError:
        logging.getLogger("tidings.made_up").exception("it failed")
    [line] = kept.lines
    assert json.loads(line)["error"] == "ValueError"
    assert "s3cret-made-up-word" not in line


def test_only_known_fields_are_taken_and_an_error_leaves_none_behind() -> None:
    with pytest.raises(TypeError, match="colour"), about(colour="blue"):
        pass
    with pytest.raises(ValueError, match="x"), about(run="r1"):
        raise ValueError("x")
    assert now_about() == {}


def test_airflows_own_log_has_the_fields() -> None:
    structlog = pytest.importorskip("structlog")
    with about(run="r1", watch="acme"):
        assert structlog.contextvars.get_contextvars() == {"run": "r1", "watch": "acme"}
    assert structlog.contextvars.get_contextvars() == {}


@pytest.mark.parametrize("wanted", ["json", ""])
def test_commands_log_in_the_form_that_the_environment_asks_for(wanted: str) -> None:
    code = (
        "import logging; from tidings.cli.logged import set_up; from tidings.logs import about\n"
        "set_up(logging.INFO)\nwith about(run='r1'): logging.getLogger('tidings').info('said')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "TIDINGS_LOG": wanted},
        capture_output=True,
        text=True,
        check=True,
    )
    [line] = done.stderr.splitlines()
    if wanted:
        assert json.loads(line)["run"] == "r1"
    else:
        assert line == "INFO said"
