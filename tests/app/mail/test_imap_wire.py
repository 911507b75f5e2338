"""What IMAP servers answer is read in every way of writing it, and nothing of it fills memory."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.mail import imap_wire
from app.mail.imap_wire import LINE_MAX, LITERAL_MAX, STREAM_MAX, Broken, Client, Reader, Response

KEEP = 1000
MAIL = b"Subject: {9}\r\n\r\n* 2 EXISTS\r\nA1 OK )\r\n"


def stream(*parts: bytes) -> asyncio.StreamReader:
    made = asyncio.StreamReader(limit=STREAM_MAX)
    for part in parts:
        made.feed_data(part)
    return made


async def response(raw: bytes, keep: int = KEEP) -> Response:
    made = stream(raw)
    made.feed_eof()
    return await Reader(made, keep).response()


async def test_responses_are_told_apart() -> None:
    for raw, tag, name, number, text in (
        (b"* OK [UIDNEXT 3] next\r\n", "*", "OK", 0, "[UIDNEXT 3] next"),
        (b"* ok fine\r\n", "*", "OK", 0, "fine"),
        (b"* 23 EXISTS\r\n", "*", "EXISTS", 23, ""),
        (b"* 4 Expunge\n", "*", "EXPUNGE", 4, ""),
        (b"* BYE {3}\r\n", "*", "BYE", 0, "{3}"),
        (b"* 99999999999999 EXISTS\r\n", "*", "99999999999999", 0, "EXISTS"),
        (b"a7 No \xe5\xaf\x86\xe7\xa0\x81\xff\r\n", "A7", "NO", 0, "密码\ufffd"),
        (b"A7 OK 5 {3}\r\n", "A7", "OK", 0, "5 {3}"),
        (b"A7 OK\r\n", "A7", "OK", 0, ""),
        (b"+ go on\r\n", "+", "", 0, "go on"),
        (b"+\r\n", "+", "", 0, ""),
        (b"+idling\r\n", "+", "", 0, ""),
        (b"\r\n", "", "", 0, ""),
        (b"*\r\n", "*", "", 0, ""),
        (b"\x00\xb7\r\n", "\x00\xb7", "", 0, ""),
    ):
        found = await response(raw)
        assert (*found[:3], found.text) == (tag, name, number, text), raw


async def test_values_are_read_in_every_way_of_writing_them() -> None:
    for raw, values in (
        (b"* 1 FETCH (UID 5 RFC822.SIZE 44)\r\n", [["UID", "5", "RFC822.SIZE", "44"]]),
        (b'* 1 FETCH (A nil B NIL C "NIL")\r\n', [["A", None, "B", None, "C", b"NIL"]]),
        (b"* 1 FETCH (A () B ((x)(y z)))\r\n", [["A", [], "B", [["x"], ["y", "z"]]]]),
        (
            rb'* 1 FETCH (F (\Seen $x) Q "a\"b\\c")' + b"\r\n",
            [["F", ["\\Seen", "$x"], "Q", b'a"b\\c']],
        ),
        (b'* 1 FETCH (B[HEADER.FIELDS (A "B")]<0> {2}\r\n()\r\n', None),
        (b'* 1 FETCH (A {3}\r\nx)\n B ({0}\r\n {1}\r\n"))\r\n', [["A", b"x)\n", "B", [b"", b'"']]]),
        (b"* 1 FETCH (A ~{2}\r\n\x00\xff B {1+}\r\n\r)\n", [["A", b"\x00\xff", "B", b"\r"]]),
        (b'* LIST () "/" {5}\r\nINBOX\r\n', [[], b"/", b"INBOX"]),
        # Written wrongly.
        (b"* 1 FETCH ) (A (b\r\n", [["A", ["b"]]]),
        (b'* 1 FETCH (A "b c\r\n', [["A", b"b c"]]),
        (b'* 1 FETCH (A "b\\\r\n', [["A", b"b"]]),
        (b"* 1 FETCH (A [b c\r\n", [["A", "[b", "c"]]),
    ):
        found = (await response(raw)).values()
        wanted = [['B[HEADER.FIELDS (A "B")]<0>', b"()"]] if values is None else values
        assert found == wanted, raw


async def test_an_answer_may_be_split_at_any_byte() -> None:
    raw = b'* 1 FETCH (UID 5 X "a b" BODY[] {%d}\r\n%b FLAGS ())\r\nA1 OK done\r\n' % (
        *(len(MAIL), MAIL),
    )
    for at in range(len(raw)):
        made = stream(raw[:at])
        reader = Reader(made, KEEP)
        reading = asyncio.ensure_future(_both(reader))
        await asyncio.sleep(0)
        made.feed_data(raw[at:])
        first, second = await reading
        assert first.items() == {"UID": "5", "X": b"a b", "BODY[]": MAIL, "FLAGS": []}, at
        assert (second.tag, second.name, second.text) == ("A1", "OK", "done"), at


async def _both(reader: Reader) -> tuple[Response, Response]:
    return await reader.response(), await reader.response()


async def test_an_answer_that_ends_too_early_is_the_end() -> None:
    raw = b"* 1 FETCH (BODY[] {4}\r\nabcd)\r\n"
    for at in range(len(raw)):
        with pytest.raises(EOFError):
            await response(raw[:at])


async def test_of_a_long_literal_the_beginning_is_kept() -> None:
    raw = b"* 1 FETCH (A {6}\r\nabcdef B {3}\r\nxyz)\r\nA1 OK\r\n"
    reader = Reader(stream(raw), 4)

    assert (await reader.response()).items() == {"A": b"abcd", "B": b""}
    assert (await reader.response()).tag == "A1"


@pytest.mark.parametrize(
    "raw",
    [
        b"* OK " + b"x" * LINE_MAX + b"\r\n",
        b"* OK " + b"x" * (2 * LINE_MAX),
        b"x" * (3 * LINE_MAX),
        b"* SEARCH " + b"1 " * imap_wire.LIST_MAX,
        b"* 1 FETCH (" + b"{0}\r\n" * LINE_MAX,
        b"* 1 FETCH (" + b"{1}\r\na" + b"(" * LINE_MAX + b"\r\n",
        b"* 1 FETCH (BODY[] {%d}\r\n" % (LITERAL_MAX + 1),
        b"* 1 FETCH (BODY[] {%b}\r\n" % (b"9" * 5000),
    ],
    ids=["line", "endless", "nothing", "list", "pieces", "brackets", "literal", "digits"],
)
async def test_what_is_too_large_is_refused_before_it_ends(raw: bytes) -> None:
    with pytest.raises(Broken):
        await response(raw)


async def test_a_long_list_of_numbers_is_taken() -> None:
    numbers = list(range(1, 100_001))
    raw = b"* search " + b" ".join(b"%d" % each for each in numbers) + b"\r\n"

    assert (await response(raw)).numbers() == numbers
    assert (await response(b"* SEARCH 1 x 2) 99999999999 3\r\n")).numbers() == [1, 3]
    assert (await response(b"* SEARCH\r\n")).numbers() == []


async def test_what_is_written_to_be_slow_is_read_as_fast() -> None:
    """Each would take minutes if its length counted twice."""
    for bad in (b'"', b'\\"', b"[", b"[ ", b"(", b")", b"{1", b'"\\'):
        raw = b"* 1 FETCH (" + bad * ((LINE_MAX - 20) // len(bad)) + b"\r\n"
        assert (await response(raw)).values() is not None


@asynccontextmanager
async def talk(*turns: tuple[bytes, bytes]) -> AsyncIterator[Client]:
    """A server that hears and says just this, and then goes."""
    ours, theirs = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=ours)
    client = Client(reader, writer, KEEP)
    heard, said = await asyncio.open_connection(sock=theirs)

    async def serve() -> None:
        for hears, says in turns:
            assert await heard.readexactly(len(hears)) == hears
            said.write(says)
        said.write_eof()

    serving = asyncio.ensure_future(serve())
    try:
        yield client
        await serving
    finally:
        client.abort()
        said.close()


async def test_words_are_quoted_and_go_as_literals_where_they_cannot_be() -> None:
    async with talk(
        (b'A1 LOGIN "me" "a \\"b\\\\"\r\n', b"A1 OK in\r\n"),
        (b'A2 LOGIN "me" {6}\r\n', b"* 3 EXISTS\r\n+ go on\r\n"),
        ("密码\r\n".encode(), b"* 4 EXISTS\r\nA2 NO wrong\r\n"),
        (b"A3 LOGIN {3}\r\n", b"+\r\n"),
        (b"\xc3\xa9\n {2}\r\n", b"+\r\n"),
        (b"\r\n\r\n", b"a3 ok in\r\n"),
        (b"A4 LOGIN {2}\r\n", b"A4 BAD no literals\r\n"),
    ) as client:
        heard: list[int] = []
        assert (await client.run("LOGIN", b"me", b'a "b\\')).ok
        answer = await client.run(
            "LOGIN", b"me", "密码".encode(), take=lambda each: heard.append(each.number)
        )
        assert (answer, heard) == (("NO", "wrong"), [3, 4])
        assert (await client.run("LOGIN", b"\xc3\xa9\n", b"\r\n")).ok
        assert await client.run("LOGIN", b"\xc3\xa9", b"x") == ("BAD", "no literals")


async def test_what_nobody_asked_for_is_passed_over() -> None:
    async with talk(
        (b"", b"* OK hello\r\n"),
        (
            b"A1 CAPABILITY\r\n",
            b"* capability IMAP4rev1 Idle uidplus\r\n* 3 EXPUNGE\r\n\r\nA0 OK old\r\n+ what\r\n"
            b"* LIST () NIL {2}\r\nA1\r\nnonsense\r\nA1 OK done\r\n",
        ),
    ) as client:
        await client.greeting()
        assert await client.run("CAPABILITY") == ("OK", "done")
        assert (client.can("IDLE"), client.can("MOVE", "UIDPLUS"), client.can("MOVE")) == (
            *(True, True, False),
        )


async def test_a_server_that_takes_its_leave_is_heard() -> None:
    async with talk((b"", b"* BYE Too many connections\r\n")) as client:
        with pytest.raises(Broken, match="Too many connections"):
            await client.greeting()
    async with talk((b"A1 NOOP\r\n", b"* BYE Idle for too long\r\n")) as client:
        with pytest.raises(Broken, match="Idle for too long"):
            await client.run("NOOP")
        await client.logout()
    async with talk((b"A1 NOOP\r\n", b"A1 ")) as client:
        with pytest.raises(EOFError):
            await client.run("NOOP")
    async with talk((b"A1 LOGOUT\r\n", b"* BYE bye\r\nA1 OK done\r\n")) as client:
        await client.logout()


async def test_idle_ends_with_a_new_mail_or_when_the_server_ends_it() -> None:
    async with talk(
        (b"A1 IDLE\r\n", b"* OK still\r\n+ idling\r\n* 3 FETCH (FLAGS ())\r\n* 4 EXI"),
        (b"", b"STS\r\n"),
        (b"DONE\r\n", b"* 5 EXISTS\r\nA1 OK done\r\n"),
        (b"A2 IDLE\r\n", b"+ idling\r\n"),
        (b"DONE\r\n", b"A2 OK done\r\n"),
        (b"A3 IDLE\r\n", b"A3 NO not now\r\n"),
        (b"A4 IDLE\r\n", b"+ idling\r\nA4 OK enough\r\n"),
        (b"A5 IDLE\r\n", b"+ idling\r\n* BYE going\r\n"),
    ) as client:
        assert await client.idle(60)
        assert not await client.idle(0)
        assert not await client.idle(60)
        assert not await client.idle(60)
        with pytest.raises(Broken, match="going"):
            await client.idle(60)
