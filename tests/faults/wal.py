"""The warehouse's files harmed: cut, flipped, deleted, filled with garbage, put back older.

    python -m tests.faults.wal --cuts 300 --flips 300 --out docs/reliability/wal.json

A loader is killed after its last commit, so that what it merged is in the write-ahead log. Of that
installation a copy is harmed in one way and opened as every command opens it. Either it is refused,
or all that was acknowledged is in it, and every row is as it was. What is refused is mended by
``tidings doctor --mend``: then all that was said is there, once.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.faults.children import StepFailed, Warm
from tests.faults.final import counted
from tests.faults.results import told, write
from tests.faults.world import World, installation, shown

ROUNDS = 3
DATABASE, LOG = "warehouse.duckdb", "warehouse.duckdb.wal"


class Harm(NamedTuple):
    """One way to harm the files in a data folder."""

    kind: str
    do: Callable[[Path], None]


def harms(data: Path, older: Path, cuts: int, flips: int, seed: int) -> Iterator[Harm]:
    """Give all harms, made for the files in ``data``; ``older`` is an older database file."""
    dice = random.Random(seed)
    log, database = (data / LOG).stat().st_size, (data / DATABASE).stat().st_size
    for _ in range(cuts):
        yield Harm("log cut", _cut(LOG, dice.randrange(log)))
    for number in range(flips):
        name, size = ((LOG, log), (DATABASE, database))[number % 2]
        kind = "log flipped" if name == LOG else "database flipped"
        yield Harm(kind, _flip(name, dice.randrange(size), dice.randrange(8)))
    yield Harm("log deleted", lambda d: (d / LOG).unlink())
    yield Harm("log emptied", _cut(LOG, 0))
    yield Harm("log all zeros", _fill(LOG, bytes(log)))
    for _ in range(5):
        yield Harm("log garbage", _fill(LOG, dice.randbytes(log)))
    for share in (0.25, 0.5, 0.9):
        yield Harm("database cut", _cut(DATABASE, int(share * database)))
    yield Harm("database deleted", lambda d: (d / DATABASE).unlink())
    yield Harm("database and log deleted", _delete_both)
    yield Harm("database garbage", _fill(DATABASE, dice.randbytes(database)))
    yield Harm("older copy put back", _put_back(older))


def _delete_both(data: Path) -> None:
    for name in (DATABASE, LOG):
        (data / name).unlink()


def _cut(name: str, length: int) -> Callable[[Path], None]:
    def do(data: Path) -> None:
        with (data / name).open("r+b") as file:
            file.truncate(length)

    return do


def _flip(name: str, at: int, bit: int) -> Callable[[Path], None]:
    def do(data: Path) -> None:
        with (data / name).open("r+b") as file:
            file.seek(at)
            was = file.read(1)[0]
            file.seek(at)
            file.write(bytes([was ^ 1 << bit]))

    return do


def _fill(name: str, content: bytes) -> Callable[[Path], None]:
    def do(data: Path) -> None:
        (data / name).write_bytes(content)

    return do


def _put_back(older: Path) -> Callable[[Path], None]:
    def do(data: Path) -> None:
        (data / LOG).unlink()
        shutil.copyfile(older, data / DATABASE)

    return do


class Harming:
    """One prepared installation, and what became of each harm."""

    def __init__(
        self,
        folder: Path,
        warm: Warm,
        world: World,
        mend_every: int,
        mend_first: Sequence[str] | None,
    ) -> None:
        self.folder, self.warm, self.world = folder, warm, world
        self.mend_every, self.mend_first = mend_every, mend_first
        self.outcomes: dict[str, Counter[str]] = {}
        self.wrong: list[str] = []
        self.mended: Counter[str] = Counter()
        self.acknowledged: list[str] = []
        self.refused = 0

    def prepare(self, home: Path) -> Path:
        """Load some rounds; the last loader is killed after its last commit. The older file."""
        for number in range(1, ROUNDS + 1):
            self.world.go_on(home / "in")
            arguments = {"run": f"r{number}", "attempt": 1}
            self.acknowledged += self.warm.whole("collect", **arguments)
            self.warm.whole("score")
            if number < ROUNDS:
                self.warm.whole("merge", holder=f"r{number}")
                self.warm.whole("publish")
        shutil.copyfile(home / "data" / DATABASE, self.folder / "older")
        # the ledger is published after the last commit
        done = self.warm.do(
            "merge", arguments={"holder": "killed"}, after=0, mark="open:.ledger.duckdb"
        )
        assert done.killed, done
        assert (home / "data" / LOG).stat().st_size > 0
        return self.folder / "older"

    def suffer(self, harm: Harm, home: Path, expected: dict[str, Any]) -> None:
        """Harm a copy, open it, and have it mended where it is refused."""
        at = self.folder / "at"
        shutil.copytree(home, at, ignore=shutil.ignore_patterns("landing", "in"))
        harm.do(at / "data")
        environ = {"TIDINGS_HOME": str(at), "TIDINGS_LANDING": str(home / "data" / "landing")}
        done = self.warm.do("opened", environ=environ)
        outcome = self._outcome(done.error, done.result, expected)
        self.outcomes.setdefault(harm.kind, Counter())[outcome] += 1
        if outcome.startswith("SILENTLY"):
            self.wrong.append(f"{harm}: {done}")
        if outcome.startswith("refused"):
            self.refused += 1
            if self._to_be_mended(harm.kind):
                self._mend(harm, at, environ)
        shutil.rmtree(at)

    def _to_be_mended(self, kind: str) -> bool:
        first = self.outcomes[kind]["refused"] == 1
        if self.mend_first is not None:
            return first and kind in self.mend_first
        return first or self.refused % self.mend_every == 0

    def _outcome(self, error: str | None, found: Any, expected: dict[str, Any]) -> str:
        if error == "WarehouseError":
            return "refused"
        if error is not None:
            return f"refused, unclearly: {error}"
        if found == expected:
            return "opened whole"
        return "SILENTLY other than it was"

    def _mend(self, harm: Harm, at: Path, environ: dict[str, str]) -> None:
        done = self.warm.do("mend", environ=environ)
        if done.error is not None:
            self.wrong.append(f"{harm}: not mended: {done.error}: {done.message}")
            return
        found = self._reckon(environ)
        landing = at / "data" / "landing"
        landing.symlink_to(environ["TIDINGS_LANDING"])
        counts = counted(self.world, at)
        landing.unlink()
        out = sum(counts[name] for name in ("loaded", "quarantined", "duplicate"))
        bad = {k: counts[k] for k in ("lost", "doubled", "partial", "of nobody") if counts[k]}
        if bad or counts["in"] != out or found["wrong"] or found["gone"]:
            self.wrong.append(f"{harm}: after mending {bad} {found}")
            return
        self.mended[harm.kind] += 1

    def _reckon(self, environ: dict[str, str]) -> dict[str, Any]:
        arguments = {"acknowledged": self.acknowledged}
        done = self.warm.do("reckon", arguments=arguments, environ=environ)
        if done.error is not None:
            raise StepFailed(f"reckon: {done.error}: {done.message}")
        return dict(done.result)


def harm_all(
    folder: Path,
    *,
    cuts: int,
    flips: int,
    seed: int,
    mend_every: int = 1,
    mend_first: Sequence[str] | None = None,
    tell: Callable[[str], None] = print,
) -> dict[str, Any]:
    """Harm copies in an empty ``folder`` in all ways; return what is to be told of it.

    Of what is refused the first of each kind is mended, and each ``mend_every``-th; with
    ``mend_first`` the first of these kinds only.
    """
    world = World(seed, ROUNDS)
    home = folder / "home"
    with shown(world) as url, Warm(installation(home, url, ()), folder / "log") as warm:
        harming = Harming(folder, warm, world, mend_every, mend_first)
        older = harming.prepare(home)
        whole = folder / "whole"
        shutil.copytree(home, whole)
        expected = _opened(warm, whole)
        for number, harm in enumerate(harms(home / "data", older, cuts, flips, seed), 1):
            harming.suffer(harm, home, expected)
            if number % 20 == 0:
                tell(f"{number} harmed, {harming.refused} refused, wrong {harming.wrong}")
    return {
        "harmed": sum(kinds.total() for kinds in harming.outcomes.values()),
        "outcomes": {kind: dict(found) for kind, found in harming.outcomes.items()},
        "refused": harming.refused,
        "mended": dict(harming.mended) | {"all": harming.mended.total()},
        "silently shorter or other": sum(
            n for kinds in harming.outcomes.values() for k, n in kinds.items() if k[0] == "S"
        ),
        "wrong": harming.wrong,
    }


def _opened(warm: Warm, home: Path) -> dict[str, Any]:
    done = warm.do("opened", environ={"TIDINGS_HOME": str(home)})
    if done.error is not None:
        raise StepFailed(f"opened: {done.error}: {done.message}")
    return dict(done.result)


def main() -> None:
    """Harm, print, write the result; end with 1 where anything was silent or not mended."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cuts", type=int, default=300)
    parser.add_argument("--flips", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mend-every", type=int, default=1, help="mend one in so many refused")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tidings-wal-") as made:
        counts = harm_all(
            Path(made),
            cuts=asked.cuts,
            flips=asked.flips,
            seed=asked.seed,
            mend_every=asked.mend_every,
            tell=lambda line: print(line, flush=True),
        )
    print(told(counts))
    if asked.out:
        write(asked.out, "The warehouse's files harmed", counts, asked.seed)
    sys.exit(bool(counts["wrong"]))


if __name__ == "__main__":
    main()
