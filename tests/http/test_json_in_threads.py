"""Many threads that read answers of one form for the first time, at once."""

import subprocess
import sys

import pytest

from tidings.connector import read_records

FIRST = """
import sys, threading
import msgspec
from tidings.connector import read_records
from tidings.http import Answer

BODY = b'{"hits": [{"id": "a", "n": 1}]}'

def answer(form):
    answered = Answer(status=200, url="https://a.example/", body=BODY)
    return [answered.json(form).hits[0].n]

def records(form):
    seen = []
    def mention(record):
        seen.append(msgspec.json.decode(record, type=form).hits[0].n)
    read_records([msgspec.Raw(BODY)] * 2, mention)
    return seen

def later(form):
    seen = []
    def mention(record):
        if seen:
            seen.append(msgspec.json.decode(record, type=form).hits[0].n)
        else:
            seen.append(1)
    read_records([msgspec.Raw(BODY)] * 2, mention)
    return seen

sys.setswitchinterval(1e-6)
read = []
for _ in range(100):
    hit = msgspec.defstruct("Hit", [("id", str), ("n", int), ("tags", list[str] | None, None)])
    found = msgspec.defstruct("Found", [("hits", list[hit])])
    start = threading.Barrier(10)

    def first():
        start.wait()
        read.extend(globals()[sys.argv[1]](found))

    threads = [threading.Thread(target=first) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
print(sum(read))
"""


@pytest.mark.parametrize(("way", "read"), [("answer", 1000), ("records", 2000), ("later", 2000)])
def test_the_first_reading_of_a_form_by_many_threads_at_once_is_safe(way: str, read: int) -> None:
    assert printed(way) == str(read)


def test_reading_a_record_may_read_those_within_it() -> None:
    inner: list[list[str]] = []

    def outer(record: list[str]) -> None:
        read_records(record, within.append)
        inner.append(record)

    within: list[str] = []
    read_records([["a", "b"], ["c"]], outer)
    assert (within, len(inner)) == (["a", "b", "c"], 2)


def printed(way: str) -> str:
    """Read so in a process of its own: without care the whole process crashes."""
    done = subprocess.run(
        [sys.executable, "-c", FIRST, way],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
