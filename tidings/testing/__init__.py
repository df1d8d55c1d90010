"""For testing connectors, one's own too: the conformance kit, recordings, a simulated source.

``python -m tidings.testing replay`` shows what a connector makes of recorded answers.
"""

from tidings.testing.contract import ConnectorContract
from tidings.testing.driving import Walk, client, walk
from tidings.testing.origin import Growing, Origin
from tidings.testing.recorded import Recorded
from tidings.testing.serving import serve
from tidings.testing.simulated import Note, Simulated

__all__ = [
    "ConnectorContract",
    "Growing",
    "Note",
    "Origin",
    "Recorded",
    "Simulated",
    "Walk",
    "client",
    "serve",
    "walk",
]
