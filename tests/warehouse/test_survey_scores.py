"""NPS, CSAT and CES of drawn answers, and who was asked too often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from drawn_tables import ACME, World, _same, rows
from staged_batches import at, said

from tidings.watch import Brand, Competitor, Source, Watch
from warehouse.brands import sync
from warehouse.fatigue import fatigue
from warehouse.snapshot import open_snapshot, publish

OSLO = Watch(
    id="acme",
    brand=Brand(name="Acme", timezone="Europe/Oslo"),
    competitors=(Competitor(name="Zenith"),),
    sources=(Source(connector="surveys", about="Acme"),),
)
KEY = ("brand", "segment", "segment_value", "measure", "period", "starts", "scale_max", "direction")
WHOLE = {"segment": "", "segment_value": "", "period": "month"}


def say(world: World, drawing: str, *, watch: Watch = ACME, **fields: Any) -> None:
    """Merge drawn answers; columns as those of ``World.say``."""
    names = [name.strip() for name in drawing.strip().splitlines()[0].split("|")]
    given = {"kind": "survey", "brand": "Acme:place", "min": "0", "max": "10"} | fields
    more = [name for name in given if name not in names]
    lines = drawing.strip().splitlines()
    head = " | ".join([lines[0], *more])
    world.say("\n".join([head, *(" | ".join([x, *(given[m] for m in more)]) for x in lines[1:])]))
    sync(world.con, (watch,))


def scores(world: World, drawing: str) -> None:
    """Compare rows of core.survey_score with the drawn ones: all of that measure, drawn or not.

    Columns of the key that are not drawn are those of WHOLE.
    """
    expected = rows(drawing)
    drawn = list(expected[0])
    fixed = {name: value for name, value in WHOLE.items() if name not in drawn}
    measures = sorted({row["measure"] for row in expected})
    where = " AND ".join([f"{name} = ?" for name in fixed] + ["list_contains(?, measure)"])
    found = world.con.execute(
        f"SELECT {', '.join(drawn)} FROM core.survey_score WHERE {where}",
        [*fixed.values(), measures],
    ).fetchall()
    key = [name for name in KEY if name in drawn]
    actual = {tuple(_key(dict(zip(drawn, row, strict=True)), key)): row for row in found}
    assert len(actual) == len(found)
    assert set(actual) == {tuple(_key(row, key)) for row in expected}
    for row in expected:
        for name, value in zip(drawn, actual[tuple(_key(row, key))], strict=True):
            _same(value, row[name], f"{name} of {row}") if row[name] else None


def _key(row: dict[str, Any], key: list[str]) -> list[str]:
    shown = ["-" if row[name] is None else str(row[name]) for name in key]
    return [text.removesuffix(".0") for text in shown]


def test_a_nought_is_a_detractor_and_passives_stay_in_the_denominator(world: World) -> None:
    say(
        world,
        """
        day        | rating | n
        2026-03-02 | 10     | 3
        2026-03-03 | 9      | 1
        2026-03-03 | 8      | 2
        2026-03-03 | 7      | 1
        2026-03-04 | 6      | 2
        2026-03-31 | 0      | 1
        """,
    )
    scores(
        world,
        """
        measure | n  | promoters | passives | detractors | value | nps_standard_error
        nps     | 10 | 4         | 3        | 3          | 10.0  | 26.2679
        """,
    )


def test_the_interval_of_nps_by_hand(world: World) -> None:
    """50 promoters, 30 passives, 20 detractors.

    p = 0.5, d = 0.2: standard error 100 * sqrt((0.7 - 0.09) / 100) = 7.8102.
    Interval with one promoter and one detractor added (n + 2 = 102, z = 1.959964):
    (30 -+ z * sqrt(72 - 900 / 102)) / 102 = (30 -+ 1.959964 * 7.948364) / 102.
    """
    say(
        world,
        """
        day        | rating | n
        2026-03-02 | 9      | 50
        2026-03-02 | 7      | 30
        2026-03-02 | 5      | 20
        """,
    )
    scores(
        world,
        """
        measure | n   | value | nps_standard_error | low    | high   | scale_min | scale_max
        nps     | 100 | 30.0  | 7.8102             | 14.139 | 44.685 | 0         | 10
        """,
    )


@pytest.mark.parametrize(
    ("scale", "answers", "satisfied", "n", "mean"),
    [
        # top two of five: 4 and 5
        ((1, 5), {1: 1, 2: 1, 3: 2, 4: 3, 5: 3}, 6, 10, (0 + 0.25 + 2 * 0.5 + 3 * 0.75 + 3) / 10),
        # top three of seven: 5, 6 and 7
        ((1, 7), {1: 2, 4: 3, 5: 1, 6: 1, 7: 1}, 3, 8, (3 * 0.5 + 4 / 6 + 5 / 6 + 1) / 8),
        # good and bad
        ((0, 1), {0: 2, 1: 6}, 6, 8, 6 / 8),
    ],
    ids=["top two of five", "top three of seven", "good"],
)
@pytest.mark.parametrize("measure", ["csat", ""], ids=["declared", "told by the scale"])
def test_the_satisfied_are_the_top_of_each_scale(
    world: World,
    scale: tuple[int, int],
    answers: dict[int, int],
    satisfied: int,
    n: int,
    mean: float,
    measure: str,
) -> None:
    drawn = [f"2026-03-02 | {rating} | {times}" for rating, times in answers.items()]
    low, high = str(scale[0]), str(scale[1])
    drawing = "\n".join(["day | rating | n", *drawn])
    say(world, drawing, min=low, max=high, measure=measure)
    head = "measure | n | satisfied | value | csat_mean | scale_min | scale_max | promoters"
    value = f"{satisfied / n:.6f} | {mean:.6f} | {low} | {high} | -"
    scores(world, f"{head}\ncsat | {n} | {satisfied} | {value}")


def test_satisfaction_on_several_scales_is_told_together_and_names_none(world: World) -> None:
    say(world, "day | rating | n\n2026-03-02 | 5 | 3", min="1", max="5", measure="csat")
    say(world, "day | rating | n\n2026-03-02 | 0 | 3", min="0", max="1", measure="csat")
    scores(
        world,
        """
        measure | n | satisfied | value | csat_mean | scale_min | scale_max
        csat    | 6 | 3         | 0.5   | 0.5       | -         | -
        """,
    )


def test_effort_is_a_mean_on_its_own_scale_in_both_directions(world: World) -> None:
    drawing = "day | rating | n\n2026-03-02 | 7 | 3\n2026-03-02 | 4 | 2\n2026-03-02 | 1 | 1"
    ces = {"min": "1", "measure": "ces"}
    say(world, drawing, max="7", direction="high_is_easy", **ces)
    say(world, drawing, max="7", direction="high_is_effort", **ces)
    say(world, "day | rating | n\n2026-03-02 | 4 | 5", max="5", direction="high_is_easy", **ces)
    scores(
        world,
        """
        measure | direction      | n | value | scale_min | scale_max | satisfied | csat_mean
        ces     | high_is_easy   | 6 | 5.0   | 1         | 7         | -         | -
        ces     | high_is_effort | 6 | 5.0   | 1         | 7         | -         | -
        ces     | high_is_easy   | 5 | 4.0   | 1         | 5         | -         | -
        """,
    )
    [(n,)] = world.con.execute(
        "SELECT count(*) FROM core.survey_score WHERE measure = 'csat'"
    ).fetchall()
    assert n == 0, "effort on a scale of CSAT is no CSAT"


def test_each_segment_has_scores_of_its_own(world: World) -> None:
    say(
        world,
        """
        day        | rating | n | segments                           | country | survey
        2026-03-02 | 10     | 5 | {"persona":"buyer","plan":"pro"}   | NO      | Spring
        2026-03-02 | 0      | 5 | {"plan":"free"}                    | SE      | Spring
        2026-03-02 | 8      | 2 |                                    |         | Autumn
        """,
    )
    scores(
        world,
        """
        segment | segment_value | measure | n  | value
                |               | nps     | 12 | 0.0
        plan    | pro           | nps     | 5  | 100.0
        plan    | free          | nps     | 5  | -100.0
        persona | buyer         | nps     | 5  | 100.0
        country | NO            | nps     | 5  | 100.0
        country | SE            | nps     | 5  | -100.0
        survey  | Spring        | nps     | 10 | 0.0
        survey  | Autumn        | nps     | 2  | -
        """,
    )


def test_days_are_the_brands_own_and_weeks_begin_on_monday(world: World) -> None:
    """1 March 2026 is a Sunday; at 23:30 UTC it is Monday in Oslo."""
    say(
        world,
        """
        published        | rating | n
        2026-03-01T22:30 | 10     | 5
        2026-03-01T23:30 | 0      | 5
        2026-03-31T22:30 | 0      | 5
        """,
        watch=OSLO,
    )
    scores(
        world,
        """
        period | starts     | measure | n  | value
        day    | 2026-03-01 | nps     | 5  | 100.0
        day    | 2026-03-02 | nps     | 5  | -100.0
        day    | 2026-04-01 | nps     | 5  | -100.0
        week   | 2026-02-23 | nps     | 5  | 100.0
        week   | 2026-03-02 | nps     | 5  | -100.0
        week   | 2026-03-30 | nps     | 5  | -100.0
        month  | 2026-03-01 | nps     | 10 | 0.0
        month  | 2026-04-01 | nps     | 5  | -100.0
        """,
    )


def test_below_the_minimum_there_is_no_figure_but_the_counts(world: World) -> None:
    say(world, "day | rating | n\n2026-03-02 | 9 | 4")
    scores(
        world,
        """
        measure | n | promoters | value | low | high | nps_standard_error
        nps     | 4 | 4         | -     | -   | -    | -
        """,
    )


def test_answers_alike_are_not_one_voice(world: World) -> None:
    copies = [
        said(f"same-{n}", "Fine", voice="one voice", kind="survey", rating=9.0, rating_min=0.0,
             rating_max=10.0, brands=[("Acme", "place")])
        for n in range(6)
    ]  # fmt: skip
    world.load(copies)
    sync(world.con, (ACME,))
    scores(world, "measure | n | value\nnps | 6 | 100.0")


def test_an_answer_at_a_brands_own_place_is_about_no_other_that_it_names(world: World) -> None:
    drawing = "day | rating | n\n2026-03-02 | 0 | 5"
    say(world, drawing, brand="Acme:place Zenith:text")
    scores(world, "brand | measure | n\nAcme | nps | 5")
    say(world, drawing, brand="Acme:text Zenith:text")
    scores(world, "brand | measure | n\nAcme | nps | 10\nZenith | nps | 5")


def test_a_measure_without_a_definition_on_its_scale_is_kept_and_not_counted(world: World) -> None:
    drawing = "day | rating | n\n2026-03-02 | 5 | 1"
    say(world, drawing, min="1", max="5", measure="nps")
    say(world, drawing, min="1", max="6", measure="csat")
    say(world, drawing, min="1", max="6")
    found = world.con.execute(
        "SELECT measure, class, counts FROM core.survey_answer ORDER BY measure"
    ).fetchall()
    assert found == [("csat", None, False), ("nps", None, False), (None, None, False)]
    assert world.con.execute("SELECT count(*) FROM core.survey_score").fetchone() == (0,)


def test_a_changed_answer_counts_once_and_as_it_is_now(world: World) -> None:
    given = {"kind": "survey", "rating_min": 0.0, "rating_max": 10.0, "brands": [("Acme", "place")]}
    first = [said(f"a-{n}", rating=2.0, measure="nps", **given) for n in range(5)]
    world.load(first)
    later = {"collected": at("2026-03-09"), "segments": '{"plan":"pro"}'}
    world.load([said("a-0", rating=10.0, measure="nps", **given, **later)])
    sync(world.con, (ACME,))
    scores(world, "measure | n | promoters | value\nnps | 5 | 1 | -60.0")
    versions = world.con.execute(
        "SELECT rating, segments FROM core.mention_version WHERE external_id = 'a-0' "
        "AND known_to IS NULL ORDER BY valid_from"
    )
    assert versions.fetchall() == [(2.0, None), (10.0, '{"plan":"pro"}')]


# The same person asked again

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def asked(world: World, *answers: tuple[str, timedelta, dict[str, Any]]) -> None:
    given = {"kind": "survey", "rating": 9.0, "rating_min": 0.0, "rating_max": 10.0}
    world.load(
        [
            said(f"r-{n}", author=author, published=NOON + after, collected=NOON + after,
                 **({"brands": [("Acme", "place")]} | given | more))
            for n, (author, after, more) in enumerate(answers)
        ]
    )  # fmt: skip
    sync(world.con, (ACME,))


def test_who_is_asked_twice_within_182_days_is_told(world: World) -> None:
    half_a_year = timedelta(days=182)
    csat = {"rating_min": 1.0, "rating_max": 5.0, "rating": 5.0}
    asked(
        world,
        ("kari", timedelta(0), {"survey": "Spring"}),
        ("kari", half_a_year, {"survey": "Autumn"}),
        ("ola", timedelta(0), {}),
        ("ola", half_a_year + timedelta(microseconds=1), {}),
        ("siri", timedelta(0), {}),
        ("siri", timedelta(days=3), csat),
        ("anne", timedelta(0), {}),
        ("anne", timedelta(days=7), {"brands": [("Zenith", "place")]}),
    )
    found = fatigue(world.con)
    assert (found.answers, found.respondents) == (1, 1)
    [one] = found.examples
    assert (one.author, one.previous_survey, one.survey) == ("kari", "Spring", "Autumn")
    assert (one.published, one.days_between) == (NOON + half_a_year, 182)
    assert "1 NPS answers" in found.message
    assert fatigue(world.con, since=one.published + timedelta(seconds=1)).message == ""


def test_answers_without_a_respondent_are_nobodys_second(world: World) -> None:
    asked(world, (None, timedelta(0), {}), (None, timedelta(days=1), {}))  # type: ignore[arg-type]
    assert fatigue(world.con).answers == 0


def test_the_soonest_are_the_examples_and_all_are_counted(world: World) -> None:
    days = (0, 100, 110, 200)
    asked(world, *(("kari", timedelta(days=d), {}) for d in days))
    found = fatigue(world.con, most=2)
    assert (found.answers, found.respondents) == (3, 1)
    assert [e.days_between for e in found.examples] == [10, 90]


def test_readers_of_the_snapshot_see_the_same_scores(world: World, tmp_path: Any) -> None:
    drawing = 'day | rating | n | segments\n2026-03-02 | 9 | 6 | {"plan":"pro"}'
    say(world, drawing, author="kari")
    publish(world.con, tmp_path / "snapshot.duckdb")
    query = "SELECT * FROM core.survey_score ORDER BY ALL"
    here = world.con.execute(query).fetchall()
    with open_snapshot(tmp_path / "snapshot.duckdb") as snapshot:
        assert snapshot.execute(query).fetchall() == here
        assert fatigue(snapshot).answers == 5
    assert len(here) == 6
