"""The checks of the warehouse and its marts: one SQL file each, measured, judged, kept as history.

A file of ``quality/`` is one statement that counts what is wrong. Its comment says what the check
means, then, a line each:

- ``table:`` what it is about; or ``each:`` one of EACH: it is asked of every mart that has such
  columns, now or later;
- ``severity:`` fail (it stops the publishing) or warn;
- ``most:`` the greatest value of ``observed`` that is allowed (default 0);
- ``remedy:`` what to do where it fails, if there is more to say than to mend its cause.

The statement gives one row: ``failing`` (rows that are wrong), ``examples`` (their names: ids, days
and brands, never text) and, where the check measures something else than a count, ``observed``. It
looks at rows known from ``$since`` on, which is when it last found all right, so that a load costs
what it brought; a check that fails goes on looking back to there, and once in seven days each
looks at everything.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Literal, cast

import msgspec

from tidings.errors import WarehouseError
from warehouse.figures import EACH, Target
from warehouse.statements import statement, steps

Severity = Literal["fail", "warn"]

SUITE = "warehouse"
"""Name of the Great Expectations suite that they make."""

_HEADER = re.compile(r"^-- (table|each|severity|most|remedy): (.+)$")


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One check as its file declares it; either ``table`` or ``each`` is given."""

    name: str
    meaning: str
    severity: Severity
    most: float = 0.0
    table: str | None = None
    each: str | None = None
    remedy: str | None = None
    definition: str

    def on(self, marts: Mapping[str, Sequence[Target]]) -> list[Target]:
        """Return what it is asked of: its own table, or the marts that have what it is about."""
        if self.each is not None:
            return list(marts[self.each])
        return [Target(cast(str, self.table), {})]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What one check found at one table; as ``core.quality_result`` keeps it."""

    run: str
    judged: datetime
    suite: str = SUITE
    check_name: str
    table_name: str
    severity: Severity
    success: bool
    failing: int
    observed: float
    most: float
    examples: list[str]
    since: datetime | None
    upto: datetime
    definition: str
    accepted: str | None = None

    @property
    def stops(self) -> bool:
        """Whether nothing may be published because of it."""
        return self.severity == "fail" and not self.success and self.accepted is None


@cache
def checks() -> tuple[Check, ...]:
    """Return the checks that there are, by name; WarehouseError where a file says too little."""
    return tuple(_declared(name) for name in steps("quality"))


def _declared(path: str) -> Check:
    text = statement(path)
    head = [line for line in text.splitlines() if line.startswith("-- ")]
    fields: dict[str, Any] = {m[1]: m[2] for line in head if (m := _HEADER.match(line))}
    meaning = " ".join(line[3:] for line in head if not _HEADER.match(line))
    fields |= {
        "name": path.rpartition("/")[2],
        "meaning": meaning,
        "definition": hashlib.blake2b(text.encode(), digest_size=16).hexdigest(),
    }
    try:
        check = msgspec.convert(fields, Check, strict=False)
    except msgspec.ValidationError as error:
        raise WarehouseError(
            f"warehouse/{path}.sql: its comment is not that of a check: {error}.",
            remedy="It needs '-- severity: fail' or warn, and '-- table:' or '-- each:'.",
        ) from error
    if not meaning or (check.table is None) == (check.each is None) or check.each not in EACH:
        kinds = ", ".join(filter(None, EACH))
        raise WarehouseError(
            f"warehouse/{path}.sql says not what it means, or not what it is about.",
            remedy=f"Write a sentence, and either 'table:' or 'each:' ({kinds}).",
        )
    return check
