"""What reaches a person, masked in texts that leave: exports, alerts, models of others.

``TIDINGS_REDACT`` says what: names of :data:`KINDS`, comma separated; ``none`` for nothing; default
``email,phone,card,iban``. Names of people are not found: nothing can tell them from other words.
Every pattern is linear in the text. Digits of all scripts count.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping

from tidings.errors import ConfigurationError

VARIABLE = "TIDINGS_REDACT"
DEFAULT = ("email", "phone", "card", "iban")
LEFT_AS_IT_IS = "none"

_GAP = r"[ \u00a0\u202f\-\u2010-\u2015.]"
_LOCAL = r"a-zA-Z0-9\u00c0-\u024f._+%'-"
_EMAIL = re.compile(
    rf"(?<![@{_LOCAL}])[{_LOCAL}]{{1,64}}(?:@|\uff20)(?:[\w-]{{1,63}}\.){{1,8}}[^\W\d_]{{2,24}}"
)
_SAID_EMAIL = re.compile(
    r"[\w.+%-]{1,64} ?[\[(] ?(?:at|snabel-?a|kr\u00f8llalfa) ?[\])] ?[\w-]{1,63}"
    r"(?: ?(?:\.|[\[(] ?(?:dot|punktum|punkt|prikk) ?[\])]) ?[\w-]{1,63}){1,4}",
    re.IGNORECASE,
)
_HANDLE = re.compile(
    r"(?<![\w@])[@\uff20]\w[\w.-]{0,63}(?:@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8})?"
    r"|(?<![\w/])/?u/[\w-]{3,20}"
)
_IBAN = re.compile(rf"(?<!\w)[A-Za-z]{{2}}\d{{2}}(?:{_GAP}?[A-Za-z0-9]){{11,30}}(?!\w)")
_DIGITS = re.compile(
    r"(?<![\w.,])[+(\uff0b]{0,2}\d(?:[ \u00a0\u202f().\-/\u2010-\u2015]{0,3}\d){6,24}(?!\w|[.,]\d)"
)
_DATE = re.compile(
    r"(?:(?:1[2-9]|20|21)\d\d[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-](?:1[2-9]|20|21)\d\d)"
    r"(?:[ T]\d{1,2}[.:]?\d{0,2})?"
)
_IP = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\d)")


def redacted(text: str, kinds: Collection[str]) -> str:
    """Return the text with every such thing replaced by its kind in brackets: ``[email]``."""
    for kind, mask in KINDS.items():
        if kind in kinds:
            text = mask(text)
    return text


def policy(environ: Mapping[str, str] | None = None) -> frozenset[str]:
    """Return the kinds that are masked; ConfigurationError where one is none of them."""
    told = (os.environ if environ is None else environ).get(VARIABLE)
    if told is None:
        return frozenset(DEFAULT)
    names = {name.strip() for name in told.split(",") if name.strip()} - {LEFT_AS_IT_IS}
    if unknown := sorted(names - set(KINDS)):
        raise ConfigurationError(
            f"{VARIABLE} names {', '.join(unknown)}, which is nothing that can be masked.",
            remedy=f"Name any of {', '.join(KINDS)}, or {LEFT_AS_IT_IS}.",
        )
    return frozenset(names)


def _email(text: str) -> str:
    return _SAID_EMAIL.sub("[email]", _EMAIL.sub("[email]", text))


def _iban(text: str) -> str:
    return _IBAN.sub(lambda found: _ibans(found[0]), text)


def _ibans(found: str) -> str:
    """Mask an account number whose check digits are right (ISO 13616); what follows it stays."""
    for end in range(len(found), 14, -1):
        bare = re.sub(_GAP, "", found[:end]).upper()
        if 15 <= len(bare) <= 34 and found[end - 1].isalnum() and _checks_out(bare):
            return f"[iban]{found[end:]}"
    return found


def _checks_out(bare: str) -> bool:
    moved = bare[4:] + bare[:4]
    return int("".join(str(int(char, 36)) for char in moved)) % 97 == 1


def _card(text: str) -> str:
    return _DIGITS.sub(lambda found: "[card]" if _luhn(_plain(found[0])) else found[0], text)


def _luhn(digits: str) -> bool:
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def _phone(text: str) -> str:
    return _DIGITS.sub(_number, text)


def _number(found: re.Match[str]) -> str:
    """Mask 7 to 15 digits (ITU E.164), save a date."""
    told = found[0]
    digits = len(_plain(told))
    if not 7 <= digits <= 15 or _DATE.fullmatch(told.strip("()")):
        return told
    return "[phone]"


def _plain(text: str) -> str:
    return "".join(str(unicodedata.digit(char)) for char in text if char.isdigit())


def _handle(text: str) -> str:
    return _HANDLE.sub("[handle]", text)


def _ip(text: str) -> str:
    def mask(found: re.Match[str]) -> str:
        return "[ip]" if all(int(part) < 256 for part in found[0].split(".")) else found[0]

    return _IP.sub(mask, text)


KINDS: dict[str, Callable[[str], str]] = {
    "email": _email,
    "iban": _iban,
    "card": _card,
    "ip": _ip,
    "handle": _handle,
    "phone": _phone,
}
"""What can be masked, in the order in which it is: what has a check first, any number last."""
