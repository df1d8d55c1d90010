"""Many threads that read answers of one form for the first time, at once."""

import subprocess
import sys

FIRST_READS = """
import sys, threading
import msgspec
from tidings.http import Answer

sys.setswitchinterval(1e-6)
answer = Answer(status=200, url="https://a.example/", body=b'{"hits": [{"id": "a", "n": 1}]}')
read = []
for _ in range(100):
    hit = msgspec.defstruct("Hit", [("id", str), ("n", int), ("tags", list[str] | None, None)])
    found = msgspec.defstruct("Found", [("hits", list[hit])])
    start = threading.Barrier(10)

    def first():
        start.wait()
        read.append(answer.json(found).hits[0].n)

    threads = [threading.Thread(target=first) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
print(sum(read))
"""


FIRST_RECORDS = """
import sys, threading
import msgspec
from tidings.connector import read_records

sys.setswitchinterval(1e-6)
read = []
for _ in range(100):
    hit = msgspec.defstruct("Hit", [("id", str), ("n", int), ("tags", list[str] | None, None)])
    found = msgspec.defstruct("Found", [("hits", list[hit])])
    start = threading.Barrier(10)

    def first():
        start.wait()
        records = [msgspec.Raw(b'{"hits": [{"id": "a", "n": 1}]}')] * 2
        def mention(record):
            read.append(msgspec.json.decode(record, type=found).hits[0].n)
        read_records(records, mention)

    threads = [threading.Thread(target=first) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
print(sum(read))
"""


def test_the_first_reading_of_a_form_by_many_threads_at_once_is_safe() -> None:
    assert printed(FIRST_READS) == "1000"


def test_the_first_records_of_a_form_read_by_many_threads_at_once_are_safe() -> None:
    assert printed(FIRST_RECORDS) == "2000"


def printed(program: str) -> str:
    """Run in a process of its own: without care the whole process crashes."""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
