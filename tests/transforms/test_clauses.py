"""Texts are cut where another thing is begun to be spoken of, and nowhere else."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.clauses import clauses
from transforms.grammar import tables
from transforms.stems import seeded


def cut(text: str, language: str | None, *named: str) -> list[str]:
    """The clauses of ``text``, without the blanks around them, with ``named`` as anchors."""
    anchors = [(text.index(n), text.index(n) + len(n)) for n in named]
    return [text[c.start : c.end].strip() for c in clauses(text, language, anchors)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "I paid 3.5 euros. It broke!", ["I paid 3.5 euros.", "It broke!"]),
        ("en", "Dr. Smith of Acme Inc. was kind.", ["Dr. Smith of Acme Inc. was kind."]),
        ("en", "Call J. Jones. Now.", ["Call J. Jones.", "Now."]),
        ("en", "great phone. battery sucks", ["great phone.", "battery sucks"]),
        ("en", "So good.The battery lasts.", ["So good.", "The battery lasts."]),
        ("en", "nice; cheap\nand fast", ["nice;", "cheap", "and fast"]),
        ("en", "It works but it is slow", ["It works", "but it is slow"]),
        ("en", "Nothing but trouble", ["Nothing but trouble"]),
        ("en", "Although it is dear, it works", ["Although it is dear,", "it works"]),
        ("en", "But this, my friend, is new", ["But this, my friend, is new"]),
        ("en", "not there yet", ["not there yet"]),
        ("no", "Kom kl. 12. mai og var bra", ["Kom kl. 12. mai og var bra"]),
        ("no", "Fin vare, men sen levering", ["Fin vare,", "men sen levering"]),
        ("no", "Selv om den var dyr, er den bra", ["Selv om den var dyr,", "er den bra"]),
        ("da", "Flot, men dyr. F.eks. denne", ["Flot,", "men dyr.", "F.eks. denne"]),
        ("sv", "Bra medan priset är högt", ["Bra", "medan priset är högt"]),
        ("de", "Gut, aber z.B. teuer", ["Gut,", "aber z.B. teuer"]),
        ("fr", "Bien mais cher", ["Bien", "mais cher"]),
        ("es", "Bueno pero caro", ["Bueno", "pero caro"]),
        ("it", "Bello però caro", ["Bello", "però caro"]),
        ("pt", "Bom mas caro", ["Bom", "mas caro"]),
        ("fa", "کیفیتش خوبه ولی گرونه", ["کیفیتش خوبه", "ولی گرونه"]),
        ("fa", "خوب بود؟ نه؛ بد بود", ["خوب بود؟", "نه؛", "بد بود"]),
        ("ar", "الجودة ممتازة لكن السعر غالي", ["الجودة ممتازة", "لكن السعر غالي"]),
        ("zh", "味道很好但是太贵了。再见！", ["味道很好", "但是太贵了。", "再见！"]),
        ("zh", "味道好，而且便宜", ["味道好，而且便宜"]),
        ("zh", "質量好，可是服務差", ["質量好，", "可是服務差"]),
        (None, "Ein Satz. Noch einer", ["Ein Satz.", "Noch einer"]),
    ],
)
def test_ends_and_words_that_turn(language: str | None, text: str, expected: list[str]) -> None:
    assert cut(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text", "named", "expected"),
    [
        ("en", "A is great, B is bad", ("A", "B"), ["A is great,", "B is bad"]),
        ("en", "A is great and B is bad", ("A", "B"), ["A is great", "and B is bad"]),
        ("en", "A, unlike B, is great", ("A", "B"), ["A, unlike B, is great"]),
        ("en", "Unlike B, A is great", ("B", "A"), ["Unlike B, A is great"]),
        ("en", "A and B are great", ("A", "B"), ["A and B are great"]),
        (
            "en",
            "I love the price, quality and service",
            ("price", "quality", "service"),
            ["I love the price, quality and service"],
        ),
        (
            "en",
            "price, quality and service are bad",
            ("price", "quality", "service"),
            ["price, quality and service are bad"],
        ),
        (
            "en",
            "food was great, service terrible",
            ("food", "service"),
            ["food was great,", "service terrible"],
        ),
        ("en", "Great food, lousy service", ("food", "service"), ["Great food,", "lousy service"]),
        ("en", "The food, which I ate, was bad", ("food",), ["The food, which I ate, was bad"]),
        ("en", "Acme 👍 Beta 👎 bad", ("Acme", "Beta"), ["Acme 👍", "Beta 👎 bad"]),
        ("en", "Delivery? Awful. Price? Fine.", ("Delivery", "Price"), None),
        ("zh", "价格便宜，服务很差", ("价格", "服务"), ["价格便宜，", "服务很差"]),
        ("zh", "价格，服务都很好", ("价格", "服务"), ["价格，服务都很好"]),
        ("no", "Maten var god, servicen elendig", ("Maten", "servicen"), None),
    ],
)
def test_commas_part_what_can_stand_alone(
    language: str, text: str, named: tuple[str, ...], expected: list[str] | None
) -> None:
    parts = cut(text, language, *named)
    if expected is None:  # each name in a clause with what is said of it
        assert len(parts) == 2
        assert all(name in part for name, part in zip(named, parts, strict=True))
    else:
        assert parts == expected


@given(
    st.text(alphabet="Ab ,.!?\n;，。但 men but and'’-–😀1", max_size=80),
    st.sampled_from([*sorted(tables()), None, "xx"]),
    st.lists(st.tuples(st.integers(0, 80), st.integers(1, 5)), max_size=6),
)
def test_clauses_cover_the_text_and_cut_no_anchor(
    text: str, language: str | None, drawn: list[tuple[int, int]]
) -> None:
    anchors = [(a, min(a + n, len(text))) for a, n in drawn if a < len(text)]
    found = clauses(text, language, anchors)
    assert found[0].start == 0
    assert text[found[-1].end :].strip() == ""
    assert all(a.end == b.start for a, b in pairwise(found))
    assert [c.sentence for c in found] == sorted(c.sentence for c in found)
    words = [(a, b) for a, b in anchors if text[a:b].isalpha()]
    for clause in found[1:]:
        assert not any(a < clause.start < b for a, b in words)


def test_every_language_with_stems_has_a_grammar() -> None:
    assert set(tables()) == set(seeded())


def test_many_commas_take_no_more_than_their_share_of_steps() -> None:
    # Each comma may look at a bounded part of the text only: cut short, it is cut the same.
    unit = "price is low, quality is bad, "
    text = unit * 400
    anchors = [
        (i, i + len(w))
        for w in ("price", "quality")
        for i in range(len(text))
        if text[i:].startswith(w)
    ]
    found = clauses(text, "en", anchors)
    assert [text[c.start : c.end].strip() for c in found[:2]] == [
        "price is low,",
        "quality is bad,",
    ]
    assert len(found) == 800
