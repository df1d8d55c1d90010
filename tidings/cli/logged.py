"""What the commands write to standard error: a line for a line, and no secret.

A message may quote what a stranger wrote. A line end in it could pass for a message of ours, and
other control characters could steer the terminal that shows it.
"""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType

from tidings.logs import JsonLines, wants_json
from tidings.masking import lines, one_line


class OneLine(logging.Formatter):
    """Level and message in one line; below it where an exception came from, without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        said = f"{record.levelname} {one_line(record.getMessage())}"
        if record.exc_info:
            said = f"{said}\n{lines(self.formatException(record.exc_info))}"
        return said


def set_up(level: int) -> None:
    """Log to standard error from ``level`` on, and show what nobody expected without secrets."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if wants_json() else OneLine())
    logging.basicConfig(level=level, handlers=[handler])
    sys.excepthook = _unexpected


def _unexpected(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    sys.stderr.write(lines("".join(traceback.format_exception(kind, error, trace))))
