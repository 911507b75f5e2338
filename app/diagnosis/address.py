"""The address of the installation: who can open it, and whether a request came by it."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

import msgspec

from app.diagnosis.finding import Finding
from app.own_address import reach_of
from app.settings import Settings

UNTRUSTED = (
    "{peer} forwards visitors' addresses and is not trusted: all visitors count as one. "
    "Put it into LEAVEMSG_TRUSTED_PROXIES."
)


class Came(msgspec.Struct, frozen=True, kw_only=True):
    """A request, as far as it tells how it got here. `forwarded`: something between has named the
    caller. `scheme` is what it says of the caller's own connection, or empty."""

    host: str
    peer: str
    forwarded: bool
    scheme: str = ""


def look(settings: Settings) -> list[Finding]:
    facts = {"address": settings.base_url}
    if settings.reach == "machine":
        said = "Only this machine opens {address}: set LEAVEMSG_BASE_URL to what visitors open."
        return [Finding("warn", "address", said, facts)]
    if not settings.secure_cookies:
        said = "{address} is not encrypted: set up https, and LEAVEMSG_BASE_URL with it."
        return [Finding("fail", "address", said, facts)]
    if settings.reach == "network":
        said = "Only your own network opens {address}: visitors from outside cannot."
        return [Finding("warn", "address", said, facts)]
    return [Finding("ok", "address", "Links begin with {address}.", facts)]


def redis(settings: Settings) -> list[Finding]:
    """One that anybody may reach, and that asks for no password."""
    parts = urlsplit(settings.redis_url)
    host = parts.hostname or ""
    if parts.scheme not in {"redis", "rediss"} or parts.password or reach_of(host) != "world":
        return []
    said = (
        "It has no password in REDIS_URL and stands at a public name: set one, or see that only "
        "this network reaches it."
    )
    return [Finding("warn", "redis", said)]


def of_request(settings: Settings, came: Came) -> list[Finding]:
    """What a request shows of a proxy in between."""
    base = urlsplit(settings.base_url)
    found = []
    if came.forwarded and not _is_trusted(settings, came.peer):
        found.append(Finding("fail", "proxy", UNTRUSTED, {"peer": came.peer}))
    if came.scheme and came.scheme != base.scheme:
        said = "The proxy says {scheme}, but LEAVEMSG_BASE_URL begins with {base}."
        facts = {"scheme": came.scheme, "base": base.scheme}
        found.append(Finding("warn", "proxy", said, facts))
    if came.host and came.host.casefold() != base.netloc.casefold():
        said = "You opened {host}, and links begin with {address}: correct one of them."
        facts = {"host": came.host, "address": settings.base_url}
        found.append(Finding("warn", "proxy", said, facts))
    if found:
        return found
    if came.forwarded:
        said = "{peer} forwards visitors' addresses and is trusted."
        return [Finding("ok", "proxy", said, {"peer": came.peer})]
    return [Finding("ok", "proxy", "No proxy stands between, or it names no visitor's address.")]


def _is_trusted(settings: Settings, peer: str) -> bool:
    here = ipaddress.ip_address(peer)
    return any(here in each for each in settings.trusted_proxies)
