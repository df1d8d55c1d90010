"""An S3 server on the loopback interface, and the environment by which the store is found."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tidings.cli.airflow.services import free_port

BUCKET = "tidings"
REGION = "eu-north-1"


@contextmanager
def s3(log: Path) -> Iterator[dict[str, str]]:
    """Run a server in a process of its own; give the variables that point any client to it."""
    port = free_port(None)
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    env = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "made-up-key",
        "AWS_SECRET_ACCESS_KEY": "made-up-secret",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    try:
        _wait(server, port, log)
        client(env).create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        yield env
    finally:
        server.terminate()
        server.wait()


def client(env: dict[str, str]):
    """A client of the store's own makers, to look behind ours."""
    boto3 = pytest.importorskip("boto3")
    return boto3.client(
        "s3",
        endpoint_url=env["AWS_ENDPOINT_URL"],
        region_name=REGION,
        aws_access_key_id=env["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=env["AWS_SECRET_ACCESS_KEY"],
    )


def keys(env: dict[str, str], prefix: str = "") -> list[str]:
    """All keys in the bucket, in order."""
    pages = client(env).get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
    return sorted(item["Key"] for page in pages for item in page.get("Contents", []))


def set_environment(patch: pytest.MonkeyPatch, env: dict[str, str]) -> None:
    """Point this process to the store, and to no other, whichever it spoke to before."""
    pytest.importorskip("s3fs").S3FileSystem.clear_instance_cache()
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        patch.delenv(name)
    for name, value in env.items():
        patch.setenv(name, value)


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    address = urlsplit(f"http://127.0.0.1:{port}")
    while server.poll() is None:
        connection = HTTPConnection(str(address.hostname), port, timeout=10)
        try:
            connection.request("GET", "/moto-api/")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise AssertionError(log.read_text())
