"""Watch files: what is right is read, what is wrong names file, key and the way out."""

from pathlib import Path

import pytest

from tidings.errors import ConfigurationError
from tidings.watch import load_watch, load_watches

WHOLE = """
contact = "ops@acme.example"

[brand]
name = "Acme"
aliases = ["Acme Tools", "@acme"]
languages = ["en", "no"]
answer_target_hours = 12

[[competitors]]
name = "Globex"
aliases = ["Globex AS", "Acme Tools"]

[queries]
late = 'delivery NEAR/5 late'

[[sources]]
connector = "steam"
about = "Acme"
schedule = "@daily"
[sources.settings]
apps = [1]

[[sources]]
connector = "rss"
name = "news"

[quality]
bad_rows = "warn"

[alerts.negative_share]
threshold = 4.5
"""


def write(folder: Path, text: str, name: str = "acme") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    watch = load_watch(write(tmp_path, WHOLE))
    assert watch.id == "acme"
    assert [s.id for s in watch.sources] == ["steam", "news"]
    assert watch.source("news").connector == "rss"
    assert watch.source("steam").settings == {"apps": [1]}
    assert watch.quality.bad_rows == "warn"
    assert watch.alerts["negative_share"].threshold == 4.5
    assert watch.brand_names() == ("Acme", "Globex")


def test_search_terms_are_all_names_once_in_order(tmp_path: Path) -> None:
    watch = load_watch(write(tmp_path, WHOLE))
    assert watch.search_terms() == ("Acme", "Acme Tools", "@acme", "Globex", "Globex AS")


def test_files_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b", "a"):
        write(tmp_path, f'[brand]\nname = "{name}"', name)
    assert [w.id for w in load_watches(tmp_path)] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "key", "remedy"),
    [
        ('[brand]\nname = "A"\ntimezone = "Oslo"', "brand.timezone", "Europe/Oslo"),
        ('[brand]\nname = "A"\ntimezone = "Europe"', "brand.timezone", "Europe/Oslo"),
        ('[brand]\nname = "A"\n[alerts.negative-share]', "alerts.negative-share", "negative_share"),
        (
            '[brand]\nname = "A"\n[[notify]]\nname = "x"\nsecret = "x"\nrules = ["nosuch"]',
            "notify.x.rules",
            "The rules are",
        ),
        (
            '[brand]\nname = "A"\n[[notify]]\nname = "x"\nsecret = "x"\nbrands = ["B"]',
            "notify.x.brands",
            "Use one of: A",
        ),
        (
            '[brand]\nname = "A"\n' + '[[notify]]\nname = "x"\nsecret = "x"\n' * 2,
            "notify",
            "'name' of its own",
        ),
        (
            '[brand]\nname = "A"\n[[notify]]\nname = "x"\nsecret = "x"\nquiet = "22-7"',
            "notify",
            "docs/watch-files.md",
        ),
        ('[brand]\nname = "A"\nalases = []', "'brand'", "'aliases'"),
        ('[brand]\nname = "A"\nlanguages = ["english"]', "'brand.languages[0]'", "docs/"),
        ('[brand]\naliases = ["A"]', "'brand'", "tidings init"),
        ('[brand]\nname = "A"\nanswer_target_hours = 0', "'brand.answer_target_hours'", "docs/"),
        ('[brand]\nname = "A"\n[[sources]]\nconnector = "rss"\nabout = "B"', "about", "A"),
        ('[brand]\nname = "A"\n[[sources]]\nconnector = "rss"\n[[sources]]\nconnector = "rss"',
         "'sources'", "'name'"),
        ('[brand]\nname = "A"\n[quality]\nempty = "maybe"', "'quality.empty'", "docs/"),
        ('[brand]\nname = "A"\n[sentiment]\nmode = "best"', "'sentiment.mode'", "docs/"),
        ('[brand]\nname = "A"\n[sentiment]\nmin_confidence = 1', "min_confidence'", "docs/"),
        ('[brand]\nname = "A"\n[sentiment.scorers]\nenglish = "vader"', "scorers", "docs/"),
        ('[brand]\nname = "A"\n[drivers.price]\nen = "cheap"', "drivers", "docs/"),
        ('[brand]\nname = "A"\n[sentiment]\nmodes = "blend"', "'sentiment'", "'mode'"),
        ("brand = ", "TOML", "docs/"),
    ],
)  # fmt: skip
def test_what_is_wrong_names_file_key_and_remedy(
    tmp_path: Path, text: str, key: str, remedy: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigurationError) as caught:
        load_watch(path)
    assert str(path) in caught.value.message
    assert key in caught.value.message
    assert remedy in caught.value.remedy


def test_a_missing_file_tells_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="tidings init"):
        load_watch(tmp_path / "none.toml")


def test_an_unknown_source_tells_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="steam, news"):
        load_watch(write(tmp_path, WHOLE)).source("x")
