"""Exports of survey tools: made-up files of their forms, read through the connector."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from connectors.survey_forms import FORMS
from connectors.surveys import Surveys
from tidings.connector import Page, configure
from tidings.errors import ConfigurationError, SourceChanged
from tidings.http import Http
from tidings.mention import Mention
from tidings.schema import columns
from tidings.testing import ConnectorContract, Recorded

EXPORTS = Path(__file__).parent / "fixtures" / "surveys"
QUALTRICS = {
    "questions": [
        {"rating": "Q1", "why": "Q1_TEXT", "measure": "nps"},
        {"rating": "Q2", "measure": "csat", "words": {"Very satisfied": 5, "Dissatisfied": 2}},
        {"rating": "Q3", "measure": "ces", "scale": [1, 7], "direction": "high_is_easy"},
        {"why": "Q9"},
    ],
    "segments": {"plan": "Plan"},
}


class NoHttp(Http):
    """Files are read without a request."""

    def get(self, *args: Any, **kwargs: Any) -> Any:
        raise AssertionError("a request was made")


def connector(folder: Path, **settings: Any) -> Surveys:
    made = configure(Surveys, {"folder": str(folder), **settings})
    assert isinstance(made, Surveys)
    return made


def read(name: str, **settings: Any) -> list[Page]:
    return list(connector(EXPORTS, pattern=name, **settings).pages(NoHttp(), None))


def answers(pages: list[Page]) -> dict[str, Mention]:
    return {m.external_id: m for page in pages for m in page.mentions}


def refused(pages: list[Page]) -> list[str]:
    return [r.reason for page in pages for r in page.rejected]


def write(folder: Path, text: str, name: str = "export.csv") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, "utf-8")
    return folder


class TestSurveys(ConnectorContract):
    connector = Surveys(
        folder=str(EXPORTS), pattern="typeform.csv", form="typeform", rows_per_page=1,
        columns={"rating": "How likely are you to recommend us?", "why": "Why?"}, measure="nps",
    )  # fmt: skip
    origin = Recorded()
    expected = 2


def test_an_answer_of_delighted_is_a_mention_with_its_segments() -> None:
    pages = read("delighted.csv", form="delighted", segments={"plan": "plan", "country": "Country"})
    found = answers(pages)
    assert found["501/nps"] == Mention(
        source="surveys", place="delighted", external_id="501/nps", kind="survey",
        published=datetime(2026, 3, 1, 9, 15, tzinfo=UTC), author_handle="kari@mail.example",
        url="https://surveys.example/r/501", text="Support took a week, Acme!",
        rating=0.0, rating_min=0.0, rating_max=10.0, country="NO", survey="delighted",
        measure="nps", segments='{"country":"NO","plan":"free"}',
    )  # fmt: skip
    assert found["503/nps"].segments == '{"plan":"pro"}'
    assert (found["504/csat"].measure, found["504/csat"].rating_max) == ("csat", 5.0)
    assert set(found) == {"501/nps", "502/nps", "503/nps", "504/csat"}
    [why] = refused(pages)
    assert "row 5 (line 6): 'pmf' is no measure" in why


def test_the_nested_records_of_delighteds_api_are_read_too() -> None:
    settings = {"form": "delighted", "segments": {"plan": "person_properties.plan"}}
    easy = answers(read("delighted.jsonl", **settings, scales={"ces": [1, 7]}))
    assert easy["601/nps"].author_handle == "kari@mail.example"
    assert easy["601/nps"].segments == '{"plan":"pro"}'
    assert easy["601/nps"].published == datetime(2026, 3, 1, 9, tzinfo=UTC)
    effort = easy["602/ces"]
    assert (effort.rating_min, effort.rating_max, effort.direction) == (1.0, 7.0, "high_is_easy")
    assert effort.segments is None
    [why] = refused(read("delighted.jsonl", **settings))
    assert "the scale of ces has to be said" in why


def test_each_question_of_a_row_is_a_mention_of_its_own() -> None:
    pages = read("qualtrics.csv", form="qualtrics", survey="Spring", **QUALTRICS)
    found = answers(pages)
    assert refused(pages) == []
    ids = {"R_1aB2cD3eF4gH5iJ": "nps csat ces open", "R_2bC3dE4fG5hI6jK": "nps csat ces"}
    assert set(found) == {f"{i}/{q}" for i, names in ids.items() for q in names.split()}
    nps, csat, ces, more = (
        found[f"R_1aB2cD3eF4gH5iJ/{q}"] for q in ids["R_1aB2cD3eF4gH5iJ"].split()
    )
    assert (nps.rating, nps.text, nps.question) == (
        9.0, "It just works", "How likely are you to recommend us?",
    )  # fmt: skip
    assert (csat.rating, csat.rating_max, csat.text) == (5.0, 5.0, None)
    assert (ces.rating, ces.measure, ces.direction) == (6.0, "ces", "high_is_easy")
    assert (more.rating, more.measure, more.text) == (None, None, "Please add a dark mode")
    assert more.question == "Anything else?"
    assert {m.segments for m in (nps, csat, ces, more)} == {'{"plan":"Pro"}'}
    assert {m.language for m in (nps, csat)} == {"en"}


def test_the_zone_that_qualtrics_states_is_that_of_its_times() -> None:
    found = answers(read("qualtrics.csv", form="qualtrics", **QUALTRICS))
    late = found["R_2bC3dE4fG5hI6jK/nps"]
    assert late.published == datetime(2026, 3, 2, 6, 31, 1, tzinfo=UTC)
    said = answers(read("qualtrics.csv", form="qualtrics", timezone="UTC", **QUALTRICS))
    assert said[late.external_id].published == datetime(2026, 3, 1, 23, 31, 1, tzinfo=UTC)


def test_two_header_rows_of_surveymonkey_name_a_column_together() -> None:
    pages = read(
        "surveymonkey.csv", form="surveymonkey", timezone="Europe/Oslo",
        date_format="%m/%d/%Y %I:%M:%S %p", segments={"plan": "Custom Data 1"},
        questions=[
            {"rating": "How likely are you to recommend us?", "why": "What could be better?",
             "measure": "nps"},
            {"rating": "Overall how satisfied are you?", "measure": "csat",
             "words": {"very satisfied": 5}},
            {"why": "Overall how satisfied are you? [Other (please specify)]"},
        ],
    )  # fmt: skip
    assert refused(pages) == []
    found = answers(pages)
    assert {i: m.rating for i, m in found.items()} == {
        "114200000001/nps": 10.0, "114200000001/csat": 5.0,
        "114200000002/nps": 0.0, "114200000002/open": None,
    }  # fmt: skip
    assert found["114200000002/nps"].published == datetime(2026, 3, 1, 20, 12, 44, tzinfo=UTC)
    assert found["114200000002/open"].text == "It never worked"


def test_a_partial_answer_of_typeform_has_the_time_of_its_last_stage() -> None:
    rating = {"rating": "How likely are you to recommend us?", "why": "Why?"}
    found = answers(read("typeform.csv", form="typeform", columns=rating, measure="nps"))
    whole, partial = found.values()
    assert whole.published == datetime(2026, 3, 1, 2, 41, 38, tzinfo=UTC)
    assert partial.published == datetime(2026, 3, 1, 5, 1, tzinfo=UTC)
    assert whole.question == "How likely are you to recommend us?"


def test_zendesks_good_and_bad_are_one_and_nought_and_what_was_only_offered_is_nothing() -> None:
    pages = read("zendesk.csv", form="zendesk")
    assert refused(pages) == []
    assert {i: (m.rating, m.rating_min, m.rating_max) for i, m in answers(pages).items()} == {
        "7001/csat": (1.0, 0.0, 1.0),
        "7002/csat": (0.0, 0.0, 1.0),
    }


def test_a_spreadsheet_of_any_columns_is_read_by_their_names(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Zeitpunkt", "Note", "Warum", "Kunde", "Tarif"])
    sheet.append([datetime(2026, 3, 1, 12), 4, "Gut", "Kari@mail.example", "Pro"])
    sheet.append([datetime(2026, 3, 1, 12), 1, None, "Ola@mail.example", None])
    book.save(tmp_path / "a.xlsx")
    made = connector(
        tmp_path, survey="Umfrage", measure="csat", timezone="Europe/Berlin",
        id_columns=["Zeitpunkt", "Kunde"], segments={"plan": "Tarif"},
        columns={"published": "Zeitpunkt", "rating": "Note", "why": "Warum", "respondent": "Kunde"},
    )  # fmt: skip
    first, second = answers(list(made.pages(NoHttp(), None))).values()
    assert (first.place, first.survey, first.rating, first.text) == (
        "Umfrage",
        "Umfrage",
        4.0,
        "Gut",
    )
    assert (first.published, second.text) == (datetime(2026, 3, 1, 11, tzinfo=UTC), None)
    assert first.external_id != second.external_id


def test_the_same_answers_in_another_file_are_the_same_mentions(tmp_path: Path) -> None:
    before = answers(read("delighted.csv", form="delighted"))
    shutil.copy(EXPORTS / "delighted.csv", tmp_path / "delighted (2).csv")
    again = connector(tmp_path, form="delighted", rows_per_page=1)
    assert answers(list(again.pages(NoHttp(), None))) == before


def test_only_new_and_changed_files_are_read_again_and_a_begun_one_from_its_start(
    tmp_path: Path,
) -> None:
    row = "id,published,rating\n{},2026-03-01T10:00:00Z,9\n"
    write(tmp_path, row.format(1), "a.csv")
    write(tmp_path, row.format(2) + "3,2026-03-01T10:00:00Z,9\n", "b.csv")
    made = connector(tmp_path, survey="s", measure="nps", rows_per_page=1)
    pages = list(made.pages(NoHttp(), None))
    half = next(p for p in pages if p.mentions and p.mentions[0].external_id == "2/nps")
    assert set(answers(list(made.pages(NoHttp(), half.cursor)))) == {"2/nps", "3/nps"}
    assert list(made.pages(NoHttp(), pages[-1].cursor)) == []
    write(tmp_path, row.format(4), "a.csv")
    assert set(answers(list(made.pages(NoHttp(), pages[-1].cursor)))) == {"4/nps"}


def test_segments_are_the_same_text_in_whatever_order_they_are_declared(tmp_path: Path) -> None:
    write(tmp_path, 'id,published,rating,a,b\n1,2026-03-01T10:00:00Z,9,"x ""y""",z\n')
    told = {"survey": "s", "measure": "nps"}
    one = connector(tmp_path, **told, segments={"plan": "a", "country": "b"})
    two = connector(tmp_path, **told, segments={"country": "b", "plan": "a"})
    [text] = {
        m.segments for c in (one, two) for m in answers(list(c.pages(NoHttp(), None))).values()
    }
    assert json.loads(str(text)) == {"plan": 'x "y"', "country": "z"}
    pattern = next(c.meta.pattern for c in columns() if c.name == "segments")
    assert re.fullmatch(str(pattern), str(text))
    assert not re.fullmatch(str(pattern), '{"plan":1}')
    assert not re.fullmatch(str(pattern), '{"plan":"a",}')


def test_a_file_that_lacks_columns_keeps_no_other_from_being_read(tmp_path: Path) -> None:
    write(tmp_path, "id,published,rating\n1,2026-03-01T10:00:00Z,9\n", "z.csv")
    write(tmp_path, "id,rating\n1,9\n", "a.csv")
    made = connector(tmp_path, survey="s", measure="nps")
    pages: list[Page] = []
    with pytest.raises(ConfigurationError, match=r"a\.csv has no column for published") as raised:
        pages.extend(made.pages(NoHttp(), None))
    assert "'id', 'rating'" in raised.value.remedy
    assert set(answers(pages)) == {"1/nps"}
    assert pages[-1].cursor is not None
    assert set(pages[-1].cursor["done"]) == {"z.csv"}


def test_a_broken_row_is_told_once_and_the_others_are_read(tmp_path: Path) -> None:
    lines = ["id,published,rating,comment,csat", "1,2026-03-01T10:00:00Z,9,,5", "2,x", "3,then,8,,"]
    write(tmp_path, "\n".join([*lines, "4,2026-03-01T10:00:00Z,ten,,3", ",2026-03-01,7,,"]))
    made = connector(
        tmp_path, survey="s",
        questions=[{"rating": "rating", "measure": "nps"}, {"rating": "csat", "measure": "csat"}],
    )  # fmt: skip
    pages = list(made.pages(NoHttp(), None))
    assert set(answers(pages)) == {"1/nps", "1/csat", "4/csat"}
    told = refused(pages)
    assert len(told) == 4
    for why in ("line 3", "'then' is no ISO", "rating: 'ten' is no number", "the row has no id"):
        assert sum(why in reason for reason in told) == 1, why


def test_an_answer_outside_its_scale_is_left_to_the_checks(tmp_path: Path) -> None:
    write(tmp_path, "id,published,rating\n1,2026-03-01T10:00:00Z,11\n")
    made = connector(tmp_path, survey="s", measure="nps")
    [mention] = answers(list(made.pages(NoHttp(), None))).values()
    assert (mention.rating, mention.rating_max) == (11.0, 10.0)


ONE = {"rating": "a", "measure": "nps"}


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"form": "plain"}, "needs the name of its 'survey'"),
        ({"form": "qualtrics"}, "names no score"),
        ({"questions": [{"rating": "a"}]}, "what 'a' measures has to be said"),
        ({"questions": [{}]}, "needs the column"),
        ({"questions": [{"why": "a", "measure": "nps"}]}, "no column of the 'rating'"),
        ({"questions": [ONE | {"scale": [1, 10]}]}, "no definition on 1 to 10, only on 0 to 10"),
        ({"questions": [{"rating": "a", "measure": "csat", "scale": [1, 6]}]}, "only on 1 to 5"),
        ({"questions": [{"rating": "a", "measure": "ces"}]}, "scale of ces has to be said"),
        (
            {"questions": [{"rating": "a", "measure": "ces", "scale": [1, 7]}]},
            "high_is_easy' or 'high_is_effort",
        ),
        ({"questions": [ONE, ONE | {"rating": "b"}]}, "two questions are called 'nps'"),
        ({"questions": [ONE, {"why": "a"}]}, "'a' is named by two questions"),
        ({"questions": [ONE], "columns": {"rating": "a"}}, "so do the 'questions'"),
        ({"scales": {"csat": [1, 4]}, "measure": "csat"}, "no definition on 1 to 4"),
        ({"segments": {"survey": "a"}}, "has its survey already"),
        ({"timezone": "Mars"}, "no IANA time zone"),
    ],
)
def test_settings_that_could_not_be_counted_are_refused(
    settings: dict[str, Any], says: str
) -> None:
    name = "" if "form" in settings else "s"
    with pytest.raises(ConfigurationError, match=says):
        configure(Surveys, {"folder": "x", "survey": name, **settings})


def test_a_file_that_is_no_table_is_told(tmp_path: Path) -> None:
    write(tmp_path, "<html>", "a.html")
    with pytest.raises(SourceChanged, match=r"a\.html"):
        list(connector(tmp_path, survey="s", measure="nps").pages(NoHttp(), None))


def test_every_form_has_columns_for_what_an_answer_needs() -> None:
    for name, form in FORMS.items():
        assert {"id", "published"} <= set(form.columns), name
        for values in form.leave_out.values():
            assert all(v == v.casefold() for v in values), name
        assert all(w == w.casefold() for w in form.words), name
