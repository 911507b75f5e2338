"""IMAP over a stream: commands are written, answers are read.

As in RFC 3501 and RFC 9051, with IDLE (RFC 2177), ID (RFC 2971), UIDPLUS (RFC 4315) and MOVE
(RFC 6851). Whatever the server sends, only Broken, EOFError, OSError and TimeoutError are raised,
and no more of it is kept than the limits here allow.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

STEP_SECONDS = 30.0
STREAM_MAX = 64 * 1024
LINE_MAX = 64 * 1024
LIST_MAX = 4 * 1024 * 1024
"""Bytes of the line that answers SEARCH: 400 000 numbers or more."""
LITERAL_MAX = 256 * 1024 * 1024
"""Bytes. A longer literal is not waited for."""
STATUS = {"OK", "NO", "BAD", "BYE", "PREAUTH"}
"""Behind these stands text for people, in which nothing is a literal."""
NEWS = {"EXISTS", "RECENT"}

LISTED = re.compile(rb"\* +SEARCH\b", re.IGNORECASE)
LITERAL = re.compile(rb"~?\{(\d+)\+?\}\Z")
PLAIN = re.compile(rb"[ -~]*")
SPECIAL = re.compile(rb'["\\]')
ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
# A string that is not closed ends with its line, so that looking for its end stays linear.
TOKEN = re.compile(
    rb"""[()] | "([^"\\]*(?:\\.[^"\\]*)*)(?:"|\\?\Z) | (?:\[[^\[\]]*\]|[^\s()"])+""",
    re.VERBOSE | re.DOTALL,
)

Value: TypeAlias = "str | bytes | list[Value] | None"
"""An atom, a string, a list, NIL."""


class Broken(Exception):
    """The server took its leave, with its words, or sent what is too large or no IMAP."""


class Response(NamedTuple):
    """`tag` is "*" for what was not asked for and "+" where the server waits for more of a command.
    `name` is in capitals, "EXISTS" with its `number`. `rest` is text, literal, text, literal …"""

    tag: str
    name: str
    number: int
    rest: list[bytes]

    @property
    def text(self) -> str:
        return self.rest[0].decode("utf-8", "replace")

    def values(self) -> list[Value]:
        """Never fails: what is written wrongly is read as far as it goes."""
        found: list[Value] = []
        within = [found]
        for at, piece in enumerate(self.rest):
            if at % 2:
                within[-1].append(piece)
                continue
            for token in TOKEN.finditer(piece):
                if token[0] == b"(":
                    inner: list[Value] = []
                    within[-1].append(inner)
                    within.append(inner)
                elif token[0] == b")":
                    del within[max(len(within) - 1, 1) :]
                elif token[1] is not None:
                    within[-1].append(ESCAPED.sub(rb"\1", token[1]))
                else:
                    atom = token[0].decode("latin-1")
                    within[-1].append(None if atom.upper() == "NIL" else atom)
        return found

    def items(self) -> dict[str, Value]:
        """What FETCH says of one mail, by names in capitals."""
        listed = next((each for each in self.values() if isinstance(each, list)), [])
        pairs = zip(listed[::2], listed[1::2], strict=False)
        return {name.upper(): value for name, value in pairs if isinstance(name, str)}

    def numbers(self) -> list[int]:
        """What SEARCH found."""
        return [int(each) for each in self.rest[0].split() if each.isdigit() and len(each) <= 10]


class Answer(NamedTuple):
    """How a command ended: "OK", "NO" or "BAD", and the server's words."""

    status: str
    text: str

    @property
    def ok(self) -> bool:
        return self.status == "OK"

    @property
    def refusal(self) -> str:
        """Why not, in a word at least; empty when it did."""
        return "" if self.ok else self.text or self.status


Take: TypeAlias = Callable[[Response], None]


def _pass(response: Response) -> None:
    pass


class Reader:
    """Of literals in one answer the first `keep` bytes are kept; the rest is read past."""

    def __init__(self, stream: asyncio.StreamReader, keep: int) -> None:
        self._stream = stream
        self._keep = keep

    async def response(self) -> Response:
        tag, _, line = (await self._line()).partition(b" ")
        name, _, rest = line.partition(b" ")
        number = 0
        if tag[:1] == b"+":
            return Response("+", "", 0, [line])
        if tag == b"*" and name.isdigit() and len(name) <= 10:
            number = int(name)
            name, _, rest = rest.partition(b" ")
        shown = name.decode("latin-1").upper()
        pieces = [rest]
        if tag == b"*" and shown not in STATUS:
            await self._literals(pieces)
        return Response(tag.decode("latin-1").upper(), shown, number, pieces)

    async def _literals(self, pieces: list[bytes]) -> None:
        """Adds what follows the line where that ends with the length of a literal."""
        written, room = len(pieces[0]), self._keep
        while found := LITERAL.search(pieces[-1]):
            if len(found[1]) > 10 or int(found[1]) > LITERAL_MAX:
                raise Broken("A literal is too long")
            literal = await self._literal(int(found[1]), room)
            room -= len(literal)
            pieces[-1] = pieces[-1][: found.start()]
            pieces += [literal, await self._line()]
            written += len(pieces[-1])
            if written > LINE_MAX:
                raise Broken("An answer is too long")

    async def _literal(self, size: int, room: int) -> bytes:
        kept = bytearray()
        while size:
            more = await self._stream.read(min(size, STREAM_MAX))
            if not more:
                raise EOFError
            size -= len(more)
            kept += more[: room - len(kept)]
        return bytes(kept)

    async def _line(self) -> bytes:
        """Without its end, which may be a line feed alone."""
        found = bytearray()
        while not found.endswith(b"\n"):
            try:
                found += await self._stream.readuntil(b"\n")
            except asyncio.LimitOverrunError as error:
                found += await self._stream.readexactly(error.consumed)
            if len(found) > (LIST_MAX if LISTED.match(found) else LINE_MAX):
                raise Broken("A line is too long")
        return bytes(found).removesuffix(b"\n").removesuffix(b"\r")


class Client:
    """One connection, one command at a time."""

    def __init__(
        self, stream: asyncio.StreamReader, writer: asyncio.StreamWriter, keep: int
    ) -> None:
        self.capabilities: frozenset[str] = frozenset()
        self._reader = Reader(stream, keep)
        self._writer = writer
        self._sent = 0
        self._busy = False
        self._bye = ""

    def can(self, *capabilities: str) -> bool:
        """One of these, as CAPABILITY said last."""
        return not self.capabilities.isdisjoint(capabilities)

    async def greeting(self) -> None:
        async with asyncio.timeout(STEP_SECONDS):
            first = await self._reader.response()
        if (first.tag, first.name) != ("*", "OK"):
            raise Broken(first.text)

    async def run(
        self, *parts: str | bytes, take: Take = _pass, seconds: float = STEP_SECONDS
    ) -> Answer:
        """`parts`: text is written as it is, bytes as a string: quoted, or as a literal where that
        cannot be. `take` is called with everything that comes before the answer."""
        tag = self._begin()
        async with asyncio.timeout(seconds):
            line = tag.encode()
            for part in parts:
                if isinstance(part, str):
                    line += b" " + part.encode()
                elif PLAIN.fullmatch(part):
                    line += b' "' + SPECIAL.sub(rb"\\\g<0>", part) + b'"'
                else:
                    await self._write(line + b" {%d}" % len(part))
                    if refused := await self._next(tag, take):
                        return refused
                    line = part
            await self._write(line)
            return await self._answer(tag, take)

    async def idle(self, seconds: float) -> bool:
        """Waits as long, or until the server says that there is a new mail; whether it did. Sooner
        where the server ends it."""
        news = asyncio.Event()

        def take(response: Response) -> None:
            if response.name in NEWS:
                news.set()

        tag = self._begin()
        async with asyncio.timeout(STEP_SECONDS):
            await self._write(f"{tag} IDLE".encode())
            if await self._next(tag, take) is not None:
                return False
        told = asyncio.ensure_future(news.wait())
        ended = asyncio.ensure_future(self._answer(tag, take))
        try:
            either = {told, ended}
            await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            async with asyncio.timeout(STEP_SECONDS):
                if not ended.done():
                    await self._write(b"DONE")
                await ended
        finally:
            told.cancel()
            ended.cancel()
            await asyncio.gather(told, ended, return_exceptions=True)
        return news.is_set()

    async def logout(self) -> None:
        """Nothing where a command was left unanswered: the server would not understand it."""
        if not self._busy:
            await self.run("LOGOUT")

    def abort(self) -> None:
        self._writer.transport.abort()

    def _begin(self) -> str:
        self._sent += 1
        self._busy = True
        return f"A{self._sent}"

    async def _write(self, line: bytes) -> None:
        self._writer.write(line + b"\r\n")
        await self._writer.drain()

    async def _answer(self, tag: str, take: Take) -> Answer:
        while True:
            if answer := await self._next(tag, take):
                return answer

    async def _next(self, tag: str, take: Take) -> Answer | None:
        """The end of the command, or None where the server waits for more of it."""
        while True:
            try:
                response = await self._reader.response()
            except EOFError:
                if self._bye:
                    raise Broken(self._bye) from None
                raise
            if response.tag == "+":
                return None
            if response.tag == tag:
                self._busy = False
                return Answer(response.name, response.text)
            if response.tag == "*":
                self._note(response)
                take(response)

    def _note(self, response: Response) -> None:
        if response.name == "BYE":
            self._bye = response.text
        elif response.name == "CAPABILITY":
            self.capabilities = frozenset(response.text.upper().split())
