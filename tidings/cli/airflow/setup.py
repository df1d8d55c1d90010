"""Set-up of Airflow, done once: secrets, password, metadata database, the writer's pool."""

from __future__ import annotations

import base64
import json
import os
import secrets
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import tidings
from tidings.cli.airflow.api import AirflowFailed
from tidings.errors import ConfigurationError
from tidings.home import Home

Tell = Callable[[str], None]
"""Takes one line of progress for a person."""

USER = "admin"
WRITER_POOL = ("warehouse", "1", "One slot: there is one writer of the warehouse.")
PREPARE_SECONDS = 600.0

_SECRETS: dict[str, Callable[[], str]] = {
    "fernet_key": lambda: base64.urlsafe_b64encode(os.urandom(32)).decode(),
    "jwt_secret": lambda: secrets.token_urlsafe(64),
    "api_secret_key": lambda: secrets.token_urlsafe(32),
}


def project() -> Path:
    """Return the folder of ``dags`` and ``airflow.cfg``; ConfigurationError if there is none."""
    root = Path(tidings.__file__).resolve().parent.parent
    if not (root / "airflow.cfg").is_file() or not (root / "dags").is_dir():
        raise ConfigurationError(
            f"There is no airflow.cfg with a folder dags in {root}.",
            remedy="Install from a checkout of the project: './run up' does.",
        )
    return root


def environment(home: Home, *, port: int | None = None) -> dict[str, str]:
    """Return the environment of Airflow's processes for ``home``; this Python is first in PATH."""
    root = project()
    url = f"http://127.0.0.1:{port}"
    env = {
        **os.environ,
        **home.environment(),
        "AIRFLOW_HOME": str(home.root),
        "AIRFLOW_CONFIG": str(root / "airflow.cfg"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(root / "dags"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "NO_PROXY": ",".join(filter(None, [os.environ.get("NO_PROXY"), "127.0.0.1,localhost"])),
        "PYTHONUNBUFFERED": "1",
    }
    if port is not None:
        env |= {"AIRFLOW__API__PORT": str(port), "AIRFLOW__API__BASE_URL": url}
        env["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] = f"{url}/execution/"
    return env


def prepare(home: Home, *, tell: Tell = print) -> None:
    """Make secrets, password, database and pool where they are missing; may be called any time.

    Files are for their owner only. Raises AirflowFailed with the log's tail if Airflow refuses.
    """
    home.root.mkdir(parents=True, exist_ok=True)
    home.secrets.mkdir(exist_ok=True, mode=0o700)
    for name, make in _SECRETS.items():
        _write_once(home.secrets / name, make)
    _write_once(_passwords(home), lambda: json.dumps({USER: secrets.token_urlsafe(12)}) + "\n")
    if _is_prepared(home):
        return
    tell("Airflow: making its database (once) ...")
    _airflow(home, "db", "migrate")
    _airflow(home, "pools", "set", *WRITER_POOL)
    _readers_beside_writer(home)
    _stamp(home).write_text(version("apache-airflow"), "utf-8")


def password(home: Home) -> str:
    """Return the password of :data:`USER`; ConfigurationError if the file does not hold it."""
    path = _passwords(home)
    try:
        return str(json.loads(path.read_text("utf-8"))[USER])
    except (OSError, ValueError, KeyError) as error:
        raise ConfigurationError(
            f"{path} holds no password of {USER!r}.", remedy="Remove the file; it is made again."
        ) from error


def _passwords(home: Home) -> Path:
    return home.root / "simple_auth_manager_passwords.json.generated"


def _stamp(home: Home) -> Path:
    return home.root / "airflow.db.version"


def _is_prepared(home: Home) -> bool:
    """Say whether this Airflow has migrated this home's own database (another's: always again)."""
    if "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN" in os.environ:
        return False
    stamp = _stamp(home)
    return (
        (home.root / "airflow.db").exists()
        and stamp.exists()
        and stamp.read_text("utf-8") == version("apache-airflow")
    )


def _write_once(path: Path, make: Callable[[], str]) -> None:
    """Create ``path`` for its owner only; whole or not at all, and never over an existing one."""
    if path.exists():
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")  # mode 0600
    draft = Path(name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(make())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # somebody else was first: theirs counts
    finally:
        draft.unlink()


def _airflow(home: Home, *arguments: str) -> None:
    command = [sys.executable, "-m", "airflow", *arguments]
    done = subprocess.run(  # noqa: S603 - our own interpreter, our own words
        command,
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
        timeout=PREPARE_SECONDS,
        umask=0o077,
        check=False,
    )
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-20:])
        raise AirflowFailed(f"'airflow {' '.join(arguments)}' failed:\n{tail}")


def _readers_beside_writer(home: Home) -> None:
    """Switch SQLite to write-ahead logging; readers would block its writer on a busy machine."""
    path = home.root / "airflow.db"
    if path.exists():
        with closing(sqlite3.connect(path, timeout=60)) as con:
            con.execute("PRAGMA journal_mode=WAL")
