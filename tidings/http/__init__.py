"""The HTTP client that connectors are handed, built as layers.

From the network outwards: :mod:`~tidings.http.wire` (one exchange), ``throttle``, ``redirect``,
``status`` (typed errors), ``retry``; :mod:`~tidings.http.client` puts them together. A layer is a
function of a :data:`Send` that returns one.
"""

from tidings.http.message import Answer, Http, Judge, Layer, Params, Request, Send

__all__ = ["Answer", "Http", "Judge", "Layer", "Params", "Request", "Send"]
