"""The student fitted on a user's labels: it learns their words, and nothing that harms."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tidings.errors import ConfigurationError
from transforms.sentiment.student import Student
from transforms.sentiment.student_fit import FEWEST, refit, save

THINGS = ("the kettle", "this lamp", "my order", "the new app", "their shop", "the parcel", "it")
PRAISE = ("is lovely", "works great", "made me happy", "is the best I have had", "is wonderful")
BLAME = ("is broken", "was a waste of money", "is awful", "made me angry", "is the worst")
PLAIN = ("arrived on Tuesday", "is on the table", "has a blue lid", "comes in two sizes")


def labelled(n: int, seed: int, slang: str | None = None) -> tuple[list[str], list[int]]:
    """Return texts with labels; with ``slang``, half of the praise is that word alone."""
    draw = np.random.default_rng(seed)
    texts, labels = [], []
    for _ in range(n):
        label = int(draw.integers(-1, 2))
        said = str(draw.choice((PLAIN, PRAISE, BLAME)[label]))
        if slang and label == 1 and draw.random() < 0.5:
            said = f"is {slang}"
        texts.append(f"{draw.choice(THINGS)} {said} {draw.integers(1_000)}")
        labels.append(label)
    return texts, labels


def accuracy(student: Student, texts: list[str], labels: list[int]) -> float:
    scores = student.score(texts, ["en"] * len(texts))
    told = [["negative", "neutral", "positive"].index(s.label) - 1 for s in scores]
    return float(np.mean(np.array(told) == np.array(labels)))


def test_a_word_that_means_praise_here_is_learned_and_the_rest_not_harmed() -> None:
    student = Student()
    texts, labels = labelled(300, 1, slang="sick")
    fitted = refit(student, texts, ["en"] * 300, labels)
    new = [f"{thing} is sick" for thing in THINGS]
    assert fitted.better, fitted
    assert fitted.before is not None
    assert fitted.after is not None
    assert fitted.after[0] > fitted.before[0]
    assert fitted.after[1] < fitted.before[1]
    assert accuracy(student, new, [1] * 7) < 0.5 < 0.9 < accuracy(fitted.student, new, [1] * 7)
    others, truth = labelled(300, 2)
    assert accuracy(fitted.student, others, truth) >= accuracy(student, others, truth)


def test_other_languages_stay_what_they_were() -> None:
    student = Student()
    texts, labels = labelled(300, 1, slang="sick")
    fitted = refit(student, texts, ["en"] * 300, labels).student
    danish = ["Det er en rigtig god film", "Maden var kold og kedelig"]
    old, new = (s.score(danish, ["da", "da"]) for s in (student, fitted))
    assert [s.compound for s in new] == pytest.approx([s.compound for s in old], abs=0.2)
    before, after = (s.card.calibration for s in (student, fitted))
    assert before.of("en") != after.of("en")
    assert before.of("da") == after.of("da")


def test_labels_by_chance_teach_nothing() -> None:
    student = Student()
    texts, _ = labelled(200, 3)
    labels = np.random.default_rng(4).permutation([-1, 0, 1, 1] * 50).tolist()
    truth = labelled(200, 3)[1]
    fitted = refit(student, texts, ["en"] * 200, labels)
    if fitted.better:  # less sure of everything is right then, another order of texts is not
        assert accuracy(fitted.student, texts, truth) > 0.5
    else:
        assert fitted.student is student
        assert "worse" in fitted.reason


def test_few_labels_teach_nothing() -> None:
    student = Student()
    texts, labels = labelled(FEWEST - 1, 5)
    fitted = refit(student, texts, ["en"] * len(texts), labels)
    assert (fitted.student, fitted.better) == (student, False)
    assert str(FEWEST) in fitted.reason
    one_class = refit(student, texts * 2, ["en"] * 2 * len(texts), [1] * 2 * len(texts))
    assert not one_class.better


def test_a_label_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"labels \[2\]"):
        refit(Student(), ["a"] * 80, ["en"] * 80, [2] * 80)


def test_a_fitted_student_is_kept_and_has_another_version(tmp_path: Path) -> None:
    texts, labels = labelled(300, 1, slang="sick")
    fitted = refit(Student(), texts, ["en"] * 300, labels).student
    save(fitted, tmp_path / "ours.npz")
    kept = Student(model=str(tmp_path / "ours.npz"))
    assert kept.score(texts, ["en"] * 300) == fitted.score(texts, ["en"] * 300)
    assert kept.version == fitted.version != Student().version
