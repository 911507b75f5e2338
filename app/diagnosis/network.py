"""What all ways out stand on: names that resolve, a clock that others share, and an address that
leads to this product."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import Awaitable, Callable, Iterable
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from app.diagnosis.finding import DEADLINE, Finding
from app.egress import OutboundError
from app.egress.way import Answer, Egress

SKEW_SECONDS = 60.0
"""A date of HTTP has whole seconds and has travelled; platforms allow signatures an hour."""
ALIVE = {"status": "ok"}

Resolve = Callable[[str], Awaitable[Any]]


async def _system(host: str) -> Any:
    return await asyncio.get_running_loop().getaddrinfo(host, None)


async def names(hosts: Iterable[str], resolve: Resolve = _system) -> list[Finding]:
    """Whether this machine finds the addresses of these names."""
    asked = sorted(set(hosts))
    if not asked:
        return []
    found = await asyncio.gather(*(_resolves(host, resolve) for host in asked))
    lost = [host for host, good in zip(asked, found, strict=True) if not good]
    if len(lost) == len(asked):
        said = "No name is found: check /etc/resolv.conf, and whether its servers answer."
        return [Finding("fail", "dns", said)]
    if lost:
        said = "{hosts} is not found: correct it where it is written, or ask who runs the name."
        return [Finding("fail", "dns", said, {"hosts": ", ".join(lost)})]
    return [Finding("ok", "dns", "The names of what is sent to are found.")]


async def _resolves(host: str, resolve: Resolve) -> bool:
    with contextlib.suppress(OSError, UnicodeError, TimeoutError):
        async with asyncio.timeout(DEADLINE):
            return bool(await resolve(host))
    return False


async def clock(origins: Iterable[str], egress: Egress) -> list[Finding]:
    """This machine's clock against that of the first server that tells its own."""
    for origin in origins:
        answer = await _asked(origin, egress)
        there = _date(answer.headers.get("date", "")) if answer else None
        if there is None:
            continue
        off = abs((there - dt.datetime.now(dt.UTC)).total_seconds())
        if off > SKEW_SECONDS:
            facts = {"other": origin, "n": str(round(off))}
            said = "It differs by {n} seconds from that of {other}: set it by NTP."
            return [Finding("fail", "clock", said, facts)]
        said = "This server has the same time as {other}."
        return [Finding("ok", "clock", said, {"other": origin})]
    return []


def _date(text: str) -> dt.datetime | None:
    with contextlib.suppress(ValueError, TypeError):
        found = parsedate_to_datetime(text)
        return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
    return None


async def ours(base_url: str, egress: Egress) -> list[Finding]:
    """Whether this product answers at its own address, where it can be opened from here."""
    answer = await _asked(f"{base_url}/livez", egress)
    facts = {"address": base_url}
    if answer is None:
        return []
    if answer.status >= 500:
        said = "{address} answers {n}: start the product, or correct where the proxy leads."
        return [Finding("fail", "address", said, {**facts, "n": str(answer.status)})]
    with contextlib.suppress(msgspec.DecodeError):
        if msgspec.json.decode(answer.body) == ALIVE:
            return [Finding("ok", "address", "This product answers at {address}.", facts)]
    said = "Something else answers at {address}: correct LEAVEMSG_BASE_URL or the proxy."
    return [Finding("fail", "address", said, facts)]


async def _asked(url: str, egress: Egress) -> Answer | None:
    with contextlib.suppress(OutboundError):
        return await egress.request("GET", url, headers={}, content=b"", deadline=DEADLINE)
    return None
