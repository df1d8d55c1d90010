"""Page one as a mail: HTML that loads nothing from anywhere, and the same in plain text."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from dashboard.digest_picture import picture
from dashboard.figures.digest import language_of, last_days
from dashboard.figures.today import Standing, hours_since, is_well
from dashboard.formats import Formats
from dashboard.texts import LANGUAGES, RIGHT_TO_LEFT, Texts
from tidings.errors import ConfigurationError
from tidings.notify.escaping import cut, defanged
from tidings.notify.redaction import masked, plain

if TYPE_CHECKING:
    from dashboard.reader import Snapshot
    from tidings.watch import Watch

PICTURE = "trend.png"
LONGEST = 400
"""Characters of a sentence or a list of words that are told."""


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent. ``html`` names its pictures ``cid:NAME``; ``text`` is the same without them."""

    title: str
    html: str
    text: str
    pictures: dict[str, bytes]

    def alone(self) -> str:
        """Return the HTML with its pictures within it: one file that can be opened anywhere."""
        found = self.html
        for name, drawn in self.pictures.items():
            data = base64.b64encode(drawn).decode()
            found = found.replace(f'"cid:{name}"', f'"data:image/png;base64,{data}"')
        return found


def mail(
    snapshot: Snapshot,
    watch: Watch,
    *,
    days: int = 7,
    language: str | None = None,
    link: str | None = None,
) -> Mail:
    """Write page one of a watch file's own brand after its last ``days`` whole days.

    ``language`` None: the brand's own. ``link`` is the address of the dashboard; without it there
    are no links. Raises ConfigurationError where nothing is told of the brand, or a value is wrong.
    """
    chosen = language or language_of(watch)
    if chosen not in LANGUAGES:
        raise ConfigurationError(
            f"There is no language {chosen[:20]!r} here.",
            remedy=f"There is: {', '.join(LANGUAGES)}.",
        )
    found = last_days(snapshot, watch.brand.name, days)
    drawn = picture(found.trend)
    pictures = {} if drawn is None else {PICTURE: drawn}
    about = _about(found, chosen, _address(link), bool(pictures))
    return Mail(
        title=_title(found, about["t"], about["f"]),
        html=_written("digest.html", about),
        text=_written("digest.txt", about),
        pictures=pictures,
    )


def _title(found: Standing, t: Texts, f: Formats) -> str:
    brand, last = plain(found.asked.brand), f.day(found.asked.last)
    if found.calm:
        return cut(t("digest.title_calm", brand=brand, day=last), 150)
    return cut(t("digest.title", brand=brand, day=last, n=f.number(len(found.open_incidents))), 150)


def _about(found: Standing, language: str, link: str, drawn: bool) -> dict[str, Any]:
    """Return what the templates show."""
    return {
        "s": found,
        "g": found.figures,
        "t": Texts(language),
        "f": Formats(language, found.asked.known.timezone),
        "language": language,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "is_well": is_well,
        "hours_since": hours_since,
        "said": said,
        "picture": PICTURE if drawn else None,
        "to": _leading(found, link),
    }


def _leading(found: Standing, link: str) -> Callable[..., str]:
    """Return what makes an address of a page of the dashboard; nothing where there is none."""

    def to(page: str, **more: object) -> str:
        return f"{link}/{page}?{found.asked.query(**more)}" if link else ""

    return to


def said(text: str) -> str:
    """Return a text that may hold what strangers wrote, fit to be sent: see docs/alert-channels.md.

    Control characters are taken out, e-mail addresses, numbers and handles masked, and nothing in
    it becomes a link.
    """
    return cut(defanged(masked(plain(text))), LONGEST)


def _address(link: str | None) -> str:
    if not link:
        return ""
    parts = urlsplit(link)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ConfigurationError(
            f"{link[:200]!r} is no address of the dashboard.",
            remedy="Write it as https://tidings.acme.example.",
        )
    return link.rstrip("/")


def _written(template: str, about: dict[str, Any]) -> str:
    from dashboard.templating import environment

    return environment().get_template(template).render(about).strip() + "\n"
