"""Queries drawn at random, shared by the tests of parser and matcher."""

from hypothesis import strategies as st

from transforms.query import And, Field, Near, Not, Or, Phrase, Query
from transforms.tree import is_anchored

WORDS = ("acme", "late", "slow", "order", "delivery", "deliver", "néw", "配送", "not", "s")

word_lists = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3)
phrases = st.builds(Phrase, word_lists.map(" ".join)) | st.builds(
    Phrase, st.sampled_from(["deli", "late", "acme sl", "né"]), st.just(True)
)
fields = st.one_of(
    st.builds(Field, st.just("author"), st.sampled_from(["jo", "Jo Blogs"])),
    st.builds(Field, st.just("site"), st.sampled_from(["example.com", "shop.example.com"])),
    st.builds(Field, st.just("lang"), st.sampled_from(["en", "de"])),
)


def _flat(kind: type[And] | type[Or], parts: list[Query]) -> Query:
    flat = [q for p in parts for q in (p.parts if isinstance(p, kind) else (p,))]
    return kind(tuple(flat))


sides = phrases | st.lists(phrases, min_size=2, max_size=3).map(lambda p: Or(tuple(p)))
nears = st.builds(Near, sides, sides, st.integers(0, 4))


def _grow(inner: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        several.map(lambda parts: _flat(And, parts)),
        several.map(lambda parts: _flat(Or, parts)),
        inner.map(Not),
    )


trees: st.SearchStrategy[Query] = st.recursive(phrases | fields | nears, _grow, max_leaves=6)
queries = trees.filter(is_anchored)
