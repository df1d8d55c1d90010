"""Signing in to Bluesky: one session for all walks over a client, renewed when it runs out."""

from __future__ import annotations

import msgspec

from tidings.errors import SourceChanged, SourceError
from tidings.http import Answer, Http
from tidings.http.access import Access, is_refused, signed_in

SIGN_IN = "/xrpc/com.atproto.server.createSession"
RENEW = "/xrpc/com.atproto.server.refreshSession"


class _Session(msgspec.Struct, frozen=True, rename="camel"):
    access_jwt: str
    refresh_jwt: str | None = None


class _Refused(msgspec.Struct, frozen=True):
    error: str | None = None


def session_of(http: Http, service: str, identifier: str, credential: str) -> Http:
    """Return ``http`` signed in as this account at ``service``; ``credential`` names the secret.

    Signing in is strictly limited, so one session serves all walks over ``http``, and one that runs
    out is renewed by its refresh token, which is not.
    """

    def sign_in(http: Http) -> Access:
        account = {"identifier": identifier, "password": http.secret(credential)}
        return _access(http.post(service + SIGN_IN, json=account, repeatable=True), service)

    def renew(http: Http, before: Access) -> Access:
        headers = {"Authorization": f"Bearer {before.refresh}"}
        return _access(http.post(service + RENEW, headers=headers), service)

    key = ("bluesky", service, identifier, credential)
    return signed_in(http, key, sign_in, ran_out=_ran_out, renew=renew)


def _access(answer: Answer, service: str) -> Access:
    try:
        session = msgspec.json.decode(answer.body, type=_Session)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SourceChanged(  # without the answer, which is kept nowhere: it may hold tokens
            f"{service} answered signing in without a token: {type(error).__name__}.",
            remedy="Is 'service' the server of this account?",
            url=answer.url,
        ) from None
    return Access(token=session.access_jwt, refresh=session.refresh_jwt)


def _ran_out(error: SourceError) -> bool:
    """Tell whether a refusal means that the token is too old: 400 ExpiredToken, or any 401."""
    if is_refused(error) or error.answer is None:
        return is_refused(error)
    try:
        return msgspec.json.decode(error.answer.body, type=_Refused).error == "ExpiredToken"
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
