"""Finding connectors: a broken one is told by name and hides no other."""

from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from tidings import connector
from tidings.connector import GROUP, Rejected, configure, connector_class, read_records, registered
from tidings.errors import ConfigurationError


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Installs a module's text as if a stranger's package had registered it under a name."""
    monkeypatch.syspath_prepend(str(tmp_path))
    found: list[EntryPoint] = []
    monkeypatch.setattr(connector, "entry_points", lambda group: list(found))

    def install(name: str, text: str, attribute: str = "Mine") -> None:
        module = f"stranger_{name}_{tmp_path.name.replace('-', '_')}"
        (tmp_path / f"{module}.py").write_text(text)
        found.append(EntryPoint(name, f"{module}:{attribute}", GROUP))

    return install


SOUND = """
from tidings.connector import Connector
class Mine(Connector, frozen=True, kw_only=True):
    source = "sound"
    page_size: int = 5
"""


def test_a_strangers_connector_is_found_by_its_name(installed: Any) -> None:
    installed("sound", SOUND)
    assert list(registered()) == ["sound"]
    assert configure(connector_class("sound"), {"page_size": 7}).page_size == 7


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("raise RuntimeError('no licence')", "RuntimeError: no licence"),
        ("import nosuchmodule_", "nosuchmodule_"),
        ("x = 1", "Mine"),
        ("Mine = 3", "not a Connector class"),
        (SOUND, "calls its source 'sound'"),
    ],
)
def test_what_is_wrong_with_a_connector_is_told_by_name(
    installed: Any, text: str, told: str
) -> None:
    installed("broken", text)
    with pytest.raises(ConfigurationError) as caught:
        connector_class("broken")
    assert told in str(caught.value)
    assert "broken" in str(caught.value) or "Mine" in str(caught.value)


def test_a_broken_connector_hides_no_other_in_the_list(
    installed: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    import json

    from tidings.cli.watching import sources

    installed("sound", SOUND)
    installed("broken", "1 / 0")
    sources(name=None, json=True)
    listed = json.loads(capsys.readouterr().out)
    assert set(listed) == {"sound", "broken"}
    assert "ZeroDivisionError" in listed["broken"]["error"]


def test_a_record_that_cannot_be_read_costs_itself_only() -> None:
    def read(record: Any) -> None:
        record["id"].upper()

    records = [{"id": "a"}, {}, {"id": 7}, None, {"id": "b"}]
    mentions, rejected = read_records(records, read)
    assert mentions == []
    assert [r.raw for r in rejected] == ["{}", '{"id":7}', "null"]
    assert all(isinstance(r, Rejected) and r.reason for r in rejected)


def test_a_bug_in_a_connector_is_not_taken_for_a_bad_record() -> None:
    def read(_record: Any) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        read_records([{}], read)
