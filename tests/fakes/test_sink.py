"""The demo's mail server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from email.message import EmailMessage

import aiosmtplib
import pytest

from tests.fakes.sink import Sink


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    async with Sink() as running:
        yield running


def letter(text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@shop.example", "b@c.example", "新留言"
    message.set_content(text)
    return message


def client(sink: Sink) -> aiosmtplib.SMTP:
    return aiosmtplib.SMTP(hostname=sink.host, port=sink.ports["plain-noauth"])


async def test_it_takes_a_letter_as_it_was_sent(sink: Sink) -> None:
    async with client(sink) as connection:
        await connection.send_message(letter("第一行\n.一个点\n"))
        await connection.send_message(letter("second"))

    first, second = sink.attempts
    assert (first.sender, first.recipients) == ("a@shop.example", ["b@c.example"])
    assert first.subject == "新留言"
    assert first.text == "第一行\r\n.一个点\r\n"
    assert (first.ok, second.text) == (True, "second\r\n")


async def test_what_it_does_not_know_it_says(sink: Sink) -> None:
    async with client(sink) as connection:
        answer = await connection.execute_command(b"VRFY", b"b")
        assert answer.code == 502
        assert (await connection.noop()).code == 250


async def test_it_ends_while_a_client_is_still_there() -> None:
    async with Sink() as sink:
        connection = client(sink)
        await connection.connect()
    assert sink.attempts == []
    connection.close()
