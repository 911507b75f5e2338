"""Through the proxy: it connects to addresses that we checked, never to names, so that what it
resolves cannot differ from what was checked."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from app.egress.addresses import Address
from app.egress.errors import OutboundError
from app.egress.proxy import Proxy
from app.egress.streams import Stream, connected

Opened = TypeVar("Opened")

REACH_SECONDS = 2.0
"""A proxy stands nearby."""
HEAD_BYTES = 16_384
UNREACHED = range(502, 505)
"""The proxy is fine, and does not reach the address: another one may do."""
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: [^\r\n]*)?\r\n")


async def tunnel(
    proxy: Proxy, at: Sequence[Address], address: Address, port: int, tls: ssl.SSLContext
) -> Stream:
    """A stream to the address, through the proxy, which is at one of `at`. Raises OutboundError, or
    OSError where another address may do."""
    stream = await reached(proxy, at, tls)
    try:
        await stream.write(_asking(proxy, address, port))
        await _granted(lambda: stream.read(1))
    except BaseException:
        stream.close()
        raise
    return stream


async def reached(proxy: Proxy, at: Sequence[Address], tls: ssl.SSLContext) -> Stream:
    """A stream to the proxy itself. Raises OutboundError."""

    async def stream(one: Address) -> Stream:
        opened = await connected(str(one), proxy.port)
        if proxy.scheme == "http":
            return opened
        try:
            await opened.start_tls(tls, proxy.host)
        except BaseException:
            opened.close()
            raise
        return opened

    return await _first(at, stream)


async def _first(at: Sequence[Address], connect: Callable[[Address], Awaitable[Opened]]) -> Opened:
    """A name like localhost has two addresses, and the proxy often listens at one."""
    for one in at:
        with contextlib.suppress(OSError):
            async with asyncio.timeout(REACH_SECONDS / len(at)):
                return await connect(one)
    raise OutboundError("proxy_failed")


async def tunnel_socket(
    proxy: Proxy, at: Sequence[Address], address: Address, port: int
) -> socket.socket:
    """As `tunnel`, but a socket, for mail. A proxy that is itself spoken to by TLS has none."""
    if proxy.scheme == "https":
        raise OutboundError("proxy_unfit")
    loop = asyncio.get_running_loop()

    async def socket_at(one: Address) -> socket.socket:
        family = socket.AF_INET if one.version == 4 else socket.AF_INET6
        made = socket.socket(family, socket.SOCK_STREAM)
        try:
            made.setblocking(False)
            await loop.sock_connect(made, (str(one), proxy.port))
        except BaseException:
            made.close()
            raise
        return made

    opened = await _first(at, socket_at)
    try:
        await loop.sock_sendall(opened, _asking(proxy, address, port))
        await _granted(lambda: loop.sock_recv(opened, 1))
    except BaseException:
        opened.close()
        raise
    return opened


def _asking(proxy: Proxy, address: Address, port: int) -> bytes:
    to = f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"
    lines = [f"CONNECT {to} HTTP/1.1", f"Host: {to}", "User-Agent: leavemsg"]
    lines += [f"Proxy-Authorization: {proxy.authorization}"] if proxy.authorization else []
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode()


async def _granted(read_one: Callable[[], Awaitable[bytes]]) -> None:
    """Reads one byte after the other: what follows the answer is the other side's."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = await read_one()
        if not byte or len(head) == HEAD_BYTES:
            raise OutboundError("proxy_failed")
        head += byte
    found = _STATUS.match(head)
    if found is None:
        raise OutboundError("proxy_failed")
    status = int(found[1])
    if status in UNREACHED:
        raise ConnectionError
    if not 200 <= status < 300:
        raise OutboundError("proxy_refused", facts={"answer": str(status)})
