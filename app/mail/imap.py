"""A session with a mailbox by IMAP: signed in, a folder open, mails taken one by one."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import datetime as dt
import re
import socket
import ssl
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from app.egress.errors import OutboundError
from app.egress.way import Egress
from app.errors import Error
from app.mail.imap_wire import STREAM_MAX, Broken, Client, Response, Value
from app.mail.mailboxes import Config
from app.mail.receive import RAW_MAX
from app.text import clean_line

CONNECT_SECONDS = 15.0
FETCH_SECONDS = 180.0
BYE_SECONDS = 2.0
LINE_MAX = 4096
WORDS_MAX = 300
FOUND_MAX = 500_000
CANNOT_MOVE = "MOVE, UIDPLUS?"
SIZE = re.compile(r"[0-9]{1,19}")
SINCE = dt.timedelta(days=7)
"""How far back is looked when the server has numbered its mails anew."""
MARK = re.compile(r"\[(UIDVALIDITY|UIDNEXT) +([0-9]{1,19})\b", re.IGNORECASE)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# 163 and QQ close the door on programs that do not say who they are.
WHO = '("name" "leavemsg" "version" "1" "vendor" "leavemsg")'
LOST = (Broken, OSError, EOFError, ValueError)


class MailboxFault(Error):
    """Why mail cannot be fetched; `words` are the server's."""

    def __init__(self, code: str, words: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.words = clean_line(words)[:WORDS_MAX]


class Session:
    """async with Session(egress, config, password) as box: …  Everything raises MailboxFault."""

    def __init__(self, egress: Egress, config: Config, password: str) -> None:
        self.egress = egress
        self.config = config
        self.password = password
        self.validity = 0
        self.next = 1
        self._client: Client | None = None

    @property
    def client(self) -> Client:
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
        client.abort()

    async def _connect(self) -> None:
        config = self.config
        try:
            sock, _ = await self.egress.connect(config.host, config.port, deadline=CONNECT_SECONDS)
        except OutboundError as error:
            raise MailboxFault(error.reason) from None
        tls = None if config.tls == "none" else self.egress.tls_context()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                if config.tls == "starttls":
                    await _start_tls(sock)
                stream, writer = await asyncio.open_connection(
                    sock=sock,
                    ssl=tls,
                    server_hostname=config.host if tls else None,
                    limit=STREAM_MAX,
                )
        except BaseException:
            sock.close()
            raise
        self._client = Client(stream, writer, RAW_MAX)
        if config.tls != "starttls":
            await self.client.greeting()
        await self.client.run("CAPABILITY")

    async def _sign_in(self) -> None:
        with _explained("connection_lost"):
            if self.client.can("LOGINDISABLED"):
                raise MailboxFault("login_refused", "LOGINDISABLED")
            user, password = self.config.user.encode(), self.password.encode()
            answer = await self.client.run("LOGIN", user, password)
            if not answer.ok:
                raise MailboxFault("login_refused", answer.text)
            await self.client.run("CAPABILITY")
            if self.client.can("ID"):
                await self.client.run("ID", WHO)

    async def _open(self) -> None:
        marks: dict[str, int] = {}

        def take(response: Response) -> None:
            if response.name == "OK" and (found := MARK.search(response.text)):
                marks[found[1].upper()] = int(found[2])

        with _explained("connection_lost"):
            answer = await self.client.run("SELECT", utf7(self.config.folder).encode(), take=take)
            if not answer.ok:
                # "Unsafe Login" is what 163 says to programs that it does not know.
                unsafe = "unsafe login" in answer.text.lower()
                raise MailboxFault("unsafe_login" if unsafe else "no_folder", answer.text)
            self.validity = marks.get("UIDVALIDITY", 0)
            self.next = marks.get("UIDNEXT") or await self._highest() + 1

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
        uids: set[int] = set()

        def take(response: Response) -> None:
            if response.name == "SEARCH":
                uids.update(response.numbers())
                if len(uids) > FOUND_MAX:
                    raise Broken("SEARCH found too many")

        with _explained("connection_lost"):
            answer = await self.client.run(f"UID SEARCH {criteria}", take=take)
            if not answer.ok:
                raise MailboxFault("server_refused", answer.text)
            return sorted(uids)

    async def fetch(self, uid: int) -> bytes | None:
        """None for one that is gone. Of one that is too large, the head alone. It stays unread."""
        with _explained("connection_lost"):
            size = await self._fetch(uid, "RFC822.SIZE")
            if not isinstance(size, str) or not SIZE.fullmatch(size):
                return None
            whole = int(size) <= RAW_MAX
            raw = await self._fetch(uid, "BODY.PEEK[]" if whole else "BODY.PEEK[HEADER]")
            return raw if isinstance(raw, bytes) else None

    async def _fetch(self, uid: int, part: str) -> Value:
        """What is said of that mail; others may be spoken of in between."""
        asked_for = part.partition(".PEEK")[0]
        said: list[Value] = []

        def take(response: Response) -> None:
            items = response.items() if response.name == "FETCH" and not said else {}
            if items.get("UID", str(uid)) == str(uid):
                said.extend(items[name] for name in items if name.startswith(asked_for))

        command = f"UID FETCH {uid} ({part})"
        answer = await self.client.run(command, take=take, seconds=FETCH_SECONDS)
        if not answer.ok:
            raise MailboxFault("server_refused", answer.text)
        return said[0] if said else None

    async def mark_seen(self, uid: int) -> None:
        """A server that does not allow it is no reason to stop: we know what we have."""
        with _explained("connection_lost"):
            await self.client.run(rf"UID STORE {uid} +FLAGS.SILENT (\Seen)")

    @property
    def can_move(self) -> bool:
        return self.client.can("MOVE", "UIDPLUS")

    async def move(self, uid: int, folder: str) -> str:
        """Into another folder, which is made where it is missing. Returns why not, in the server's
        words; empty when it did."""
        if not self.can_move:
            return CANNOT_MOVE
        there = utf7(folder).encode()
        with _explained("connection_lost"):
            refused = await self._moved(uid, there)
            if refused and (await self.client.run("CREATE", there)).ok:
                refused = await self._moved(uid, there)
        return refused

    async def _moved(self, uid: int, there: bytes) -> str:
        if self.client.can("MOVE"):
            return (await self.client.run(f"UID MOVE {uid}", there)).refusal
        answer = await self.client.run(f"UID COPY {uid}", there)
        if not answer.ok:
            return answer.refusal
        await self.client.run(rf"UID STORE {uid} +FLAGS.SILENT (\Deleted)")
        # By its number: others may have marked mails of theirs.
        return (await self.client.run(f"UID EXPUNGE {uid}")).refusal

    async def wait(self, seconds: float) -> None:
        """Until something is new, or as long; at once when the connection is lost."""
        now = asyncio.get_running_loop().time
        until = now() + seconds
        with _explained("connection_lost"):
            if self.client.can("IDLE") and await self.client.idle(seconds):
                return
            if (rest := until - now()) > 0:
                await asyncio.sleep(rest)
                await self.client.run("NOOP")


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
    except Broken as error:
        raise MailboxFault("connection_lost", str(error)) from None
    except LOST as error:
        raise MailboxFault(otherwise, type(error).__name__) from None


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
