"""A session raises MailboxFault, whatever the server says."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.egress.addresses import parse_allowed
from app.egress.client import Client
from app.mail.faults import FAULTS
from app.mail.imap import MailboxFault, Session
from app.mail.mailboxes import Config

PIECES = (
    *(b"* OK [UIDVALIDITY 7] x\r\n", b"* OK [UIDNEXT 9] x\r\n", b"* ok [uidnext 9999999999]\r\n"),
    *(b"* CAPABILITY IMAP4rev1 IDLE ID MOVE\r\n", b"* CAPABILITY UIDPLUS\r\n", b"+ go on\r\n"),
    *(b"* SEARCH 1 2 3\r\n", b"* SEARCH\r\n", b"* 3 EXISTS\r\n", b"* 1 EXPUNGE\r\n"),
    *(b"* 1 FETCH (UID 1 RFC822.SIZE 3)\r\n", b"* 1 FETCH (UID 1 RFC822.SIZE 99999999999)\r\n"),
    *(b"* 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\n", b"* 1 FETCH (BODY[HEADER] NIL)\r\n"),
    *(b"* 1 FETCH (BODY[] {99999999999}\r\n", b"* X {40}\r\n", b"{3}\r\n", b"* 1 FETCH "),
    *(b"A2 NO [AUTHENTICATIONFAILED] \xff\r\n", b"A5 BAD\r\n", b"A6 NO\r\n", b"A7 NO x\r\n"),
    *(b"* BYE no\r\n", b"NIL ", b"* ", b"\r\n", *(bytes([each]) for each in b'()"\\[]\r\n ')),
)
PIECE = st.sampled_from(PIECES) | st.binary(max_size=8)
TURNS = st.lists(st.lists(PIECE, max_size=4).map(b"".join), min_size=16, max_size=16)


def said(turns: list[bytes]) -> bytes:
    """A greeting, and everything that answers the commands one after the other. The second is
    LOGIN, whose password waits for "+"."""
    found = b"* OK hello\r\n"
    for at, turn in enumerate(turns, start=1):
        found += turn + b"\r\n+ go on\r\n" * (at == 2) + b"\r\nA%d OK x\r\n" % at
    return found


class Sayer:
    """Says to everybody who comes `words`, whatever they want, and then goes."""

    words = b""

    def __init__(self) -> None:
        self.gone: list[asyncio.Event] = []

    async def come(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.gone.append(gone := asyncio.Event())
        writer.write(self.words)
        with contextlib.suppress(OSError):
            writer.write_eof()
            while await reader.read(1000):
                pass
        writer.close()
        gone.set()


@contextlib.asynccontextmanager
async def saying(sayer: Sayer) -> AsyncIterator[Config]:
    server = await asyncio.start_server(sayer.come, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield Config(name="x", host="127.0.0.1", port=port, tls="none", user="me")
    finally:
        server.close()
        for each in sayer.gone:
            await each.wait()


EGRESS = Client(parse_allowed("127.0.0.1/32"))


async def visit(config: Config) -> list[object]:
    """Everything that a session can."""
    async with Session(EGRESS, config, "密码") as box:
        found: list[object] = [box.validity, box.next, await box.after(1)]
        found.append(await box.lately(dt.date(2026, 11, 30)))
        found.append(await box.fetch(1))
        await box.mark_seen(1)
        found.append(await box.move(1, "其他"))
        await box.wait(0)
        return found


async def fault_of(config: Config) -> str:
    try:
        await visit(config)
    except MailboxFault as fault:
        return fault.code
    return ""


async def test_answers_are_taken_as_they_come() -> None:
    sayer = Sayer()
    async with saying(sayer) as config:
        sayer.words = said(
            [
                *(b"", b"", b"* CAPABILITY MOVE\r\n"),
                b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* ok [uidnext 9] next\r\n",
                *(b"* SEARCH 1 3\r\n* 4 EXISTS\r\n* SEARCH 2\r\n", b"* SEARCH\r\n"),
                b"* 2 FETCH (UID 2 RFC822.SIZE 9)\r\n* 1 FETCH (rfc822.size 3 UID 1)\r\n",
                b'* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n* 1 FETCH (UID 1 BODY[] "a\\"b")\r\n',
                *(b"", b"* 1 EXPUNGE\r\n", b"", b""),
            ]
        )
        assert await visit(config) == [7, 9, [2, 3], [], b'a"b', ""]


async def test_a_server_that_is_busy_or_wants_encryption_is_told_as_that() -> None:
    sayer = Sayer()
    async with saying(sayer) as config:
        for words, code, told in (
            (b"* BYE Too many connections\r\n", "connection_lost", "Too many connections"),
            (
                b"* OK x\r\n* CAPABILITY LOGINDISABLED\r\nA1 OK x\r\n",
                "login_refused",
                "LOGINDISABLED",
            ),
            (b"* OK x\r\nA1 OK x\r\nA2 NO bad word\r\n", "login_refused", "bad word"),
            (b"* OK x\r\nA1 OK x\r\n* BYE enough\r\n", "connection_lost", "enough"),
            (b"HTTP/1.1 400 Bad Request\r\n\r\n", "connection_lost", "Bad Request"),
            (b"", "connect_failed", "IncompleteReadError"),
        ):
            sayer.words = words
            with pytest.raises(MailboxFault) as caught:
                await visit(config)
            assert (caught.value.code, caught.value.words) == (code, told), words


@pytest.fixture(scope="module")
def here() -> Iterator[tuple[asyncio.Runner, Sayer, Config]]:
    sayer = Sayer()
    with asyncio.Runner() as runner:
        server = saying(sayer)
        yield runner, sayer, runner.run(server.__aenter__())
        runner.run(server.__aexit__(None, None, None))


@settings(max_examples=150, deadline=None)
@given(TURNS, st.none() | st.integers(0, 1500))
def test_no_bytes_raise_anything_but_a_fault(
    here: tuple[asyncio.Runner, Sayer, Config], turns: list[bytes], end: int | None
) -> None:
    runner, sayer, config = here
    sayer.words = said(turns)[:end]
    assert runner.run(fault_of(config)) in {"", *FAULTS}
