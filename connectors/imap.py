"""Mails of a mailbox, such as alerts and survey answers, over IMAP, without marking any as read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Annotated, ClassVar, Self

import msgspec
from msgspec import Meta

from connectors.imap_box import Box, Listed, Query
from connectors.imap_connection import (
    Address,
    Login,
    Security,
    by_password,
    by_token,
    connected,
)
from connectors.imap_mail import header, parsed, published, read_mail
from connectors.imap_oauth import OAuth
from tidings.connector import About, Connector, Cursor, Page, Rejected, read_records
from tidings.errors import ConfigurationError
from tidings.home import Home
from tidings.http import Answer, Http
from tidings.mention import Kind, Mention

PAGE_MAILS = 50
PAGE_BYTES = 8_000_000
"""Mails are fetched together up to so many bytes, then another request follows."""

PORTS: dict[Security, int] = {"tls": 993, "starttls": 143}

Text = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]+$")]


class Imap(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Mails of folders of a mailbox, each a mention: its text, without attachments.

    host, port: the IMAP server; the port is that of ``security`` if None.
    user: who signs in.
    credential: name of the secret with the password; not needed with ``oauth``.
    oauth: table with token_url, client_id, credential (name of the client's secret), and
        refresh_credential (name of the refresh token's) or scope: signs in with a token (XOAUTH2).
    folders: which folders are read, each by itself.
    senders: only mails whose From has one of these texts, whatever the case.
    subjects: only mails whose Subject has one of these texts.
    since, until: only mails published from the one on and before the other (UTC).
    kind: kind of mention of all mails.
    place: name of the place; ``HOST/FOLDER`` if empty. Where there are several folders, the folder
        is added.
    max_bytes: a larger mail, attachments included, is rejected.
    security: ``tls`` from the first byte, or ``starttls``. There is no other.
    ca_file: certificates to trust instead of the system's, as a path within the installation.
    timeout_seconds: for each command.
    """

    source: ClassVar[str] = "imap"
    about: ClassVar[About] = About(
        beyond_http="signs in to the mailbox",
        collects="Mails of a mailbox's folders, such as alerts, newsletters and survey answers.",
        needs="a mailbox that can be read over IMAP, and its password (many providers give one "
        "for a single program) or an OAuth client",
        limits="Attachments are ignored. A mail larger than max_bytes is rejected. If the server "
        "numbers a folder anew (UIDVALIDITY), all of it is read again.",
        terms="Mails name people: read folders that hold what is meant for this, and no others.",
        state="local server",
        example={
            "host": "imap.example.com",
            "user": "alerts@example.com",
            "credential": "alerts_mailbox",
            "folders": ["INBOX"],
            "senders": ["alerts@news.example"],
            "kind": "article",
        },
        order="any",
        goes_back=True,
    )

    host: Text
    user: Text
    credential: str | None = None
    oauth: OAuth | None = None
    port: Annotated[int, Meta(ge=1, le=65_535)] | None = None
    security: Security = "tls"
    ca_file: str | None = None
    folders: Annotated[tuple[Text, ...], Meta(min_length=1)] = ("INBOX",)
    senders: tuple[Text, ...] = ()
    subjects: tuple[Text, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    kind: Kind = "post"
    place: str = ""
    max_bytes: Annotated[int, Meta(ge=1_000, le=100_000_000)] = 2_000_000
    timeout_seconds: Annotated[float, Meta(gt=0)] = 60.0

    def __post_init__(self) -> None:
        """Refuse a mailbox that nobody can sign in to, or two ways to do so (ValueError)."""
        if (self.credential is None) == (self.oauth is None):
            raise ValueError("give either 'credential' or 'oauth'")
        for name in ("since", "until"):
            time = getattr(self, name)
            if time is not None and time.tzinfo is None:
                raise ValueError(f"{name!r} has no time zone")

    def split(self) -> list[Self]:
        """Return one connector for each folder."""
        if len(self.folders) == 1:
            return [self]
        return [
            msgspec.structs.replace(self, folders=(folder,), place=f"{self._base()}/{folder}")
            for folder in self.folders
        ]

    def label(self) -> str:
        """Name the walk by its server and folders."""
        return f"imap {self.host} {', '.join(self.folders)}"

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Read the mails that came after the cursor, in the order in which they arrived.

        The cursor is the number (UID) of the last mail read and the validity of the folder's
        numbers: where that has changed, all mails are read again.
        """
        [folder] = self.folders
        with connected(self._address(), self._login(http)) as connection:
            box = Box(connection, folder)
            uids = box.search(_after(cursor, box.validity), self._query())
            while some := list(islice(uids, PAGE_MAILS)):
                yield self._page(box, some)

    def _page(self, box: Box, uids: Sequence[int]) -> Page:
        listed = box.listed(uids)
        found: list[_Fetched] = []
        lost = [self._not_given(uid) for uid in uids if uid not in listed]
        for some in _portions([listed[uid] for uid in uids if uid in listed], self.max_bytes):
            contents = box.mails([mail.uid for mail in some], self.max_bytes)
            lost += [self._not_given(mail.uid) for mail in some if mail.uid not in contents]
            found += [
                _Fetched(uid=m.uid, arrived=m.arrived, size=m.size, mail=contents[m.uid])
                for m in some
                if m.uid in contents
            ]
        large = [self._too_large(m) for m in listed.values() if m.size > self.max_bytes]
        mentions, rejected = read_records(found, lambda f: self._mention(f, box.validity))
        return Page(
            mentions=mentions,
            rejected=[*rejected, *large, *lost],
            cursor={"validity": box.validity, "uid": uids[-1]},
            raw=[self._kept(uids, found)] if found else [],
        )

    def _mention(self, fetched: _Fetched, validity: int) -> Mention | None:
        try:
            arrived = _time(fetched.arrived)
            mail = parsed(fetched.mail)
            time = published(mail, arrived)
            if (self.since and time < self.since) or (self.until and time >= self.until):
                return None
            subject, sender = header(mail, "Subject"), header(mail, "From")
            if not (_has(sender, self.senders) and _has(subject, self.subjects)):
                return None
            return read_mail(
                mail,
                source=self.source,
                place=self._place(),
                kind=self.kind,
                name=f"{validity}-{fetched.uid}",
                arrived=arrived,
            )
        except ValueError as error:
            raise ValueError(f"mail {fetched.uid} in {self.folders[0]}: {error}") from error

    def _too_large(self, mail: Listed) -> Rejected:
        return Rejected(
            reason=f"mail {mail.uid} in {self.folders[0]}: it has {mail.size} bytes, more than "
            f"max_bytes = {self.max_bytes}",
            raw=msgspec.json.encode(mail).decode(),
        )

    def _not_given(self, uid: int) -> Rejected:
        reason = f"mail {uid} in {self.folders[0]}: the server found it and then did not give it"
        return Rejected(reason=f"{reason}; was it deleted meanwhile?", raw=str(uid))

    def _query(self) -> Query:
        """Return the search: days wider than the bounds, since a server's day has another zone."""
        day = timedelta(days=1)
        return Query(
            senders=_ascii(self.senders),
            subjects=_ascii(self.subjects),
            since=(self.since.astimezone(UTC) - day).date() if self.since else None,
            before=(self.until.astimezone(UTC) + 2 * day).date() if self.until else None,
        )

    def _login(self, http: Http) -> Login:
        if self.oauth is None:
            return by_password(self.user, http.secret(str(self.credential)))
        return by_token(self.user, self.oauth.obtain(http).token)

    def _address(self) -> Address:
        return Address(
            host=self.host,
            port=self.port or PORTS[self.security],
            security=self.security,
            ca_file=str(Path(Home.find().root / self.ca_file)) if self.ca_file else None,
            seconds=self.timeout_seconds,
        )

    def _kept(self, uids: Sequence[int], found: Sequence[_Fetched]) -> Answer:
        """Return the mails of one page as JSON Lines, each whole, in base64."""
        return Answer(
            status=200,
            url=f"{self.host}/{self.folders[0]}#uids={uids[0]}-{uids[-1]}",
            headers={"content-type": "application/x-ndjson; charset=utf-8"},
            body=b"".join(msgspec.json.encode(fetched) + b"\n" for fetched in found),
        )

    def _base(self) -> str:
        return self.place or self.host

    def _place(self) -> str:
        return self.place or f"{self.host}/{self.folders[0]}"


class _Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """A mail as it came."""

    uid: int
    arrived: str
    size: int
    mail: bytes


def _after(cursor: Cursor | None, validity: int) -> int:
    """Return the UID to go on after: 0 where the folder's mails have been numbered anew."""
    if cursor is None:
        return 0
    known, uid = cursor.get("validity"), cursor.get("uid")
    if not isinstance(known, int) or not isinstance(uid, int):
        raise ConfigurationError(
            f"The cursor {cursor!r} can't be gone on from: it is not one of a mailbox.",
            remedy="It was made by another connector or version; start this walk from nothing.",
        )
    return uid if known == validity else 0


def _portions(mails: Sequence[Listed], most: int) -> Iterator[list[Listed]]:
    """Part the mails that are not too large into those that are fetched together."""
    some: list[Listed] = []
    size = 0
    for mail in mails:
        if mail.size > most:
            continue
        if some and size + mail.size > PAGE_BYTES:
            yield some
            some, size = [], 0
        some.append(mail)
        size += mail.size
    if some:
        yield some


def _time(stated: str) -> datetime:
    """Read a server's time of arrival, ``17-Jul-2026 02:44:25 +0200``."""
    return datetime.strptime(stated.strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(UTC)


def _ascii(texts: Sequence[str]) -> tuple[str, ...]:
    """Return what the server is asked for: nothing where one text is beyond ASCII (see ``_has``).

    A server need not know any other charset.
    """
    return tuple(texts) if all(text.isascii() for text in texts) else ()


def _has(text: str, wanted: Sequence[str]) -> bool:
    """Tell whether a header has one of the texts, where the server could not be asked for that."""
    if all(one.isascii() for one in wanted):
        return True
    return any(one.casefold() in text.casefold() for one in wanted)
