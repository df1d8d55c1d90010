"""Access tokens: obtained when first needed, shared by all walks over a client, renewed in a walk.

::

    api = signed_in(http, ("reddit", client_id), client_credentials(TOKEN_URL, ...))
    answer = api.get(url)  # with "Authorization: Bearer ..."
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

import msgspec

from tidings.errors import AuthError, ConfigurationError, SourceChanged, SourceError
from tidings.http.message import Answer, Http, Judge, Params
from tidings.times import utcnow

log = logging.getLogger(__name__)

EARLY = timedelta(seconds=60)
"""So long before it runs out a token is renewed: a request takes time, and clocks differ."""


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """An access token and when it runs out (aware UTC), None where nobody told."""

    token: str
    expires: datetime | None = None
    refresh: str | None = None
    """What a new token can be had for without signing in again, where the source gives it."""

    def is_fresh(self) -> bool:
        """Tell whether the token is good for another request, as far as its time is known."""
        return self.expires is None or utcnow() < self.expires - EARLY


Obtain: TypeAlias = Callable[[Http], Access]
"""Sign in over a client; raises typed errors, never one that shows the answer."""

Renew: TypeAlias = Callable[[Http, Access], Access]
"""Get a new token for one that ran out, without signing in; SourceError where that is refused."""


def is_refused(error: SourceError) -> bool:
    """Tell whether an error means that the token is not taken any more: a 401."""
    return isinstance(error, AuthError) and error.answer is not None and error.answer.status == 401


def signed_in(
    http: Http,
    key: Hashable,
    obtain: Obtain,
    *,
    header: str = "Authorization",
    scheme: str = "Bearer ",
    ran_out: Callable[[SourceError], bool] = is_refused,
    renew: Renew | None = None,
) -> Http:
    """Return an :class:`~tidings.http.Http` whose every request carries an access token.

    All walks over ``http`` with one ``key`` share the token. A request whose error is one of
    ``ran_out`` is sent once more with a new token, then the error is raised. ``renew`` gets that
    new token from the old one; where it is refused, ``obtain`` signs in anew.
    """
    with _lock:
        tokens = _tokens.setdefault(http, {})
        token = tokens.setdefault(key, _Token())
    how = _SignIn(http, obtain, renew)
    return _SignedIn(http, token, how, header=header, scheme=scheme, ran_out=ran_out)


def client_credentials(
    url: str,
    *,
    client_id: str,
    credential: str,
    scope: str | None = None,
    basic: bool = True,
    **form: str,
) -> Obtain:
    """Sign in with the client credentials grant of OAuth 2 (RFC 6749, section 4.4) at ``url``.

    ``credential`` is the name of the secret that holds the client's secret. Both go in a Basic
    header, or in the form where ``basic`` is False. ``form`` are further fields.
    """

    def obtain(http: Http) -> Access:
        fields = {"grant_type": "client_credentials", **({"scope": scope} if scope else {}), **form}
        return _grant(http, url, fields, client_id, http.secret(credential), basic=basic)

    return obtain


def refresh_grant(
    url: str, *, client_id: str, credential: str, refresh_credential: str, basic: bool = False
) -> Obtain:
    """Sign in with a refresh token (RFC 6749, section 6) at ``url``.

    ``credential`` and ``refresh_credential`` name the secrets that hold the client's secret and the
    refresh token.
    """

    def obtain(http: Http) -> Access:
        fields = {"grant_type": "refresh_token", "refresh_token": http.secret(refresh_credential)}
        return _grant(http, url, fields, client_id, http.secret(credential), basic=basic)

    return obtain


class _Key(msgspec.Struct, frozen=True):
    """What is needed of the key file of a service account."""

    client_email: str
    private_key: str
    token_uri: str = ""
    private_key_id: str | None = None


def service_account(credential: str, scopes: Sequence[str], *, url: str | None = None) -> Obtain:
    """Sign in as a Google service account: a JWT signed with its key, for an access token.

    ``credential`` names the secret that holds the key file (JSON). ``url`` takes the place of the
    file's ``token_uri``. See RFC 7523 and "Using OAuth 2.0 for server to server applications".
    """

    def obtain(http: Http) -> Access:
        import jwt

        key = _key(http.secret(credential), credential)
        at, now = url or key.token_uri, utcnow()
        claims = {
            "iss": key.client_email,
            "scope": " ".join(scopes),
            "aud": at,
            "iat": now,
            "exp": now + timedelta(hours=1),
        }
        try:
            headers = {"kid": key.private_key_id} if key.private_key_id else {}
            signed = jwt.encode(claims, key.private_key, algorithm="RS256", headers=headers)
        except (ValueError, TypeError, jwt.PyJWTError):
            raise _unusable(credential) from None  # such an error may show the key
        grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
        return _access(_ask(http, at, {"grant_type": grant, "assertion": signed}))

    return obtain


def _key(content: str, credential: str) -> _Key:
    try:
        return msgspec.json.decode(content, type=_Key)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        raise _unusable(credential) from None


def _unusable(credential: str) -> ConfigurationError:
    return ConfigurationError(
        f"The secret {credential!r} holds no key of a service account.",
        remedy="Store the whole JSON key file there, as the console gave it.",
    )


def _grant(
    http: Http,
    url: str,
    fields: Mapping[str, str],
    client_id: str,
    client_secret: str,
    *,
    basic: bool,
) -> Access:
    import base64
    from urllib.parse import quote

    if basic:  # both are form-encoded before they are joined: RFC 6749, section 2.3.1
        pair = f"{quote(client_id, safe='')}:{quote(client_secret, safe='')}"
        headers = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
        return _access(_ask(http, url, fields, headers))
    whole = {**fields, "client_id": client_id, "client_secret": client_secret}
    return _access(_ask(http, url, whole))


def _ask(
    http: Http, url: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> Answer:
    try:
        return http.post(url, form=form, headers=headers, repeatable=True)
    except SourceError as error:
        error.answer = None  # never kept: it may hold tokens, or what was sent
        raise


class _Granted(msgspec.Struct, frozen=True):
    """The answer of a token endpoint (RFC 6749, section 5.1)."""

    access_token: str
    expires_in: float | str | None = None


def _access(answer: Answer) -> Access:
    try:
        granted = msgspec.json.decode(answer.body, type=_Granted)
        seconds = None if granted.expires_in is None else float(granted.expires_in)
        expires = None if seconds is None else utcnow() + timedelta(seconds=seconds)
    except (ValueError, OverflowError, RecursionError) as error:  # msgspec's are ValueErrors
        raise SourceChanged(  # without the answer, which is kept nowhere: it may hold tokens
            f"{answer.url} answered signing in without an access token: {type(error).__name__}.",
            remedy="Is this the address where tokens are given? See the source's documentation.",
            url=answer.url,
        ) from None
    return Access(token=granted.access_token, expires=expires)


class _Token:
    """One token, shared by threads: one of them signs in, the others wait for it."""

    def __init__(self) -> None:
        self._access: Access | None = None
        self._lock = threading.Lock()

    def current(
        self, obtain: Callable[[Access | None], Access], instead_of: Access | None = None
    ) -> Access:
        """Return a token that is fresh and not ``instead_of``; ``obtain`` is given the old one."""
        with self._lock:
            if self._access is None or self._access is instead_of or not self._access.is_fresh():
                self._access = obtain(self._access)
            return self._access


class _SignIn:
    """How a token is had: renewed if there was one and that can be done, else by signing in."""

    def __init__(self, http: Http, obtain: Obtain, renew: Renew | None) -> None:
        self._http = http
        self._obtain = obtain
        self._renew = renew

    def __call__(self, before: Access | None) -> Access:
        try:
            if before is not None and before.refresh is not None and self._renew is not None:
                try:
                    return self._renew(self._http, before)
                except (AuthError, SourceChanged) as refused:
                    log.info("Signing in anew: %s", refused.message)
            return self._obtain(self._http)
        except SourceError as error:
            error.answer = None  # never kept: it may hold tokens
            raise


class _SignedIn:
    """An Http over another one; see :func:`signed_in`."""

    def __init__(
        self,
        http: Http,
        token: _Token,
        sign_in: _SignIn,
        *,
        header: str,
        scheme: str,
        ran_out: Callable[[SourceError], bool],
    ) -> None:
        self._http = http
        self._token = token
        self._sign_in = sign_in
        self._header = header
        self._scheme = scheme
        self._ran_out = ran_out

    def get(
        self,
        url: str,
        params: Params | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        validators: Mapping[str, str] | None = None,
        judge: Judge | None = None,
        found: bool = False,
    ) -> Answer:
        return self._with_token(
            headers,
            lambda signed: self._http.get(
                url, params, headers=signed, validators=validators, judge=judge, found=found
            ),
        )

    def post(
        self,
        url: str,
        *,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = False,
        judge: Judge | None = None,
    ) -> Answer:
        return self._with_token(
            headers,
            lambda signed: self._http.post(
                url, json=json, form=form, headers=signed, repeatable=repeatable, judge=judge
            ),
        )

    def hold(self, url: str, seconds: float) -> None:
        self._http.hold(url, seconds)

    def secret(self, name: str) -> str:
        return self._http.secret(name)

    def _with_token(
        self, headers: Mapping[str, str] | None, ask: Callable[[dict[str, str]], Answer]
    ) -> Answer:
        access = self._token.current(self._sign_in)
        try:
            return ask(self._signed(headers, access))
        except SourceError as error:
            if not self._ran_out(error):
                raise
        return ask(self._signed(headers, self._token.current(self._sign_in, instead_of=access)))

    def _signed(self, headers: Mapping[str, str] | None, access: Access) -> dict[str, str]:
        return {**(headers or {}), self._header: f"{self._scheme}{access.token}"}


_tokens: WeakKeyDictionary[Http, dict[Hashable, _Token]] = WeakKeyDictionary()
_lock = threading.Lock()
