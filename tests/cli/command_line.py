"""Runs ``tidings`` as a user does, in this process: arguments in, exit code and output out."""

import json
from typing import Any, NamedTuple

import pytest

from tidings.cli import main
from tidings.home import Home


class Result(NamedTuple):
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


def in_ledger(sql: str) -> list[tuple[Any, ...]]:
    """Return what the ledger holds: the sources' ids are not in the snapshot that all read."""
    from warehouse.snapshot import open_snapshot

    with open_snapshot(Home.find().ledger) as con:
        return con.execute(sql).fetchall()


def tidings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *args: str
) -> Result:
    monkeypatch.setattr("sys.argv", ["tidings", *args])
    monkeypatch.setenv("COLUMNS", "200")
    capsys.readouterr()
    code = 0
    try:
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    said = capsys.readouterr()
    return Result(code, said.out, said.err)
