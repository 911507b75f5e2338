"""The fake mail servers: SMTP listeners in the test's own event loop.

    async with FakeMail() as mail:
        port = mail.port("starttls")
        ...
        assert mail.messages[0].subject == "…"

Listeners: starttls implicit plain plain-noauth silent busy badcert badcert-lax badcert-implicit
stranger noutf8 no8bit size (1000 bytes) size:N. Recipients by local part: nouser full policy grey
spam big later drop slow; anybody else is an ordinary mailbox. Passwords: good bad flagoff weak.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import ssl
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self, cast

import trustme

from tests.fakes import tls
from tests.fakes.clock import Clock
from tests.fakes.letters import ALLOWED_HEADERS, AuthTry, Letter, Visit
from tests.fakes.smtp import Manner, Postbox

SMALL = 1000
BACKLOG = 128
CLOSE_SECONDS = 1
BANNERS = {"silent": b"", "busy": b"421 4.3.2 Too busy, try again later\r\n"}


class FakeMail:
    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        ports: Mapping[str, int] | None = None,
        clock: Clock | None = None,
    ) -> None:
        """`ports` fixes the port of a listener; the others get free ones."""
        self.host = host
        self.clock = clock or Clock()
        self.messages: list[Letter] = []
        """What was accepted, `drop` included."""
        self.attempts: list[Letter] = []
        """Everything that reached the end of DATA."""
        self.visits: list[Visit] = []
        self.passwords = {"good"}
        self.mechanisms: tuple[str, ...] = ("LOGIN", "PLAIN")
        self.auth_required = False
        self.sender_rule: str | None = "553"
        """Or "501", the words of other providers, or None."""
        self.slow_seconds = 1.0
        self.allowed_headers = set(ALLOWED_HEADERS)
        self.listeners: list[Callable[[Letter], None]] = []
        self.first_seen: dict[str, float] = {}
        self.refusals: Counter[str] = Counter()
        self.live: set[Postbox] = set()
        self.ca_file = ""
        self._fixed = dict(ports or {})
        self.ports: dict[str, int] = {}
        """The listeners that are open."""
        self._starting: list[asyncio.Task[asyncio.Server]] = []
        self.mute: set[asyncio.Transport] = set()
        self._arrival = asyncio.Event()

    @property
    def ca(self) -> trustme.CA:
        return tls.authority()

    async def __aenter__(self) -> Self:
        handle, self.ca_file = tempfile.mkstemp(suffix=".pem", prefix="fake-mail-ca-")
        os.write(handle, self.ca.cert_pem.bytes())
        os.close(handle)
        # aiosmtpd logs whole letters at DEBUG, which would spoil every search for leaked secrets.
        self._log_level = logging.getLogger("mail.log").level
        logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)
        for name in self._fixed:
            self.port(name)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        servers = await asyncio.gather(*self._starting)
        for server in servers:
            server.close()
        for transport in list(self.mute):
            transport.abort()
        await asyncio.gather(*(box.leave() for box in list(self.live)))
        # A client in the middle of a TLS handshake is nobody's yet and cannot be sent away.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await asyncio.gather(*(server.wait_closed() for server in servers))
        # An aborted transport lets go of its socket a turn of the loop later, one with TLS two.
        for _ in range(3):
            await asyncio.sleep(0)
        logging.getLogger("mail.log").setLevel(self._log_level)
        os.unlink(self.ca_file)

    def port(self, name: str) -> int:
        """Opens the listener when it is first asked for."""
        if name not in self.ports:
            if name not in BANNERS:
                manner_of(name)
            sock = socket.create_server((self.host, self._fixed.get(name, 0)), backlog=BACKLOG)
            start = self._listen(sock, name)
            self._starting.append(asyncio.get_running_loop().create_task(start))
            self.ports[name] = sock.getsockname()[1]
        return self.ports[name]

    async def _listen(self, sock: socket.socket, name: str) -> asyncio.Server:
        loop = asyncio.get_running_loop()
        if name in BANNERS:
            return await loop.create_server(lambda: Mute(self, name), sock=sock)
        manner = manner_of(name)
        return await loop.create_server(
            lambda: Postbox(self, manner), sock=sock, ssl=manner.implicit
        )

    def take(self, letter: Letter) -> None:
        self.attempts.append(letter)
        if letter.ok:
            self.messages.append(letter)
        self._arrival.set()
        for listener in self.listeners:
            listener(letter)

    async def arrived(self, count: int, *, timeout: float = 30.0) -> list[Letter]:
        """Waits until that many letters were accepted."""
        async with asyncio.timeout(timeout):
            while len(self.messages) < count:
                self._arrival.clear()
                await self._arrival.wait()
        return self.messages

    @property
    def auths(self) -> list[AuthTry]:
        """Every AUTH command, whether a letter followed or not."""
        return [attempt for visit in self.visits for attempt in visit.auths]

    @property
    def plaintext_auth(self) -> list[AuthTry]:
        return [attempt for attempt in self.auths if not attempt.encrypted]

    @property
    def recipients(self) -> list[tuple[str, str]]:
        """Every RCPT with its answer."""
        return [pair for visit in self.visits for pair in visit.recipients]

    def client_context(self) -> ssl.SSLContext:
        return tls.client_context()


class Mute(asyncio.Protocol):
    """Says one line and hangs up, or says nothing and waits."""

    def __init__(self, office: FakeMail, name: str) -> None:
        self.office = office
        self.name = name
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no asyncio.Transport, but all that we ask of one.
        self.transport = cast("asyncio.Transport", transport)
        self.office.mute.add(self.transport)
        self.office.visits.append(Visit(self.name))
        if BANNERS[self.name]:
            self.transport.write(BANNERS[self.name])
            self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if self.transport is not None:
            self.office.mute.discard(self.transport)


def manner_of(name: str) -> Manner:
    kind, _, size = name.partition(":")
    if kind == "size":
        return Manner(name, starttls=tls.server_context(), size=int(size or SMALL))
    if name not in MANNERS:
        raise ValueError(f"no mail server is called {name!r}")
    return MANNERS[name](name)


MANNERS: dict[str, Callable[[str], Manner]] = {
    "starttls": lambda name: Manner(name, starttls=tls.server_context()),
    "implicit": lambda name: Manner(name, implicit=tls.server_context()),
    "plain": lambda name: Manner(name),
    "plain-noauth": lambda name: Manner(name, auth=False),
    "badcert": lambda name: Manner(name, starttls=tls.server_context("wrong.example")),
    "badcert-lax": lambda name: Manner(
        name, starttls=tls.server_context("wrong.example"), lax=True
    ),
    "badcert-implicit": lambda name: Manner(name, implicit=tls.server_context("wrong.example")),
    "stranger": lambda name: Manner(name, starttls=tls.stranger_context()),
    "noutf8": lambda name: Manner(name, starttls=tls.server_context(), utf8=False),
    "no8bit": lambda name: Manner(name, starttls=tls.server_context(), utf8=False, eight_bit=False),
}
