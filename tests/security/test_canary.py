"""One secret in every place where secrets are given, errors at every stage: it stays there."""

from __future__ import annotations

import base64
import html
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from canary_search import SECRET, forms, found_in, hits
from canary_world import Network, add_stranger, install, network

from tidings.home import Home
from tidings.masking import masked, note

TIDINGS = str(Path(sys.executable).with_name("tidings"))
COMMANDS = (
    ("check",),
    ("-v", "run"),
    ("status",),
    ("status", "--json"),
    ("gaps",),
    ("sources",),
    ("alerts", "list"),
    ("alerts", "test", "acme/denied"),
    ("-v", "alerts", "check"),
    ("query", "SELECT * FROM marts.source_health"),
    ("changes", "audit"),
    ("-v", "repair"),
    ("-v", "maintain"),
    ("doctor",),
)


def test_there_are_enough_forms() -> None:
    assert len(set(forms().values())) >= 13


def test_the_search_finds_each_form() -> None:
    """A search that finds nothing proves nothing."""
    for name, form in forms().items():
        assert name in found_in(b"before " + form + b" after"), name


@pytest.mark.parametrize("before", ["", "a", "ab", "user:"])
@pytest.mark.parametrize("after", ["", "y", "yz", "\n"])
def test_what_was_given_is_masked_in_each_form_of_text(before: str, after: str) -> None:
    note(SECRET)
    whole = f"{before}{SECRET}{after}"
    packed = base64.b64encode(whole.encode()).decode()
    for written in (
        whole,
        quote(whole),
        quote(whole, safe=""),
        quote(quote(whole, safe=""), safe=""),
        quote_plus(whole),
        packed,
        packed.replace("+", "-").replace("/", "_"),
        whole.encode().hex(),
        json.dumps(whole),
        html.escape(whole),
        repr(whole),
        whole[::-1],
        whole.encode().hex().upper(),
        f"cut: {whole[: len(before) + 20]}",
    ):
        assert not found_in(masked(f"x {written} y").encode()), written


def test_short_words_are_not_masked() -> None:
    note("key")
    assert masked("the key of it") == "the key of it"


def _environment(home: Home, base: str, stranger: Path) -> dict[str, str]:
    """Give the secret in the environment for some, in files for others, and no terminal."""
    home.secrets.mkdir(mode=0o700)
    (home.secrets / "canary-credential").write_text(SECRET)
    (home.secrets / "canary-credential").chmod(0o600)
    written = quote(SECRET, safe="")
    channel = {
        f"TIDINGS_SECRET_CHANNEL_{way.upper()}": f"{base}/{way}/{written}?k={quote(SECRET)}"
        for way in ("denied", "down")
    }
    hook = f"json://u:{quote(SECRET, safe='')}@{base.removeprefix('http://')}/bad"
    return {
        **os.environ,
        **home.environment(),
        **channel,
        "TIDINGS_SECRET_CHANNEL_HOOK": hook,
        "TIDINGS_SECRET_CANARY_REFRESH_CREDENTIAL": SECRET,
        "TIDINGS_SECRET_CANARY_CRASH": SECRET,
        "PYTHONPATH": str(stranger),
        "COLUMNS": "250",
    }


def _complaint(home: Home) -> None:
    row = {
        "external_id": "1",
        "published": datetime.now(UTC).isoformat(),
        "kind": "post",
        "language": "en",
        "text": "Acme is terrible, the worst kettle ever, awful and dangerous",
        "author_handle": "loud",
        "author_followers": 250_000,
    }
    (home.root / "in" / "1.jsonl").write_text(json.dumps(row) + "\n", "utf-8")


@pytest.mark.slow
def test_the_secret_stays_where_it_was_given(tmp_path: Path) -> None:
    with network() as net:
        home = install(tmp_path / "home", net.url)
        add_stranger(tmp_path / "stranger")
        environment = _environment(home, net.url, tmp_path / "stranger")
        _complaint(home)
        said = tmp_path / "said"
        said.mkdir()
        for number, command in enumerate(COMMANDS):
            done = subprocess.run(
                [TIDINGS, *command],
                env=environment,
                cwd=home.root,
                capture_output=True,
                check=False,
            )
            (said / f"{number} {' '.join(command)[:40].replace('/', ' ')}").write_bytes(
                done.stdout + done.stderr
            )
        _sent(net)
    assert b"crash" in b"".join(file.read_bytes() for file in said.iterdir())
    (home.secrets / "canary-credential").unlink()
    assert hits(home.root) == []
    assert hits(said) == []
    assert b"\x1b[2J" not in b"".join(file.read_bytes() for file in said.iterdir())
    kept = list((home.root / "data" / "landing").rglob("bad-*.zst"))
    assert len(kept) > 10, "refusals that repeat the secret were kept"


def _sent(net: Network) -> None:
    """The secret did go where it belongs; otherwise nothing was tried."""
    with_it = [asked for asked in net.asked if found_in(asked.encode())]
    assert len(with_it) > 20
