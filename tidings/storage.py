"""Folders and object stores by URL: how they are opened, with whose credentials, how written.

Credentials never stand in a URL. Where ``TIDINGS_STORE_CONNECTION`` names a connection of Airflow,
of the type Amazon Web Services, they are those of it; else the store's own library looks for them:
for S3 in ``AWS_ACCESS_KEY_ID`` and its kin, its files, and the machine's role.
"""

from __future__ import annotations

import os
import posixpath
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tidings.errors import ConfigurationError, TransientError, WarehouseError

if TYPE_CHECKING:
    from upath import UPath

CONNECTION_VARIABLE = "TIDINGS_STORE_CONNECTION"

_CREDENTIALS = ("NoCredentialsError", "PartialCredentialsError", "TokenRetrievalError")
"""What botocore calls it where there are no credentials."""

_SILENCE = ("HTTPClientError", "ConnectionError")
"""What botocore calls it where a store does not answer, is not found, or ends the connection."""

_OF_CONNECTION = {"region_name", "endpoint_url"}
"""What else of a connection counts: keys of its extra, as the Amazon provider names them."""


def is_url(place: object) -> bool:
    """Whether a place is a URL; otherwise it is a folder of this machine."""
    return "://" in str(place)


def place(url: str, environ: Mapping[str, str] | None = None) -> UPath:
    """Return the folder or the place in an object store that ``url`` names.

    ConfigurationError where the URL holds credentials, where what speaks to such a store is not
    installed, or where the connection that is to be used can't be read.
    """
    from upath import UPath

    if not is_url(url):
        return UPath(url)
    parts = urlsplit(url)
    if parts.username or parts.password or parts.query:
        raise ConfigurationError(
            f"The URL of an object store at {parts.scheme}://... holds credentials or options.",
            remedy="Give them by the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) or by "
            f"a connection of Airflow that {CONNECTION_VARIABLE} names.",
        )
    try:
        # a listing kept in memory would hide what another machine has written since
        found: UPath = UPath(url, use_listings_cache=False, **_options(parts.scheme, environ))
    except ImportError as error:
        extra = "tidings[s3]" if parts.scheme in ("s3", "s3a") else "its fsspec package"
        raise ConfigurationError(
            f"What speaks to {parts.scheme}:// is not installed: {error}.",
            remedy=f"Install {extra}.",
        ) from error
    except ValueError as error:
        raise ConfigurationError(
            f"{parts.scheme}:// is no object store that is known: {error}.",
            remedy="Write s3://bucket/folder, or the path of a folder.",
        ) from error
    return found


def write_new(target: UPath, content: bytes) -> None:
    """Write a new object, whole or not at all; FileExistsError where there is one of the name.

    The store itself refuses the second of two writers; that it has the same content already is no
    matter: an answer was lost and the library has asked again. ConfigurationError where it refuses
    us.
    """
    try:
        _put(target, content, mode="create")
    except FileExistsError:
        if bytes(target.fs.cat_file(target.path)) != content:
            raise


def put(target: UPath, content: bytes) -> None:
    """Put an object in its place whole, over one that is there; ConfigurationError if refused."""
    _put(target, content, mode="overwrite")


def fetch(source: UPath, target: Path) -> None:
    """Bring an object to a file of this machine, mode 0600, by rename; FileNotFoundError."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = target.with_name(f"{target.name}.{os.getpid()}-{token_hex(4)}.draft")
    draft.touch(mode=0o600)
    try:
        source.fs.get_file(source.path, str(draft))
        draft.replace(target)
    except _refusals() as error:
        raise refused(source, error) from error
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def at_hand(*places: str) -> Iterator[tuple[str, ...]]:
    """Give files of this machine with what is at ``places``; a file is there already."""
    if not any(map(is_url, places)):
        yield places
        return
    with TemporaryDirectory(prefix="tidings-") as folder:
        files: list[str] = []
        for number, one in enumerate(places):
            file = Path(folder) / f"{number}-{posixpath.basename(one)}"
            if is_url(one):
                fetch(place(one), file)
            files.append(str(file) if is_url(one) else one)
        yield tuple(files)


def tag(source: UPath) -> str | None:
    """Return what changes whenever the object is written; None where there is no object."""
    try:
        about = source.fs.info(source.path)
    except FileNotFoundError:
        return None
    except _refusals() as error:
        raise refused(source, error) from error
    words = (about.get("ETag"), about.get("size"), about.get("LastModified"), about.get("created"))
    return " ".join(str(word) for word in words)


def matching(root: UPath, pattern: str) -> list[str]:
    """Return the paths of the objects under ``root`` that fit, relative to it, sorted.

    Empty where the folder is not there; WarehouseError where the bucket is not, ConfigurationError
    where the store refuses us: neither is an empty landing area.
    """
    if not is_url(root):
        return sorted(found.relative_to(root).as_posix() for found in root.glob(pattern))
    try:
        listed = root.fs.glob(posixpath.join(root.path, pattern))
        if not listed:
            _must_answer(root)
    except _refusals() as error:
        raise refused(root, error) from error
    return sorted(posixpath.relpath(str(path), root.path) for path in listed)


def remove(root: UPath, paths: Sequence[str]) -> None:
    """Remove objects or files under ``root``, many at once where the store can."""
    if not is_url(root):
        for path in paths:
            (root / path).unlink(missing_ok=True)
    elif paths:
        root.fs.rm([posixpath.join(root.path, path) for path in paths])


def refused(target: UPath, error: Exception) -> ConfigurationError | TransientError:
    """Return the error that says that a store refused us, or, a TransientError, is out of reach."""
    if not isinstance(error, (PermissionError, *_of_botocore(*_CREDENTIALS))):
        return TransientError(
            f"The object store of {target.protocol}://{target.path} can't be reached: {error}",
            remedy="Is it up, and AWS_ENDPOINT_URL right? Then do it again: nothing was lost.",
        )
    return ConfigurationError(
        f"The object store refuses {target.protocol}://{target.path}: {type(error).__name__}.",
        remedy="Check its credentials (AWS_ACCESS_KEY_ID and its kin, or the connection that "
        f"{CONNECTION_VARIABLE} names) and what they are allowed.",
    )


def _put(target: UPath, content: bytes, *, mode: str) -> None:
    if not is_url(target):
        raise ValueError(f"{target} is no object in a store")
    try:
        target.fs.pipe_file(target.path, content, mode=mode)
    except _refusals() as error:
        raise refused(target, error) from error
    except FileNotFoundError as error:
        raise _no_bucket(target) from error


def _must_answer(root: UPath) -> None:
    """List a bucket that seems empty once more: not there, or refused, looks empty to a glob."""
    if root.protocol in ("s3", "s3a"):
        bucket = root.path.partition("/")[0]
        try:
            root.fs.call_s3("list_objects_v2", Bucket=bucket, MaxKeys=1)
        except FileNotFoundError as error:
            raise _no_bucket(root) from error


def _refusals() -> tuple[type[Exception], ...]:
    """Return what libraries raise where credentials do not do, or where nobody answers."""
    return (PermissionError, *_of_botocore(*_CREDENTIALS, *_SILENCE))


def _of_botocore(*names: str) -> tuple[type[Exception], ...]:
    found = sys.modules.get("botocore.exceptions")
    return () if found is None else tuple(getattr(found, name) for name in names)


def _no_bucket(target: UPath) -> WarehouseError:
    return WarehouseError(
        f"There is no bucket for {target.protocol}://{target.path}.",
        remedy="Make it, or correct TIDINGS_LANDING.",
    )


def _options(scheme: str, environ: Mapping[str, str] | None) -> dict[str, Any]:
    env = os.environ if environ is None else environ
    name = env.get(CONNECTION_VARIABLE)
    if not name or scheme not in ("s3", "s3a"):
        return {}
    from airflow.sdk import Connection  # seconds: only where it is asked for
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        connection = Connection.get(name)
    except AirflowNotFoundException as error:
        raise ConfigurationError(
            f"{CONNECTION_VARIABLE} names the connection {name!r}, which Airflow does not have.",
            remedy="Make it, of the type Amazon Web Services, or unset the variable.",
        ) from error
    extra: dict[str, Any] = {}
    with suppress(ValueError):
        extra = dict(connection.extra_dejson)
    client = {key: str(extra[key]) for key in sorted(_OF_CONNECTION) if extra.get(key)}
    found: dict[str, Any] = {"client_kwargs": client} if client else {}
    if connection.login:
        found |= {"key": connection.login, "secret": connection.password}
    return found
