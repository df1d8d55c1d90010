"""Hostile inputs that are written somewhere: cells, pushes, names of files, lines of logs."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from hostile_network import Outcome

from tidings.http import Answer


def formulas() -> Iterator[Outcome]:
    """Write cells that begin a formula as exports write them."""
    from hostile import naughty

    from dashboard.exports import csv_bytes, excel_bytes
    from tidings.formulas import plain, safe

    starts = tuple("=+-@＝＋－＠")
    cells = [text for text in naughty() if text.strip(" \t\r\n\u00a0;\"'").startswith(starts)]
    cells += [
        f"{space}{start}1+1"
        for start in starts
        for space in ("", " ", "\t", "\r", "\n", "\u00a0", '"', ";", " ;")
    ]
    for cell in cells:
        written = safe(cell)
        begins = any(
            part.lstrip(' \t\r\n\u00a0"').startswith(starts) for part in written.split(";")
        )
        yield (
            repr(cell),
            "begins a formula" if begins else None if plain(written) == cell else "is lost",
        )
    rows = [{"text": cell} for cell in cells]
    yield "a file of CSV", "no cells" if len(csv_bytes(rows)) < 100 else None
    yield "a file of Excel", "a formula" if b"<f>" in _sheet(excel_bytes(rows)) else None


def _sheet(book: bytes) -> bytes:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        return packed.read("xl/worksheets/sheet1.xml")


def webhooks() -> Iterator[Outcome]:
    """Push what is forged, changed on the way, too old or from the future."""
    from connectors.webhook_signature import HEADERS, Refused, check, check_time, sign, stated

    rng = random.Random(8)
    now = 1_772_366_400
    body = b'{"id": 1, "text": "Acme is good"}'
    for scheme in ("tidings", "stripe", "github"):
        header = HEADERS[scheme]
        good = sign(scheme, "right", body, time=now)[header]
        forged = [
            sign(scheme, other, body, time=now)[header]
            for other in ("", "wrong", "Right", "right ", "\0")
        ]
        forged += [
            "",
            "=",
            "v1=",
            "t=,v1=",
            f"t={now}",
            f"t={now},v1=" + "0" * 64,
            "sha256=" + "0" * 64,
            "sha1=" + "0" * 40,
            good[:-1],
            good[:-2],
            f"{good}0",
            good.replace("v1=", "v0=").replace("sha", "sh"),
            "v1=" * 9999,
        ]
        for _ in range(25):
            at = rng.randrange(len(good) - 60, len(good))
            forged.append(f"{good[:at]}{'0' if good[at] != '0' else '1'}{good[at + 1 :]}")
        pushes = [(text, body, now) for text in forged]
        pushes += [
            (good, body[:at] + b"X" + body[at + 1 :], now)
            for at in range(len(body))
            if body[at : at + 1] != b"X"
        ]
        if scheme != "github":
            pushes += [(f"{good},t={now + 999}", body, now)]
            pushes += [
                (good, body, now + late) for late in (301, 3_600, 86_400, -301, -3_600, 10**12)
            ]
            pushes += [(good.replace(f"t={now}", f"t={now + 500}"), body, now + 500)]
        for text, sent, clock in pushes:
            try:
                push = stated(scheme, {header: text})
                check_time(push, now=clock, window_seconds=300)
                check(push, "right", sent)
                through: str | None = "was taken"
            except Refused:
                through = None
            yield f"{scheme} {text[:80]} {clock - now} {sent!r}", through


def paths() -> Iterator[Outcome]:
    """Name runs, walks and files so that they lead out of their folder."""
    from hostile import naughty

    from tidings.landing import Landing
    from tidings.times import utcnow

    names = [
        "../x",
        "../../x",
        "/etc/x",
        "..",
        ".",
        "",
        "a/../../x",
        "..\\x",
        "C:\\x",
        "a\0b",
        "~/x",
        "%2e%2e/x",
        "x" * 5000,
    ]
    names += [text for text in naughty() if len(text) < 400][:150]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "deep" / "landing"
        for name in dict.fromkeys(names):
            for run, walk in ((name, "s:1"), ("run", name)):
                made = Landing(str(root)).walk(
                    source="s", walk_id=walk, run=run, attempt=1, started=utcnow()
                )
                made.keep(Answer(status=200, url="https://a.example/", body=b"x"))
                out = [p for p in Path(folder).rglob("*") if p.is_file() and root not in p.parents]
                yield repr(name), f"wrote {out}" if out or ".." in Path(made.path).parts else None


def log_lines() -> Iterator[Outcome]:
    """Put control characters, line ends and turned writing into messages of logs and errors."""
    import logging

    from hostile import naughty, payloads

    from tidings.cli.logged import OneLine
    from tidings.errors import SourceChanged

    extra = [
        "\n2026-01-01 ERROR forged",
        "\r",
        "\x1b]0;title\x07",
        "\x1b[2J",
        "\x9b31m",
        "\u202e",
        "\u2028x",
        "\x08" * 9,
    ]
    for text in [*extra, *naughty(), *list(payloads())[:60]]:
        record = logging.LogRecord("x", logging.WARNING, "", 0, "%s is odd", (text,), None)
        lines = [OneLine().format(record), str(SourceChanged(text, remedy=text))]
        bad = [c for c in lines[0] if c in "\n\r\u2028\u2029"] + [
            c
            for line in lines
            for c in line
            if (ord(c) < 32 and c not in "\n\t") or 0x7F <= ord(c) < 0xA0 or c in "\u202e\u2066"
        ]
        yield repr(text[:60]), f"holds {bad[0]!r}" if bad else None
