"""From a mail, as it came, to a mention."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.utils import getaddresses

from connectors.languages import language_tag
from tidings.markup import plain_text, tidy
from tidings.mention import Kind, Mention
from tidings.times import from_rfc2822

AHEAD = timedelta(days=1)
"""A Date that is later than the mail's arrival by more than this is not believed."""

_ID = re.compile(r"<([^<>\s]{1,490})>")
_BROKEN = (
    MessageError,
    LookupError,
    AttributeError,
    TypeError,
    AssertionError,
    RecursionError,
)
"""What the standard library raises of a mail that is broken in a way it did not expect."""


MAX_HEADER = 20_000
"""Characters of a header. Decoding one takes time that grows with their square."""

READ = {
    "content-disposition",
    "content-language",
    "content-transfer-encoding",
    "content-type",
    "date",
    "from",
    "in-reply-to",
    "message-id",
    "subject",
}
"""The headers that are decoded; any other may be as long as it likes."""


def parsed(content: bytes) -> EmailMessage:
    """Read a mail; ValueError where it has no header at all."""
    mail = message_from_bytes(content, policy=policy.default)
    if not mail.keys():
        raise ValueError("it has no header: it is no mail")
    for part in mail.walk():
        for name, value in part.raw_items():
            if name.lower() in READ and len(str(value)) > MAX_HEADER:
                raise ValueError(f"its header {name} has {len(str(value))} characters")
    return mail


def read_mail(
    mail: EmailMessage, *, source: str, place: str, kind: Kind, name: str, arrived: datetime
) -> Mention:
    """Return what a mail says; ValueError where it can't be read.

    ``name`` stands for a Message-ID where it has none; ``arrived`` for a Date that is missing or
    can't be right.
    """
    try:
        found = _ID.search(header(mail, "Message-ID"))
        replied = _ID.findall(header(mail, "In-Reply-To"))
        return Mention(
            source=source,
            place=place,
            external_id=found[1] if found else name,
            kind=kind,
            published=published(mail, arrived),
            author_handle=sender(mail),
            title=tidy(header(mail, "Subject")),
            text=body(mail),
            language=language_tag(header(mail, "Content-Language").partition(",")[0].strip()),
            parent_id=replied[0] if replied else None,
        )
    except _BROKEN as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


def published(mail: EmailMessage, arrived: datetime) -> datetime:
    """Return when a mail was sent (aware UTC), as far as it says so credibly; else its arrival."""
    try:
        stated = from_rfc2822(header(mail, "Date"))
    except (ValueError, TypeError, OverflowError):
        return arrived
    return arrived if stated > arrived + AHEAD or stated.year < 1980 else stated


def sender(mail: EmailMessage) -> str | None:
    """Return the address that a mail is from, in lower case."""
    addresses = [address for _, address in getaddresses([header(mail, "From")]) if address]
    return addresses[0].lower()[:500] if addresses else None


def body(mail: EmailMessage) -> str | None:
    """Return the text of a mail: its plain part, or its HTML part as plain text."""
    for form in ("plain", "html"):
        part = mail.get_body(preferencelist=(form,))
        if part is None or part.is_attachment():
            continue
        text = _text(part)
        found = plain_text(text) if form == "html" else tidy(text)
        if found:
            return found
    return None


def header(mail: EmailMessage, name: str) -> str:
    """Return a header, decoded, empty where there is none; as it came where it is malformed."""
    try:
        return str(mail.get(name, ""))
    except (*_BROKEN, ValueError):
        raw = next((v for k, v in mail.raw_items() if k.lower() == name.lower()), "")
        return " ".join(str(raw).split())


def _text(part: MIMEPart) -> str:
    content = part.get_payload(decode=True)
    raw = content if isinstance(content, bytes) else b""
    try:
        return raw.decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):  # a charset that nobody knows
        return raw.decode("utf-8", "replace")
