from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from email.message import EmailMessage
from typing import Any

import pytest

from tests.fakes.letters import ALLOWED_HEADERS, Letter
from tests.fakes.mail import FakeMail


@pytest.fixture
async def wire(mail: FakeMail) -> AsyncIterator[Wire]:
    reader, writer = await asyncio.open_connection(mail.host, mail.port("starttls"))
    line = Wire(reader, writer)
    await line.answer()
    yield line
    writer.close()
    await writer.wait_closed()


class Wire:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def answer(self) -> str:
        lines = [await self.reader.readline()]
        while lines[-1][3:4] == b"-":
            lines.append(await self.reader.readline())
        return b"".join(lines).decode()

    async def say(self, words: str) -> str:
        self.writer.write(words.encode() + b"\r\n")
        return await self.answer()


async def test_nothing_is_sent_before_encryption(wire: Wire) -> None:
    greeting = await wire.say("EHLO me")

    assert "STARTTLS" in greeting
    assert "AUTH" not in greeting
    refused = await wire.say("MAIL FROM:<a@example.com>")
    assert refused == "530 5.7.0 Must issue a STARTTLS command first\r\n"


async def test_a_password_in_the_clear_is_noticed_though_refused(
    mail: FakeMail, wire: Wire
) -> None:
    await wire.say("EHLO me")

    assert (await wire.say("AUTH PLAIN AGEAYg==")).startswith("530 5.7.0")
    assert [attempt.mechanism for attempt in mail.plaintext_auth] == ["PLAIN"]


def received(raw: bytes) -> Letter:
    facts: dict[str, Any] = {"auth": None, "auth_count": 0, "login": None, "options": []}
    return Letter(
        "plain",
        "noreply@example.com",
        [],
        raw,
        tls=True,
        ehlo="me",
        plaintext_auth=False,
        at=0,
        wall=0,
        **facts,
    )


def test_our_own_headers_are_not_injected() -> None:
    ours = EmailMessage()
    for name in ("From", "To", "Reply-To", "Message-ID", "Auto-Submitted", "List-Id"):
        ours[name] = "<lm.1@example.com>"
    ours.set_content("你好")

    assert received(ours.as_bytes()).injected_headers == []


@pytest.mark.parametrize(
    ("head", "injected"),
    [
        (b"Bcc: x@y.z\r\n", ["bcc"]),
        (b"X-Evil: 1\r\n", ["x-evil"]),
        (b"Subject: a\r\nSubject: b\r\n", ["subject"]),
        (b"Subject: a\r\nno header at all\r\n", ["MissingHeaderBodySeparatorDefect"]),
    ],
)
def test_what_is_injected_is_seen(head: bytes, injected: list[str]) -> None:
    found = received(head + b"\r\nbody\r\n")

    assert found.injected_headers == injected
    assert found.leaked_bcc == (["x@y.z"] if injected == ["bcc"] else [])


def test_a_lone_newline_is_seen() -> None:
    assert received(b"Subject: a\r\n\r\nb\n.\nc\r\n").bare_newlines
    assert not received(b"Subject: a\r\n\r\nb\r\n").bare_newlines


def test_the_list_of_headers_holds_no_bcc() -> None:
    assert "bcc" not in ALLOWED_HEADERS
