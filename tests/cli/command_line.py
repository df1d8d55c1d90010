"""Runs ``tidings`` as a user does, in this process: arguments in, exit code and output out."""

import json
from typing import Any, NamedTuple

import pytest

from tidings.cli import main


class Result(NamedTuple):
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


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
