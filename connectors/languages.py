"""Languages as sources state them (``en-US``, ``pt_BR``, ``English``) to BCP 47 tags."""

from __future__ import annotations

import re

TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*")

NAMES = {
    "arabic": "ar",
    "bulgarian": "bg",
    "catalan": "ca",
    "chinese": "zh",
    "croatian": "hr",
    "czech": "cs",
    "danish": "da",
    "dutch": "nl",
    "english": "en",
    "finnish": "fi",
    "french": "fr",
    "german": "de",
    "greek": "el",
    "hebrew": "he",
    "hindi": "hi",
    "hungarian": "hu",
    "indonesian": "id",
    "italian": "it",
    "japanese": "ja",
    "korean": "ko",
    "norwegian": "no",
    "persian": "fa",
    "polish": "pl",
    "portuguese": "pt",
    "romanian": "ro",
    "russian": "ru",
    "slovak": "sk",
    "spanish": "es",
    "swedish": "sv",
    "thai": "th",
    "turkish": "tr",
    "ukrainian": "uk",
    "vietnamese": "vi",
}
"""English names of the languages that pages and files name by a word."""


def language_tag(stated: str | None) -> str | None:
    """Return the tag for what a source states, in lower case; None for what is no language.

    ``en-US`` and ``en_US`` become ``en-us``, ``English`` becomes ``en``.
    """
    tag = (stated or "").strip().casefold().replace("_", "-")
    if tag in NAMES:
        return NAMES[tag]
    return tag if TAG.fullmatch(tag) else None
