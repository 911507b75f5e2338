"""A wire to a server, which can be cut and mended."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Self


class Wire:
    """`url` leads to the server on that port of this machine, while the wire is whole."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.port = 0
        self._ends: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        await self.mend()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.cut()

    async def mend(self) -> None:
        self.server = await asyncio.start_server(self._join, "127.0.0.1", self.port)
        self.port = self.server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """Ends every connection, and refuses new ones."""
        self.server.close()
        for end in self._ends:
            end.transport.abort()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, their = await asyncio.open_connection("127.0.0.1", self.target)
        ends = {writer, their}
        self._ends |= ends
        await asyncio.gather(pipe(reader, their), pipe(there, writer))
        self._ends -= ends


async def pipe(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    target.close()
