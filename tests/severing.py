"""A wire to PostgreSQL that breaks in the middle of a commit."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Literal, Self
from urllib.parse import parse_qs, urlsplit

from tests.wire import pipe

COMMIT = b"COMMIT;\x00"
"""As asyncpg says it, in a simple query."""


class Severing:
    """`url` is what DATABASE_URL would be. `cut` says what becomes of the next `times` commits:
    "before" they reach the server, or "after" it has done them and before it can say so."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        self.target = f"{query['host'][0]}/.s.PGSQL.{query.get('port', ['5432'])[0]}"
        self.login, self.name = parts.username or "", parts.path
        self.cut: Literal["before", "after"] = "after"
        self.times = 0

    async def __aenter__(self) -> Self:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self.server.sockets[0].getsockname()[1]
        self.url = f"postgres://{self.login}@127.0.0.1:{port}{self.name}?sslmode=disable"
        return self

    async def __aexit__(self, *_: object) -> None:
        self.server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, their = await asyncio.open_unix_connection(self.target)
        back = asyncio.create_task(pipe(there, writer))
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                if self.times and COMMIT in data:
                    self.times -= 1
                    back.cancel()
                    if self.cut == "after":
                        their.write(data)
                        await their.drain()
                        # Its answer is heard here, and nowhere else.
                        await there.read(1)
                    break
                their.write(data)
                await their.drain()
        for each in (writer, their):
            each.close()
