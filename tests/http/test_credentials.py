"""Where a secret is looked for, in which order, and that no message ever shows one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tidings.credentials import secret, variable
from tidings.errors import ConfigurationError
from tidings.masking import masked


def env(home: Path, **more: str) -> dict[str, str]:
    return {"TIDINGS_HOME": str(home), **more}


def keep(home: Path, name: str, content: bytes, mode: int = 0o600) -> Path:
    path = home / ".secrets" / name
    path.parent.mkdir(exist_ok=True, mode=0o700)
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_the_variable_of_a_name() -> None:
    assert variable("shop-token.v2") == "TIDINGS_SECRET_SHOP_TOKEN_V2"


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    keep(tmp_path, "token", b"from the file\n")
    assert secret("token", env(tmp_path)) == "from the file"
    assert secret("token", env(tmp_path, TIDINGS_SECRET_TOKEN=" from outside\n")) == "from outside"


def test_a_variable_that_is_no_text_is_refused_before_anything_shows_it(tmp_path: Path) -> None:
    """Masking it would raise an error that holds it, from each message on."""
    with pytest.raises(ConfigurationError, match="TIDINGS_SECRET_TOKEN is not UTF-8") as error:
        secret("token", env(tmp_path, TIDINGS_SECRET_TOKEN="geheim\udcfcss"))
    assert "geheim" not in str(error.value)
    assert error.value.__cause__ is None
    assert masked("all is well") == "all is well"


def test_an_empty_variable_is_as_good_as_none(tmp_path: Path) -> None:
    """Compose files and CI set variables that nobody gave a value to ''."""
    keep(tmp_path, "token", b"from the file")
    assert secret("token", env(tmp_path, TIDINGS_SECRET_TOKEN="")) == "from the file"


def test_a_byte_order_mark_and_line_break_are_not_part_of_it(tmp_path: Path) -> None:
    keep(tmp_path, "token", b"\xef\xbb\xbfs3cret\r\n")
    assert secret("token", env(tmp_path)) == "s3cret"


def test_a_missing_secret_is_told_with_all_places(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        secret("shop-token", env(tmp_path))
    text = str(caught.value)
    assert "TIDINGS_SECRET_SHOP_TOKEN" in text
    assert str(tmp_path / ".secrets" / "shop-token") in text
    assert "Airflow" in text


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o620])
def test_a_file_that_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    path = keep(tmp_path, "token", b"s3cret", mode)
    with pytest.raises(ConfigurationError, match=f"chmod 600 {path}") as caught:
        secret("token", env(tmp_path))
    assert "s3cret" not in str(caught.value)


def test_a_file_that_is_no_text_is_told_without_its_bytes(tmp_path: Path) -> None:
    keep(tmp_path, "token", b"s3cret\xff\xfe")
    with pytest.raises(ConfigurationError, match="not UTF-8") as caught:
        secret("token", env(tmp_path))
    assert caught.value.__cause__ is None
    assert "s3cret" not in str(caught.value)


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / ".secrets" / "token").mkdir(parents=True)
    with pytest.raises(ConfigurationError, match="can't be read"):
        secret("token", env(tmp_path))


def test_an_empty_file_is_no_secret(tmp_path: Path) -> None:
    keep(tmp_path, "token", b" \n")
    with pytest.raises(ConfigurationError, match="There is no secret 'token'"):
        secret("token", env(tmp_path))


@pytest.mark.parametrize(
    "name", ["", "../passwd", "a/b", ".hidden", "a\0b", "a b", "token\n", "x" * 300]
)
def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="is no name of a secret"):
        secret(name, env(tmp_path))


def test_airflow_is_left_alone_where_it_is_not_set_up(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom tidings.credentials import secret\n"
        "try: secret('token')\nexcept Exception as error: print(type(error).__name__)\n"
        "print('airflow' in sys.modules)"
    )
    bare = {k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "TIDINGS"))}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**bare, **env(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["ConfigurationError", "False"]


@pytest.mark.slow
def test_an_airflow_connection_is_the_last_place(tmp_path: Path) -> None:
    """In a process of its own: Airflow reads its environment once, when it is imported."""
    code = (
        "from tidings.credentials import secret\nprint('found', secret('shop_token'))\n"
        "try: secret('none_such')\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    bare = {k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "TIDINGS"))}
    airflow = {
        "AIRFLOW_HOME": str(tmp_path / "airflow"),
        "AIRFLOW_CONN_SHOP_TOKEN": '{"conn_type": "http", "password": "s3cret-of-airflow"}',
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**bare, **env(tmp_path), **airflow},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "found s3cret-of-airflow" in done.stdout
    assert "ConfigurationError There is no secret 'none_such'" in done.stdout
    assert "Airflow connection 'none_such'" in done.stdout
