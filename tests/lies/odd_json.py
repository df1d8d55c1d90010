"""Odd JSON, generated after the kinds of what test suites of parsers hold; none of it is copied."""

from __future__ import annotations

import random
from collections.abc import Iterator

NUMBERS = (
    b"NaN",
    b"Infinity",
    b"-Infinity",
    b"-NaN",
    b"nan",
    b"+1",
    b".5",
    b"1.",
    b"-.5",
    b"01",
    b"-01",
    b"0x1F",
    b"0b1",
    b"1e999",
    b"-1e999",
    b"1e-999",
    b"1" * 400,
    b"-" + b"9" * 30,
    b"1e",
    b"1e+",
    b"1_000",
    b"1,5",
    b"--1",
    b"-",
    b"1.0e5.5",
    b"9007199254740993",
    b"18446744073709551616",
    "\uff11\uff12".encode(),
    "\u0661".encode(),
    b"0.1e1000000000",
    b"1e400000000000",
    b"-0",
    b"1E5",
    b"0." + b"1" * 5000,
    b"5e-324",
    b"2" * 4301,
    b"1.7976931348623157e309",
)
STRINGS = (
    rb'"\ud800"',
    rb'"\udc00"',
    rb'"\ud800\ud800"',
    rb'"\udc00\ud800"',
    rb'"\ud83d"',
    rb'"x\uD800y"',
    b'"\xed\xa0\x80"',
    b'"\xff"',
    b'"\xc0\xaf"',
    b'"\xf8\x88\x80\x80\x80"',
    b'"\xe2\x82"',
    b'"\x80"',
    b'"a\x00b"',
    rb'"a\u0000b"',
    b'"a\tb"',
    b'"a\nb"',
    b'"a\x1fb"',
    b'"a\x7fb"',
    rb'"\x41"',
    rb'"\u12"',
    rb'"\u{41}"',
    rb'"\u00G0"',
    rb'"\a"',
    rb'"\'"',
    b"'single'",
    b'"open',
    b'"',
    rb'"\"',
    b'"\\',
    '"\u2028\u2029"'.encode(),
    b'"\xef\xbb\xbfx"',
    '"\ufffe\uffff\U0010ffff"'.encode(),
    b'""',
    b'"' + b"x" * 300_000 + b'"',
    rb'"\/\b\f\n\r\t"',
    '"\u202e\u2066"'.encode(),
    b"`back`",
    b'"a" "b"',
    rb'"\ud83d\ude00"',
    b'"\x1b[2J\x07"',
    rb'"' + rb"\u0041" * 5000 + b'"',
)
LITERALS = (
    b"null",
    b"true",
    b"false",
    b"True",
    b"TRUE",
    b"nul",
    b"truee",
    b"undefined",
    b"None",
    b"nil",
    b"[]",
    b"{}",
    b"[[]]",
    b'{"":""}',
    b"[null]",
    b'[1,"a",{}]',
    b"new Date()",
    b"1/0",
    b"&#65;",
)
STRUCTURES = (
    b'{"a":1,}',
    b"[1,]",
    b"[,1]",
    b"[1,,2]",
    b'{"a" 1}',
    b'{"a"::1}',
    b"{a:1}",
    b"{'a':1}",
    b"{1:1}",
    b'{"a":1 "b":2}',
    b'{"a":1}}',
    b"[1]]",
    b"[1}",
    b'{"a":1]',
    b"{",
    b"[",
    b"}",
    b"]",
    b":",
    b",",
    b'{"a":1}{"b":2}',
    b"[1][2]",
    b'{"a":1}x',
    b"/* c */ {}",
    b"{} // c",
    b"# c\n{}",
    b"{/**/}",
    b"\xc2\xa0{}",
    b"\x0c{}",
    b"\x0b[]",
    b"{}\x00",
    b"\x00{}",
    b"\xef\xbb\xbf{}",
    b"\xef\xbb{}",
    b"\xef\xbb\xbf\xef\xbb\xbf{}",
    b"[" * 2_000,
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"[" * 500 + b"]" * 500,
    b"[" * 100_000 + b"]" * 100_000,
    b'{"a":' * 900 + b"1" + b"}" * 900,
    b'[{"a":' * 20_000,
    b"<html>",
    b"<?xml version='1.0'?><a/>",
    b")]}',\n{}",
    b"while(1);{}",
    b"callback({})",
    b'{"a":1,"a":2}',
    b'{"__proto__":{"x":1}}',
    b'{"":0}',
    b"a:\n  - b",
    b"\xff\xfe{\x00}\x00",
    b"\xfe\xff\x00{\x00}",
    b"{\x00}\x00",
    b"\x00{\x00}",
    b"+ADw-",
    b"\x1f\x8b\x08",
    b"\x80\x04\x95",
    b"%PDF-1.4",
    b"PK\x03\x04",
    b"!!python/object/apply:os.system ['id']",
    b"- !ruby/object",
)
ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "cp037", "utf-7", "shift_jis")


def documents(good: bytes, rng: random.Random) -> Iterator[bytes]:
    """Give odd documents for where ``good``, a document of JSON, would be right; without end."""
    yield from STRUCTURES
    yield from (*NUMBERS, *STRINGS, *LITERALS)
    text = good.decode()
    for name in ENCODINGS:
        yield text.encode(name, "replace")
    while True:
        yield changed(good, rng)


def changed(good: bytes, rng: random.Random) -> bytes:
    """Return a document that has been cut, flipped, doubled in part, or given an odd value."""
    at, to = sorted(rng.randrange(len(good) + 1) for _ in range(2))
    match rng.randrange(6):
        case 0:
            return good[:at]
        case 1:
            return good[:at] + bytes([rng.randrange(256)]) + good[at + 1 :]
        case 2:
            return good[:to] + good[at:]
        case 3:
            return good[:at] + good[to:]
        case 4:
            return good[:at] + rng.choice((*NUMBERS, *STRINGS, *LITERALS)) + good[at:]
    return _with_value(good, rng)


def _with_value(good: bytes, rng: random.Random) -> bytes:
    """Return ``good`` with one of its values replaced by an odd one."""
    places = [
        n for n in range(len(good) - 1) if good[n : n + 1] == b":" and good[n - 1 : n] == b'"'
    ]
    if not places:
        return good
    at = rng.choice(places) + 1
    end = min((e for e in (good.find(b",", at), good.find(b"}", at)) if e > 0), default=len(good))
    return good[:at] + rng.choice((*NUMBERS, *STRINGS, *LITERALS, *STRUCTURES[:30])) + good[end:]
