"""A mail server that takes everything: for the demo, where no library for one is installed.

Without TLS, sign-in and refusals; what it took is shown like the letters of FakeMail.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from types import TracebackType
from typing import Self

from .letters import Letter

LINE_LIMIT = 64 * 1024
SIZE_LIMIT = 25 * 1024 * 1024
HOSTNAME = "mail.fake.test"


class Sink:
    def __init__(self, port: int = 0, *, host: str = "127.0.0.1") -> None:
        self.host = host
        self.ports = {"plain-noauth": port}
        self.attempts: list[Letter] = []
        self._links: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        [port] = self.ports.values()
        self._server = await asyncio.start_server(self._meet, self.host, port, limit=LINE_LIMIT)
        self.ports["plain-noauth"] = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        for link in self._links:
            link.cancel()
        await asyncio.gather(*self._links, return_exceptions=True)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = asyncio.current_task()
        assert link is not None
        self._links.add(link)
        # A client that leaves in the middle, or says what is no line, is not talked to any longer.
        with contextlib.suppress(OSError, ValueError, asyncio.IncompleteReadError):
            await _Talk(reader, writer, self).hold()
        self._links.discard(link)
        writer.close()


class _Talk:
    """One connection."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sink: Sink
    ) -> None:
        self.reader, self.writer, self.sink = reader, writer, sink
        self.ehlo = self.sender = ""
        self.recipients: list[str] = []

    async def hold(self) -> None:
        await self._say(f"220 {HOSTNAME} ESMTP")
        while line := (await self.reader.readline()).decode("utf-8", "replace").strip():
            verb, _, rest = line.partition(" ")
            await self._say(await self._answer(verb.upper(), rest))
            if verb.upper() == "QUIT":
                return

    async def _say(self, line: str) -> None:
        self.writer.write(f"{line}\r\n".encode())
        await self.writer.drain()

    async def _answer(self, verb: str, rest: str) -> str:
        match verb:
            case "EHLO":
                self.ehlo = rest
                return f"250-{HOSTNAME}\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE {SIZE_LIMIT}"
            case "MAIL":
                self.sender, self.recipients = _address(rest), []
            case "RCPT":
                self.recipients.append(_address(rest))
            case "DATA":
                await self._say("354 End with a dot on a line of its own")
                return await self._take()
            case "HELO" | "RSET" | "NOOP":
                pass
            case "QUIT":
                return "221 2.0.0 Bye"
            case _:
                return "502 5.5.1 There is no such command here"
        return "250 2.0.0 Ok"

    async def _take(self) -> str:
        lines: list[bytes] = []
        size = 0
        while (line := await self.reader.readline()) not in (b".\r\n", b""):
            size += len(line)
            lines += [line[1:] if line.startswith(b".") else line] if size <= SIZE_LIMIT else []
        if not line:
            raise asyncio.IncompleteReadError(b"", None)
        if size > SIZE_LIMIT:
            return f"552 5.3.4 A letter has at most {SIZE_LIMIT} bytes"
        self.sink.attempts.append(self._letter(b"".join(lines)))
        return "250 2.0.0 Ok: queued"

    def _letter(self, raw: bytes) -> Letter:
        return Letter(
            listener="plain-noauth",
            sender=self.sender,
            recipients=self.recipients,
            raw=raw,
            tls=False,
            ehlo=self.ehlo,
            auth=None,
            auth_count=0,
            login=None,
            plaintext_auth=False,
            options=[],
            at=time.monotonic(),
            wall=time.time(),
            answer="250 2.0.0 Ok: queued",
        )


def _address(rest: str) -> str:
    """What stands between the angle brackets of `FROM:<a@b.example> SIZE=1`."""
    return rest.partition("<")[2].partition(">")[0]
