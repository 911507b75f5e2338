"""Connections for the HTTP library, on asyncio's own streams: what is written of one request leaves
in one piece."""

from __future__ import annotations

import asyncio
import contextlib
import select
import ssl
from collections.abc import Iterator
from typing import Any

import httpcore

NAMES = {"client_addr": "sockname", "server_addr": "peername"}
"""The HTTP library's names for what asyncio knows."""


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


class Stream(httpcore.AsyncNetworkStream):
    def __init__(self, reader: _Reader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        with _told_as(httpcore.ReadError):
            async with asyncio.timeout(timeout):
                return await self._reader.read(max_bytes)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        with _told_as(httpcore.WriteError):
            self._writer.write(buffer)
            async with asyncio.timeout(timeout):
                await self._writer.drain()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        """Refuses what was said before it, which anybody on the way may have said: it would be read
        as if it had come encrypted."""
        try:
            with _told_as(httpcore.ConnectError):
                async with asyncio.timeout(timeout):
                    await self._writer.start_tls(ssl_context, server_hostname=server_hostname)
            if self._reader.unread:
                raise httpcore.ConnectError
        except BaseException:
            await self.aclose()
            raise
        return self

    async def aclose(self) -> None:
        self._writer.close()
        await asyncio.sleep(0)
        self._writer.transport.abort()

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            return self._is_readable()
        return self._writer.get_extra_info(NAMES.get(info, info))

    def _is_readable(self) -> bool:
        """Of an idle connection: whether the other side has closed it, or speaks unasked."""
        if self._reader.unread or self._reader.at_eof() or self._writer.is_closing():
            return True
        poll = select.poll()
        poll.register(self._writer.get_extra_info("socket").fileno(), select.POLLIN)
        return bool(poll.poll(0))


async def connected(host: str, port: int) -> Stream:
    """Raises httpcore.ConnectError."""
    loop = asyncio.get_running_loop()
    reader = _Reader(loop=loop)
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
    with _told_as(httpcore.ConnectError):
        transport, _ = await loop.create_connection(lambda: protocol, host, port)
    return Stream(reader, asyncio.StreamWriter(transport, protocol, reader, loop))


@contextlib.contextmanager
def _told_as(kind: type[httpcore.NetworkError]) -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise
    except OSError as error:
        raise kind(error) from error
