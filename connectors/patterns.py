"""Regular expressions that people give, matched against what strangers write: in linear time.

The engine is RE2, as Arrow has it: no look-around and no references back, but no text on which it
takes longer than its length says.
"""

from __future__ import annotations

from collections.abc import Sequence


def check_pattern(name: str, pattern: str | None) -> None:
    """Refuse what is no pattern: ValueError naming the setting."""
    import pyarrow as pa

    try:
        matching(pattern or "", [""])
    except pa.ArrowInvalid as error:
        raise ValueError(f"{name!r} is no regular expression (RE2): {error}") from error


def matching(pattern: str, texts: Sequence[str]) -> list[bool]:
    """Tell of each text whether ``pattern`` matches somewhere in it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    writable = [text.encode("utf-8", "replace").decode() for text in texts]
    found: list[bool] = pc.match_substring_regex(
        pa.array(writable, pa.string()), pattern
    ).to_pylist()
    return found
