"""The interface of the way out, and its answer."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
from collections.abc import Collection, Mapping
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple, Protocol

import msgspec

MAX_ANSWER = 16_384


class Answer(msgspec.Struct):
    """Header names are lower case; `body` is at most `max_bytes`, `truncated` says whether more
    came."""

    status: int
    headers: dict[str, str]
    body: bytes
    truncated: bool
    duration_ms: int
    certificate_until: dt.datetime | None = None


class Connected(NamedTuple):
    """A socket, and the address that it leads to: with a proxy in between its peer is another."""

    sock: socket.socket
    address: IPv4Address | IPv6Address


class Egress(Protocol):
    """What channels need. Implemented by `app.egress.client.Client`, which says what each method
    raises."""

    def tls_context(self) -> ssl.SSLContext: ...

    def check_url(self, url: str, *, hosts: Collection[str] | None = None) -> None: ...

    def check_host(self, host: str, port: int) -> None: ...

    async def connect(self, host: str, port: int, *, deadline: float) -> Connected: ...

    async def reach_proxy(self, *, deadline: float) -> None: ...

    async def reach(self, url: str, *, deadline: float) -> dt.datetime | None: ...

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        content: bytes,
        deadline: float,
        max_bytes: int = MAX_ANSWER,
        keep_alive: bool = False,
    ) -> Answer: ...
