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


class Stream(httpcore.AsyncNetworkStream):
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
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
        try:
            with _told_as(httpcore.ConnectError):
                async with asyncio.timeout(timeout):
                    await self._writer.start_tls(ssl_context, server_hostname=server_hostname)
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
        if self._reader.at_eof() or self._writer.is_closing():
            return True
        poll = select.poll()
        poll.register(self._writer.get_extra_info("socket").fileno(), select.POLLIN)
        return bool(poll.poll(0))


async def connected(host: str, port: int) -> Stream:
    """Raises httpcore.ConnectError."""
    with _told_as(httpcore.ConnectError):
        return Stream(*await asyncio.open_connection(host, port))


@contextlib.contextmanager
def _told_as(kind: type[httpcore.NetworkError]) -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise
    except OSError as error:
        raise kind(error) from error
