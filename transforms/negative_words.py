"""Whether a rise of negatives is about something: an incident has a word, a swing by chance hasn't.

Since the onset y of x negative texts say a word, before it Y of X did. If they go on as before, y
is beta-binomial with the mean (Y + b v) / (X + v), where v and b are what is taken for known of a
word nobody has said yet, and with the overdispersion of that estimate, but no less than words of
texts about one thing have. The least tail of all words, times how many there are (Bonferroni), is
a probability q. It becomes evidence by

    e = min(k q^(k - 1), most)

(Vovk and Wang 2021, "E-values: calibration, combination and applications"). Given how many
negatives there are, what they say tells nothing of how improbable so many were: so the count's
probability divided by e is one, too (Ignatiadis, Wang and Ramdas 2024, "E-values as unnormalized
weights in multiple testing"). e is below 1 without a word and above it with one, and 1 where there
are too few texts to say.

Words are asked for only where a rise could be an alarm with them, of its own texts and of those of
the weeks before. Since the onset an author counts with one text: a word needs many people. Stop
words are as frequent before, so it needs no list of them and no language.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from transforms.tails import beta_binomial_tail
from transforms.voices_heard import BUCKET, DAY

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from transforms.voices_heard import Mentions, Voices

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

Words = Callable[["Ints"], Sequence[Collection[str]]]
"""Gives the words of mentions, asked for by their row numbers; none where there is no text."""


class WordSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a word is worth."""

    without: float = 0.03
    """k: what evidence a rise without any word is, and how fast it grows with one."""
    most: float = 100.0
    """As much as words can be worth: the count must be improbable by itself, too."""
    past_days: int = 28
    most_past: int = 2000
    """Texts of the past that are read, evenly spread over it."""
    least_now: int = 5
    """Texts since the onset below which nothing is said."""
    least_past: int = 10
    unsaid: float = 0.01
    """b, the share of a word that was never said, worth ``unsaid_texts`` texts, v."""
    unsaid_texts: float = 5.0
    together: float = 0.03
    """Correlation of two texts in a word, at least: people speak of what others speak of."""
    least_said: int = 2
    tested: int = 20
    """Words whose tail is worked out: those the most standard deviations above what is expected."""


def evidence(q: float, settings: WordSettings) -> float:
    """Return e of the probability ``q`` of the most improbable word."""
    k = settings.without
    return float(min(k * max(q, 1e-300) ** (k - 1), settings.most))


def word_probability(now: Ints, texts: int, past: Ints, texts_past: int, s: WordSettings) -> float:
    """Return q of ``now`` [words] of ``texts`` texts against ``past`` [words] of ``texts_past``."""
    import numpy as np

    at = np.flatnonzero(now >= s.least_said)
    if not len(at):
        return 1.0
    worth = texts_past + s.unsaid_texts
    mean: Floats = (past[at].astype(np.float64) + s.unsaid * s.unsaid_texts) / worth
    rho = max(s.together, 1 / (worth + 1))
    spread = texts * mean * (1 - mean) * (1 + (texts - 1) * rho)
    far = np.argsort(-(now[at] - texts * mean) / np.sqrt(spread), kind="stable")[: s.tested]
    many = np.full(len(far), texts)
    tail = beta_binomial_tail(many, now[at[far]], mean[far], np.full(len(far), rho))
    return min(1.0, float(tail.min()) * int((now > 0).sum()))


class Rise(NamedTuple):
    """The texts of one rise and of its past, as numbers of words.

    ``bucket`` [texts] rises; the words of text i are ``word[start[i]:start[i + 1]]``, each once.
    ``past`` [words] counts texts of the past.
    """

    onset: int
    bucket: Ints
    word: Ints
    start: Ints
    past: Ints
    texts_past: int

    def evidence(self, bucket: int, settings: WordSettings) -> float:
        """Return e of the texts that had arrived by the end of ``bucket``."""
        import numpy as np

        texts = int(np.searchsorted(self.bucket, bucket, side="right"))
        if texts < settings.least_now or self.texts_past < settings.least_past:
            return 1.0
        now = np.bincount(self.word[: self.start[texts]], minlength=len(self.past))
        q = word_probability(now, texts, self.past, self.texts_past, settings)
        return evidence(q, settings)


class Said:
    """What negative voices said, of all series; each rise's words are asked for once."""

    def __init__(
        self, mentions: Mentions, voices: Voices, words: Words, settings: WordSettings
    ) -> None:
        """Take the mentions and which of them are ``voices``; nothing is read yet."""
        import numpy as np

        mine = voices.fresh & mentions.negative[voices.row].astype(bool)
        row, arrived = voices.row[mine], voices.arrived[mine]
        order = np.lexsort((arrived, mentions.series[row]))
        self._row = row[order]
        self._bucket = arrived[order] // BUCKET
        self._series = mentions.series[self._row]
        self._author = mentions.author
        self._words = words
        self._settings = settings
        self._rises: dict[int, Rise] = {}

    def evidence(self, series: int, onset: int, bucket: int, last: int) -> float:
        """Return e of a series' rise by the end of ``bucket`` (counted from 1970).

        ``last`` is the bucket until which the same rise will be asked about.
        """
        rise = self._rises.get(series)
        if rise is None or rise.onset != onset:
            rise = self._rises[series] = self._read(series, onset, last)
        return rise.evidence(bucket, self._settings)

    def _read(self, series: int, onset: int, last: int) -> Rise:
        import numpy as np

        low, high = np.searchsorted(self._series, [series, series + 1])
        oldest = onset - self._settings.past_days * DAY // BUCKET
        at = low + np.searchsorted(self._bucket[low:high], [oldest, onset, last + 1])
        before = np.arange(at[0], at[1])
        if len(before) > self._settings.most_past:
            step = len(before) / self._settings.most_past
            before = before[(np.arange(self._settings.most_past) * step).astype(np.int64)]
        since = self._first_of_each(np.arange(at[1], at[2]))
        said = [frozenset(w) for w in self._words(self._row[np.concatenate([since, before])])]
        now, then = said[: len(since)], [words for words in said[len(since) :] if words]
        number: dict[str, int] = {}
        word = [number.setdefault(w, len(number)) for words in now for w in words]
        past = np.zeros(len(number), np.int64)
        for words in then:
            past[[number[w] for w in words if w in number]] += 1
        start = np.cumsum([0, *(len(words) for words in now if words)])
        bucket = self._bucket[since][[bool(words) for words in now]]
        return Rise(onset, bucket, np.array(word, np.int64), start, past, len(then))

    def _first_of_each(self, at: Ints) -> Ints:
        """Return those that are the first of their author, in the same order."""
        import numpy as np

        author = self._author[self._row[at]]
        first = np.zeros(len(at), bool)
        first[np.unique(author, return_index=True)[1]] = True
        kept: Ints = at[first | (author == 0)]
        return kept
