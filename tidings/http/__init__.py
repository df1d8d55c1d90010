"""The HTTP client that connectors are handed, built as layers."""

from tidings.http.message import Answer, Http, Params, Request

__all__ = ["Answer", "Http", "Params", "Request"]
