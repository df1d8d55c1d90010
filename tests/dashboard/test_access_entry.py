"""How one gets in: the command line, ``dashboard.toml``, and what is refused to start."""

from pathlib import Path

import pytest
from access_home import opened, said

from dashboard.access import Everybody
from dashboard.entry import entry, wishes, with_more
from dashboard.guard import names
from dashboard.proxied import Proxied
from dashboard.token_file import TokenFile
from dashboard.tokens import Tokens
from tidings.errors import ConfigurationError
from tidings.home import Home


@pytest.fixture
def at(tmp_path: Path) -> Home:
    return Home.at(tmp_path)


def written(at: Home, text: str) -> Home:
    (at.root / "dashboard.toml").write_text(text, "utf-8")
    return at


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.7", "10.0.0.1", "fe80::1%eth0"])
def test_without_a_way_to_sign_in_it_is_not_shown_to_others(at: Home, address: str) -> None:
    with pytest.raises(ConfigurationError, match="can be reached from elsewhere") as refused:
        entry(at, wishes(at), at=address)
    assert "tidings dashboard token add NAME" in refused.value.remedy
    assert "--trusted-proxy" in refused.value.remedy
    with pytest.raises(ConfigurationError, match="signing in can't be left out"):
        entry(at, wishes(at), at=address, sign_in=False)
    TokenFile(at).add("Anna", "viewer")
    assert isinstance(entry(at, wishes(at), at=address).access, Tokens)
    with pytest.raises(ConfigurationError, match="signing in can't be left out"):
        entry(at, wishes(at), at=address, sign_in=False)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2", "::1", "::ffff:127.0.0.1"])
def test_on_the_loopback_nobody_has_to_sign_in_before_there_are_tokens(
    at: Home, address: str
) -> None:
    assert isinstance(entry(at, wishes(at), at=address).access, Everybody)
    with pytest.raises(ConfigurationError, match="there is no token yet"):
        entry(at, wishes(at), at=address, sign_in=True)
    TokenFile(at).add("Anna", "viewer")
    assert isinstance(entry(at, wishes(at), at=address).access, Tokens)
    assert isinstance(entry(at, wishes(at), at=address, sign_in=False).access, Everybody)


def test_a_page_of_nobodys_name_on_the_loopback_answers_to_its_names_only(at: Home) -> None:
    """DNS rebinding: a site whose name leads to 127.0.0.1 must not read what is here."""
    found = entry(at, with_more(wishes(at), hosts=["Reputation.Example:8790", "::5"]), at="::1")
    for name, status in {
        "127.0.0.1:8790": "local: admin", "localhost": "local: admin", "[::1]:8790": "local: admin",
        "tidings.localhost": "local: admin", "LOCALHOST.": "local: admin",
        "reputation.example": "local: admin", "[::5]": "local: admin",
        "evil.example": 400, "127.0.0.1.evil.example": 400, "evil.example:8790": 400,
        "localhost.evil.example": 400, "evil@localhost": 400, "localhost/x": 400,
        "localhost:x": 400, "": 400, "0.0.0.0": 400, "xlocalhost": 400,
    }.items():  # fmt: skip
        client = opened(at, found.access, found.guard, url="http://127.0.0.1:8790")
        assert said(client, host=name) == status, name


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host"]
)
def test_what_a_proxy_brings_is_not_taken_for_who_sits_here(at: Home, header: str) -> None:
    found = entry(at, wishes(at), at="127.0.0.1")
    client = opened(at, found.access, found.guard, url="http://localhost")
    assert said(client) == "local: admin"
    answer = client.get("/who", headers={header: "192.0.2.7"})
    assert answer.status_code == 403
    assert "came through a proxy" in answer.text


def test_a_proxy_beside_the_page_needs_its_name_allowed(at: Home) -> None:
    """Else a site by rebinding could reach the page from this machine, and write the header."""
    wished = with_more(
        wishes(at), proxy_header="X-Forwarded-User", trusted_proxies=["127.0.0.1"],
        hosts=["reputation.example"],
    )  # fmt: skip
    found = entry(at, wished, at="127.0.0.1")
    client = opened(at, found.access, found.guard, peer="127.0.0.1")
    assert said(client, host="reputation.example", x_forwarded_user="Eva") == "Eva: viewer"
    assert said(client, host="evil.example", x_forwarded_user="Eva") == 400


def test_elsewhere_any_name_will_do_unless_some_are_given(at: Home) -> None:
    token = TokenFile(at).add("Anna", "viewer")
    for hosts, status in ((), "Anna: viewer"), (("other.example",), 400):
        found = entry(at, with_more(wishes(at), hosts=hosts), at="0.0.0.0")
        client = opened(at, found.access, found.guard)
        assert said(client, authorization=f"Bearer {token}") == status


def test_the_file_and_the_command_line_go_together(at: Home) -> None:
    written(
        at,
        """
        [access]
        proxy_header = "X-Remote-User"
        trusted_proxies = ["10.0.0.0/24"]
        [roles]
        admin = ["Åse"]
        editor = ["Eva", "Åse"]
        others = "nobody"
        """,
    )
    wished = with_more(
        wishes(at), trusted_proxies=["10.9.0.1"], roles=["Otto=editor", "Eva=viewer", "a=b=admin"]
    )
    found = entry(at, wished, at="0.0.0.0")
    assert isinstance(found.access, Proxied)
    for peer in ("10.0.0.77", "10.9.0.1"):
        client = opened(at, found.access, found.guard, peer=peer)
        assert said(client, x_remote_user="Otto") == "Otto: editor"
        assert said(client, x_remote_user="Eva") == "Eva: viewer"
        assert said(client, x_remote_user="a=b") == "a=b: admin"
        assert said(client, x_remote_user="Nobody") == 303
    assert wished.roles.by_name()["Åse"] == "admin"  # the greatest of several


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[access", "can't be read"),
        ("[acess]\n", "unknown field `acess`"),
        ("[access]\nproxy = 'x'\n", "key 'access': Object contains unknown field `proxy`"),
        ("[access]\ntrusted_proxies = '10.0.0.1'\n", "key 'access.trusted_proxies'"),
        ("[access]\ntrusted_proxies = ['proxy.example']\n", "key 'access.trusted_proxies'"),
        ("[access]\ntrusted_proxies = ['10.0.0.1/8']\n", "has host bits set"),
        ("[access]\ntrusted_proxies = ['0.0.0.0/0']\n", "is every address"),
        ("[access]\nproxy_header = 'X User'\n", "key 'access.proxy_header'"),
        ("[access]\nhosts = ['']\n", "key 'access.hosts'"),
        ("[roles]\nothers = 'admin'\n", "key 'roles.others'"),
        ("[roles]\nowner = ['x']\n", "unknown field `owner`"),
        ("[roles]\nadmin = [1]\n", "key 'roles.admin[0]'"),
    ],
)
def test_a_wrong_file_is_told_by_name_and_key(at: Home, text: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        wishes(written(at, text))
    assert str(at.root / "dashboard.toml") in refused.value.message
    assert told in refused.value.message


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"roles": ["Eva"]}, "--role 'Eva' can't be read"),
        ({"roles": ["Eva=owner"]}, "can't be read"),
        ({"roles": ["=admin"]}, "can't be read"),
        ({"trusted_proxies": ["*"]}, "--trusted-proxy"),
        ({"trusted_proxies": ["::/0"]}, "is every address"),
        ({"hosts": ["https://page.example/"]}, "--allow-host"),
        ({"proxy_header": "X-User\r\nX"}, "no name of a header"),
    ],
)
def test_a_wrong_option_is_told(at: Home, given: dict[str, object], told: str) -> None:
    with pytest.raises(ConfigurationError, match="(?s)" + told.replace("*", r"\*")):
        with_more(wishes(at), **given)  # type: ignore[arg-type]


def test_a_header_that_nobody_is_believed_with_is_refused(at: Home) -> None:
    with pytest.raises(ConfigurationError, match="no proxy is trusted"):
        entry(at, with_more(wishes(at), proxy_header="X-Forwarded-User"), at="127.0.0.1")


def test_what_is_no_host_is_no_name() -> None:
    assert names(["", " ", "a/b", "x:y", "Ok.Example:1", "2001:db8::1"]) == {
        "ok.example",
        "2001:db8::1",
    }
