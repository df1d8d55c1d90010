"""What reaches a person is masked, in many forms and languages; what only looks like it stays."""

import pytest

from tidings.errors import ConfigurationError
from tidings.personal import DEFAULT, KINDS, policy, redacted

ALL = frozenset(KINDS)

MASKED = [
    ("write to anna.bell@shop.example today", "email"),
    ("Skriv til kari_n+post@firma.example.no, takk", "email"),
    ("anna [at] shop [dot] example", "email"),
    ("kari (krøllalfa) firma (punktum) example", "email"),
    ("بنویسید به sara@example.ir لطفا", "email"),
    ("请发邮件到wang.li@example.cn谢谢", "email"),
    ("ring +47 22 86 44 00 nå", "phone"),
    ("Tlf. 22864400", "phone"),
    ("ring på 33 93 43 90 i morgen", "phone"),
    ("call (212) 555-0187 now", "phone"),
    ("call 212.555.0187", "phone"),
    ("0044 20 7946 0958", "phone"),
    ("شماره من ۰۹۱۲۳۴۵۶۷۸۹ است", "phone"),
    ("电话:13800138000。", "phone"),
    ("my card 4111 1111 1111 1111 was charged", "card"),
    ("kort 4111-1111-1111-1111", "card"),
    ("5500005555555559", "card"),
    ("konto NO93 8601 1117 947 takk", "iban"),
    ("GB82 WEST 1234 5698 7654 32", "iban"),
    ("DE89370400440532013000", "iban"),
    ("dk50 0040 0440 1162 43", "iban"),
    ("@anna_bell said so", "handle"),
    ("spør @kari@sosial.example om det", "handle"),
    ("u/somebody_else on the forum", "handle"),
    ("from 192.0.2.17 at night", "ip"),
]

KEPT = [
    "bought it on 2026-10-31 for 1,299.00",
    "31.10.2026 kl 12",
    "the 2000 model of 1999, 12 of 300",
    "order 123456 has not come",
    "rated 4.5 of 5 by 12,345 people",
    "version 10.2.300 is worse",
    "price 1.299.000,00 kr",
    "e@x is no address and @ is no handle",
    "TABLE OF CONTENTS AB12 IS WHAT IT IS",
]


@pytest.mark.parametrize(("text", "kind"), MASKED)
def test_it_is_masked_as_what_it_is(text: str, kind: str) -> None:
    made = redacted(text, ALL)
    assert f"[{kind}]" in made
    assert sum(char.isdigit() for char in made) <= 2
    assert redacted(text, ALL - {kind, "phone"}).count(f"[{kind}]") == 0


@pytest.mark.parametrize("text", KEPT)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert redacted(text, ALL) == text


def test_words_around_it_stay() -> None:
    assert redacted("konto NO93 8601 1117 947 takk", ALL) == "konto [iban] takk"
    assert redacted("a@b.example, c@d.example!", ALL) == "[email], [email]!"


@pytest.mark.parametrize(
    "text",
    ["@" * 100_000, "1 " * 50_000, "a." * 50_000 + "@", "AB12" + "A1 " * 50_000, "u/" * 50_000],
)
def test_hostile_texts_end(text: str) -> None:
    assert isinstance(redacted(text, ALL), str)


def test_the_policy_is_the_environments() -> None:
    assert policy({}) == set(DEFAULT)
    assert policy({"TIDINGS_REDACT": "email, handle"}) == {"email", "handle"}
    assert policy({"TIDINGS_REDACT": "none"}) == frozenset()
    with pytest.raises(ConfigurationError, match="names age"):
        policy({"TIDINGS_REDACT": "age"})
