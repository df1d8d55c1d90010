"""What must not leave a house: addresses, numbers and handles of people, and signs nobody sees."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from receiving import WHEN

from tidings.notify.redaction import MOST_IDS, masked, plain, redacted
from tidings.notify.sample import sample


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("write to ola.nordmann+shop@post.example.com now", "write to [e-mail] now"),
        ("kari@bücher.example, please", "[e-mail], please"),
        ("call +47 22 33 44 55!", "call [number]!"),
        ("call (555) 010-2345 or 0047.22334455", "call [number] or [number]"),
        ("my card 4111 1111 1111 1111 was charged", "my card [number] was charged"),
        ("call 22.33.4455 or 2026-05-0155", "call [number] or [number]"),
        ("on 2026-05-01 22 33 44 55 called", "on 2026-05-01 [number] called"),
        ("order 1234567890", "order [number]"),
        ("٠١٢٣٤٥٦٧٨٩ رقم", "[number] رقم"),
        ("@anna_b said so", "[handle] said so"),
        ("ask @anna@social.example", "ask [handle]"),
        ("as u/some_one wrote", "as [handle] wrote"),
        ("@channel @here @everyone", "[handle] [handle] [handle]"),
    ],
)
def test_what_names_or_reaches_a_person_is_masked(text: str, left: str) -> None:
    assert masked(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "41 of 96 (43 %) since 14:05",
        "bought on 2026-05-01, again on 01.05.2026",
        "at 2026-05-01 10:30 and 2026-05-01T10:30, on 1/5/2026 12 of them",
        "it cost 1,299.00 and now 999",
        "version 2.10.3 of 2026",
        "me @ home",
        "either/or and tofu/ten",
        "Model A1234567",
    ],
)
def test_what_names_nobody_stays(text: str) -> None:
    assert masked(text) == text


def test_signs_that_nobody_sees_are_gone() -> None:
    hidden = "a\u202eb\u2066c\u200bd\x00e\x1b[31mf\ufeffg\U000e0041h\ud800i\u00adj"
    assert plain(hidden) == "abcde[31mfghij"
    assert plain("one\r\ntwo\u2028three\tfour") == "one two three four"
    assert plain("\U0001f468\u200d\U0001f469\u200d\U0001f467 می\u200cخواهم") == (
        "\U0001f468\u200d\U0001f469\u200d\U0001f467 می\u200cخواهم"
    )
    assert len(plain("Z" + "\u0301" * 500)) < 10


@given(st.text(max_size=300))
def test_no_control_or_override_is_left_in_any_text(text: str) -> None:
    left = plain(text)
    assert not [c for c in left if unicodedata.category(c) in {"Cc", "Cs", "Co", "Zl", "Zp"}]
    assert not set(left) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
    assert plain(left) == left


def test_a_notice_is_redacted_as_a_whole() -> None:
    notice = sample(WHEN)
    [incident] = notice.incidents
    voice = msgspec.structs.replace(
        incident.voices[0],
        text="I am kari@post.example\u202e",
        published=datetime(2026, 5, 1),
        url="javascript:alert(1)",
    )
    changed = msgspec.structs.replace(
        incident,
        brand="Ac\u202eme",
        link="https://user:pw@tidings.example/",
        words=("leak", "@anna"),
        voices=(voice,),
        mention_ids=tuple(f"m:{n}" for n in range(MOST_IDS + 5)),
        opened=datetime(2026, 5, 1, 20),
    )
    [left] = redacted(msgspec.structs.replace(notice, incidents=(changed,))).incidents
    assert left.brand == "Acme"
    assert left.words == ("leak", "[handle]")
    assert left.voices[0].text == "I am [e-mail]"
    assert left.voices[0].url is None
    assert left.link is None
    assert left.voices[0].published == datetime(2026, 5, 1, tzinfo=UTC)
    assert left.opened == datetime(2026, 5, 1, 20, tzinfo=UTC)
    assert len(left.mention_ids) == MOST_IDS
    assert left.sentence == incident.sentence, "ours, and it has no person in it"
