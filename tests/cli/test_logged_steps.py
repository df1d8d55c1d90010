"""What the steps log says what it is about."""

import logging
from pathlib import Path

from doctored import installed

from tidings.cli import steps
from tidings.logs import now_about


class Noting(logging.Handler):
    """Keeps what each line of a walk was about."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.seen: list[dict[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        if "items on" in record.getMessage():
            self.seen.append(now_about())


def test_the_line_on_a_walk_names_run_watch_brand_and_source(home: Path) -> None:
    installed(home)
    log, noting = logging.getLogger("tidings"), Noting()
    level = log.level
    log.addHandler(noting)
    log.setLevel(logging.INFO)
    try:
        steps.collect("acme", "files", run="r1")
    finally:
        log.removeHandler(noting)
        log.setLevel(level)
    assert noting.seen == [{"run": "r1", "watch": "acme", "brand": "Acme", "source": "files"}]
