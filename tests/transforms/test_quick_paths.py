"""The quick ways through a text against the careful ones, over texts of all sorts of signs."""

import random
import re
import unicodedata
from collections.abc import Iterator

import pytest

from transforms import clauses as cutting
from transforms import language, language_classifier, words
from transforms.clauses import END, clauses

PIECES = (
    *"aZ1 ._'é️‍❤👍🏽™­İıßﬁ½①Ⓐ日本語กำ한ﾊﾟ…“”‿´¨ǅΣσς゙か⁠🇦🇧\x80\x85\xa0",
    "\u0301", "\ufe0f", "\u200d", "\u1100\u1161", "\U000e0100", "\u3099",
)  # fmt: skip

SENTENCES = (
    *'.!?…。！；;؟\r\n"») ', "a", "z", "É", "é", "A ", "Ab", "but ", " and ", ", ", "ß.", "ä?",
    "Great", "however ", " - ", "İ", "although ", "dr.", "3.", "e.g.", "price", "service was slow",
    "because ", "aber ", "pero ", "mais ", "但是", "X. ", "ok: ",
)  # fmt: skip

CAREFUL_END = re.compile(
    r"""(?<![.!?…])[.!?…]++["'»”’)\]]*+(?=\s|$)
      | (?<=[a-zæøåäöüéß])[.!?]+(?=[A-ZÆØÅÄÖÜ][a-zæøåäöü\s])
      | [。！？；;؟؛۔]+["”」』»）)]*
      | [\r\n]+""",
    re.VERBOSE,
)


def made(pieces: tuple[str, ...], count: int, longest: int) -> Iterator[str]:
    rng = random.Random(4)
    for _ in range(count):
        yield "".join(rng.choice(pieces) for _ in range(rng.randint(1, longest)))


def carefully(text: str) -> tuple[str, list[tuple[str, tuple[int, int]]]]:
    """Fold cluster by cluster, then look for words: what all quick ways stand for."""
    text = words.TRADE_MARKS.sub(" ", text)
    parts, starts, ends = [], [], []
    for cluster in words._cluster().finditer(text):
        part = words._fold_cluster(cluster.group())
        parts.append(part)
        starts += [cluster.start()] * len(part)
        ends += [cluster.end()] * len(part)
    folded = "".join(parts)
    found = words._word().finditer(folded)
    return folded, [(m.group(), (starts[m.start()], ends[m.end() - 1])) for m in found]


def test_quick_words_are_those_found_cluster_by_cluster() -> None:
    for text in made(PIECES, 12_000, 14):
        folded, found = carefully(text)
        assert words.fold(text) == folded, ascii(text)
        assert words.words(text) == [word for word, _ in found], ascii(text)
        assert list(words.places(text)) == [place for _, place in found], ascii(text)
        said = words.haystack(text)
        starts = [m.start() for m in re.finditer(" ", said)]
        hits = [(n, starts[n], starts[n + 1] + 1) for n in range(len(found))]
        assert [span for _, span in words.spans(said, hits)] == [(n, n) for n in range(len(hits))]


def test_every_sign_taken_for_a_blank_is_one_among_letters() -> None:
    codes = [c for a, b in _ranges(words.SIGNS.pattern) for c in range(a, b + 1)]
    assert len(codes) > 4_000
    for code in codes:
        text = f"a{chr(code)}b {chr(code)}C{chr(code)}"
        found = [word for word, _ in carefully(text)[1]]
        assert found == ["a", "b", "c"] == words.words(text), hex(code)


def _ranges(pattern: str) -> Iterator[tuple[int, int]]:
    for first, last in re.findall(r"(.)(?:-(.))?", pattern[1:-1]):
        yield ord(first), ord(last or first)


def test_sentences_end_where_they_always_did() -> None:
    for text in made(SENTENCES, 8_000, 30):
        expected = [m.span() for m in CAREFUL_END.finditer(text)]
        assert [m.span() for m in END.finditer(text)] == expected, ascii(text)


@pytest.mark.parametrize("code", ["en", "de", "fr", "no", "zh", "ar", None])
def test_sentences_without_a_but_are_cut_as_with_a_look_at_each(
    code: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(5)
    texts = list(made(SENTENCES, 1_500, 30))
    anchors = [
        [(a, a + rng.randint(1, 4)) for a in sorted(rng.sample(range(len(t) + 9), 3))]
        for t in texts
    ]
    quick = [clauses(t, code, a) for t, a in zip(texts, anchors, strict=True)]
    monkeypatch.setattr(cutting, "_buts", lambda text, rules: None)
    assert quick == [clauses(t, code, a) for t, a in zip(texts, anchors, strict=True)]
    assert code is None or max(map(len, quick)) > 3


LINKS = (
    "a", "B", "é", "@", "#", "_", ".", " ", "http://", "HTTPS://", "www.", "Www.", "x@y.co",
    "me+you@site.org ", "-", "w", "😀", "a" * 70,
)  # fmt: skip


def test_noise_is_left_out_whatever_the_text_has_of_it() -> None:
    for text in made(LINKS, 12_000, 30):
        cut = text[: 2 * language.MAX_LOOKED_AT]
        slow = " ".join(language.NOISE.sub(" ", cut).split())[: language.MAX_LOOKED_AT]
        assert language.clean(text) == (slow if language.LETTER.search(slow) else "")


def test_capitals_count_the_same_in_ascii_and_beyond() -> None:
    for text in made(("A", "B", "c", "é", "É", "1", " ", "!", "ß"), 3_000, 9):
        capitals = sum(map(str.isupper, text))
        shouted = 3 * capitals > 2 * sum(map(str.isalpha, text))
        expected = unicodedata.normalize("NFC", text.lower() if shouted else text).encode()
        assert language_classifier._bytes(text) == expected
