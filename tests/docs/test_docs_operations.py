"""The page of operations: its commands are there, and its table is what the doctor looks at."""

import re
from pathlib import Path

import pytest
import typer.main

from tidings.cli.app import app
from tidings.cli.doctoring.look import look
from tidings.errors import TidingsError
from tidings.home import Home

PAGE = (Path(__file__).parents[2] / "docs/operations.md").read_text("utf-8")


def commands() -> set[str]:
    def names(command: object, begins: str) -> set[str]:
        found = getattr(command, "commands", None)
        if found is None:
            return {begins}
        return set().union(*(names(one, f"{begins} {name}".strip()) for name, one in found.items()))

    return names(typer.main.get_command(app), "")


def test_every_command_of_the_page_is_there() -> None:
    known = commands()
    told = re.findall(r"tidings ((?:[a-z]+)(?: [a-z]+)?)", PAGE)
    called = re.findall(r"[`'(]tidings ([a-z ]+)[`'(, -]|^    tidings ([a-z]+)", PAGE, re.M)
    assert len(called) > 20
    for one in told:
        first = one.split(" ")[0]
        if f"tidings {first}`" in PAGE or f"`tidings {first}" in PAGE:
            assert any(name == first or name.startswith(f"{first} ") for name in known), one


def test_every_option_of_the_page_is_there() -> None:
    root = typer.main.get_command(app)
    for command, option in re.findall(r"tidings (doctor|backup|publish)[^`\n]* (--[a-z-]+)", PAGE):
        options = {o for p in root.commands[command].params for o in p.opts}  # type: ignore[attr-defined]
        assert option in options, (command, option)


def test_the_table_names_what_the_doctor_looks_at(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIDINGS_PRIVATE_SNAPSHOT", str(home / "private.duckdb"))
    table = PAGE.partition("## tidings doctor")[2].partition("While a load")[0]
    rows = re.findall(r"^\| (`.*?`) \|", table, re.M)
    told = [name for row in rows for name in re.findall(r"`([^`]+)`", row)]
    from warehouse.store import open_warehouse

    open_warehouse(home / "data" / "warehouse.duckdb").close()
    (home / "data" / "tidings.duckdb").write_bytes(b"no database")
    found = {one.check for one in look(Home.find())}
    assert found | {"airflow"} == set(told)
    assert found <= set(told)


def test_every_error_that_tells_people_something_has_its_place() -> None:
    def all_kinds(kind: type[TidingsError]) -> set[str]:
        return {kind.__name__}.union(*(all_kinds(one) for one in kind.__subclasses__()))

    runbook = PAGE.partition("## Runbook")[2]
    known = all_kinds(TidingsError)
    named = set(re.findall(r"\b([A-Z]\w+(?:Error|Changed|Lost))\b", runbook))
    assert named <= known
    wanted = {"TransientError", "AuthError", "SourceChanged", "QualityError", "WarehouseError"}
    assert wanted | {"DeliveryError", "FenceLost"} <= named


def test_each_entry_of_the_runbook_says_how_to_mend() -> None:
    entries = re.split(r"^### ", PAGE.partition("## Runbook")[2], flags=re.M)[1:]
    assert len(entries) >= 15
    assert [one.splitlines()[0] for one in entries if "Mend:" not in one] == []
