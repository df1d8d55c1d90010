"""The matcher finds what a naive reading of the query finds, of all watches at once."""

import re

import pytest
from drawn_queries import WORDS, queries
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.watch import Brand, Competitor, Watch
from transforms.found import Found, holds
from transforms.match import BrandMatch, KeywordMatch, Matcher, Said
from transforms.query import And, Field, Near, Not, Or, Phrase, Query, QueryError


def watch(name: str = "Acme", **more: object) -> Watch:
    return Watch(brand=Brand(name=name), id=name.lower(), **more)  # type: ignore[arg-type]


# A naive evaluator: its own words, phrases compared place by place, NEAR by all pairs.


def naive_words(text: str) -> list[str]:
    return re.findall(r"[配送]|\n|[^\W_配送]+", text.casefold())


def naive_spans(phrase: Phrase, text: list[str]) -> list[tuple[int, int]]:
    wanted = naive_words(phrase.text)
    spans = []
    for start in range(len(text) - len(wanted) + 1):
        window = text[start : start + len(wanted)]
        same = window[:-1] == wanted[:-1]
        last = window[-1].startswith(wanted[-1]) if phrase.prefix else window[-1] == wanted[-1]
        if same and last:
            spans.append((start, start + len(wanted) - 1))
    return spans


def naive(query: Query, text: list[str], said: Said) -> bool:
    match query:
        case Phrase():
            return bool(naive_spans(query, text))
        case Field("lang", value):
            return said.language == value
        case Field("author", value):
            return said.author is not None and said.author.lower() == value.lower()
        case Field("site", value):
            host = re.sub(r"^https?://|[:/].*", "", (said.url or "").removeprefix("https://"))
            return host == value or host.endswith("." + value)
        case Not(part):
            return not naive(part, text, said)
        case And(parts):
            return all(naive(p, text, said) for p in parts)
        case Or(parts):
            return any(naive(p, text, said) for p in parts)
        case Near(left, right, distance):
            sides = [
                [
                    s
                    for p in (side.parts if isinstance(side, Or) else (side,))
                    for s in naive_spans(p, text)
                ]
                for side in (left, right)
            ]
            return any(
                0 <= b[0] - a[1] - 1 <= distance or 0 <= a[0] - b[1] - 1 <= distance
                for a in sides[0]
                for b in sides[1]
            )
    raise AssertionError(query)


spoken = st.lists(
    st.sampled_from([*WORDS, *(w.upper() for w in WORDS), "deliveries", "x"]), max_size=12
)
signs = st.sampled_from([" ", ", ", " - ", "'", "_", " #"])
saids = st.builds(
    lambda ws, sign, title, author, url, language: Said(
        text=sign.join(ws), title=title, author=author, url=url, language=language
    ),
    spoken,
    signs,
    st.sampled_from([None, "acme", "slow order"]),
    st.sampled_from([None, "jo", "JO BLOGS"]),
    st.sampled_from(
        [
            None,
            "https://example.com/a",
            "https://shop.example.com:8/",
            "http://[",
            "https://badexample.com",
        ]
    ),
    st.sampled_from([None, "en", "de"]),
)


def found_in(query: Query, said: Said) -> tuple[Found, Matcher]:
    matcher = Matcher([Watch(brand=Brand(name="own", query=str(query)), id="w")])
    return matcher.find(said), matcher


@settings(max_examples=400)
@given(queries, saids)
def test_equal_to_a_naive_evaluator(query: Query, said: Said) -> None:
    text = naive_words(said.text or "")
    if said.title and not (said.text or "").lower().startswith(said.title):
        text = [*naive_words(said.title), *(["\n", *text] if text else [])]
    expected = naive(query, text, said)
    found, matcher = found_in(query, said)
    assert (holds(query, found) is not None) is expected
    # the index that spares evaluating most queries may not lose one either
    assert bool(matcher.match(said).brands) is expected


@given(st.lists(queries, min_size=1, max_size=5), saids)
def test_many_watches_at_once_find_what_each_finds_alone(several: list[Query], said: Said) -> None:
    watches = [
        Watch(brand=Brand(name=f"b{i}", query=str(q)), id=f"w{i}") for i, q in enumerate(several)
    ]
    together = {m.brand for m in Matcher(watches).match(said).brands}
    alone = {m.brand for w in watches for m in Matcher([w]).match(said).brands}
    assert together == alone


@given(queries, saids)
def test_hits_lie_in_the_text_and_are_what_they_claim(query: Query, said: Said) -> None:
    found, _ = found_in(query, said)
    for phrase, spans in found.hits.items():
        for span in spans:
            start, end = found.place(span)
            hit = naive_words(found.text[start:end])
            wanted = naive_words(phrase.text)
            assert hit == wanted or (phrase.prefix and hit[-1].startswith(wanted[-1]))


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("Acme's shop", True),
        ("ACME’S shop", True),
        ("i like #acme", True),
        ("thanks @acme_help!", True),
        ("_acme_", True),
        ("Ａｃｍｅ", True),
        ("acmeology", False),
        ("lacme", False),
        ("acmé", False),
        ("ac me", False),
        ("", False),
    ],
)
def test_names_match_as_whole_words(text: str, matches: bool) -> None:
    found = Matcher([watch()]).match(Said(text=text)).brands
    assert bool(found) is matches


def test_names_in_scripts_without_spaces_match_inside() -> None:
    own = Watch(brand=Brand(name="アクメ", aliases=("애크미",)), id="w")
    matcher = Matcher([own])
    assert matcher.match(Said(text="昨日アクメの配送が遅れた")).brands[0].matched == "アクメ"
    assert matcher.match(Said(text="애크미가 좋아요")).brands[0].matched == "애크미"
    assert matcher.match(Said(text="ｱｸﾒ")).brands[0].matched == "ｱｸﾒ"


def test_a_phrase_does_not_run_from_title_into_text() -> None:
    matcher = Matcher([watch("late delivery")])
    assert matcher.match(Said(title="never late", text="delivery was fine")).brands == ()
    assert matcher.match(Said(title="a late delivery", text="again")).brands != ()


@given(st.integers(0, 6), st.integers(0, 6), st.booleans())
def test_near_counts_the_words_between_in_either_order(
    between: int, distance: int, turned: bool
) -> None:
    words = ["late delivery", *["x"] * between, "order"]
    text = " ".join(reversed(words) if turned else words)
    matcher = Matcher(
        [Watch(brand=Brand(name="b", query=f'"late delivery" NEAR/{distance} order'))]
    )
    assert bool(matcher.match(Said(text=text)).brands) is (between <= distance)


def test_near_wants_two_words_and_not_one_twice() -> None:
    matcher = Matcher([Watch(brand=Brand(name="b", query="late NEAR/5 late*"))])
    assert not matcher.match(Said(text="so late")).brands
    assert matcher.match(Said(text="late and later")).brands


def test_nested_names_are_all_found() -> None:
    names = ["Acme", "Acme Air", "Air", "Acme Air Lines", "Lines"]
    found = Matcher([watch(n) for n in names]).match(Said(text="Acme Air Lines"))
    assert {m.brand for m in found.brands} == set(names)


def test_a_place_about_a_brand_matches_whatever_is_said_and_once() -> None:
    matcher = Matcher([watch(competitors=(Competitor(name="Beta"),))])
    assert matcher.match(Said(text="so so"), about="Beta").brands == (
        BrandMatch("Beta", "place", ""),
    )
    both = matcher.match(Said(text="beta v acme"), about="Beta").brands
    assert both == (BrandMatch("Beta", "place", "beta"), BrandMatch("Acme", "text", "acme"))


def test_keywords_count_for_the_own_brand_only() -> None:
    matcher = Matcher(
        [watch(competitors=(Competitor(name="Beta"),), queries={"delivery": "late OR deliver*"})]
    )
    assert matcher.match(Said(text="Beta delivers late")).keywords == ()
    assert matcher.match(Said(text="delivers late")).keywords == ()
    late = KeywordMatch("Acme", "delivery", "delivers, late", 3)
    assert matcher.match(Said(text="Acme delivers late, late")).keywords == (late,)
    assert matcher.match(Said(text="delivers late, late"), about="Acme").keywords == (late,)


def test_a_keyword_of_fields_alone_counts_one_hit() -> None:
    matcher = Matcher([watch(queries={"shop": "site:shop.example.com"})])
    said = Said(text="Acme", url="https://shop.example.com/1")
    assert matcher.match(said).keywords == (KeywordMatch("Acme", "shop", "", 1),)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("site:example.com", Said(place="example.com")),
        ("site:example.com", Said(place="https://forum.example.com/latest")),
        ("site:example.com", Said(url="https://WWW.EXAMPLE.com:443/x")),
        ("author:jo", Said(author_handle="@Jo")),
        ("author:@jo", Said(author="jo")),
        ("lang:no", Said(language="nb")),
        ("lang:en", Said(language="en-GB")),
    ],
)
def test_fields(query: str, said: Said) -> None:
    assert Matcher([Watch(brand=Brand(name="b", query=query), id="w")]).match(said).brands
    other = Said(url="https://badexample.com", place="notexample.com", author="joe", language="sv")
    assert not Matcher([Watch(brand=Brand(name="b", query=query), id="w")]).match(other).brands


def test_who_owns_a_name_decides_what_it_means() -> None:
    owner = Watch(brand=Brand(name="Apple", query="apple NOT pie"), id="a")
    other = watch("Beta", competitors=(Competitor(name="Apple"),))
    found = Matcher([other, owner]).match(Said(text="apple pie"))
    assert found.brands == ()
    assert Matcher([other]).match(Said(text="apple pie")).brands == (
        BrandMatch("Apple", "text", "apple"),
    )


def test_a_bad_query_names_file_and_key() -> None:
    with pytest.raises(QueryError, match=r"watch/acme\.toml: key 'queries\.late'"):
        Matcher([watch(queries={"late": "late AND"})])
    with pytest.raises(QueryError, match=r"watch/acme\.toml: key 'competitors\.0\.query'"):
        Matcher([watch(competitors=(Competitor(name="Beta", query="-x"),))])
    with pytest.raises(QueryError, match=r"watch/!!!\.toml: key 'brand'"):
        Matcher([watch("!!!")])


def test_no_watches_match_nothing() -> None:
    assert Matcher([]).match(Said(text="Acme")).brands == ()
