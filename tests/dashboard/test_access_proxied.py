"""Who looks is said by a proxy's header, and by nobody else's."""

from ipaddress import ip_network
from pathlib import Path

import pytest
from access_home import OWN, opened, said

from dashboard.guard import Guard
from dashboard.proxied import Proxied, believed
from dashboard.token_file import TokenFile
from dashboard.tokens import COOKIE, Tokens
from tidings.home import Home

PROXY, NET = "10.0.0.5", "10.1.0.0/24"
HEADER = "X-Forwarded-User"


def proxied(home: Path, others: str = "viewer", tokens: Tokens | None = None) -> Proxied:
    trusted = [ip_network(PROXY), ip_network(NET)]
    roles = {"Eva": "editor", "Åse": "admin"}
    return Proxied(HEADER, trusted, roles=roles, others=others, tokens=tokens)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        (PROXY, "Eva: editor"), ("10.1.0.77", "Eva: editor"), (f"::ffff:{PROXY}", "Eva: editor"),
        ("10.0.0.6", 401), ("10.1.1.1", 401), ("127.0.0.1", 401), ("testclient", 401),
    ],
)  # fmt: skip
def test_the_header_is_believed_from_the_proxy_only(
    tmp_path: Path, peer: str, expected: str | int
) -> None:
    client = opened(tmp_path, proxied(tmp_path), peer=peer)
    answer = client.get("/api/v1/brands", headers={HEADER: "Eva"})
    assert answer.status_code == (503 if isinstance(expected, str) else 401)
    assert said(client, x_forwarded_user="Eva") == (303 if expected == 401 else expected)


def test_a_peer_can_not_pass_for_the_proxy_by_what_it_says(tmp_path: Path) -> None:
    """The proxy's word changes whose request it is, not who stands at the door."""
    guard = Guard(proxies=(PROXY,))
    stranger = opened(tmp_path, proxied(tmp_path), guard, peer="192.0.2.7")
    assert said(stranger, x_forwarded_user="Eva", x_forwarded_for=PROXY) == 303
    through = opened(tmp_path, proxied(tmp_path), guard, peer=PROXY)
    assert said(through, x_forwarded_user="Eva", x_forwarded_for="192.0.2.7") == "Eva: editor"


def test_a_header_that_came_twice_is_nobodys(tmp_path: Path) -> None:
    client = opened(tmp_path, proxied(tmp_path), peer=PROXY)
    both = [(HEADER, "Eva"), (HEADER, "Otto")]
    assert client.get("/who", headers=both).status_code == 303


def test_names_and_roles(tmp_path: Path) -> None:
    client = opened(tmp_path, proxied(tmp_path), peer=PROXY)
    for sent, expected in [
        ("Åse".encode(), "Åse: admin"),
        ("Åse".encode("latin-1"), "Åse: admin"),
        (b"  Eva  ", "Eva: editor"),
        (b"eva", "eva: viewer"),
        (b"", None),
        (b"   ", None),
        (b"x" * 500, None),
    ]:
        answer = client.get("/who", headers=[(HEADER.encode(), sent)])
        assert (answer.json() if answer.status_code == 200 else None) == expected, sent


def test_others_may_be_nobody_and_are_told_so_without_going_round(tmp_path: Path) -> None:
    client = opened(tmp_path, proxied(tmp_path, "nobody"), peer=PROXY)
    assert said(client, x_forwarded_user="Eva") == "Eva: editor"
    way = client.get("/who", headers={HEADER: "Otto"}).headers["location"]
    told = client.get(f"/{way}", headers={HEADER: "Otto"})
    assert told.status_code == 403
    assert "Nobody who may look at this page is signed in." in told.text


def test_programs_may_send_a_token_and_a_token_of_the_proxys_own_is_left_alone(
    tmp_path: Path,
) -> None:
    home = Home.at(tmp_path)
    token = TokenFile(home).add("robot", "viewer")
    client = opened(tmp_path, proxied(tmp_path, tokens=Tokens(home)), peer="192.0.2.9")
    assert said(client, authorization=f"Bearer {token}") == "robot: viewer"
    inside = opened(tmp_path, proxied(tmp_path, tokens=Tokens(home)), peer=PROXY)
    assert (
        said(inside, authorization="Bearer eyJ.of.proxy", x_forwarded_user="Eva") == "Eva: editor"
    )


def test_a_proxy_that_is_believed_says_it_is_https(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    token = TokenFile(home).add("Anna", "viewer")
    for peer, secure in ((PROXY, True), ("192.0.2.7", False)):
        client = opened(tmp_path, Tokens(home), Guard(proxies=(PROXY,)), peer=peer)
        answer = client.post(
            "/signin", data={"token": token}, headers=OWN | {"X-Forwarded-Proto": "https"}
        )
        assert COOKIE in answer.headers["set-cookie"]
        assert ("Secure" in answer.headers["set-cookie"]) == secure
        assert ("strict-transport-security" in answer.headers) == secure


def test_wrong_tokens_are_counted_by_who_stands_behind_the_proxy(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    token = TokenFile(home).add("Anna", "viewer")
    client = opened(tmp_path, Tokens(home), Guard(proxies=(PROXY,)), peer=PROXY)
    guesser, anna = {"X-Forwarded-For": "192.0.2.7"}, {"X-Forwarded-For": "192.0.2.8"}
    tried = [
        client.post("/signin", data={"token": "guess"}, headers=OWN | guesser).status_code
        for _ in range(8)
    ]
    assert tried[0] == 401
    assert tried[-1] == 429
    assert client.post("/signin", data={"token": token}, headers=OWN | anna).status_code == 303


def test_addresses_that_are_none_are_not_believed() -> None:
    assert not believed(None, [ip_network("10.0.0.0/8")])
    assert not believed("unix:", [ip_network("10.0.0.0/8")])
    assert believed("2001:db8::5", [ip_network("2001:db8::/64")])
    assert not believed("2001:db8::5", [ip_network("10.0.0.0/8")])
