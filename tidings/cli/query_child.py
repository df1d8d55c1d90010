"""One statement in a process of its own: it can read the snapshot, and nothing else can happen.

The job comes on standard input, the rows go to standard output as an Arrow stream, what is wrong
goes to standard error as JSON. The process has so much memory and so much time; the system
ends it where it takes more (a single ``repeat('x', 4e9)`` would get past
DuckDB's own limit of memory).
"""

from __future__ import annotations

import re
import resource
import signal
import sys
from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec

if TYPE_CHECKING:
    import duckdb

BATCH_ROWS = 10_000
_OVERHEAD = 512 << 20
"""Bytes of address space beside DuckDB's memory: stacks and arenas of its threads."""
_COLUMN = re.compile(r'(?:Referenced column|column named) "([^"]+)"')
_TABLE = re.compile(r"Table with name (\S+) does not exist")


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What to run: on which file, with which values, within which limits."""

    snapshot: str
    sql: str
    values: dict[str, Any] = {}
    rows: int | None = None
    as_of: datetime | None = None
    memory_mb: int
    seconds: int


class Wrong(msgspec.Struct, frozen=True):
    """What is wrong with a statement: DuckDB's words, and the names that may have been meant."""

    text: str
    meant: list[str] = []
    memory: bool = False
    remedy: str | None = None


def main() -> None:
    """Run the job; the exit code is 0, or 2 with what is wrong on standard error."""
    import duckdb

    from tidings.errors import TidingsError

    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, job.seconds)
    try:
        _answer(job)
        return
    except (MemoryError, duckdb.OutOfMemoryException) as error:
        wrong = Wrong(str(error), memory=True)
    except TidingsError as error:
        wrong = Wrong(error.message, remedy=error.remedy)
    _tell(wrong)


def _answer(job: Job) -> None:
    import duckdb
    import pyarrow as pa

    from tidings.errors import ConfigurationError
    from warehouse.snapshot import open_snapshot

    memory = f"{job.memory_mb}MB"
    with open_snapshot(job.snapshot, memory_limit=memory, as_of=job.as_of, asked=job.sql) as con:
        _confine(job.memory_mb << 20)
        try:
            statements = duckdb.extract_statements(job.sql)
            if len(statements) != 1:
                raise ConfigurationError(
                    f"There are {len(statements)} statements, not one.",
                    remedy="Ask them one by one.",
                )
            wanted = {n: job.values.get(n) for n in statements[0].named_parameters}
            found = con.sql(statements[0].query, params=wanted or None)
            if found is None:
                raise ConfigurationError(
                    "The statement gives no rows.", remedy="Begin it with SELECT or FROM."
                )
            if job.rows is not None:
                found = found.limit(job.rows)
            reader = found.to_arrow_reader(BATCH_ROWS)
            with pa.ipc.new_stream(sys.stdout.buffer, reader.schema) as stream:
                for batch in reader:
                    left, _ = signal.setitimer(signal.ITIMER_REAL, 0)  # who reads may take longer
                    stream.write_batch(batch)
                    signal.setitimer(signal.ITIMER_REAL, left)
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error as error:
            _tell(_wrong(con, error, job.sql))
        except pa.ArrowException as error:
            raise ConfigurationError(str(error)) from error


def _tell(wrong: Wrong) -> NoReturn:
    cut = msgspec.structs.replace(wrong, text=wrong.text[:4000])  # a pipe holds it unread
    sys.stderr.buffer.write(msgspec.json.encode(cut))
    sys.exit(2)


def _confine(memory: int) -> None:
    """Allow so many bytes of memory more than there are now."""
    import psutil

    most = psutil.Process().memory_info().vms + memory + _OVERHEAD
    for limit, value in ((resource.RLIMIT_AS, most), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(limit, (value, value))


def _wrong(con: duckdb.DuckDBPyConnection, error: duckdb.Error, sql: str) -> Wrong:
    """Say what is wrong, with names of this snapshot that are near the unknown one."""
    from warehouse.statements import run

    text = re.sub(r"\n(Candidate|Did you mean).*", "", str(error))
    text = re.sub(r"^(\w+( \w+)* Error: )+", "", text)
    column, table = _COLUMN.search(text), _TABLE.search(text)
    if not column and not table:
        return Wrong(text)
    rows = run(con, "sql/dictionary/names").fetchall()
    if table:
        asked = table[1].strip("!\"'")
        names = {name.rpartition(".")[2]: name for name, _ in rows}
        near = get_close_matches(asked.rpartition(".")[2], list(names), 3, 0.5)
        return Wrong(text, [names[name] for name in near])
    assert column is not None
    used = {name for name, _ in rows if re.search(rf"\b{name.rpartition('.')[2]}\b", sql)}
    known = sorted({name for owner, name in rows if owner in used})
    near = get_close_matches(column[1], known, 5, 0.5)
    holding = [name for name in known if column[1] in name and name not in near]
    return Wrong(text, [*near, *holding][:5])


if __name__ == "__main__":
    main()
