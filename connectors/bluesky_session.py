"""Signing in to Bluesky: one session for all walks over a client, renewed when it runs out."""

from __future__ import annotations

import threading
from weakref import WeakKeyDictionary

import msgspec

from tidings.errors import SourceChanged, SourceError
from tidings.http import Answer, Http, Params

SIGN_IN = "/xrpc/com.atproto.server.createSession"

_Key = tuple[str, str, str]


class _Signed(msgspec.Struct, frozen=True, rename={"access": "accessJwt"}):
    access: str


class _Refused(msgspec.Struct, frozen=True):
    error: str | None = None


class Session:
    """An account's session at ``service``. Safe to use from several threads."""

    def __init__(self, service: str, identifier: str, credential: str) -> None:
        """``credential`` is the name of the secret; nothing is asked before it is needed."""
        self._service = service
        self._identifier = identifier
        self._credential = credential
        self._access: str | None = None
        self._lock = threading.Lock()

    def get(self, http: Http, path: str, params: Params) -> Answer:
        """GET ``path`` at the service, signed in; signs in once more where the token ran out."""
        access = self._signed_in(http, instead_of=None)
        try:
            return self._get(http, path, params, access)
        except SourceError as error:
            if not _ran_out(error.answer):
                raise
        return self._get(http, path, params, self._signed_in(http, instead_of=access))

    def _get(self, http: Http, path: str, params: Params, access: str) -> Answer:
        headers = {"Authorization": f"Bearer {access}"}
        return http.get(self._service + path, params, headers=headers)

    def _signed_in(self, http: Http, instead_of: str | None) -> str:
        """Return a token other than ``instead_of``; one thread signs in, the others wait for it."""
        with self._lock:
            if self._access is None or self._access == instead_of:
                self._access = self._sign_in(http)
            return self._access

    def _sign_in(self, http: Http) -> str:
        answer = http.post(
            self._service + SIGN_IN,
            json={"identifier": self._identifier, "password": http.secret(self._credential)},
            repeatable=True,
        )
        try:
            return msgspec.json.decode(answer.body, type=_Signed).access
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise SourceChanged(  # without the answer, which is kept nowhere: it may hold tokens
                f"{self._service} answered signing in without a token: {type(error).__name__}.",
                remedy="Is 'service' the server of this account?",
                url=answer.url,
            ) from None


_sessions: WeakKeyDictionary[Http, dict[_Key, Session]] = WeakKeyDictionary()
_sessions_lock = threading.Lock()


def session_of(http: Http, service: str, identifier: str, credential: str) -> Session:
    """Return the one session of this account over ``http``: signing in is strictly limited."""
    with _sessions_lock:
        of_client = _sessions.setdefault(http, {})
        key = (service, identifier, credential)
        if key not in of_client:
            of_client[key] = Session(service, identifier, credential)
        return of_client[key]


def _ran_out(answer: Answer | None) -> bool:
    """Tell whether a refusal means that the token is too old: 400 ExpiredToken, or any 401."""
    if answer is None:
        return False
    try:
        refused = msgspec.json.decode(answer.body, type=_Refused)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return answer.status == 401
    return answer.status == 401 or refused.error == "ExpiredToken"
