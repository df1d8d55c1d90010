"""Bad inputs by the ten thousand, from landing to the warehouse; counts go to the documents.

python tests/lies/bad_inputs.py [--count 10000] [--seed 8] [--write docs/reliability/inputs.json]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec
from result_file import write_result

CHILD = Path(__file__).with_name("inputs_child.py")


class Done(msgspec.Struct, frozen=True):
    """What the process counted: as it was given and collected, as it was loaded, what it took."""

    told: dict[str, int]
    loaded: dict[str, int]
    spent: dict[str, int]

    def unaccounted(self) -> list[str]:
        """Return what does not add up; a field that a later load tells is among its outcomes."""
        told, loaded = self.told, self.loaded
        found = [
            f"{what}: {told[f'{what} given']} given, {_came(told, what)} came"
            for what in ("lines", "mentions")
            if _came(told, what) != told[f"{what} given"]
        ]
        came_in = loaded["rows_in"] + loaded["rejected"]
        landed = sum(_came(told, what) for what in ("lines", "mentions", "documents"))
        outcomes = ("new", "changed", "unchanged", "duplicate", "quarantined", "erased")
        went = sum(loaded.get(name, 0) for name in outcomes)
        if not came_in == landed == went:
            found.append(f"{landed} landed, {came_in} came in, {went} have an outcome")
        found += [
            f"{name}: {told[name]}" for name in ("texts changed", "not typed") if told.get(name)
        ]
        return found


def _came(told: dict[str, int], what: str) -> int:
    return told.get(f"{what} read", 0) + told.get(f"{what} rejected", 0)


def load(count: int, seed: int, *, corpora: bool = False) -> Done:
    """Load so many bad inputs in a process of their own; CalledProcessError where it fails."""
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as packages:
        command = [sys.executable, str(CHILD), home, str(count), str(seed)]
        command += [packages] if corpora else []
        found = subprocess.run(command, capture_output=True, check=False)
    if found.returncode:
        raise AssertionError(f"exit {found.returncode}: {found.stderr.decode()[-3000:]}")
    return msgspec.json.decode(found.stdout, type=Done)


def main() -> int:
    """Run; the exit code is 1 if anything does not add up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--write", type=Path, help="the JSON file for the counts")
    asked = parser.parse_args()
    done = load(asked.count, asked.seed, corpora=True)
    wrong = done.unaccounted()
    print(*wrong, done, sep="\n")
    if asked.write:
        counts = {
            "inputs": asked.count,
            **done.told,
            **done.loaded,
            **done.spent,
            "unaccounted": len(wrong),
        }
        write_result(asked.write, "Bad inputs, from landing to the warehouse", counts, asked.seed)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
