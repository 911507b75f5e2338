"""TCP servers that behave exactly as badly as a test needs, and a way out that may reach them."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from app.egress import parse_allowed
from app.egress.client import Client
from app.egress.dial import Resolve

Script = Callable[["Connection"], Awaitable[None]]


class Connection:
    """One accepted connection. `number` counts from 1, `requests` is the server's."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        number: int,
        requests: list[bytes],
    ) -> None:
        self.reader = reader
        self.writer = writer
        self.number = number
        self.requests = requests

    async def head(self) -> bytes:
        return await self.reader.readuntil(b"\r\n\r\n")

    async def request(self) -> bytes:
        """Reads one request, its body included."""
        head = await self.head()
        length = next(
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        )
        whole = head + await self.reader.readexactly(length)
        self.requests.append(whole)
        return whole

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def answer(self, body: bytes = b"ok", *headers: str, status: str = "200 OK") -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
        await self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def reset(self) -> None:
        """Closes with RST, as a crashed or impatient peer does."""
        raw = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


class Server:
    def __init__(self, script: Script) -> None:
        self.script = script
        self.port = 0
        self.connections = 0
        self.requests: list[bytes] = []
        self._running: set[asyncio.Task[None]] = set()
        self._writers: list[asyncio.StreamWriter] = []

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.append(writer)
        task = asyncio.ensure_future(self._play(reader, writer, self.connections))
        self._running.add(task)

    async def _play(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int
    ) -> None:
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await self.script(Connection(reader, writer, number, self.requests))
        finally:
            writer.close()

    async def stop(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def serving(
    script: Script,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[Server]:
    server = Server(script)
    listener = await asyncio.start_server(server.accept, host, port, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        await server.stop()


async def polite(connection: Connection) -> None:
    while await connection.request():
        await connection.answer()


@contextlib.asynccontextmanager
async def opened(
    allow: str = "127.0.0.1/32", *, resolve: Resolve | None = None, ca_file: Path | None = None
) -> AsyncIterator[Client]:
    egress = Client(parse_allowed(allow), resolve=resolve, ca_file=ca_file)
    try:
        yield egress
    finally:
        await egress.close()
