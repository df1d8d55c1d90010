"""Secrets by name. Watch files hold the names, never the values.

A secret called ``name`` is looked for in three places, in this order:

1. the environment: ``TIDINGS_SECRET_`` and the name in upper case, ``_`` for all but letters and
   digits;
2. a file: ``.secrets/<name>`` in the installation's folder, readable by its owner only;
3. the password of the Airflow connection with this id, where ``AIRFLOW_HOME`` is set.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from tidings.errors import ConfigurationError
from tidings.home import Home
from tidings.masking import forms, note

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


def secret(name: str, environ: Mapping[str, str] | None = None) -> str:
    """Return the secret called ``name``, without blanks around it.

    ConfigurationError, never with the value, where it is in none of the three places, where the
    name is malformed, and where the file may be read by others or can't be read.
    """
    env = os.environ if environ is None else environ
    if not _NAME.fullmatch(name):
        raise ConfigurationError(
            f"{name!r} is no name of a secret.",
            remedy="Use letters, digits, '.', '_' and '-'; give the name here, not the value.",
        )
    file = Home.find(env).secrets / name
    found = env.get(variable(name), "").strip() or _from_file(file) or _from_airflow(name, env)
    if not found:
        raise ConfigurationError(
            f"There is no secret {name!r}: not in the environment variable {variable(name)}, "
            f"not in the file {file}, and {_why_not_airflow(name, env)}.",
            remedy=f"Put it in one of these, e.g. write {file} and 'chmod 600' it.",
        )
    _unless_text(name, found)
    _mask_from_now_on(found)
    return found


def _unless_text(name: str, value: str) -> None:
    """Refuse what can't be written: no form of it could be masked, and each attempt would show it.

    An environment variable that is no UTF-8 comes as surrogates.
    """
    if any("\ud800" <= sign <= "\udfff" for sign in value):
        raise ConfigurationError(
            f"The environment variable {variable(name)} is not UTF-8 text.",
            remedy="Write the secret into it as plain text.",
        )


def _mask_from_now_on(value: str) -> None:
    """Keep a secret out of what is written from now on, out of Airflow's logs too."""
    note(value)
    shown = sys.modules.get("airflow.sdk.log")  # only a task of Airflow has it
    if shown is not None:
        for form in (value, *forms(value)):
            shown.mask_secret(form)


def variable(name: str) -> str:
    """Return the environment variable that the secret ``name`` is looked for in."""
    return f"TIDINGS_SECRET_{re.sub(r'[^A-Z0-9]', '_', name.upper())}"


def _from_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            content = file.read()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise ConfigurationError(
            f"{path}: the secret can't be read: {error.strerror}.",
            remedy="It must be a plain file that belongs to the user who runs this.",
        ) from error
    if mode & 0o077:
        raise ConfigurationError(
            f"{path} has mode {mode:04o}: others than its owner may use the secret.",
            remedy=f"Run: chmod 600 {path}",
        )
    return _decoded(path, content)


def _decoded(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        # Not chained: the error holds the bytes of the secret.
        raise ConfigurationError(
            f"{path} is not UTF-8 text.", remedy="Write the secret into it as plain text."
        ) from None


def _from_airflow(name: str, env: Mapping[str, str]) -> str:
    if not _has_airflow(env):
        return ""
    from airflow.sdk import Connection  # seconds: only where the other places have nothing
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        return (Connection.get(name).password or "").strip()
    except AirflowNotFoundException:
        return ""


def _has_airflow(env: Mapping[str, str]) -> bool:
    return bool(env.get("AIRFLOW_HOME")) and find_spec("airflow") is not None


def _why_not_airflow(name: str, env: Mapping[str, str]) -> str:
    if _has_airflow(env):
        return f"not as the password of the Airflow connection {name!r}"
    return f"Airflow, where a connection {name!r} could hold it, is not set up (AIRFLOW_HOME)"
