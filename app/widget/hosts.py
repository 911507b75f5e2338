"""Which sites may embed the form. Stored sites go into a header, so each is built from its parts,
never copied from what was typed."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

from app.errors import Invalid, Problem
from app.widget.setup import Setup

HOSTS_MAX = 20
HOST_LENGTH = 253
# One label of a name, as DNS has it after punycode.
LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.ASCII)
TYPED = re.compile(r"(?:(https?)://)?(\*\.)?([^\s/:;,'\"?#@\\*\[\]]+)(?::([0-9]{1,5}))?/?", re.I)
DEFAULT_PORTS = {"http": 80, "https": 443}
SECOND_LEVEL = 3
"""Letters of com, net and the like, below which names are given, as in example.com.cn."""
LOCAL = frozenset({"localhost", "127.0.0.1"})


def check(text: str) -> tuple[str, ...]:
    """One site a line; a name without https:// means it with and without www. Raises Invalid at
    /hosts with one problem for each kind of fault."""
    problems: dict[str, Problem] = {}
    found: dict[str, None] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        try:
            found |= dict.fromkeys(spellings(line))
        except Invalid as error:
            problems |= {problem.code: problem for problem in error.problems}
    if len(found) > HOSTS_MAX:
        detail = "List at most {limit} sites; a wildcard covers many"
        problems["too_many"] = Problem("/hosts", "too_many", detail, {"limit": str(HOSTS_MAX)})
    if problems:
        raise Invalid(list(problems.values()))
    return tuple(found)


def spellings(line: str) -> list[str]:
    """The site of a line. Who writes example.com alone means www.example.com, too. Raises Invalid
    at /hosts."""
    site = parse(line)
    scheme, _, name = site.partition("://")
    labels = name.split(".")
    if "://" in line or "*" in name or ":" in name or _is_ip(name):
        return [site]
    if labels[0] == "www" and len(labels) > 2:
        return [site, f"{scheme}://{'.'.join(labels[1:])}"]
    if len(labels) == 2 or (len(labels) == 3 and len(labels[1]) <= SECOND_LEVEL):
        return [site, f"{scheme}://www.{name}"]
    return [site]


def parse(text: str) -> str:
    """The origin as browsers write it. Raises Invalid at /hosts."""
    match = TYPED.fullmatch(text)
    if match is None:
        raise _not_a_host()
    scheme, star, host, port = match.groups()
    name = _name(host)
    if star and name.count(".") < 1:
        detail = "A wildcard needs a name of its own: https://*.example.com"
        raise Invalid.at("/hosts", "wildcard", detail)
    scheme = (scheme or ("http" if name in LOCAL else "https")).lower()
    return f"{scheme}://{star or ''}{name}{_port(scheme, port)}"


def _not_a_host() -> Invalid:
    detail = "Write each site like https://www.example.com, without a path"
    return Invalid.at("/hosts", "not_a_host", detail)


def _name(host: str) -> str:
    try:
        name = host.encode("idna").decode().lower().rstrip(".")
    except UnicodeError:
        raise _not_a_host() from None
    labels = name.split(".")
    if len(name) > HOST_LENGTH or not all(LABEL.fullmatch(label) for label in labels):
        raise _not_a_host()
    if labels[-1].isdigit() and not _is_ip(name):
        raise _not_a_host()
    return name


def _is_ip(name: str) -> bool:
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        return False
    return True


def _port(scheme: str, text: str | None) -> str:
    port = int(text or 0)
    if port > 65535 or (text and not port):
        raise _not_a_host()
    return "" if port in {0, DEFAULT_PORTS[scheme]} else f":{port}"


def origin_of(header: str) -> str:
    """The value of an Origin header when it names a site, else empty."""
    try:
        origin = parse(header)
    except Invalid:
        return ""
    return origin if origin == header and "*" not in header else ""


def ancestors(setup: Setup) -> tuple[str, ...]:
    """The sources for `frame-ancestors`. Our own pages, the demo and the preview, are always
    allowed."""
    if setup.embedding != "listed":
        return ("*",)
    return ("'self'", *setup.hosts)


def allows(setup: Setup, origin: str) -> bool:
    """Whether a page of that origin may embed the form, as a browser would decide it."""
    return setup.embedding != "listed" or matches(setup.hosts, origin)


def matches(hosts: Sequence[str], origin: str) -> bool:
    # A page that moved from http to https stays allowed.
    downgraded = f"http{origin.removeprefix('https')}" if origin.startswith("https") else origin
    return any(_matches(host, each) for host in hosts for each in {origin, downgraded})


def is_kin(setup: Setup, origin: str) -> bool:
    """Whether the site is probably the organization's own: above or below one that is listed, or
    none is listed yet."""
    name = origin.rpartition("://")[2]
    known = [host.rpartition("://")[2].removeprefix("*.") for host in setup.hosts]
    return not known or any(
        f".{name}".endswith(f".{each.removeprefix('www.')}") or each.endswith(f".{name}")
        for each in known
    )


def allows_by_name(setup: Setup, origin: str) -> bool:
    return setup.embedding == "listed" and matches(by_name(setup.hosts), origin)


def by_name(hosts: Sequence[str]) -> tuple[str, ...]:
    """The hosts without a wildcard, for which anybody can invent any number of sites."""
    return tuple(host for host in hosts if "*" not in host)


def _matches(host: str, origin: str) -> bool:
    scheme, star, rest = host.partition("*.")
    if not star:
        return host == origin
    name = origin.removeprefix(scheme)
    return origin.startswith(scheme) and name.endswith(f".{rest}") and name != f".{rest}"
