"""The conformance kit: what every connector has to stand, run with pytest over one of them.

::

    from tidings.testing import ConnectorContract, Recorded

    class TestMine(ConnectorContract):
        connector = Mine(app="1")
        origin = Recorded("answers.json")

A recording shows what a source answered once. A :class:`~tidings.testing.Simulated` source also
lets news come, so it shows more: whether the next walk brings them.
"""

from __future__ import annotations

from tidings.testing.check_again import AgainChecks
from tidings.testing.check_cursors import CursorChecks
from tidings.testing.check_faults import FaultChecks
from tidings.testing.check_settings import SettingsChecks
from tidings.testing.check_walks import WalkChecks


class ConnectorContract(WalkChecks, CursorChecks, FaultChecks, SettingsChecks, AgainChecks):
    """All checks, as pytest tests. A subclass sets ``connector`` and ``origin``, and no more.

    ``connector``: what is tested, with its settings. Several places are walked one after the other.
    ``origin``: where answers come from; each check uses a fresh one.
    ``expected``: how many mentions one walk must bring; by default ``origin.total`` if it has one.
    ``bound``: requests (and pages) after which a walk is taken for endless.

    A check that this connector or source can't show anything by skips itself, and says why.
    """

    @classmethod
    def checks(cls) -> list[str]:
        """Return the names of all checks."""
        return [name for name in dir(cls) if name.startswith("test_")]
