"""Languages that are easily taken for one another, by sentences that differ in nothing else."""

import tomllib
from pathlib import Path

import pytest

from transforms.language import identify_all
from transforms.persian import with_persian_letters
from transforms.scandinavian import MOST, _odds, norwegian_over_danish
from transforms.script import by_script

WRITTEN = tomllib.loads(Path(__file__).with_name("near_languages.toml").read_text("utf-8"))
TWELVE = ("en", "de", "fr", "it", "es", "pt", "ar", "no", "da", "sv", "fa", "zh")
AT_LEAST = {
    "da": 0.95, "nb": 0.94, "nn": 0.97, "da_later": 0.95, "nb_later": 0.95, "sv": 0.9, "fa": 1.0,
    "ar": 1.0, "ur": 1.0, "pt": 1.0, "es": 1.0, "gl": 1.0, "ca": 0.8, "zh": 1.0, "ja": 1.0,
}  # fmt: skip


@pytest.mark.parametrize("kind", WRITTEN)
def test_sentences_of_customers_are_told(kind: str) -> None:
    code = kind.split("_")[0]
    language = {"nb": "no", "nn": "no"}.get(code, code)
    found = [f for f, _ in identify_all(WRITTEN[kind], TWELVE, [None] * len(WRITTEN[kind]))]
    assert found.count(language) / len(found) >= AT_LEAST[kind]


def test_there_is_the_same_in_danish_bokmal_and_nynorsk() -> None:
    assert len(WRITTEN["da"]) == len(WRITTEN["nb"]) == len(WRITTEN["nn"]) >= 60
    assert len(WRITTEN["da_later"]) == len(WRITTEN["nb_later"])


@pytest.mark.parametrize(
    ("norwegian", "danish"),
    [
        ("etter", "efter"), ("jeg vet ikke hva", "jeg ved ikke hvad"), ("noe", "noget"),
        ("reklamasjonen", "reklamationen"), ("dårlighet", "dårlighed"), ("høyde", "højde"),
        ("utlevering", "udlevering"), ("opplysning", "oplysning"), ("innkjøp", "indkøb"),
        ("skuffen min", "at skuffe"), ("den nye dagen", "der er"), ("ikkje", "ikke det her"),
        ("han sa ja til å vente", "han lovede at vente"), ("dårlegare", "rigtigt"),
        ("vennskap", "venskab"), ("sjokoladekake", "chokoladekage"),
    ],
)  # fmt: skip
def test_a_clue_tells_either_way(norwegian: str, danish: str) -> None:
    assert norwegian_over_danish(norwegian) > 0
    assert norwegian_over_danish(danish) < 0
    assert norwegian_over_danish(norwegian.upper()) > 0


@pytest.mark.parametrize(
    "shared",
    ["", "det er min første elsker", "pengene", "gjorde", "hvordan kan du være så glad", "kjole",
     "den telefon", "er det din", "utrolig", "fungerer", "kald"],
)  # fmt: skip
def test_what_both_have_tells_nothing(shared: str) -> None:
    assert norwegian_over_danish(shared) == 0.0


def test_clues_have_a_bound_and_no_word_is_of_both() -> None:
    assert norwegian_over_danish("hva meg deg noe etter av ut " * 9) == MOST
    assert norwegian_over_danish("hvad mig dig noget efter af " * 9) == -MOST
    assert norwegian_over_danish("a\u030a") == norwegian_over_danish("å") > 0  # decomposed
    from transforms import scandinavian as lists

    norwegian = {pair.split("/")[0] for pair in lists.PAIRS.split()} | set(lists.NORWEGIAN.split())
    danish = {pair.split("/")[1] for pair in lists.PAIRS.split()} | set(lists.DANISH.split())
    weak = [*lists.WEAK_NORWEGIAN.split(), *lists.WEAK_DANISH.split()]
    assert norwegian & danish == set()
    assert len(weak) == len(set(weak))
    assert (norwegian | danish) & set(weak) == set()
    assert len(_odds()) == len(norwegian) + len(danish) + len(weak)


def test_only_persian_is_given_persian_letters() -> None:
    assert with_persian_letters("خيلي خوب بود") == "خیلی خوب بود"
    for other in (*WRITTEN["ar"], *WRITTEN["ur"], "زه ښه يم", "کيفيت ښه دی", "hello"):
        assert with_persian_letters(other) == other


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("안녕하세요", ("ko",)), ("ㅋㅋㅋ", ("ko",)), ("日本", ("zh", "ja")),
        ("ありがとう", ("ja",)), ("東京タワー", ("ja",)), ("ไทย", ("th",)), ("Ωραία", ("el",)),
        ("hello", ()), ("привет", ()), ("नमस्ते", ()), ("سلام", ()), ("ಠ ಠ", ()), ("の", ()),
        ("I really love 서울", ()), ("서울 서울 OK", ("ko",)), ("の店", ("zh", "ja")),
    ],
)  # fmt: skip
def test_scripts(text: str, languages: tuple[str, ...]) -> None:
    assert by_script(text) == languages
