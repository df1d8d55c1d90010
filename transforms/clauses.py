"""A text as clauses: what is said of one thing before the next one is spoken of.

A sentence's end, a semicolon, a new line and a word like "but" always begin a clause. A comma, a
dash and a word like "and" begin one only where something that matters (an anchor: a brand, a
driver) stands on both sides and both can stand alone: "food was great, service slow", but not
"I love the price, quality and service". Words of each language are in ``grammar.toml``; a language
that it lacks is cut by signs alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
from typing import TypeAlias

import msgspec

from transforms.grammar import Grammar, grammar
from transforms.stems import simplified

Span: TypeAlias = tuple[int, int]
"""Where something starts and ends in a text (characters, end exclusive)."""

MAX_CUT = 50_000
"""Characters. What stands behind them is one clause."""

SIDE = 300
"""Characters on either side of a comma that are looked at."""

END = re.compile(
    r"""[.!?…。！？；;؟؛۔\r\n]                              # first, since one set is found fast
    (?:
        (?<=[.!?…])(?<![.!?…].)[.!?…]*+["'»”’)\]]*+(?=\s|$)  # a sentence ends before a blank
      | (?<=[a-zæøåäöüéß][.!?])[.!?]*(?=[A-ZÆØÅÄÖÜ][a-zæøåäöü\s])  # ... or it was forgotten
      | (?<=[。！？；;؟؛۔])[。！？；;؟؛۔]*["”」』»）)]*          # these need none
      | (?<=[\r\n])[\r\n]*
    )""",
    re.VERBOSE,
)
COMMA = re.compile(r"[,，、،]|(?<=\s)[-–—|/](?=\s)|[–—]|[\U0001F300-\U0001FAFF☀-➿]\uFE0F?(?=\s)")
BEFORE_DOT = re.compile(r"[\w.°]{1,12}$")
TOKEN = re.compile(r"[\w'’\u200c]+|[\U0001F300-\U0001FAFF☀-➿]")


class Clause(msgspec.Struct, frozen=True):
    """``text[start:end]``, and the number of the sentence that it is of, counted from 0."""

    start: int
    end: int
    sentence: int


def clauses(text: str, language: str | None, anchors: Sequence[Span] = ()) -> list[Clause]:
    """Cut ``text`` into clauses that follow on one another without a gap; one at least.

    ``anchors`` are where brands and drivers are named, in any order. No anchor is cut, and one that
    would be a clause by itself ("Delivery? Awful.") goes with what follows. Linear in the
    length of ``text`` and the number of anchors.
    """
    rules = grammar(language)
    where = sorted(set(anchors))
    found: list[Clause] = []
    buts = _buts(text, rules)
    for number, (start, end) in enumerate(_sentences(text, rules, where)):
        if buts is not None and bisect_left(buts, start) == bisect_left(buts, end):
            parts: Iterable[Span] = ((start, end),)
        else:
            parts = _parts(text, start, end, rules, where)
        for part in parts:
            cuts = [part[0], *_commas(text, part, rules, where), part[1]]
            found.extend(Clause(a, b, number) for a, b in pairwise(cuts))
    return found or [Clause(0, len(text), 0)]


def _buts(text: str, rules: Grammar) -> list[int] | None:
    """Return where words like "but" may begin, sorted; None where that can't be told at once."""
    if rules.but is None:
        return []
    low = simplified(text).lower() if rules.folds else text.lower()
    if len(low) != len(text):
        return None
    return rules.buts.where(low)


def _sentences(text: str, rules: Grammar, anchors: Sequence[Span]) -> Iterator[Span]:
    start = 0
    for match in END.finditer(text, 0, MAX_CUT):
        end = match.end()
        if end >= len(text) or _cuts(match.start(), anchors):
            continue
        if match.group() == "." and _short(text, match.start(), rules):
            continue
        if not text[start:end].strip() or _only_anchor(text, start, match.start(), anchors):
            continue
        yield start, end
        start = end
    if text[start:].strip() or start == 0:
        yield start, len(text)


def _short(text: str, dot: int, rules: Grammar) -> bool:
    """Whether the dot at ``dot`` belongs to an abbreviation, an initial or an ordinal."""
    last = text[max(0, dot - 12) : dot].rpartition(" ")[2]
    if last.isalpha():  # most are
        word = last.lower()
        return word in rules.short or (len(word) == 1 and last.isupper())
    before = BEFORE_DOT.search(text, max(0, dot - 12), dot)
    if before is None:
        return False
    word = before.group().lower().strip(".")
    if word in rules.short or (len(word) == 1 and word.isalpha() and before.group().isupper()):
        return True
    after = text[dot + 1 : dot + 3].strip()[:1]
    return word.isdigit() and len(word) <= 2 and after.islower()


def _parts(
    text: str, start: int, end: int, rules: Grammar, anchors: Sequence[Span]
) -> Iterator[Span]:
    """Give the parts of a sentence that words like "but" begin, or end ("although x, y")."""
    if rules.but is None:
        yield start, end
        return
    low = simplified(text[start:end]).lower() if rules.folds else text[start:end].lower()
    if len(low) != end - start:  # "İ" grows when made small: such a sentence stays whole
        yield start, end
        return
    begun = 0
    for match in rules.but.finditer(low):
        if match.lastgroup != "but" or _cuts(start + match.start(), anchors):
            continue
        place = match.start()
        if not low[begun:place].strip(" ,،，\"'(") and begun == 0:
            if match.group() not in rules.although:
                continue
            comma = COMMA.search(low, match.end())
            place = comma.end() if comma else len(low)
        if low[begun:place].strip(" ,،，") and low[max(place, match.end()) :].strip(" .,!?。！？)"):
            yield start + begun, start + place
            begun = place
    yield start + begun, end


def _commas(text: str, part: Span, rules: Grammar, anchors: Sequence[Span]) -> list[int]:
    """Return where ``part`` is cut at commas and words like "and"."""
    start, end = part
    inside = anchors[bisect_left(anchors, (start, 0)) : bisect_left(anchors, (end, 0))]
    if len(inside) < 2:
        return []
    # An anchor owns all up to the last comma, dash or "and" before the next one.
    marks = [m.end() for m in COMMA.finditer(text, start, end)]
    if rules.all_and is not None:
        low = text[start:end].lower()
        if len(low) != end - start:  # "İ" is two characters when lowered
            low = text[start:end]
        marks += [start + m.start() for m in rules.all_and.finditer(low)]
    marks = sorted(m for m in set(marks) if start < m < end and not _cuts(m, inside))
    cuts: list[int] = []
    left = start
    for number, (before, after) in enumerate(pairwise(inside)):
        low_mark, high_mark = bisect_left(marks, before[1]), bisect_left(marks, after[0] + 1)
        if low_mark >= high_mark:
            continue
        cut = marks[high_mark - 1] if rules.verbs else marks[low_mark]
        later = islice(inside, number + 2, None)
        following = next((a for a in later if _mark_between(marks, after, a)), None)
        right = end
        if following is not None:
            right = marks[bisect_left(marks, following[0] + 1) - 1]
        if _stand_alone(text, (left, cut), (cut, right), rules, inside):
            cuts.append(cut)
            left = cut
    return cuts


def _mark_between(marks: Sequence[int], before: Span, after: Span) -> bool:
    return bisect_left(marks, before[1]) < bisect_left(marks, after[0] + 1)


def _stand_alone(
    text: str, left: Span, right: Span, rules: Grammar, anchors: Sequence[Span]
) -> bool:
    """Whether both sides of a comma say something by themselves.

    They do if both have a verb; if neither has one and both have more than the thing's name; or if
    the right side begins with the name and goes on with what it is like ("service slow").
    """
    left, right = (
        (max(left[0], left[1] - SIDE), left[1]),
        (right[0], min(right[1], right[0] + SIDE)),
    )
    if not rules.verbs:
        if text[slice(*left)].lstrip().startswith(rules.unlike):
            return False
        return _more(text, left, anchors) >= 2 and _more(text, right, anchors) >= 2
    first, second = _tokens(text, left), _tokens(text, right)
    verbs = any(t[0] in rules.verbs for t in first), any(t[0] in rules.verbs for t in second)
    if all(verbs):
        return True
    telling = [t for t in second if t[0] not in rules.small]
    if verbs[1] or len(telling) < 2:
        return False
    if not verbs[0]:
        return sum(t[0] not in rules.small for t in first) >= 2
    if not _inside(telling[0][1], anchors):
        return False
    behind = next((t for t in second if t[1] > telling[0][1] and not _inside(t[1], anchors)), None)
    return behind is not None and behind[0] not in rules.small


def _tokens(text: str, span: Span) -> list[tuple[str, int]]:
    return [(m.group().lower(), m.start()) for m in TOKEN.finditer(text, *span)]


def _more(text: str, span: Span, anchors: Sequence[Span]) -> int:
    """Return how many letters ``span`` has beside those of the first anchor in it."""
    letters = sum(c.isalnum() for c in text[span[0] : span[1]])
    number = bisect_left(anchors, (span[0], 0))
    if number == len(anchors) or anchors[number][0] >= span[1]:
        return letters
    return letters - sum(c.isalnum() for c in text[slice(*anchors[number])])


def _cuts(place: int, anchors: Sequence[Span]) -> bool:
    """Whether a cut at ``place`` would go through an anchor."""
    return _inside(place, anchors) and _inside(place - 1, anchors)


def _inside(place: int, anchors: Sequence[Span]) -> bool:
    """Whether ``place`` lies within an anchor; these are sorted and may overlap."""
    number = bisect_left(anchors, (place, 1 << 60))
    near = anchors[max(0, number - 3) : number]
    return bool(near) and any(start <= place < end for start, end in near)


def _only_anchor(text: str, start: int, end: int, anchors: Sequence[Span]) -> bool:
    """Whether ``text[start:end]`` is a name and next to nothing else ("And the delivery?")."""
    if end - start > 40 or text[end : end + 1] not in "?:？؟":
        return False
    number = bisect_left(anchors, (start, 0))
    if number == len(anchors) or anchors[number][1] > end:
        return False
    return _more(text, (start, end), anchors) <= 6
