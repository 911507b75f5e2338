"""An HTTP proxy on this machine: it notes whom it is asked to connect to, and leads them here."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field


@dataclass
class FakeProxy:
    led: Mapping[str, int] = field(default_factory=dict)
    """From the target that is asked for to a port of this machine."""
    answers: list[str] = field(default_factory=list)
    """Status lines that the next callers get instead, one each."""
    login: str = ""
    """The Proxy-Authorization that it wants."""
    adds: bytes = b""
    """What it says behind its answer, before the other side says anything."""
    port: int = 0
    asked: list[str] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await self._serve(reader, writer)
        writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.heads.append(head)
        method, target, _ = head.decode().split(" ", 2)
        self.asked.append(f"{method} {target}")
        refused = self.answers.pop(0) if self.answers else ""
        wanted = f"proxy-authorization: {self.login}\r\n".lower().encode()
        if self.login and wanted not in head.lower():
            refused = "407 Proxy Authentication Required"
        if refused:
            writer.write(f"HTTP/1.1 {refused}\r\n\r\n".encode())
            await writer.drain()
            return
        inner, out = await asyncio.open_connection("127.0.0.1", self.led[target])
        writer.write(b"HTTP/1.1 200 Connection established\r\nVia: fake\r\n\r\n" + self.adds)
        with contextlib.closing(out):
            await asyncio.wait(
                [
                    asyncio.ensure_future(_pump(reader, out)),
                    asyncio.ensure_future(_pump(inner, writer)),
                ],
                return_when=asyncio.FIRST_COMPLETED,
            )


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()


@contextlib.asynccontextmanager
async def proxying(
    led: Mapping[str, int] | None = None, *, tls: ssl.SSLContext | None = None, login: str = ""
) -> AsyncIterator[FakeProxy]:
    fake = FakeProxy(led or {}, login=login)
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0, ssl=tls)
    fake.port = server.sockets[0].getsockname()[1]
    try:
        yield fake
    finally:
        server.close()
