"""airflow.cfg: only what differs, nothing secret, nothing of one machine."""

from __future__ import annotations

import configparser
import importlib.util
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def ours() -> dict[tuple[str, str], str]:
    config = configparser.ConfigParser(interpolation=None)
    config.read_string((ROOT / "airflow.cfg").read_text("utf-8"))
    return {(s, k): v for s in config.sections() for k, v in config[s].items()}


@pytest.fixture(scope="module")
def airflows() -> dict[tuple[str, str], str | None]:
    """Airflow's own settings with their defaults, from its own description of them."""
    airflow = importlib.util.find_spec("airflow")  # found, not imported: that reads a home
    assert airflow is not None
    assert airflow.origin is not None
    described = Path(airflow.origin).parent / "config_templates" / "config.yml"
    known = yaml.safe_load(described.read_text("utf-8"))
    return {(s, k): o["default"] for s, v in known.items() for k, o in v["options"].items()}


def test_every_setting_is_known_and_differs(
    ours: dict[tuple[str, str], str], airflows: dict[tuple[str, str], str | None]
) -> None:
    assert ours
    for (section, key), value in ours.items():
        of = (section, key.removesuffix("_cmd"))
        assert of in airflows, of
        assert value.lower() != str(airflows[of]).lower(), of


def test_nothing_of_one_machine_and_nothing_secret(ours: dict[tuple[str, str], str]) -> None:
    for (section, key), value in ours.items():
        assert not re.search(r"(^|[\s\"'=:])/\w", value), (section, key, value)
        assert not re.search(r"key|secret|password", key) or key.endswith("_cmd"), (section, key)
    for left_to_home in (("core", "dags_folder"), ("database", "sql_alchemy_conn")):
        assert left_to_home not in ours


def test_it_serves_this_machine_only_and_shows_only_our_dags(
    ours: dict[tuple[str, str], str],
) -> None:
    assert ours["api", "host"] == "127.0.0.1"
    assert ours["api", "base_url"].startswith("http://127.0.0.1:")
    assert ours["core", "load_examples"] == "False"


def test_a_paused_load_would_forget_what_was_landed(ours: dict[tuple[str, str], str]) -> None:
    assert ours["core", "dags_are_paused_at_creation"] == "False"


def test_the_secrets_it_asks_for_are_those_that_setup_makes(
    ours: dict[tuple[str, str], str],
) -> None:
    from tidings.cli.airflow.setup import _SECRETS

    asked = {v.partition(".secrets/")[2].rstrip("'\"") for k, v in ours.items() if "_cmd" in k[1]}
    assert asked == set(_SECRETS)
