"""Names of charsets as strangers state them: not every codec of Python is one."""

from __future__ import annotations

import codecs

# Codecs for text that are no charset of a page or mail: some take seconds, some raise on any input.
_NONE_OF_PAGES = {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"}


def text_codec(name: str | None) -> str | None:
    """Return Python's name of the charset ``name``; None where nobody knows it, or it is none."""
    try:
        found = codecs.lookup(name or "")
        "".encode(found.name)  # LookupError for codecs from bytes to bytes, such as zlib
    except (LookupError, ValueError):  # ValueError: a zero byte in the name, or "undefined"
        return None
    return None if found.name.replace("_", "-") in _NONE_OF_PAGES else found.name
