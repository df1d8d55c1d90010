"""Near copies are found, and what two people say alike is kept apart, in a set planted here."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Sequence

import pytest
from made_mentions import change, table

from tidings.watch import Brand, Watch
from transforms.enrich import enrich
from transforms.voices import BANDS, MIN_SHINGLES, SKETCH_BITS, SKETCH_WORDS, voice_bands

NEAR_BITS = 16
"""As ``core.near_copy`` has it, see ``tests/warehouse/test_warehouse_voices.py``."""

NOUNS, VERBS, ADJECTIVES, GLUE = (
    re.findall(r"\w+", line)
    for line in (
        "kettle blender phone jacket headset lamp toaster router watch camera backpack drill screen"
        " battery handle cable motor button strap plug case hinge parcel courier shop counter train"
        " refund voucher manual charger remote speaker garden kitchen office ticket hotel room",
        "broke works arrived stopped leaks shines cracked froze rattles hums folds charges heats"
        " cools delivers answers returns refuses replaces improves slips fits lasts fades rusts",
        "superb poor decent excellent terrible fine friendly useless solid cheap sturdy flimsy cold"
        " lovely rough slow quick awful bright dull heavy light warm soft hard clean dirty noisy",
        "and but so because while although since when after before until though",
    )
)


def sentence(rng: random.Random) -> str:
    return (
        f"The {rng.choice(ADJECTIVES)} {rng.choice(NOUNS)} {rng.choice(VERBS)} "
        f"{rng.choice(GLUE)} my {rng.choice(NOUNS)} {rng.choice(VERBS)} in the "
        f"{rng.choice(ADJECTIVES)} {rng.choice(NOUNS)}."
    )


def texts(n: int, sentences: tuple[int, ...], seed: int) -> list[str]:
    rng = random.Random(seed)
    return [" ".join(sentence(rng) for _ in range(rng.choice(sentences))) for _ in range(n)]


def edited(text: str, share: float, rng: random.Random) -> str:
    """Replace, drop or add so many of the words."""
    words = text.split()
    for _ in range(max(1, round(share * len(words)))):
        where = rng.randrange(len(words))
        match rng.randrange(3):
            case 0:
                words[where] = rng.choice(ADJECTIVES)
            case 1:
                del words[where]
            case _:
                words.insert(where, rng.choice(["really", "very", "just", "quite"]))
    return " ".join(words)


COPIES: dict[str, Callable[[str, random.Random], str]] = {
    "a retweet": lambda t, r: f"RT @someone.example: {t}",
    "a link added": lambda t, r: f"{t} https://example.com/{r.randrange(10**9):x}",
    "a link without a scheme": lambda t, r: f"www.example.com/a {t}",
    "hashtags added, full stops spaced": lambda t, r: t.replace(".", " .") + " #fyi #kettle",
    "upper case": lambda t, r: t.upper(),
    "three dots": lambda t, r: t + " ...",
    "names added": lambda t, r: f"@acme @zenith@example.social {t}",
    "other quotes and form": lambda t, r: f"“{t}”".replace("a", "ａ"),
}
EDITED: dict[str, Callable[[str, random.Random], str]] = {
    "one word edited": lambda t, r: edited(t, 0, r),
    "one word in twenty edited": lambda t, r: edited(t, 0.05, r),
    "some words before it": lambda t, r: "Must read: " + t,
    "its end cut off": lambda t, r: " ".join(t.split()[: -len(t.split()) // 10]) + "…",
}


def near(one: Sequence[int] | None, other: Sequence[int] | None) -> bool:
    if one is None or other is None:
        return False
    w = SKETCH_WORDS
    bits = sum((a ^ b).bit_count() for a, b in zip(one[:w], other[:w], strict=True))
    return bool(set(one[w:]) & set(other[w:])) and bits <= NEAR_BITS


def found(texts: Sequence[str], copies: Sequence[str]) -> float:
    """Return which share of the copies is near its text."""
    pairs = zip(voice_bands(texts).to_pylist(), voice_bands(copies).to_pylist(), strict=True)
    return sum(near(a, b) for a, b in pairs) / len(texts)


@pytest.mark.parametrize("sentences", [(1,), (3, 4, 8)], ids=["short", "long"])
@pytest.mark.parametrize("kind", COPIES)
def test_what_copying_adds_hides_no_copy(kind: str, sentences: tuple[int, ...]) -> None:
    rng = random.Random(3)
    said = texts(300, sentences, 1)
    assert found(said, [COPIES[kind](text, rng) for text in said]) >= 0.99


@pytest.mark.parametrize("kind", EDITED)
def test_a_few_words_edited_hide_few_copies(kind: str) -> None:
    rng = random.Random(4)
    said = texts(500, (3, 4, 8), 2)
    assert found(said, [EDITED[kind](text, rng) for text in said]) >= 0.9


def test_a_short_text_with_a_word_changed_is_another() -> None:
    said = ["Great kettle and quick delivery, would certainly buy it again from this shop"]
    other = ["Great toaster and quick delivery, would certainly buy it again from this shop"]
    assert found(said, said) == 1
    assert found(said, other) == 0


TEMPLATES = (
    "Ordered the {n} on a Monday and it {v} {d} days later. {a} quality, and the {n} {v}. Would I "
    "buy at this shop again, {a} as it is? The {n} {v}.",
    "I have had my {n} for {d} months now and it {v}. The {n} is {a} but the {n} is {a}, which I "
    "did not expect at all. {a} service as well.",
    "Called support about my {n} because the {n} {v}. Waited {d} minutes, the agent was {a} and "
    "the {n} {v} in the end, so {a} as ever.",
    "Stayed here for {d} nights. The {n} was {a}, the {n} {a}, and the {n} {v}. We would come back "
    "for the {n} but not for the {a} {n}.",
)
SLOTS = {"n": NOUNS, "v": VERBS, "a": ADJECTIVES, "d": [str(n) for n in range(2, 30)]}


def test_reviews_that_share_a_template_stay_apart() -> None:
    rng = random.Random(5)
    fill = lambda match: rng.choice(SLOTS[match[1]])  # noqa: E731
    wrong = pairs = 0
    for template in TEMPLATES:
        said = {re.sub(r"\{(\w)\}", fill, template) for _ in range(300)}
        rows = voice_bands(sorted(said)).to_pylist()
        assert None not in rows
        for one, other in itertools.combinations(rows, 2):
            pairs += 1
            wrong += near(one, other)
    assert pairs > 150_000
    assert wrong <= 2


def test_texts_of_the_same_few_words_stay_apart_and_hardly_meet() -> None:
    rows = voice_bands(texts(3000, (2, 3, 5), 6)).to_pylist()
    having: dict[int, list[int]] = {}
    for n, row in enumerate(rows):
        for band in row[SKETCH_WORDS:]:
            having.setdefault(band, []).append(n)
    met = {p for bucket in having.values() for p in itertools.combinations(bucket, 2)}
    assert len(met) <= 3000 * 3000 / 2 / 1000
    assert not [pair for pair in met if near(rows[pair[0]], rows[pair[1]])]


@pytest.mark.parametrize(
    ("first", "last"), [("一", "鿿"), ("ก", "ฮ"), ("가", "힣")], ids=["han", "thai", "hangul"]
)
def test_scripts_without_spaces_are_cut_by_characters(first: str, last: str) -> None:
    rng = random.Random(7)
    letters = [chr(rng.randint(ord(first), ord(last))) for _ in range(300)]
    said = ["".join(rng.choices(letters, k=60)) for _ in range(200)]
    copies = [text[:30] + rng.choice(letters) + text[31:] + " https://example.com" for text in said]
    assert found(said, copies) >= 0.9
    assert found(said, [*said[1:], said[0]]) == 0


def test_the_sketch_tells_how_much_of_their_shingles_texts_share() -> None:
    """Words all different, so that the share is known: of 200, some are taken from another text."""
    rng = random.Random(8)
    word = lambda: f"w{rng.randrange(10**12)}"  # noqa: E731
    for kept in (100, 140, 180):
        bits = []
        for _ in range(60):
            one = [word() for _ in range(200)]
            other = [*one[:kept], *(word() for _ in range(200 - kept))]
            a, b = voice_bands([" ".join(one), " ".join(other)]).to_pylist()
            bits.append(
                sum((x ^ y).bit_count() for x, y in zip(a[:SKETCH_WORDS], b[:2], strict=True))
            )
        share = (kept - 1) / (2 * 199 - (kept - 1))
        assert sum(bits) / 60 == pytest.approx(SKETCH_BITS * (1 - share) / 2, abs=3)


def test_a_text_has_the_same_bands_whatever_it_is_asked_with() -> None:
    said = [*texts(40, (1, 5, 40), 9), "Great!", "", "@a #b", "漢" * 70, "x" * 300_000]
    said += ["\ud800" * 50, "#a " * 60_000, "rt @a " * 9_000, "ﷺ" * 20_000]
    rng = random.Random(10)
    alone = [voice_bands([text]).to_pylist()[0] for text in said]
    order = rng.sample(range(len(said)), len(said))
    assert voice_bands([said[n] for n in order]).to_pylist() == [alone[n] for n in order]


def test_bands_stay_as_they_are_stored() -> None:
    """Stored bands are compared for years: this fails where they would come out otherwise."""
    long = " ".join(f"word{n}" for n in range(40))
    assert voice_bands([long, long[:60]]).to_pylist() == [STORED_LONG, STORED_SHORT]


STORED_LONG = [
    8745430155803684263, 11569956634325510986, 10381243563720266857, 10777234427394488764,
    17228448237698205388, 9775492273245596935, 7674675410957797663, 9253381464171255944,
]  # fmt: skip
STORED_SHORT = [15661613755857756328, 16188742569674330759, 17579439365341625233]


def test_what_is_too_short_has_none() -> None:
    rows = voice_bands([None, "", "Great!", "RT @a: Great! https://example.com #great", "@a " * 50])
    assert rows.to_pylist() == [None] * 5
    assert voice_bands([]).to_pylist() == []


def test_a_text_just_long_enough_to_have_words_changed_has_all_bands() -> None:
    words = [f"word{n}" for n in range(MIN_SHINGLES + 1)]
    long, short = voice_bands([" ".join(words), " ".join(words[1:])]).to_pylist()
    assert (len(long), len(short)) == (SKETCH_WORDS + BANDS, SKETCH_WORDS + 1)


def test_enriching_adds_the_bands_of_the_text_or_else_of_the_title() -> None:
    said = texts(2, (4,), 11)
    mentions = [
        change(external_id="1", text=said[0], title="Read this"),
        change(external_id="2", text=None, title=said[1]),
        change(external_id="3", text="Great!", title=None),
    ]
    watch = Watch(id="acme", brand=Brand(name="Acme"))
    made = enrich(table(*mentions), watches=[watch], about=None, watch="acme")
    assert made["voice_bands"].to_pylist() == voice_bands([*said, None]).to_pylist()
