"""Addresses of one's own machine and network, in the spellings that systems and libraries take."""

from __future__ import annotations

from collections.abc import Iterator

LITERALS = (
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "0",
    "0.0.0.0",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0x7f.1",
    "0177.0.0.1",
    "0177.1",
    "017700000001",
    "127.0.0.1.",
    "0x7F.0X0.0.1",
    "00000177.0.0.1",
    "127.000.000.001",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:7f00:1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fe80::1]",
    "[fc00::1]",
    "[::ffff:a9fe:a9fe]",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "x.localhost",
    "printer.local",
    "metadata.google.internal",
    "router.lan",
    "\uff11\uff12\uff17.\uff10.\uff10.\uff11",
    "\u2460\u2461\u2466.0.0.1",
    "127\u30020\u30020\u30021",
    "127\uff0e0\uff0e0\uff0e1",
    "169.254.169.254",
    "0xa9fea9fe",
    "2852039166",
    "0251.0376.0251.0376",
    "169.254.43518",
    "10.0.0.1",
    "10.1",
    "0xa000001",
    "172.16.0.1",
    "192.168.1.1",
    "192.168.257",
    "100.64.0.1",
    "100.100.100.200",
    "224.0.0.1",
    "255.255.255.255",
    "198.18.0.1",
)


def addresses(port: int) -> Iterator[str]:
    """Give an URL for each spelling, and URLs that seem to lead elsewhere."""
    for host in LITERALS:
        yield f"http://{host}:{port}/x"
        yield f"https://{host}:{port}/x"
    for text in (
        "http://public.example@127.0.0.1:{p}/",
        "http://127.0.0.1:{p}#@public.example/",
        "http:\\\\127.0.0.1:{p}\\",
        "http://127.0.0.1:{p}\\@public.example/",
        "//127.0.0.1:{p}/",
        "http:///127.0.0.1:{p}/",
        "http:127.0.0.1:{p}/",
        "HTTP://127.0.0.1:{p}/",
        "http://127.0.0.1:{p}\t/",
        "http://127.0.0.1%00.public.example:{p}/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:{p}/_x",
        "dict://127.0.0.1:{p}/",
        "ftp://127.0.0.1:{p}/",
        "jar:http://127.0.0.1:{p}!/",
        "ldap://127.0.0.1:{p}/",
        "unix:///var/run/docker.sock",
        "data:text/html,x",
    ):
        yield text.replace("{p}", str(port))
