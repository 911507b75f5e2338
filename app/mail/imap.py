"""A session with a mailbox by IMAP: signed in, a folder open, mails taken one by one."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import datetime as dt
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Self

# It speaks over a socket that egress has connected, to an address that egress has checked.
from aioimaplib.aioimaplib import (
    IMAP4,
    NONAUTH,
    AioImapException,
    Command,
    IMAP4ClientProtocol,
    quoted,
)

from app.egress.faults import OutboundError
from app.egress.way import Egress
from app.errors import Error
from app.mail.mailboxes import Config
from app.mail.receive import RAW_MAX
from app.text import clean_line

CONNECT_SECONDS = 15.0
STEP_SECONDS = 30.0
FETCH_SECONDS = 180.0
BYE_SECONDS = 2.0
LINE_MAX = 4096
WORDS_MAX = 300
CANNOT_MOVE = "MOVE, UIDPLUS?"
SINCE = dt.timedelta(days=7)
"""How far back is looked when the server has numbered its mails anew."""
VALIDITY = re.compile(rb"UIDVALIDITY (\d+)", re.IGNORECASE)
NEXT = re.compile(rb"UIDNEXT (\d+)", re.IGNORECASE)
SIZE = re.compile(rb"RFC822\.SIZE (\d+)", re.IGNORECASE)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# 163 and QQ close the door on programs that do not say who they are.
WHO = '("name" "leavemsg" "version" "1" "vendor" "leavemsg")'
LOST = (AioImapException, OSError, EOFError, ssl.SSLError, ValueError, RecursionError)


class MailboxFault(Error):
    """Why mail cannot be fetched; `words` are the server's."""

    def __init__(self, code: str, words: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.words = clean_line(words)[:WORDS_MAX]


class _Client(IMAP4):  # type: ignore[misc]  # it ships no types
    """Over a connection that is open already."""

    def __init__(self, sock: socket.socket, tls: ssl.SSLContext | None, host: str) -> None:
        self._made = (sock, tls, host if tls else None)
        self.lost = asyncio.Event()
        super().__init__(timeout=STEP_SECONDS, conn_lost_cb=lambda _: self.lost.set())

    def create_client(
        self,
        host: str,
        port: int,
        loop: Any,
        conn_lost_cb: Callable[[Any], None] | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        here = asyncio.get_running_loop()
        self.protocol = IMAP4ClientProtocol(here, conn_lost_cb)
        sock, tls, name = self._made
        opening = here.create_connection(
            lambda: self.protocol, sock=sock, ssl=tls, server_hostname=name
        )
        self._client_task = here.create_task(opening)


class Session:
    """async with Session(egress, config, password) as box: …  Everything raises MailboxFault."""

    def __init__(self, egress: Egress, config: Config, password: str) -> None:
        self.egress = egress
        self.config = config
        self.password = password
        self.validity = 0
        self.next = 1
        self._client: _Client | None = None

    @property
    def client(self) -> _Client:
        assert self._client is not None
        return self._client

    async def __aenter__(self) -> Self:
        try:
            with _explained("connect_failed"):
                await self._connect()
            await self._sign_in()
            await self._open()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        with contextlib.suppress(*LOST, TimeoutError):
            async with asyncio.timeout(BYE_SECONDS):
                await client.logout()
        if client.protocol.transport is not None:
            client.protocol.transport.abort()

    async def _connect(self) -> None:
        config = self.config
        try:
            sock, _ = await self.egress.connect(config.host, config.port, deadline=CONNECT_SECONDS)
        except OutboundError as error:
            raise MailboxFault(error.reason) from None
        tls = None if config.tls == "none" else self.egress.tls_context()
        try:
            if config.tls == "starttls":
                async with asyncio.timeout(CONNECT_SECONDS):
                    await _start_tls(sock)
            self._client = _Client(sock, tls, config.host)
        except BaseException:
            sock.close()
            raise
        if config.tls == "starttls":
            async with asyncio.timeout(CONNECT_SECONDS):
                await self.client._client_task
                self.client.protocol.state = NONAUTH
                await self.client.protocol.capability()
        else:
            await self.client.wait_hello_from_server()

    async def _sign_in(self) -> None:
        with _explained("connection_lost"):
            user = quoted(self.config.user)
            answer = await self.client.login(user, self.password)
            if answer.result != "OK":
                raise MailboxFault("login_refused", _said(answer))
            await self.client.protocol.capability()
            if self.client.has_capability("ID"):
                made = Command("ID", self.client.protocol.new_tag(), WHO)
                await asyncio.wait_for(self.client.protocol.execute(made), STEP_SECONDS)

    async def _open(self) -> None:
        with _explained("connection_lost"):
            answer = await self.client.select(quoted(utf7(self.config.folder)))
            if answer.result != "OK":
                # "Unsafe Login" is what 163 says to programs that it does not know.
                unsafe = "unsafe login" in _said(answer).lower()
                raise MailboxFault("unsafe_login" if unsafe else "no_folder", _said(answer))
            whole = b"\n".join(bytes(each) for each in answer.lines)
            validity, following = VALIDITY.search(whole), NEXT.search(whole)
            self.validity = int(validity[1]) if validity else 0
            self.next = int(following[1]) if following else await self._highest() + 1

    async def _highest(self) -> int:
        return max(await self._search("ALL"), default=0)

    async def after(self, uid: int) -> list[int]:
        """The mails behind that one, oldest first."""
        # "n:*" names the last one even where n is behind it.
        return [each for each in await self._search(f"UID {uid + 1}:*") if each > uid]

    async def lately(self, today: dt.date) -> list[int]:
        """Those of the last days."""
        day = today - SINCE
        return await self._search(f"SINCE {day.day}-{MONTHS[day.month - 1]}-{day.year}")

    async def _search(self, criteria: str) -> list[int]:
        with _explained("connection_lost"):
            answer = await self.client.uid_search(criteria, charset=None)
            if answer.result != "OK":
                raise MailboxFault("server_refused", _said(answer))
            first = bytes(answer.lines[0]) if len(answer.lines) > 1 else b""
            return sorted({int(each) for each in first.split() if each.isdigit()})

    async def fetch(self, uid: int) -> bytes | None:
        """None for one that is gone. Of one that is too large, the head alone. It stays unread."""
        with _explained("connection_lost"):
            sized = await self._fetch(uid, "(RFC822.SIZE)")
            found = SIZE.search(b" ".join(bytes(each) for each in sized))
            if found is None:
                return None
            part = "BODY.PEEK[]" if int(found[1]) <= RAW_MAX else "BODY.PEEK[HEADER]"
            whole = await self._fetch(uid, f"({part})")
            # What the server sends by its length is a bytearray; the lines around it are not.
            return next((bytes(each) for each in whole if isinstance(each, bytearray)), None)

    async def _fetch(self, uid: int, parts: str) -> list[Any]:
        async with asyncio.timeout(FETCH_SECONDS):
            answer = await self.client.protocol.fetch(str(uid), parts, by_uid=True)
        if answer.result != "OK":
            raise MailboxFault("server_refused", _said(answer))
        return list(answer.lines)

    async def mark_seen(self, uid: int) -> None:
        """A server that does not allow it is no reason to stop: we know what we have."""
        with _explained("connection_lost"):
            await self.client.uid("store", str(uid), r"+FLAGS.SILENT (\Seen)")

    @property
    def can_move(self) -> bool:
        return any(self.client.has_capability(each) for each in ("MOVE", "UIDPLUS"))

    async def move(self, uid: int, folder: str) -> str:
        """Into another folder, which is made where it is missing. Returns why not, in the server's
        words; empty when it did."""
        if not self.can_move:
            return CANNOT_MOVE
        there = quoted(utf7(folder))
        with _explained("connection_lost"):
            refused = await self._moved(uid, there)
            if refused and (await self.client.create(there)).result == "OK":
                refused = await self._moved(uid, there)
        return refused

    async def _moved(self, uid: int, there: str) -> str:
        if self.client.has_capability("MOVE"):
            answer = await self.client.uid("move", str(uid), there)
            return "" if answer.result == "OK" else _said(answer)
        answer = await self.client.uid("copy", str(uid), there)
        if answer.result != "OK":
            return _said(answer)
        await self.client.uid("store", str(uid), r"+FLAGS.SILENT (\Deleted)")
        # By its number: others may have marked mails of theirs.
        answer = await self.client.uid("expunge", str(uid))
        return "" if answer.result == "OK" else _said(answer)

    async def wait(self, seconds: float) -> None:
        """Until something is new, or as long; at once when the connection is lost."""
        if not self.client.has_capability("IDLE"):
            await asyncio.sleep(seconds)
            with _explained("connection_lost"):
                await self.client.noop()
            return
        with _explained("connection_lost"):
            idling = await self.client.idle_start(timeout=seconds + STEP_SECONDS)
            pushed = asyncio.ensure_future(self.client.wait_server_push(seconds))
            lost = asyncio.ensure_future(self.client.lost.wait())
            await asyncio.wait({pushed, lost, idling}, return_when=asyncio.FIRST_COMPLETED)
            for each in (pushed, lost):
                each.cancel()
            await asyncio.gather(pushed, lost, return_exceptions=True)
            if self.client.lost.is_set():
                raise MailboxFault("connection_lost")
            self.client.idle_done()
            await asyncio.wait_for(idling, STEP_SECONDS)


async def _start_tls(sock: socket.socket) -> None:
    """Nothing may come before the encryption but the answer to STARTTLS."""
    await _line(sock)
    await asyncio.get_running_loop().sock_sendall(sock, b"s1 STARTTLS\r\n")
    line = await _line(sock)
    while line.startswith(b"* "):
        line = await _line(sock)
    if not line.upper().startswith(b"S1 OK"):
        raise MailboxFault("no_starttls", line.decode("utf-8", "replace"))


async def _line(sock: socket.socket) -> bytes:
    """Byte by byte, so that nothing behind the line is taken for encrypted."""
    found = bytearray()
    while not found.endswith(b"\r\n"):
        more = await asyncio.get_running_loop().sock_recv(sock, 1)
        if not more or len(found) > LINE_MAX:
            raise MailboxFault("connection_lost")
        found += more
    return bytes(found)


@contextlib.contextmanager
def _explained(otherwise: str) -> Iterator[None]:
    try:
        yield
    except MailboxFault:
        raise
    except ssl.SSLCertVerificationError as error:
        raise MailboxFault("tls_failed", error.verify_message) from None
    except ssl.SSLError as error:
        raise MailboxFault("tls_failed", str(error.reason or "")) from None
    except TimeoutError:
        raise MailboxFault("timeout") from None
    except LOST as error:
        raise MailboxFault(otherwise, type(error).__name__) from None


def _said(answer: Any) -> str:
    last = answer.lines[-1] if answer.lines else b""
    return bytes(last).decode("utf-8", "replace")


def utf7(name: str) -> str:
    """A folder's name as IMAP writes it (RFC 3501, 5.1.3)."""
    shown: list[str] = []
    waiting = ""

    def flush() -> None:
        nonlocal waiting
        if waiting:
            coded = base64.b64encode(waiting.encode("utf-16-be")).decode().rstrip("=")
            shown.append(f"&{coded.replace('/', ',')}-")
            waiting = ""

    for sign in name:
        if " " <= sign <= "~":
            flush()
            shown.append("&-" if sign == "&" else sign)
        else:
            waiting += sign
    flush()
    return "".join(shown)
