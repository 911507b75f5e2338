"""From a host name to an open connection, through checked addresses."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from app.egress.addresses import Address, Rules, canonical
from app.egress.errors import OutboundError
from app.egress.proxy import Proxy
from app.egress.streams import Stream, connected
from app.egress.tunnel import reached, tunnel, tunnel_socket
from app.egress.way import Connected

# From a name to addresses. May block, so it runs in a thread.
Resolve = Callable[[str], Sequence[str]]
Opened = TypeVar("Opened")

DNS_SECONDS = 3.0
CONNECT_SECONDS = 5.0
# Slow name servers must not fill the threads that files and everything else need.
DNS_THREADS = 8


def look_up(host: str) -> list[str]:
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Dialer:
    """With a proxy, everything goes through it but what the operator's list opens: that is near.
    The proxy itself is the operator's choice, and no address of a target."""

    def __init__(
        self,
        rules: Rules,
        resolve: Resolve | None = None,
        proxy: Proxy | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._rules = rules
        self._proxy = proxy
        self._proxy_tls = tls or ssl.create_default_context()
        self._look_up = resolve or look_up
        self._threads = ThreadPoolExecutor(DNS_THREADS, thread_name_prefix="dns")

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def addresses(self, host: str, port: int, *, listed_only: bool) -> list[Address]:
        """At most two addresses. Raises OutboundError if any is refused: a good one beside it is
        bait."""
        found = await self._resolve(host)
        for address in found:
            if not self._rules.permits(address, port, listed_only=listed_only):
                raise OutboundError("address_refused")
        return _two(found)

    async def _resolve(self, host: str) -> list[Address]:
        try:
            return [canonical(host)]
        except ValueError:
            texts = await self._answers(host)
        if not texts:
            raise OutboundError("dns_failed")
        try:
            return [canonical(text) for text in texts]
        except ValueError:
            raise OutboundError("address_refused") from None

    async def _answers(self, host: str) -> Sequence[str]:
        work = asyncio.get_running_loop().run_in_executor(self._threads, self._look_up, host)
        try:
            async with asyncio.timeout(DNS_SECONDS):
                return await work
        except (OSError, UnicodeError):
            return ()

    async def stream(self, host: str, port: int, *, listed_only: bool) -> Stream:
        addresses = await self.addresses(host, port, listed_only=listed_only)
        proxied = await self._proxied(addresses, port)
        if proxied is None:
            return await _first(addresses, port, _open_stream)
        proxy, at = proxied

        async def through(address: Address, port: int) -> Stream:
            return await tunnel(proxy, at, address, port, self._proxy_tls)

        return await _first(addresses, port, through)

    async def reach_proxy(self) -> None:
        """Connects to the proxy, if there is one, and asks it for nothing."""
        if self._proxy is not None:
            stream = await reached(self._proxy, await self._proxy_at(), self._proxy_tls)
            stream.close()

    async def socket(self, host: str, port: int, *, listed_only: bool) -> Connected:
        addresses = await self.addresses(host, port, listed_only=listed_only)
        proxied = await self._proxied(addresses, port)
        if proxied is None:
            return await _first(addresses, port, _open_socket)
        proxy, at = proxied

        async def through(address: Address, port: int) -> Connected:
            return Connected(await tunnel_socket(proxy, at, address, port), address)

        return await _first(addresses, port, through)

    async def _proxied(
        self, addresses: list[Address], port: int
    ) -> tuple[Proxy, list[Address]] | None:
        """The proxy and its own addresses; None where none is needed."""
        if self._proxy is None or all(self._rules.lists(each, port) for each in addresses):
            return None
        return self._proxy, await self._proxy_at()

    async def _proxy_at(self) -> list[Address]:
        assert self._proxy is not None
        try:
            return _two(await self._resolve(self._proxy.host))
        except OutboundError:
            raise OutboundError("proxy_failed") from None


def _two(addresses: list[Address]) -> list[Address]:
    """At most two, the second of the other family if possible: a machine may have only one
    family."""
    first = addresses[0]
    others = [address for address in addresses if address.version != first.version]
    return [first, *(others or addresses[1:])[:1]]


async def _first(
    addresses: list[Address], port: int, open_one: Callable[[Address, int], Awaitable[Opened]]
) -> Opened:
    share = CONNECT_SECONDS / len(addresses)
    for address in addresses:
        try:
            async with asyncio.timeout(share):
                return await open_one(address, port)
        except OSError:
            continue
    raise OutboundError("connect_failed")


async def _open_stream(address: Address, port: int) -> Stream:
    stream = await connected(str(address), port)
    if not _is_peer(address, stream.peer):
        stream.close()
        raise OutboundError("address_refused")
    return stream


async def _open_socket(address: Address, port: int) -> Connected:
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setblocking(False)
        await asyncio.get_running_loop().sock_connect(opened, (str(address), port))
        if not _is_peer(address, opened.getpeername()):
            raise OutboundError("address_refused")
    except BaseException:
        opened.close()
        raise
    return Connected(opened, address)


def _is_peer(address: Address, peer: Sequence[object]) -> bool:
    return canonical(str(peer[0])) == address
