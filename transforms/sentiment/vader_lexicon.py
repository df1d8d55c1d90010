"""What vaderSentiment 3.3.2 knows: its lexicon and tables, read from the installed package.

Other distributions (``vader-multi``, ``vadersentiment-swedish``) install over the same import name
and silently replace its files, so these are compared with those of 3.3.2 before any is used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import msgspec

from tidings.errors import ConfigurationError

PACKAGE, VERSION = "vaderSentiment", "3.3.2"
"""The distribution, which is also what is imported, and the version that is reproduced."""

WORDS_FILE, EMOJI_FILE, RULES_FILE = (
    "vader_lexicon.txt",
    "emoji_utf8_lexicon.txt",
    "vaderSentiment.py",
)
SHA256 = {
    WORDS_FILE: "1ec9c6e9ee19aade328f8beb393a6afa71a5bb3acf7d3cc22d4ef568df374bf5",
    EMOJI_FILE: "b8d54223ae1ce22a3e12c1f745316b71678c328eb5f5d3063a842f37cfbe2823",
    RULES_FILE: "25cd814d23000b41c0e242d99960832c6620b3f1b844469173404500ce63206b",
}
"""Of the files of 3.3.2, the same in its wheel and in its source archive."""


class Lexicon(msgspec.Struct, frozen=True):
    """The package's tables, under our names. No word is in more than one of the first three."""

    version: str
    """The package's version and eight digits of its lexicons' hash, e.g. ``3.3.2+0a1b2c3d``."""
    valences: dict[str, float]
    """Words and emoticons in lower case, -4..4 (mean of ten raters)."""
    boosters: dict[str, float]
    """What words, and pairs with a blank between, add to a positive word after them."""
    negations: frozenset[str]
    idioms: dict[str, float]
    """Two or three words, with the valence that a word of the lexicon in or near them gets."""
    emoji: dict[str, str]
    """Signs of one character, and how each is said in words."""
    capitals: float
    """What a word in capitals gains where others are not."""
    negated: float
    """The factor of a word that is negated."""
    exclamations: tuple[float, ...]
    """What that many exclamation marks add to the sum; the last holds for more."""
    questions: tuple[float, ...]
    """The same of question marks."""
    squeeze: float
    """Compound is ``sum / sqrt(sum * sum + squeeze)``."""


@cache
def lexicon() -> Lexicon:
    """Return the installed package's tables; read once a process.

    ConfigurationError where what is installed is not vaderSentiment 3.3.2.
    """
    folder = _check()
    from vaderSentiment import vaderSentiment as package  # noqa: N813 (a module)

    analyzer = package.SentimentIntensityAnalyzer()
    content = (folder / WORDS_FILE).read_bytes() + (folder / EMOJI_FILE).read_bytes()
    digest = hashlib.blake2b(content, digest_size=4).hexdigest()
    return Lexicon(
        version=f"{VERSION}+{digest}",
        valences=analyzer.lexicon,
        boosters=package.BOOSTER_DICT,
        negations=frozenset(package.NEGATE),
        idioms=package.SPECIAL_CASES,
        # It looks them up character by character: those of several are never found.
        emoji={sign: said for sign, said in analyzer.emojis.items() if len(sign) == 1},
        capitals=package.C_INCR,
        negated=package.N_SCALAR,
        exclamations=_levels(analyzer._amplify_ep, "!"),
        questions=_levels(analyzer._amplify_qm, "?"),
        squeeze=_default(package, "normalize"),
    )


def _levels(amplify: object, mark: str) -> tuple[float, ...]:
    """Return what 0, 1, 2 ... of ``mark`` add, as far as it grows."""
    assert callable(amplify)
    levels = [float(amplify(mark * n)) for n in range(10)]
    return tuple(levels[: levels.index(levels[-1]) + 1])


def _default(package: ModuleType, function: str) -> float:
    """Return the default of the last parameter of a function of ``package``."""
    return float(getattr(package, function).__defaults__[-1])


def _check() -> Path:
    """Return the folder of the package, whose files are those of the version that we reproduce."""
    spec = find_spec(PACKAGE)
    places = spec.submodule_search_locations if spec is not None else None
    if not places:
        raise _refused(f"{PACKAGE} {VERSION} is not installed.")
    folder = Path(places[0])
    other = [name for name, digest in SHA256.items() if _sha256(folder / name) != digest]
    if other:
        found = _providers() or ["no distribution that says so"]
        raise _refused(
            f"{folder} is not that of {PACKAGE} {VERSION}: {_listed(other)} "
            f"{'differs' if len(other) == 1 else 'differ'}; installed under this name: "
            f"{_listed(found)}."
        )
    try:
        told = version(PACKAGE)
    except PackageNotFoundError:
        told = "no version"
    if told != VERSION:
        raise _refused(f"The installation states {told} of {PACKAGE}, not {VERSION}.")
    return folder


def _refused(message: str) -> ConfigurationError:
    names = sorted({PACKAGE, *(p.split()[0] for p in _providers())}, key=str.lower)
    return ConfigurationError(
        message,
        remedy=f"Run `pip uninstall --yes {' '.join(names)}`, "
        f"then `pip install {PACKAGE}=={VERSION}`.",
    )


def _providers() -> list[str]:
    """Return the distributions that install the import name, each with its version."""
    names = sorted(set(packages_distributions().get(PACKAGE, ())), key=str.lower)
    return [f"{name} {version(name)}" for name in names]


def _sha256(file: Path) -> str | None:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else None


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
