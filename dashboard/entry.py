"""How one gets in, from the command line and ``dashboard.toml`` of an installation."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

from dashboard.access import Access, Everybody, Role
from dashboard.guard import Guard, is_loopback, names
from dashboard.proxied import Network, Proxied
from dashboard.tokens import Tokens
from tidings.errors import ConfigurationError
from tidings.home import Home

_HEADER = re.compile(r"[A-Za-z0-9-]{1,64}")


class Doors(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[access]``: who is believed to say who looks, and by which names the page is known."""

    proxy_header: str | None = None
    trusted_proxies: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


class Roles(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[roles]``: names by role, as the proxy's header gives them; ``others`` are all the rest."""

    viewer: tuple[str, ...] = ()
    editor: tuple[str, ...] = ()
    admin: tuple[str, ...] = ()
    others: Literal["viewer", "nobody"] = "viewer"

    def by_name(self) -> dict[str, Role]:
        """Return each name's role; of several the greatest."""
        return {name: role for role in get_args(Role) for name in getattr(self, role)}


class Wishes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``dashboard.toml``, and what the command line says on top of it."""

    access: Doors = Doors()
    roles: Roles = Roles()


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Who may look, what is refused, and how one gets in, as a sentence for who starts it."""

    access: Access
    guard: Guard
    told: str


def wishes(home: Home) -> Wishes:
    """Read ``dashboard.toml``; ConfigurationError names the file and the key that is wrong."""
    path = home.root / "dashboard.toml"
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Wishes()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{path} can't be read: {error}.") from error
    return _checked(path, content)


def _checked(path: Path, content: dict[str, Any]) -> Wishes:
    try:
        found = msgspec.convert(content, Wishes)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at `")
        key = where.rstrip("`").removeprefix("$.").replace("[...]", "") or "the top level"
        raise ConfigurationError(
            f"{path}: key '{key}': {message}.", remedy="docs/dashboard-access.md shows all keys."
        ) from error
    networks(found.access.trusted_proxies, f"{path}: key 'access.trusted_proxies'")
    _header(found.access.proxy_header, f"{path}: key 'access.proxy_header'")
    _hosts(found.access.hosts, f"{path}: key 'access.hosts'")
    return found


def with_more(
    wished: Wishes,
    *,
    proxy_header: str | None = None,
    trusted_proxies: Sequence[str] = (),
    hosts: Sequence[str] = (),
    roles: Sequence[str] = (),
) -> Wishes:
    """Return the wishes with what the command line adds; ``roles`` are NAME=ROLE.

    Raises ConfigurationError where a value can't be used.
    """
    _header(proxy_header, "--proxy-header")
    networks(trusted_proxies, "--trusted-proxy")
    _hosts(hosts, "--allow-host")
    doors = Doors(
        proxy_header=proxy_header or wished.access.proxy_header,
        trusted_proxies=(*wished.access.trusted_proxies, *trusted_proxies),
        hosts=(*wished.access.hosts, *hosts),
    )
    given = wished.roles.by_name() | dict(_role(pair) for pair in roles)
    named = {role: tuple(n for n, r in given.items() if r == role) for role in get_args(Role)}
    return Wishes(access=doors, roles=msgspec.structs.replace(wished.roles, **named))


def entry(home: Home, wished: Wishes, *, at: str, sign_in: bool | None = None) -> Entry:
    """Say how one gets in to a page that listens at the address ``at``.

    ``sign_in`` None: nobody has to on the loopback, unless tokens were made or a proxy was named.
    Raises ConfigurationError where the page could be reached by all and there is no way to sign in.
    """
    doors, here = wished.access, is_loopback(at)
    tokens = Tokens(home)
    guard = Guard(
        hosts=names(doors.hosts) if here or doors.hosts else None,
        loopback=here,
        proxies=doors.trusted_proxies,
    )
    if sign_in is False:
        return _open(guard, at)
    made = bool(tokens.file.tokens())
    if doors.proxy_header:
        access = _proxied(wished, doors.proxy_header, tokens)
        told = f"Who looks is said by the header {doors.proxy_header} of the proxy."
        return Entry(access=access, guard=guard, told=told)
    if made:
        return Entry(access=tokens, guard=guard, told="Sign in with your token.")
    if sign_in or not here:
        raise ConfigurationError(
            f"At {at} this page can be reached from elsewhere, and nobody could sign in."
            if not here
            else "Nobody could sign in: there is no token yet.",
            remedy="Make a token with 'tidings dashboard token add NAME', or name the proxy that "
            "signs people in: --proxy-header X-Forwarded-User --trusted-proxy ADDRESS.",
        )
    return _open(guard, at)


def _open(guard: Guard, at: str) -> Entry:
    if not guard.loopback:
        raise ConfigurationError(
            f"At {at} this page can be reached from elsewhere: signing in can't be left out.",
            remedy="Leave out --no-sign-in, or listen at --host 127.0.0.1.",
        )
    told = "Nobody has to sign in: only this machine reaches it, and may do everything."
    direct = msgspec.structs.replace(guard, direct=True)
    return Entry(access=Everybody(), guard=direct, told=told)


def _proxied(wished: Wishes, header: str, tokens: Tokens) -> Proxied:
    trusted = networks(wished.access.trusted_proxies, "trusted_proxies")
    if not trusted:
        raise ConfigurationError(
            f"The header {header} would be believed from nobody: no proxy is trusted.",
            remedy="Give the proxy's address: --trusted-proxy 10.0.0.5, or trusted_proxies in "
            "dashboard.toml.",
        )
    roles = wished.roles
    return Proxied(header, trusted, roles=roles.by_name(), others=roles.others, tokens=tokens)


def networks(given: Sequence[str], where: str) -> list[Network]:
    """Read addresses and networks; ConfigurationError for what is none, or is everywhere."""
    found = []
    for text in given:
        try:
            network = ip_network(text)
        except ValueError as error:
            raise ConfigurationError(
                f"{where}: {error}.", remedy="Write 10.0.0.5, or a network as 10.0.0.0/24."
            ) from error
        if network.prefixlen == 0:
            raise ConfigurationError(
                f"{where}: {text} is every address there is.",
                remedy="Anybody could say to be anybody; name the proxy.",
            )
        found.append(network)
    return found


def _header(name: str | None, where: str) -> None:
    if name is not None and not _HEADER.fullmatch(name):
        raise ConfigurationError(
            f"{where}: {name!r} is no name of a header.", remedy="For instance X-Forwarded-User."
        )


def _hosts(given: Sequence[str], where: str) -> None:
    for host in given:
        if not names([host]):
            raise ConfigurationError(
                f"{where}: {host!r} is no name of a host.",
                remedy="Write it as in the browser's address: reputation.example.com",
            )


def _role(pair: str) -> tuple[str, Role]:
    name, _, role = pair.rpartition("=")
    for known in get_args(Role):
        if name and role == known:
            return name, known
    raise ConfigurationError(
        f"--role {pair!r} can't be read.",
        remedy=f"Write NAME=ROLE, with one of {', '.join(get_args(Role))}.",
    )
