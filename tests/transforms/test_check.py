"""Each declared rule sends the rows that break it, and no others, to quarantine with a reason."""

import json
import random
import re
import socket
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from made_mentions import GOOD, NOW, beyond, breaking, change, table

import transforms.suite
from tidings.batch import quarantine_schema, rejected_schema
from tidings.errors import QualityError
from tidings.mention import PAIR_RULES, SAYS_SOMETHING, Mention
from tidings.schema import arrow_schema, columns, from_arrow
from tidings.times import from_iso
from tidings.watch import Quality
from transforms.check import BatchRefused, Checked, check, quarantine_id
from transforms.suite import RowRule, broken_rows, row_rules

LENIENT = Quality(empty="off", stale="off", bad_rows="off")


def checked(
    *mentions: Mention, rejected: pa.Table | None = None, waived: tuple[str, ...] = ()
) -> Checked:
    return check(table(*mentions), rejected, batch_id="b1", quality=LENIENT, now=NOW, waived=waived)


def rejected(count: int) -> pa.Table:
    row = {"source": "steam", "reason": "KeyError: 'id'", "raw": '{"a": 1}', "raw_page": "p1"}
    return pa.Table.from_pylist([row] * count, schema=rejected_schema())


@pytest.fixture(scope="module")
def found_by_rule() -> dict[str, list[list[str]]]:
    """Validate, once, the faults of all rules, a good row after each; broken rules by fault."""
    faults = [(rule.name, fault) for rule in row_rules() for fault in breaking(rule)]
    rows = [row for _, fault in faults for row in (change(**fault), GOOD)]
    broken = broken_rows(table(*rows))
    assert not [row for row in broken if row % 2], "a good row was found bad"
    found: dict[str, list[list[str]]] = {}
    for number, (name, _) in enumerate(faults):
        found.setdefault(name, []).append([r.name for r in broken.get(2 * number, [])])
    return found


@pytest.mark.parametrize("rule", row_rules(), ids=lambda rule: rule.name)
def test_a_row_that_breaks_a_rule_is_found_by_it(
    rule: RowRule, found_by_rule: dict[str, list[list[str]]]
) -> None:
    found = found_by_rule[rule.name]
    assert found
    assert all(rule.name in names for names in found)


@pytest.mark.parametrize("name", ["author_handle", "external_id", "parent_id", "url"])
def test_a_reason_does_not_show_what_may_name_a_person(name: str) -> None:
    [row] = checked(change(**{name: "kari" * 200})).quarantine.to_pylist()
    assert f"{name} is not shown" in row["reason"]
    assert "kari" not in row["reason"]
    assert "kari" in row["raw"]  # which is not in the snapshot


def test_every_declared_limit_is_a_rule() -> None:
    kinds = {(r.columns[0], r.kind) for r in row_rules()}
    for c in columns():
        assert ((c.name, "required") in kinds) is c.required
        assert ((c.name, "choices") in kinds) is bool(c.choices)
        assert ((c.name, "pattern") in kinds) is (c.meta.pattern is not None)
        assert ((c.name, "at_least") in kinds) is (c.meta.ge is not None)
        limited = c.meta.min_length is not None or c.meta.max_length is not None
        assert ((c.name, "length") in kinds) is limited
    names = [r.name for r in row_rules()]
    assert len(names) == len(set(names))
    assert {p.name for p in PAIR_RULES} | {"says_something"} <= set(names)


def test_a_pair_may_be_apart_by_its_slack_or_incomplete() -> None:
    rows, expected = [], {}
    for pair in PAIR_RULES:
        # Other pairs share these columns: leave out what is not under test.
        names = {name for p in PAIR_RULES for name in (p.larger, p.smaller)} - {"published"}
        alone = dict.fromkeys(names)
        larger = beyond(pair.name, by=0)[pair.larger]
        rows.append(change(**(alone | beyond(pair.name, by=0))))
        rows.append(change(**(alone | {pair.larger: larger})))
        expected[len(rows)] = [pair.name]
        rows.append(change(**(alone | beyond(pair.name, by=1))))
    found = broken_rows(table(*rows))
    assert {row: [r.name for r in rules] for row, rules in found.items()} == expected


def test_a_required_column_that_is_missing_throughout_is_found() -> None:
    required = [c.name for c in columns() if c.required]
    (rules,) = broken_rows(table(change(**dict.fromkeys(required)))).values()
    assert {r.name for r in rules} == {f"{name}_required" for name in required}


def test_one_thing_said_is_enough_and_so_is_what_is_required() -> None:
    nothing = dict.fromkeys(SAYS_SOMETHING)
    each = [change(**{**nothing, name: getattr(GOOD, name)}) for name in SAYS_SOMETHING]
    bare = Mention(source="a", place="", external_id="1", kind="post", published=NOW, rating=1.0)
    assert broken_rows(table(*each, bare)) == {}


def oracle(mention: Mention) -> set[str]:
    """Return the names of the rules that a mention breaks, read from the declaration in Python."""
    broken: set[str] = set()
    for c in columns():
        value = getattr(mention, c.name)
        if value is None:
            broken |= {f"{c.name}_required"} if c.required else set()
            continue
        size = len(value) if isinstance(value, str) else 0
        faults = {
            "choices": bool(c.choices) and value not in c.choices,
            "pattern": c.meta.pattern is not None and not re.fullmatch(c.meta.pattern[1:-1], value),
            "length": (c.meta.min_length is not None and size < c.meta.min_length)
            or (c.meta.max_length is not None and size > c.meta.max_length),
            "at_least": c.meta.ge is not None and value < c.meta.ge,
        }
        broken |= {f"{c.name}_{kind}" for kind, wrong in faults.items() if wrong}
    for pair in PAIR_RULES:
        small, large = getattr(mention, pair.smaller), getattr(mention, pair.larger)
        if small is not None and large is not None:
            slack = timedelta(seconds=pair.slack_seconds) if pair.slack_seconds else 0
            broken |= {pair.name} if small > large + slack else set()
    said = [getattr(mention, name) for name in SAYS_SOMETHING]
    if not any(v.strip() if isinstance(v, str) else v is not None and v == v for v in said):
        broken.add("says_something")
    return broken


def drawn(seed: int, count: int) -> list[Mention]:
    """Return mentions with faults of all rules mixed, nulls, and rows that are there twice."""
    rnd = random.Random(seed)
    faults = [fault for rule in row_rules() for fault in breaking(rule)]
    optional = [c.name for c in columns() if not c.required]
    mentions: list[Mention] = []
    for number in range(count):
        if mentions and rnd.random() < 0.1:
            mentions.append(rnd.choice(mentions))
            continue
        values: dict[str, Any] = {"external_id": str(number)}
        values |= {name: None for name in optional if rnd.random() < 0.3}
        for fault in rnd.sample(faults, rnd.choice([0, 0, 1, 2, 3])):
            values |= fault
        mentions.append(change(**values))
    return mentions


def test_great_expectations_agrees_row_for_row_with_the_declaration_over_several_chunks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mentions = drawn(seed=5, count=700)
    expected = {i: names for i, m in enumerate(mentions) if (names := oracle(m))}
    assert {r.name for r in row_rules()} == set().union(*expected.values())
    monkeypatch.setattr(transforms.suite, "ROWS_AT_ONCE", 300)
    found = broken_rows(table(*mentions))
    assert {i: {r.name for r in rules} for i, rules in found.items()} == expected


def test_good_rows_and_quarantine_together_are_the_batch() -> None:
    mentions = [GOOD, change(external_id="2", url="ftp://x"), change(external_id="3"), GOOD]
    result = checked(*mentions, rejected=rejected(2))
    assert from_arrow(result.good) == [mentions[0], mentions[2], mentions[3]]
    assert result.good.schema == arrow_schema()
    assert result.quarantine.schema == quarantine_schema()
    rows = result.quarantine.to_pylist()
    assert [row["rules"] for row in rows] == ["url_pattern", "unreadable", "unreadable"]
    assert result.findings == []


def test_a_quarantined_row_tells_a_person_what_is_wrong_and_keeps_the_row() -> None:
    bad = change(rating=11.0, url="htp:/broken", title="t" * 5_000, raw_page="pages/1.zst")
    (row,) = checked(bad).quarantine.to_pylist()
    assert row["rules"] == "url_pattern,title_length,rating_not_above_scale"
    assert "url is not shown (allowed: the form ^https?://" in row["reason"]
    assert "5,000 characters) (allowed: at most 4,000 characters)" in row["reason"]
    assert "rating is 11.0 and rating_max is 5.0 (allowed: rating <= rating_max)" in row["reason"]
    assert len(row["reason"]) < 500
    assert (row["source"], row["place"], row["external_id"]) == ("steam", "620", "1")
    assert (row["raw_page"], row["quarantined"]) == ("pages/1.zst", NOW.replace(tzinfo=None))
    raw = json.loads(row["raw"])
    assert set(raw) == set(Mention.__struct_fields__)
    assert from_iso(raw["published"]) == bad.published
    assert (raw["url"], raw["title"], raw["rating"]) == (bad.url, bad.title, bad.rating)


def test_an_unreadable_record_keeps_its_reason_and_itself() -> None:
    (row,) = checked(rejected=rejected(1)).quarantine.to_pylist()
    assert (row["source"], row["place"], row["external_id"]) == ("steam", None, None)
    assert (row["reason"], row["raw"], row["raw_page"]) == ("KeyError: 'id'", '{"a": 1}', "p1")


def test_quarantine_ids_are_the_same_on_every_try_and_differ_by_row() -> None:
    bad = [change(external_id=str(i), replies=-1) for i in range(3)]
    first, again = (checked(*bad, rejected=rejected(3)).quarantine for _ in range(2))
    ids = first["quarantine_id"].to_pylist()
    assert ids == again["quarantine_id"].to_pylist()
    assert len(set(ids)) == 6
    assert all(re.fullmatch("[0-9a-f]{16}", i) for i in ids)
    assert ids[1] == quarantine_id("b1", 1)
    assert ids[4] == quarantine_id("b1", 1, rejected=True)
    assert quarantine_id("b2", 1) != quarantine_id("b1", 1)


def test_copies_of_one_key_are_all_good() -> None:
    assert checked(GOOD, GOOD, GOOD).good.num_rows == 3


def test_waived_rules_do_not_apply_but_a_missing_value_stays_out() -> None:
    bad = [change(replies=-1), change(replies=-1, url="x"), change(external_id=None)]
    result = checked(*bad, waived=("replies_at_least", "external_id_required"))
    assert result.good.num_rows == 1
    assert result.quarantine["rules"].to_pylist() == ["url_pattern", "external_id_required"]


def test_a_batch_of_an_older_version_lacks_what_was_declared_since() -> None:
    older = table(GOOD).drop_columns(["country", "views"])
    result = check(older, None, batch_id="b1", quality=LENIENT, now=NOW)
    assert from_arrow(result.good) == [change(country=None, views=None)]
    place = older.column_names.index("likes")
    foreign = older.set_column(place, "likes", pa.array(["many"]))
    with pytest.raises(QualityError, match=r"Batch b1: column 'likes'"):
        check(foreign, None, batch_id="b1", quality=LENIENT, now=NOW)


# Rules on the whole batch


def judge(mentions: list[Mention], count_rejected: int = 0, **policies: Any) -> Checked:
    quality = Quality(**({"empty": "off", "stale": "off", "bad_rows": "off"} | policies))
    rows = rejected(count_rejected) if count_rejected else None
    return check(table(*mentions), rows, batch_id="b1", quality=quality, now=NOW)


OLD = change(published=NOW - timedelta(days=31), collected=NOW, edited=None)
MIXED = [change(external_id=str(i), replies=-1 if i < 3 else 0) for i in range(10)]

BREAKING: list[tuple[str, list[Mention], int, str]] = [
    ("empty", [], 0, "no rows"),
    ("stale", [OLD, OLD], 0, "31.0 days ago, more than stale_after_days = 30"),
    ("bad_rows", MIXED, 0, r"3 of 10 rows are bad \(30.0%\), more than max_bad_share = 20.0%"),
    ("bad_rows", MIXED[3:], 3, r"3 of 10 rows .*unreadable \(3\)"),
]


@pytest.mark.parametrize(("rule", "mentions", "refused", "message"), BREAKING)
def test_policy_fail_raises_naming_batch_numbers_and_remedy(
    rule: str, mentions: list[Mention], refused: int, message: str
) -> None:
    with pytest.raises(QualityError, match=f"Batch b1: .*{message}") as caught:
        judge(mentions, refused, **{rule: "fail"})
    assert f'{rule} = "warn" under [quality]' in caught.value.remedy
    assert isinstance(caught.value, BatchRefused)
    kept = caught.value.checked
    assert kept.good.num_rows + kept.quarantine.num_rows == len(mentions) + refused
    if rule == "bad_rows":
        assert "For example: " in caught.value.message


@pytest.mark.parametrize(("rule", "mentions", "refused", "message"), BREAKING)
def test_policy_warn_is_a_finding_and_off_is_silence(
    rule: str, mentions: list[Mention], refused: int, message: str
) -> None:
    (finding,) = judge(mentions, refused, **{rule: "warn"}).findings
    assert (finding.rule, finding.level) == (rule, "warn")
    assert re.search(message, finding.message)
    assert judge(mentions, refused).findings == []


@pytest.mark.parametrize(
    ("mentions", "refused"),
    [
        ([GOOD], 0),
        ([OLD, GOOD], 0),
        ([], 1),
        (MIXED[1:] + MIXED[3:4], 0),  # 2 of 10: not more than a fifth
        (MIXED[:3], 6),  # 9 rows: too few for a share
    ],
)
def test_a_batch_within_the_limits_passes(mentions: list[Mention], refused: int) -> None:
    assert judge(mentions, refused, empty="fail", stale="fail", bad_rows="fail").findings == []


def test_checking_is_silent_and_stays_off_the_network(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    checked(GOOD, change(replies=-1))
    assert capfd.readouterr() == ("", "")
