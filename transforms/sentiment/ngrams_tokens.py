"""What a text is cut into for its n-grams: words, runs, emoji, emoticons, punctuation.

Links, handles and numbers count as one token each, whatever they say; letters are folded, and
whoever writes "sooooo" has written "soo". What is made of a token depends on the token alone.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from transforms.words import IGNORABLE, UNSPACED, URL

SIGN = "\x01"
"""First character of what tokens that are no words are folded to."""

LINK, HANDLE, NUMBER = f"{SIGN}link", f"{SIGN}handle", f"{SIGN}number"
CAPITALS, LENGTHENED = f"{SIGN}capitals", f"{SIGN}lengthened"

EMOTICON = (
    r"[:;=][\-'^o]?[)(\[\]DdPpOo/\\|*3$]+(?![\w/])|(?<!\()\(+[\-']?[:;=](?!\w)|</?3+(?!\w)|\^[_.]*\^"
    r"|\b[xX]D+\b|-_+-"
)
REPEATED = re.compile(r"(.)\1{2,}", re.DOTALL)
SAME_LETTER = str.maketrans(
    {
        "\u064a": "\u06cc", "\u0649": "\u06cc", "\u0643": "\u06a9", "\u0629": "\u0647",
        "\u0623": "\u0627", "\u0625": "\u0627", "\u0622": "\u0627", "\u0671": "\u0627",
        "\u0640": None, "\u2019": "'", **dict.fromkeys(map(chr, range(0x64B, 0x653))),
    }
)  # fmt: skip
"""Arabic letters that are typed for one another, across keyboards and in a hurry, as one of them;
short vowels, which few people write, as nothing."""


def fold_token(raw: str) -> str:
    """Return what ``raw``, a match of :func:`token_pattern`, counts as; empty where as nothing."""
    if raw[0] == "@" and len(raw) > 1:
        return HANDLE
    if raw[0].isalnum():
        folded = unicodedata.normalize("NFKC", raw).casefold()
        if folded.startswith(("http", "www.")):
            return LINK
        if not folded.isascii():
            folded = IGNORABLE.sub("", folded).translate(SAME_LETTER)
        if folded[:1].isdigit() and not any(c.isalpha() for c in folded):
            return NUMBER
        return REPEATED.sub(r"\1\1", folded.replace("\\u2019", "'"))
    folded = IGNORABLE.sub("", raw)
    if not folded or "\U0001f3fb" <= folded <= "\U0001f3ff" or (folded[0] in "&\\" and folded[1:]):
        return ""  # a colour of skin belongs to the emoji before it
    bare = re.sub(r"(.)\1+", r"\1\1", re.sub(r"(?<=[:;=])[\-'^o](?=.)", "", folded))
    return SIGN + ("".join(sorted(set(bare))) if set(bare) == {"!", "?"} else bare)


def is_unspaced(character: str) -> bool:
    """Return whether ``character`` is of a script that puts no spaces between words."""
    return not character.isascii() and bool(_unspaced_pattern().match(character))


@cache
def _unspaced_pattern() -> re.Pattern[str]:
    return re.compile(f"[{UNSPACED}]")


@cache
def token_pattern() -> re.Pattern[str]:
    """Match a token: a link, a handle, an emoticon, a number, a word, a run, or a sign."""
    letters = _letters()
    return re.compile(
        rf"(?i:{URL.pattern})|\d+(?:[.,:]\d+)*(?![{letters}])"
        rf"|[{letters}]+(?:(?:['\u2019]|\\u2019)[{letters}]+)*|@[\w.\-]+"
        rf"|[{UNSPACED}]+|\\u[0-9a-f]{{4}}|&(?:amp|lt|gt|quot|nbsp|#39);|{EMOTICON}"
        r"|[!?]+|\.\.+|[^\w\s]"
    )


@cache
def _letters() -> str:
    """Return a range for ``re`` of all letters, digits and marks of scripts with spaces."""
    unspaced = _unspaced_pattern()
    runs: list[list[int]] = []
    for code in range(0x20000):
        sign = chr(code)
        if not (sign.isalnum() or unicodedata.category(sign)[0] == "M" or code in (0x200C, 0x200D)):
            continue
        if unspaced.match(sign) or 0xFE00 <= code <= 0xFE0F:
            continue
        if runs and runs[-1][1] == code - 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return "".join(f"{chr(a)}-{chr(b)}" for a, b in runs)
