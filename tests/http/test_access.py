"""Access tokens: one sign-in for all, a new one in the middle of a walk, nothing told."""

from __future__ import annotations

import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qsl

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tidings.errors import AuthError, ConfigurationError, SourceChanged, TransientError
from tidings.http import Answer, Http, Request
from tidings.http.access import (
    Access,
    Obtain,
    client_credentials,
    refresh_grant,
    service_account,
    signed_in,
)
from tidings.http.client import Client, connect
from tidings.http.limits import Limits
from tidings.times import utcnow

TOKENS = "https://login.example/token"
API = "https://api.example/reviews"


class Service:
    """Gives tokens, each good for ``uses`` requests; the network's edge."""

    def __init__(self, uses: int = 1000, expires_in: object = 3600) -> None:
        self.uses = uses
        self.expires_in = expires_in
        self.forms: list[dict[str, str]] = []
        self.sign_ins: list[Request] = []
        self.used: dict[str, int] = {}
        self.lock = threading.Lock()

    def __call__(self, request: Request) -> Answer:
        with self.lock:
            if request.url == TOKENS:
                return self._token(request)
            bearer = request.headers.get("Authorization", "")
            self.used[bearer] = self.used.get(bearer, 0) + 1
            known = bearer in {f"Bearer tok-{n}" for n in range(1, len(self.sign_ins) + 1)}
            good = known and self.used[bearer] <= self.uses
        return Answer(status=200 if good else 401, url=request.url, body=b"[]")

    def _token(self, request: Request) -> Answer:
        self.sign_ins.append(request)
        self.forms.append(dict(parse_qsl(request.body.decode())))
        granted = {"access_token": f"tok-{len(self.sign_ins)}", "expires_in": self.expires_in}
        return Answer(status=200, url=TOKENS, body=json.dumps(granted).encode())


def client(service: Service) -> Client:
    return connect(
        requests_per_second=5000,
        user_agent="tests",
        secrets=lambda name: f"secret of {name}",
        limits=Limits(attempts=1),
        send=service,
    )


GRANT = client_credentials(TOKENS, client_id="an id", credential="shop", scope="read")


def test_one_sign_in_serves_all_threads_and_walks() -> None:
    service = Service()
    http = client(service)

    def walk(_: int) -> int:
        return signed_in(http, "shop", GRANT).get(API).status

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(walk, range(40))) == {200}
    assert len(service.sign_ins) == 1


def test_a_token_that_runs_out_in_mid_walk_is_renewed_and_the_request_repeated() -> None:
    service = Service(uses=3)
    api = signed_in(client(service), "shop", GRANT)
    assert [api.get(API).status for _ in range(10)] == [200] * 10
    assert len(service.sign_ins) == 4
    assert api.post(API, json={}).status == 200


def test_a_token_is_renewed_before_it_expires() -> None:
    service = Service(expires_in="30")  # less than a minute: each counts as run out
    api = signed_in(client(service), "shop", GRANT)
    api.get(API)
    api.get(API)
    assert len(service.sign_ins) == 2
    assert service.used == {"Bearer tok-1": 1, "Bearer tok-2": 1}


def test_a_refusal_that_a_new_token_does_not_mend_is_raised_after_one_more_try() -> None:
    service = Service(uses=0)
    with pytest.raises(AuthError):
        signed_in(client(service), "shop", GRANT).get(API)
    assert len(service.sign_ins) == 2


def test_accounts_do_not_share_tokens_and_neither_do_clients() -> None:
    service = Service()
    http = client(service)
    signed_in(http, "shop", GRANT).get(API)
    signed_in(http, "other", GRANT).get(API)
    signed_in(client(service), "shop", GRANT).get(API)
    assert len(service.sign_ins) == 3


def test_client_credentials_go_in_a_basic_header_or_in_the_form() -> None:
    service = Service()
    signed_in(client(service), 1, GRANT).get(API)
    bare = client_credentials(TOKENS, client_id="id", credential="shop", basic=False, audience="x")
    signed_in(client(service), 2, bare).get(API)
    pair = base64.b64decode(service.sign_ins[0].headers["Authorization"].split()[1])
    assert pair == b"an%20id:secret%20of%20shop"
    assert service.forms[0] == {"grant_type": "client_credentials", "scope": "read"}
    assert service.forms[1] == {
        "grant_type": "client_credentials",
        "audience": "x",
        "client_id": "id",
        "client_secret": "secret of shop",
    }


def test_a_refresh_token_is_exchanged() -> None:
    service = Service()
    grant = refresh_grant(TOKENS, client_id="id", credential="shop", refresh_credential="again")
    signed_in(client(service), 1, grant).get(API)
    assert service.forms == [
        {
            "grant_type": "refresh_token",
            "refresh_token": "secret of again",
            "client_id": "id",
            "client_secret": "secret of shop",
        }
    ]


def test_a_service_account_signs_with_its_key() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    file = json.dumps(
        {"client_email": "bot@made-up.example", "private_key": pem, "token_uri": TOKENS}
    )
    service = Service()
    http = connect(
        requests_per_second=5000, user_agent="tests", secrets=lambda _: file, send=service
    )
    signed_in(http, 1, service_account("play", ["a", "b"])).get(API)
    claims = jwt.decode(
        service.forms[0]["assertion"], key.public_key(), algorithms=["RS256"], audience=TOKENS
    )
    assert (claims["iss"], claims["scope"]) == ("bot@made-up.example", "a b")
    assert claims["exp"] - claims["iat"] == 3600


@pytest.mark.parametrize(
    "content", ["{}", "no json", '{"client_email": "a", "private_key": "s3cr3t-key"}']
)
def test_a_key_file_that_is_none_is_told_without_its_content(content: str) -> None:
    http = connect(
        requests_per_second=5000, user_agent="tests", secrets=lambda _: content, send=Service()
    )
    with pytest.raises(ConfigurationError, match="'play' holds no key") as caught:
        signed_in(http, 1, service_account("play", ["a"], url=TOKENS)).get(API)
    assert "s3cr3t" not in repr(caught.value.__cause__) + str(caught.value)


@pytest.mark.parametrize(
    "body", [b"<html>", b"{}", b'{"access_token": "t0p", "expires_in": "soon"}', b"\xff"]
)
def test_an_answer_without_a_token_is_no_sign_in_and_is_not_kept(body: bytes) -> None:
    http = connect(
        requests_per_second=5000,
        user_agent="tests",
        secrets=lambda name: name,
        send=lambda request: Answer(status=200, url=request.url, body=body),
    )
    with pytest.raises(SourceChanged) as caught:
        signed_in(http, 1, GRANT).get(API)
    assert caught.value.answer is None
    assert "t0p" not in str(caught.value)


def test_a_refused_sign_in_keeps_no_page() -> None:
    http = connect(
        requests_per_second=5000,
        user_agent="tests",
        secrets=lambda name: name,
        send=lambda request: Answer(status=400, url=request.url, body=b'{"error": "x"}'),
    )
    with pytest.raises(SourceChanged) as caught:
        signed_in(http, 1, GRANT).get(API)
    assert caught.value.answer is None


def test_another_sign_of_a_token_that_ran_out() -> None:
    service = Service()
    made: list[Access] = []

    def obtain(http: Http) -> Access:
        made.append(Access(token="x"))
        service.sign_ins.append(Request(method="GET", url=TOKENS))
        return Access(token=f"tok-{len(made)}")

    oddly: Obtain = obtain
    api = signed_in(
        client(service),
        "odd",
        oddly,
        header="X-Token",
        scheme="",
        ran_out=lambda error: not isinstance(error, TransientError),
    )
    with pytest.raises(AuthError):  # the service wants it in Authorization
        api.get(API)
    assert len(made) == 2


def test_a_token_without_a_time_is_kept() -> None:
    assert Access(token="x").is_fresh()
    assert not Access(token="x", expires=utcnow() + timedelta(seconds=59)).is_fresh()
    assert Access(token="x", expires=utcnow() + timedelta(seconds=90)).is_fresh()


def test_a_token_is_renewed_without_signing_in_and_anew_where_that_is_refused() -> None:
    service = Service(uses=1)
    http = client(service)
    renewals: list[str | None] = []

    def obtain(http: Http) -> Access:
        granted = json.loads(http.post(TOKENS, repeatable=True).body)
        return Access(token=granted["access_token"], refresh=f"r{len(service.sign_ins)}")

    def renew(http: Http, before: Access) -> Access:
        renewals.append(before.refresh)
        if len(renewals) == 2:
            raise AuthError("too old", answer=Answer(status=401, url=TOKENS))
        return obtain(http)

    api = signed_in(http, "x", obtain, renew=renew)
    assert [api.get(API).status for _ in range(4)] == [200] * 4
    assert renewals == ["r1", "r2", "r3"]
    assert len(service.sign_ins) == 4
