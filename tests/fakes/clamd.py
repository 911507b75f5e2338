"""A fake virus scanner that speaks clamd's protocol, as strict as the real one.

async with FakeClamd() as scanner:
    scanner.address
"""

from __future__ import annotations

import asyncio
import struct
from types import TracebackType
from typing import Self

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class FakeClamd:
    def __init__(self, most: int = 25 * 1024 * 1024) -> None:
        self.most = most
        self.seen: list[bytes] = []
        self._server: asyncio.Server | None = None

    @property
    def address(self) -> str:
        assert self._server is not None
        return f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            command = await reader.readuntil(b"\0")
            writer.write(await self._answer(command, reader) + b"\0")
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, command: bytes, reader: asyncio.StreamReader) -> bytes:
        if command == b"zPING\0":
            return b"PONG"
        if command != b"zINSTREAM\0":
            return b"UNKNOWN COMMAND"
        content = b""
        while size := struct.unpack(">I", await reader.readexactly(4))[0]:
            content += await reader.readexactly(size)
            if len(content) > self.most:
                return b"INSTREAM size limit exceeded. ERROR"
        self.seen.append(content)
        return b"stream: Win.Test.EICAR_HDB-1 FOUND" if EICAR in content else b"stream: OK"
