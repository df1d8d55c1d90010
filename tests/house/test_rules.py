"""The rules of the house, as tests: who may import whom, and what may not be written anywhere."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = ("tidings", "connectors", "transforms", "warehouse", "dashboard", "dags")
PARTS = {"connectors", "transforms", "warehouse"}


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Return the dotted names that a file imports anywhere, inside functions too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def tops(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported(path)}


def test_the_layers_hold_indirect_imports_included() -> None:
    result = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_kernel_imports_no_part_but_in_its_cli() -> None:
    wrong = {
        str(path.relative_to(ROOT)): tops(path) & PARTS
        for path in modules("tidings")
        if "cli" not in path.relative_to(ROOT).parts and tops(path) & (PARTS | {"dashboard"})
    }
    assert wrong == {}


@pytest.mark.parametrize("part", sorted(PARTS))
def test_the_parts_import_neither_each_other_nor_the_cli(part: str) -> None:
    for path in modules(part):
        assert not tops(path) & ((PARTS | {"dashboard"}) - {part}), path
        assert not any(name.startswith("tidings.cli") for name in imported(path)), path


def test_nothing_imports_the_dags() -> None:
    assert [p for p in modules("tidings", "dashboard", *PARTS) if "dags" in tops(p)] == []


def test_the_page_never_imports_the_cli_nor_opens_the_warehouse_to_write() -> None:
    for path in modules("dashboard"):
        assert not any(name.startswith("tidings.cli") for name in imported(path)), path
        assert "open_warehouse" not in path.read_text("utf-8"), path


def test_one_module_imports_httpx() -> None:
    users = {str(p.relative_to(ROOT)) for p in modules(*CODE) if "httpx" in tops(p)}
    assert users == {"tidings/http/wire.py"}


def test_transforms_know_no_network_and_no_database() -> None:
    for path in modules("transforms"):
        assert not tops(path) & {"httpx", "duckdb", "requests", "urllib3", "socket"}, path


def test_sql_is_in_sql_files() -> None:
    statement = re.compile(
        r"^\s*(SELECT|INSERT|UPDATE|DELETE|MERGE|CREATE TABLE|ALTER)\b.*\s\S+\s", re.S
    )
    for path in modules(*CODE):
        tree = ast.parse(path.read_text("utf-8"))
        docs = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                told = id(node) not in docs and len(node.value) > 60
                assert not (told and statement.match(node.value)), f"{path}:{node.lineno}"


def test_no_file_is_a_drawer_for_everything() -> None:
    refused = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "handler"}
    assert [p for p in modules(*CODE, "tests") if p.stem.lower() in refused] == []


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode != 0:
        pytest.skip("not a git checkout: what is tracked can't be listed")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_the_host_of_a_package_registry() -> None:
    hosts = [b"pypi" + b".org", b"python" + b"hosted.org", b"registry.npm" + b"js.org"]
    found = [p for p in tracked() if any(host in p.read_bytes() for host in hosts)]
    assert found == []


def test_no_lock_that_names_hosts_is_tracked() -> None:
    assert not {p.name for p in tracked()} & {"uv.lock", "package-lock.json", "yarn.lock"}
