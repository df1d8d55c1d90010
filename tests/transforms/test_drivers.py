"""Drivers are found by stems, as they are written down, in every language."""

import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.errors import ConfigurationError
from transforms.drivers import DRIVERS, MAX_READ, Drivers
from transforms.stems import plain, read_all, seeded, seeds

OURS = Drivers()
ALL = {"en", "no", "da", "sv", "fa", "zh", "de", "fr", "es", "it", "pt", "ar"}


def names(text: str, language: str | None, drivers: Drivers = OURS) -> set[str]:
    return {hit.driver for hit in drivers.find(text, language)}


def test_all_languages_have_all_drivers() -> None:
    assert set(seeded()) == ALL
    for language in ALL:
        assert set(seeds(language)) == set(DRIVERS), language
        assert all(len(stems) >= 20 for stems in seeds(language).values()), language


def test_no_stem_is_there_twice_and_none_is_excluded_by_its_own_driver() -> None:
    for language in ALL:
        source = files("transforms") / "drivers_data" / f"{language}.toml"
        for driver, stems in tomllib.loads(source.read_text(encoding="utf-8")).items():
            assert len(stems) == len(set(stems)), (language, driver)
            told = {s.removeprefix("~") for s in stems if not s.startswith("-")}
            away = {s[1:] for s in stems if s.startswith("-")}
            assert not told & away, (language, driver, told & away)
            hints = {s[1:] for s in stems if s.startswith("~")}
            assert not hints & {s for s in stems if s[0] not in "~-"}, (language, driver)


@pytest.mark.parametrize(
    ("language", "text", "drivers"),
    [
        ("en", "Far too EXPENSIVE", {"price"}),
        ("en", "priceless memories", set()),
        ("en", "The courier was late and rude", {"delivery", "service"}),
        ("en", "they sell my data", {"privacy"}),
        ("en", "A scam", {"reputation"}),
        ("en", "ads, ads, ads", {"advertising"}),
        ("en", "add an address", set()),
        ("en", "an influencer with a code", {"influencers"}),
        ("en", "user-friendly", {"usability"}),
        ("en", "the logo is ugly", {"branding"}),
        ("no", "Strømprisen er skyhøy", {"price"}),
        ("no", "Kundeservicen svarer aldri", {"service"}),
        ("no", "Lang leveringstid", {"delivery"}),
        ("no", "for en overraskelse", set()),
        ("no", "Batteriet held ikkje, elendig kvalitet", {"quality"}),
        ("da", "Fragtprisen er for høj", {"price", "delivery"}),
        ("da", "De vandt en pris", set()),
        ("da", "hjemmesiden er ikke brugervenlig", {"usability"}),
        ("sv", "Priset är högt och leveransen sen", {"price", "delivery"}),
        ("de", "Die Versandkosten und der Kundenservice", {"price", "delivery", "service"}),
        ("fr", "C'est trop cher", {"price"}),
        ("es", "La calidad es mala", {"quality"}),
        ("it", "Prezzi alti, consegna lenta", {"price", "delivery"}),
        ("pt", "O preço é bom", {"price"}),
        ("ar", "والسعر غالي", {"price"}),
        ("ar", "بالجودة", {"quality"}),
        ("ar", "خِدْمَة العملاء", {"service"}),
        ("fa", "قیمتش بالاست", {"price"}),
        ("fa", "قيمت كالا", {"price"}),
        ("fa", "بسته‌بندی", {"branding"}),
        ("fa", "بسته بندی", {"branding"}),
        ("zh", "价格太贵了", {"price"}),
        ("zh", "價格太貴了", {"price"}),
        ("zh", "贵州风景", set()),
        ("zh", "服务态度", {"service"}),
    ],
)
def test_found_as_people_write(language: str, text: str, drivers: set[str]) -> None:
    assert names(text, language) == drivers


def test_a_hit_is_the_words_as_they_stand_in_the_text() -> None:
    (hit,) = OURS.find("VALUE, for  Money!", "en")
    assert (hit.start, hit.end, hit.matched) == (0, 17, "VALUE, for  Money")
    (hit,) = OURS.find("Die Kundenbetreuung.", "de")
    assert (hit.start, hit.end, hit.matched) == (4, 19, "Kundenbetreuung")
    (hit,) = OURS.find("قیمت‌های", "fa")
    assert hit.matched == "قیمت‌های"


def test_of_overlapping_hits_of_one_driver_there_is_the_longest() -> None:
    hits = OURS.find("customer service", "en")
    assert [(h.driver, h.matched) for h in hits] == [("service", "customer service")]


def test_what_hints_counts_only_where_its_clause_names_no_other_driver() -> None:
    drivers = Drivers({"food": {"en": ["~soup"]}, "haste": {"en": ["hasty"]}})
    assert names("soup", "en", drivers) >= {"food"}
    assert "food" not in names("hasty soup", "en", drivers)
    assert {"food", "haste"} <= names("hasty people. soup!", "en", drivers)


def test_an_exclusion_takes_hits_of_its_own_driver_away_and_only_where_it_covers_them() -> None:
    drivers = Drivers({"lamps": {"xx": ["lamp*", "-lampoon*"]}, "mockery": {"xx": ["lampoon*"]}})
    assert names("lampooned", "xx", drivers) == {"mockery"}
    assert names("lampooned lamps", "xx", drivers) == {"mockery", "lamps"}


@pytest.mark.parametrize(
    ("stem", "text", "found"),
    [
        ("zork", "zork", True),
        ("zork", "zorks", False),
        ("zork*", "zorks", True),
        ("zork*", "azork", False),
        ("*zork*", "azorks", True),
        ("*zork", "azork", True),
        ("*zork", "zorks", False),
        ("big zork*", "BIG   zorks", True),
        ("zork", "#zork!", True),
    ],
)
def test_how_stems_are_written(stem: str, text: str, found: bool) -> None:
    drivers = Drivers({"zorks": {"en": [stem]}})
    assert ("zorks" in names(text, "en", drivers)) is found


def test_a_watch_file_adds_stems_and_drivers() -> None:
    drivers = Drivers({"price": {"no": ["strømstøtte*"]}, "climate": {"mul": ["co2"]}})
    assert names("strømstøtten", "no", drivers) == {"price"}
    assert names("strømstøtten", "no") == set()
    assert names("CO2", "fr", drivers) == names("co2", None, drivers) == {"climate"}
    assert drivers.names[-1] == "climate"
    assert names("kallista", "fi", Drivers({"price": {"fi": ["kallis*"]}})) == {"price"}


def test_a_language_of_its_own_words_does_not_lose_ours() -> None:
    assert names("too expensive", "en", Drivers({"climate": {"en": ["co2"]}})) == {"price"}


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"Price": {"en": ["x"]}}, "drivers.Price"),
        ({"price": ["x"]}, "drivers.price is not a table"),
        ({"price": {"English": ["x"]}}, "drivers.price.English is no language"),
        ({"price": {"en": "x"}}, "drivers.price.en is not a list"),
        ({"price": {"en": ["ok", "a*b"]}}, r"drivers.price.en\[1\]: the stem 'a\*b'"),
        ({"price": {"en": ["*"]}}, r"drivers.price.en\[0\]: the stem '\*' has no letters"),
        ({"price": {"en": ["!"]}}, "has no letters"),
        ({"price": {"en": [1]}}, r"drivers.price.en\[0\] is not a string"),
    ],
)
def test_what_is_wrong_in_a_watch_file_is_named(extra: object, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        Drivers(extra)  # type: ignore[arg-type]


def test_without_a_language_only_what_means_one_thing_counts() -> None:
    assert names("terrible customer service", None) == {"service"}
    assert names("价格", None) == {"price"}
    assert names("kundeservice", None) == names("kundeservice", "xx") == {"service"}
    assert names("dyr", None) == set()  # dear in Norwegian, or an animal


def test_a_sum_of_money_hints_at_the_price() -> None:
    assert names("£9.80 for a lettuce", "en") == {"price"}
    assert names("349 kr for dette", "no") == {"price"}
    assert names("In 1998 we met", "en") == set()
    assert "price" not in names("the courier stole my 20 € note", "en")


def test_what_is_behind_the_limit_is_not_read() -> None:
    assert names("x " * (MAX_READ // 2) + "price", "en") == set()


@given(st.text(max_size=60), st.sampled_from([*sorted(ALL), None, "fi"]))
def test_hits_lie_in_the_text_and_are_sorted(text: str, language: str | None) -> None:
    hits = OURS.find(text, language)
    assert all(text[h.start : h.end] == h.matched and h.matched for h in hits)
    assert hits == sorted(hits, key=lambda h: (h.start, h.end))


@given(st.sampled_from(sorted(ALL)), st.data())
def test_each_stem_finds_its_driver(language: str, data: st.DataObject) -> None:
    driver = data.draw(st.sampled_from(DRIVERS))
    stem = data.draw(st.sampled_from(seeds(language)[driver]))
    if stem.role == "excludes":
        return
    others = {s.text for s in seeds(language)[driver] if s.role == "excludes"}
    if any(stem.text in f" {o} " or o in stem.text for o in others):
        return
    found = names(stem.text, language)
    if stem.role == "hints" and found - {driver}:
        return  # a hint counts only where nothing else is named
    assert driver in found


def test_arabic_marks_and_keyboards_are_one() -> None:
    assert plain("قِيمَة") == plain("قیمه")
    (stem,) = read_all(["خدمة*"], "ar", "x")
    assert " والخدمه" in set(stem.patterns())


def test_stems_of_a_written_variety_are_found_in_the_language() -> None:
    assert names("strømmen er qwertyzx", "no", Drivers({"climate": {"nb": ["qwertyzx"]}})) == {
        "climate"
    }
