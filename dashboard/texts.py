"""What the pages say, in each language: ``texts/LANGUAGE.toml``, one name a sentence."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

LANGUAGES = {
    "en": "English",
    "nb": "Norsk",
    "da": "Dansk",
    "fa": "فارسی",
    "zh": "中文",
}
"""The languages of the pages, by their code, each named in itself."""

RIGHT_TO_LEFT = frozenset({"fa"})


class Texts:
    """The sentences of one language. A value within braces is filled in: ``{n}``."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._said = read(language)

    def __call__(self, name: str, /, **values: object) -> str:
        """Return what ``name`` (``section.name``) says; KeyError where nothing has that name."""
        said = self._said[name]
        return said.format(**values) if values else said

    def maybe(self, name: str, otherwise: str) -> str:
        """Return what ``name`` says, or ``otherwise``: for names that data brings along."""
        return self._said.get(name, otherwise)


@cache
def read(language: str) -> Mapping[str, str]:
    """Return all sentences of a language, by ``section.name``."""
    text = files("dashboard").joinpath("texts", f"{language}.toml").read_text("utf-8")
    return {
        f"{section}.{name}": said
        for section, named in tomllib.loads(text).items()
        for name, said in named.items()
    }


def spoken(given: str | None, kept: str | None, accepted: str | None) -> str:
    """Choose the language: the address's, else the one kept, else what the browser accepts."""
    for wanted in (given, kept):
        if wanted in LANGUAGES:
            return wanted
    for part in (accepted or "").split(","):
        code = part.split(";")[0].strip().lower().split("-")[0]
        code = "nb" if code in ("no", "nn") else code
        if code in LANGUAGES:
            return code
    return "en"
