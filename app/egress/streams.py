"""Connections on asyncio's own streams."""

from __future__ import annotations

import asyncio
import datetime as dt
import select
import ssl
from typing import Any


class _Reader(asyncio.StreamReader):
    """asyncio reads ahead, so what came unasked is here and no longer in the socket."""

    unread = 0

    def feed_data(self, data: Any) -> None:
        self.unread += len(data)
        super().feed_data(data)

    async def read(self, n: int = -1) -> bytes:
        found = await super().read(n)
        self.unread -= len(found)
        return found


class Stream:
    def __init__(self, reader: _Reader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.certificate_until: dt.datetime | None = None
        """Of the other side; None where it is not encrypted."""

    @property
    def peer(self) -> Any:
        return self._writer.get_extra_info("peername")

    @property
    def tls(self) -> Any:
        """asyncio's `ssl_object`; None where it is not encrypted."""
        return self._writer.get_extra_info("ssl_object")

    async def read(self, most: int) -> bytes:
        """Nothing at the end."""
        return await self._reader.read(most)

    async def write(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Refuses what was said before it, which anybody on the way may have said: it would be read
        as if it had come encrypted."""
        await self._writer.start_tls(context, server_hostname=host)
        if self._reader.unread:
            raise ConnectionError

    def close(self) -> None:
        """Says so to the other side, and does not wait for what it says."""
        self._writer.close()
        asyncio.get_running_loop().call_soon(self._writer.transport.abort)

    def is_idle(self) -> bool:
        """Whether the other side has neither closed it nor spoken unasked."""
        if self._reader.unread or self._reader.at_eof() or self._writer.is_closing():
            return False
        poll = select.poll()
        poll.register(self._writer.get_extra_info("socket").fileno(), select.POLLIN)
        return not poll.poll(0)


async def connected(host: str, port: int) -> Stream:
    """Raises OSError."""
    loop = asyncio.get_running_loop()
    reader = _Reader(loop=loop)
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
    transport, _ = await loop.create_connection(lambda: protocol, host, port)
    return Stream(reader, asyncio.StreamWriter(transport, protocol, reader, loop))
