"""The page on channels: its settings load, its addresses are taken, its check checks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from receiving import WHEN, Receiver, at

from tidings.notify import redaction, through_apprise
from tidings.notify.channels import send
from tidings.notify.sample import sample
from tidings.watch import Channel, load_watch

PAGE = (Path(__file__).parents[2] / "docs/alert-channels.md").read_text("utf-8")


def fenced(language: str) -> str:
    [found] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.S)
    return str(found)


def table(heading: str) -> list[list[str]]:
    """Return the cells of the first table after a heading."""
    rows = re.findall(
        r"^\|(.*)\|$", PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0], re.M
    )
    return [[cell.strip() for cell in row.split(" | ")] for row in rows]


def test_the_channels_of_the_page_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "acme.toml"
    path.write_text('[brand]\nname = "Acme"\n' + fenced("toml"), "utf-8")
    watch = load_watch(path)
    assert [channel.name for channel in watch.notify] == ["desk", "on-call", "warehouse-team"]


def test_every_setting_of_a_channel_is_on_the_page_with_its_default() -> None:
    rows = {name: cells[-1] for *names, _, cells in _settings() for name in names}
    assert set(rows) == set(Channel.__struct_fields__)
    bare = Channel(name="a", secret="b")
    for name, shown in rows.items():
        if shown.startswith("`"):
            value = getattr(bare, name)
            assert shown == f"`{str(value).lower() if isinstance(value, bool) else value}`", name


def _settings() -> list[Any]:
    whole = PAGE.partition("## The address")[0]
    rows = re.findall(r"^\| (`.*?) \| (.*?) \|(.*)\|$", whole, re.M)
    return [(*re.findall(r"`(\w+)`", keys), said, [last.strip()]) for keys, said, last in rows]


def test_the_body_on_the_page_is_what_is_posted(receiver: Receiver) -> None:
    channel, secret = at(receiver.url(), private=True)
    send(sample(WHEN, event="opened"), channel, secret=secret)
    posted = receiver.got[0].json()
    [incident] = posted["data"]["incidents"]
    incident["series"], incident["voices"] = [], incident["voices"][:1]
    assert json.loads(fenced("json")) == posted


@pytest.mark.parametrize(
    "key", ["plain words as they are", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]
)
def test_the_check_on_the_page_takes_what_is_ours_and_nothing_else(
    receiver: Receiver, key: str
) -> None:
    namespace: dict[str, Any] = {}
    exec(compile(fenced("python"), "page", "exec"), namespace)
    is_genuine: Callable[..., bool] = namespace["is_genuine"]
    channel, _ = at(receiver.url(), private=True, signing_secret="desk_key")
    secrets = {"desk_address": receiver.url(), "desk_key": key}
    send(sample(WHEN), channel, secret=secrets.__getitem__)
    [got] = receiver.got
    assert is_genuine(key, got.headers, got.body)
    assert not is_genuine("another", got.headers, got.body)
    assert not is_genuine(key, got.headers, got.body.replace(b"41 of 96", b"40 of 96"))
    assert not is_genuine(key, {**got.headers, "webhook-id": "x"}, got.body)
    late = {**got.headers, "webhook-timestamp": "1600000000"}
    assert not is_genuine(key, late, got.body)
    assert not is_genuine(key, got.headers, got.body, window=-1)


def test_apprise_takes_the_addresses_of_the_page() -> None:
    from apprise import Apprise

    examples = [cells[1].strip("`") for cells in table("The address of each service")[2:]]
    schemes = {example.partition("://")[0] for example in examples}
    assert schemes == {
        "slack", "workflows", "mailtos", "pagerduty", "opsgenie", "ntfys", "discord", "https",
    }  # fmt: skip
    for example in examples:
        if not example.startswith("https:"):
            assert Apprise.instantiate(example) is not None, example


def test_the_page_names_the_statuses_that_are_refusals() -> None:
    shown = next(cells[0] for cells in table("What happens when it does not go through")
                 if cells[0].startswith("400"))  # fmt: skip
    assert {int(code) for code in shown.split(", ")} == through_apprise._REFUSALS - {405}


def test_the_numbers_of_the_page_are_those_of_the_code() -> None:
    assert f"within {through_apprise.SECONDS:.0f} seconds" in PAGE
    assert f"At most {redaction.MOST_IDS:,} `mention_ids`" in PAGE


def test_the_marks_of_the_page_are_what_is_put_in(receiver: Receiver) -> None:
    [incident] = sample(WHEN).incidents
    text = "kari@post.example @kari 22 33 44 55"
    voice = msgspec.structs.replace(incident.voices[0], text=text)
    changed = msgspec.structs.replace(incident, voices=(voice,))
    channel, secret = at(receiver.url(), private=True)
    send(msgspec.structs.replace(sample(WHEN), incidents=(changed,)), channel, secret=secret)
    told = receiver.got[0].json()["data"]["incidents"][0]["voices"][0]["text"]
    assert told == "[e-mail] [handle] [number]"
    for mark in told.split():
        assert f"`{mark}`" in PAGE
