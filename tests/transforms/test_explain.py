"""Explaining shows what matched and what did not, where, and what each word weighed."""

from tidings.watch import Brand, Competitor, Watch
from transforms.explain import Step, explain
from transforms.match import Matcher, Said
from transforms.sentiment.vader import Vader

WATCH = Watch(
    id="acme",
    brand=Brand(name="Acme", aliases=("Acme Corp",), languages=("en", "de")),
    competitors=(Competitor(name="Beta", query="beta NOT test"),),
    queries={"delivery": "deliver* NEAR/3 (late OR slow)", "shop": "site:example.com"},
)
SAID = Said(
    title="Never again",
    text="Acme’s delivery was late. NOT a good shop 😡",
    url="https://www.example.com/1",
)


def every(step: Step) -> list[Step]:
    return [step, *(s for part in step.parts for s in every(part))]


def test_verdicts_agree_with_the_matcher_and_show_each_part() -> None:
    told = explain(SAID, [WATCH])
    found = Matcher([WATCH]).match(SAID)
    matched = {(v.brand, v.keyword) for v in told.verdicts if v.matched}
    assert matched == {(b.brand, "") for b in found.brands} | {
        (k.brand, k.keyword) for k in found.keywords
    }
    delivery = next(v for v in told.verdicts if v.keyword == "delivery")
    shown = {step.query: step.holds for step in every(delivery.step)}
    assert shown == {
        "deliver* NEAR/3 (late OR slow)": True,
        "deliver*": True,
        "late OR slow": True,
        "late": True,
        "slow": False,
    }


def test_hits_are_the_text_itself() -> None:
    told = explain(SAID, [WATCH])
    hits = [hit for v in told.verdicts for step in every(v.step) for hit in step.hits]
    assert {hit.text for hit in hits} == {"Acme", "delivery", "late"}
    assert all(told.text[hit.start : hit.end] == hit.text for hit in hits)


def test_a_keyword_that_holds_but_does_not_count_says_so() -> None:
    told = explain(Said(text="slow deliveries everywhere"), [WATCH])
    delivery = next(v for v in told.verdicts if v.keyword == "delivery")
    assert delivery.step.holds
    assert not delivery.matched
    assert "Acme" in delivery.note
    placed = explain(Said(text="slow deliveries everywhere"), [WATCH], about="Acme")
    assert {v.matched for v in placed.verdicts if v.keyword == "delivery"} == {True}
    own = next(v for v in placed.verdicts if not v.keyword and v.brand == "Acme")
    assert (own.matched, own.step.holds) == (True, False)
    assert own.note


def test_language_and_score_are_those_of_enriching() -> None:
    told = explain(SAID, [WATCH])
    assert told.language == "en"
    assert told.score == Vader().score([told.text], ["en"])[0]
    foreign = explain(Said(text="Die Lieferung von Acme war leider sehr schlecht"), [WATCH])
    assert (foreign.language, foreign.scorer, foreign.score.label) == ("de", "student", "negative")
    unread = explain(Said(text="Acme は とても良い", language="ja"), [WATCH])
    assert (unread.language, unread.score.reason, unread.weights) == ("ja", "language", ())


def test_a_weight_shows_what_the_lexicon_says_and_what_became_of_it() -> None:
    (good,) = explain(Said(text="this is not good at all"), [WATCH]).weights
    assert good.text == "good"
    assert good.known is not None
    assert good.known > 0 > good.used
    assert good.rules == ("negated",)


def test_it_tells_of_whom_and_of_what_a_text_speaks_and_what_is_doubtful() -> None:
    told = explain(Said(text="Acme is great, Beta is a scam. Is the delivery any faster?"), [WATCH])
    assert {(b.name, b.label) for b in told.brands} == {("Acme", "positive"), ("Beta", "negative")}
    assert "delivery" in {d.name for d in told.drivers}
    assert told.flags == ("question",)
