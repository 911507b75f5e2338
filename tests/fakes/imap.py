"""A fake mailbox: an IMAP4rev1 server in the test's own event loop, as strict as the real ones.

    async with FakeImap() as box:
        box.add(raw)
        box.port

`manner` is what providers do: "netease" refuses to open a folder to who has not sent ID, "noidle"
cannot push, "nouidnext" does not say which number comes next, "starttls" wants encryption first,
"nomove" has no MOVE but UIDPLUS, "nouidplus" has neither.
A command that no state allows, or that is not written as RFC 3501 has it, is answered with BAD.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from types import TracebackType
from typing import Self

ASTRING = r'(?:"((?:[^"\\]|\\["\\])*)"|([^\s(){%*"\\]+))'
LOGIN = re.compile(rf"LOGIN {ASTRING} {ASTRING}")
SELECT = re.compile(rf"SELECT {ASTRING}")
ID = re.compile(r'ID (?:NIL|\("[^"]*" (?:"[^"]*"|NIL)(?: "[^"]*" (?:"[^"]*"|NIL))*\))')
SEARCH = re.compile(r"UID SEARCH (?:(ALL)|UID (\d+):\*|SINCE \d{1,2}-[A-Z][a-z]{2}-\d{4})")
FETCH = re.compile(r"UID FETCH (\d+) \((RFC822\.SIZE|BODY\.PEEK\[\]|BODY\.PEEK\[HEADER\])\)")
STORE = re.compile(r"UID STORE (\d+) \+FLAGS(?:\.SILENT)? \(\\(Seen|Deleted)\)")
TRANSFER = re.compile(rf"UID (MOVE|COPY) (\d+) {ASTRING}")
EXPUNGE = re.compile(r"UID EXPUNGE (\d+)")
CREATE = re.compile(rf"CREATE {ASTRING}")
CLOSE_SECONDS = 1


def _server_context() -> ssl.SSLContext:
    """Imported here: the demo, which has no TLS, has no library for certificates."""
    from . import tls

    return tls.server_context()


class FakeImap:
    def __init__(self, *manner: str, tls_from_start: bool = False, port: int = 0) -> None:
        self.manner = manner
        self.passwords = {"good"}
        self.validity = 7
        self.folder = "INBOX"
        self.mails: dict[int, bytes] = {}
        self.seen: set[int] = set()
        self.deleted: set[int] = set()
        self.others: dict[str, list[bytes]] = {}
        """Further folders, with their mails."""
        self.creates = True
        self.log: list[str] = []
        """Every command, without its tag; passwords too."""
        self.fetched: list[int] = []
        self.busy = False
        """Says so to everybody who comes."""
        self._next = 1
        self._fixed = port
        self._tls = tls_from_start
        self._writers: set[asyncio.StreamWriter] = set()
        self._idle: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    def add(self, raw: bytes) -> int:
        """A mail has come; who waits is told."""
        uid, self._next = self._next, self._next + 1
        self.mails[uid] = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        for writer in self._idle:
            writer.write(f"* {len(self.mails)} EXISTS\r\n".encode())
        return uid

    def renumber(self) -> None:
        """As after the mailbox was moved: the same mails under new numbers."""
        self.validity += 1
        self.mails = dict(enumerate(self.mails.values(), start=101))
        self._next = 101 + len(self.mails)

    def hang_up(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def __aenter__(self) -> Self:
        context = _server_context() if self._tls else None
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", self._fixed, ssl=context
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        self.hang_up()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            await _Visit(self, reader, writer).run()
        except (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            pass
        finally:
            self._writers.discard(writer)
            self._idle.discard(writer)
            writer.close()


class _Visit:
    """One connection; `state` as RFC 3501 has it."""

    def __init__(
        self, box: FakeImap, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.box, self.reader, self.writer = box, reader, writer
        self.state = "greeted"
        self.known = self.encrypted = False
        self.told = 0

    def say(self, text: str) -> None:
        self.writer.write(f"{text}\r\n".encode())

    async def run(self) -> None:
        if self.box.busy:
            self.say("* BYE Too many connections")
            return
        self.say("* OK [CAPABILITY IMAP4rev1] ready")
        while line := (await self.reader.readline()).decode("utf-8", "replace"):
            tag, _, command = line.removesuffix("\r\n").partition(" ")
            self.box.log.append(command)
            if not line.endswith("\r\n") or not re.fullmatch(r"[A-Za-z0-9]+", tag):
                self.say("* BAD No command")
                return
            if await self.do(tag, command):
                return
            await self.writer.drain()

    async def do(self, tag: str, command: str) -> bool:
        """Whether that was the last."""
        name = command.partition(" ")[0].upper()
        if command == "LOGOUT":
            self.say("* BYE bye")
            self.say(f"{tag} OK done")
            return True
        if command == "CAPABILITY":
            self.say(f"* CAPABILITY {' '.join(['IMAP4rev1', 'ID', *self.can()])}")
            self.say(f"{tag} OK done")
        elif command == "NOOP":
            self.say(f"* {len(self.box.mails)} EXISTS")
            self.say(f"{tag} OK done")
        elif command == "STARTTLS" and self.state == "greeted" and not self.encrypted:
            self.say(f"{tag} OK begin")
            await self.writer.drain()
            await self.writer.start_tls(_server_context())
            self.encrypted = True
        elif ID.fullmatch(command):
            self.known = True
            self.say('* ID ("name" "fake")')
            self.say(f"{tag} OK done")
        elif name == "LOGIN" and self.state == "greeted":
            self.login(tag, command)
        elif name == "SELECT" and self.state in {"in", "open"}:
            self.select(tag, command)
        elif found := CREATE.fullmatch(command):
            self.create(tag, found[1] or found[2])
        elif name in {"UID", "IDLE"} and self.state == "open":
            await self.opened(tag, command)
        else:
            self.say(f"{tag} BAD not now, or not written so: {name}")
        return False

    def can(self) -> list[str]:
        manner = self.box.manner
        found = [] if "noidle" in manner else ["IDLE"]
        if "nouidplus" not in manner:
            found += ["UIDPLUS"] if "nomove" in manner else ["UIDPLUS", "MOVE"]
        return found

    def create(self, tag: str, folder: str) -> None:
        if self.box.creates:
            self.box.others.setdefault(folder, [])
        self.say(f"{tag} OK CREATE completed" if self.box.creates else f"{tag} NO not permitted")

    def transfer(self, tag: str, act: str, uid: int, folder: str) -> None:
        raw = self.box.mails.get(uid)
        if act == "MOVE" and "MOVE" not in self.can():
            self.say(f"{tag} BAD MOVE")
        elif folder not in self.box.others:
            self.say(f"{tag} NO [TRYCREATE] Folder not exist")
        else:
            if raw is not None:
                self.box.others[folder].append(raw)
            if act == "MOVE" and raw is not None:
                self.expunge(uid)
            self.say(f"{tag} OK {act} completed")

    def expunge(self, uid: int) -> None:
        at = sorted(self.box.mails).index(uid) + 1
        del self.box.mails[uid]
        self.told = len(self.box.mails)
        self.say(f"* {at} EXPUNGE")

    def login(self, tag: str, command: str) -> None:
        found = LOGIN.fullmatch(command)
        if found is None:
            self.say(f"{tag} BAD arguments")
        elif "starttls" in self.box.manner and not self.encrypted:
            self.say(f"{tag} NO [PRIVACYREQUIRED] Use STARTTLS first")
        elif (found[3] or found[4] or "").replace('\\"', '"') in self.box.passwords:
            self.state = "in"
            self.say(f"{tag} OK [CAPABILITY IMAP4rev1 ID IDLE] welcome")
        else:
            self.say(f"{tag} NO [AUTHENTICATIONFAILED] LOGIN Login error password error")

    def select(self, tag: str, command: str) -> None:
        found = SELECT.fullmatch(command)
        if found is None:
            self.say(f"{tag} BAD arguments")
        elif "netease" in self.box.manner and not self.known:
            self.say(f"{tag} NO SELECT Unsafe Login. Please contact kefu@188.com for help")
        elif (found[1] or found[2]) != self.box.folder:
            self.say(f"{tag} NO Folder not exist")
        else:
            self.state = "open"
            self.say(f"* {len(self.box.mails)} EXISTS")
            self.say(r"* FLAGS (\Answered \Seen)")
            self.say(f"* OK [UIDVALIDITY {self.box.validity}] UIDs valid")
            if "nouidnext" not in self.box.manner:
                self.say(f"* OK [UIDNEXT {self.box._next}] next")
            self.say(f"{tag} OK [READ-WRITE] SELECT completed")

    async def opened(self, tag: str, command: str) -> None:
        if command == "IDLE" and "noidle" not in self.box.manner:
            await self.idle(tag)
        elif found := SEARCH.fullmatch(command):
            uids = sorted(self.box.mails)
            self.told = len(uids)
            if found[2]:
                # "n:*" has the last one even where n is behind it.
                uids = [each for each in uids if each >= int(found[2])] or uids[-1:]
            self.say(" ".join(["* SEARCH", *map(str, uids)]))
            self.say(f"{tag} OK SEARCH completed")
        elif found := FETCH.fullmatch(command):
            self.fetch(tag, int(found[1]), found[2])
        elif found := STORE.fullmatch(command):
            (self.box.seen if found[2] == "Seen" else self.box.deleted).add(int(found[1]))
            self.say(f"{tag} OK STORE completed")
        elif found := TRANSFER.fullmatch(command):
            self.transfer(tag, found[1], int(found[2]), found[3] or found[4])
        elif (found := EXPUNGE.fullmatch(command)) and "UIDPLUS" in self.can():
            if int(found[1]) in self.box.deleted & self.box.mails.keys():
                self.expunge(int(found[1]))
            self.say(f"{tag} OK EXPUNGE completed")
        else:
            self.say(f"{tag} BAD arguments")

    def fetch(self, tag: str, uid: int, part: str) -> None:
        raw = self.box.mails.get(uid)
        if raw is not None:
            at = sorted(self.box.mails).index(uid) + 1
            if part == "RFC822.SIZE":
                self.say(f"* {at} FETCH (UID {uid} RFC822.SIZE {len(raw)})")
            else:
                self.box.fetched.append(uid)
                whole = part == "BODY.PEEK[]"
                sent = raw if whole else raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
                shown = "BODY[]" if whole else "BODY[HEADER]"
                self.writer.write(f"* {at} FETCH (UID {uid} {shown} {{{len(sent)}}}\r\n".encode())
                self.writer.write(sent + b")\r\n")
        self.say(f"{tag} OK FETCH completed")

    async def idle(self, tag: str) -> None:
        self.say("+ idling")
        # What came since the last search was not told yet.
        if len(self.box.mails) != self.told:
            self.say(f"* {len(self.box.mails)} EXISTS")
        self.box._idle.add(self.writer)
        await self.writer.drain()
        done = await self.reader.readline()
        self.box._idle.discard(self.writer)
        if not done:
            return
        self.say(f"{tag} OK IDLE done" if done == b"DONE\r\n" else f"{tag} BAD expected DONE")
