"""JSON-LD as pages write it: strict JSON first, the usual mistakes mended only where that fails."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import msgspec

# Possessive quantifiers: hostile text must not make the search go back over itself.
_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*+"'  # a string, kept as it is: comments and commas inside are text
    r"|//[^\n]*+|/\*.*?(?:\*/|\Z)"  # comments
    r"|,(?=(?>\s++|//[^\n]*+|/\*.*?\*/)*+[}\]])",  # a comma before a closing bracket
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_OPENING = re.compile(r"\A(?:<!--|(?://|/\*)?\s*<!\[CDATA\[(?:\s*\*/)?)")
_CLOSING = re.compile(r"(?:-->|(?://|/\*)?\s*\]\]>(?:\s*\*/)?)\s*\Z")

WRAPPER = 200
"""Characters that what closes a script has at most, blanks included."""


def read_jsonld(text: str) -> Any:
    """Return the document of one script; ValueError where it can't be read even when mended.

    Mended are comments, trailing commas, control characters and JavaScript's escapes in strings,
    CDATA and comment wrappers, a closing semicolon and a script escaped as HTML; only where the
    text is no valid JSON as it is.
    """
    text = text.strip().removeprefix("\ufeff")
    try:
        return msgspec.json.decode(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        return _read_mended(text, error)


def _read_mended(text: str, why: Exception) -> Any:
    opened = _OPENING.sub("", text, count=1)
    # only the end is looked at: blanks within would be gone over from each of them anew
    bare = (opened[:-WRAPPER] + _CLOSING.sub("", opened[-WRAPPER:])).strip().rstrip(";")
    for candidate in dict.fromkeys((bare, html.unescape(bare))):
        try:
            return json.loads(_without_extras(candidate), strict=False)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        except ValueError:
            continue
    raise ValueError(str(why)) from why


def _without_extras(text: str) -> str:
    return _TOKEN.sub(lambda m: _ESCAPE.sub(_legal, m[0]) if m[0][0] == '"' else "", text)


def _legal(escape: re.Match[str]) -> str:
    """Return an escape, one of JavaScript's that JSON has not (``\\'``) as the sign it means."""
    return escape[0] if escape[1] in '"\\/bfnrtu' else escape[1]
