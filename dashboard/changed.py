"""What people change on the pages: put into the journal, and laid over what a snapshot says."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from dashboard.look import Look
from tidings.errors import TidingsError
from tidings.journal import KEPT, Change, Journal, What
from tidings.times import utcnow

log = logging.getLogger("tidings")


def journal(look: Look) -> Journal:
    """Return the installation's journal."""
    return Journal(look.setup.home.journal)


def keep(look: Look, what: What) -> None:
    """Put one change of the person who looks into the journal.

    Raises ConfigurationError where a value is wrong, TidingsError where the journal can't be used.
    """
    journal(look).add(Change(what=what, who=look.person.name, role=look.person.role))


def unseen(look: Look) -> list[Change]:
    """Return the changes that the snapshot shown does not have, in the order in which they came.

    None where the journal can't be read: the look notes why, and its answer says that they lack.
    """
    since = (utcnow() - 2 * KEPT).replace(tzinfo=None)
    rows = look.snapshot.rows("changes_seen", {"since": since})
    return _read(look, {row["change_id"] for row in rows})


def recent(look: Look) -> list[Change]:
    """Return the changes of the last days, with who made them and what they wrote.

    The snapshot that all read has neither: what this returns is for editors.
    """
    return _read(look, set())


def _read(look: Look, seen: set[UUID]) -> list[Change]:
    """Read the journal; a broken one leaves out what it lays over, not the page."""
    try:
        return journal(look).unseen(seen)
    except TidingsError as error:
        log.error("changes are left out of a page: %s", error)
        look.left_out = error
        return []


KEPT_DAYS = KEPT // timedelta(days=1)
"""Days after which the journal has forgotten what was taken over."""
