"""Which IP addresses anybody may ask: a source must not lead us into a private network."""

from __future__ import annotations

import socket
import unicodedata
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_OWN_NAMES = frozenset({"localhost", "local", "internal", "localdomain", "home", "lan", "intranet"})
"""Last parts of names that mean nothing on the internet (RFC 6761, 6762, ICANN's ``internal``)."""

_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))


def is_public(address: str) -> bool:
    """Tell whether an IP address, as a socket names it, belongs to the public internet.

    An IPv6 address that stands for an IPv4 one (mapped, 6to4, Teredo, NAT64) is judged by that one.
    """
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        inner = _inner(ip)
        if inner is not None:
            return _is_public(inner)
    return _is_public(ip)


def private_name(host: str) -> str | None:
    """Return why ``host`` needs no resolving to be known as private; None where that has to tell.

    That is an address in any spelling that systems take (``127.1``, ``0x7f.1``, ``2130706433``), or
    a name that is set apart for one's own machine and network.
    """
    # the ideographic full stop parts a name, too, and is no form of the usual one to Unicode
    dotted = unicodedata.normalize("NFKC", host).replace("\u3002", ".")
    name = dotted.strip("[]").rstrip(".").lower()
    if name.rpartition(".")[2] in _OWN_NAMES:
        return name
    try:
        address = str(ip_address(name.partition("%")[0]))
    except ValueError:
        try:
            address = socket.inet_ntoa(socket.inet_aton(name))
        except (OSError, UnicodeError):
            return None
    return None if is_public(address) else address


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _inner(ip: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 one carries, if it carries one."""
    if any(ip in network for network in _NAT64):
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
