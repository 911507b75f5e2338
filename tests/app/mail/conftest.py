"""A shop whose visitor has left a message, a mail server that sends, and mails that answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from app import database
from app.mail.receive import receive
from app.mail.settle import settle
from app.tables import Delivery, Dispatch, Organization, ReceivedMail, new_id
from tests.app.deliveries.confirm.conftest import channel
from tests.app.deliveries.conftest import add, courier, fakes, leave
from tests.fakes.mail import FakeMail

__all__ = ["add", "channel", "courier", "fakes", "leave"]

Come = Callable[..., Awaitable[ReceivedMail]]
VISITOR = "zhangsan@example.com"


def mail(
    text: str = "好的，谢谢",
    *,
    sender: str = VISITOR,
    answers: str = "",
    subject: str = "Re: 报价",
    uid: str = "1@client",
    more: str = "",
) -> bytes:
    answered = f"In-Reply-To: <{answers}>\r\n" if answers else ""
    return (
        f"From: <{sender}>\r\nTo: <service@shop.example>\r\nSubject: {subject}\r\n"
        f"Message-ID: <{uid}>\r\n{answered}{more}Content-Type: text/plain; charset=utf-8\r\n\r\n"
        f"{text}\r\n"
    ).encode()


@pytest.fixture
def come(org: Organization) -> Come:
    """come(raw): it came in and was settled; the row."""

    async def do(raw: bytes, mailbox: object = None) -> ReceivedMail:
        uid = await receive(org.id, raw, mailbox)  # type: ignore[arg-type]
        await settle(org.id, uid)
        found = await ReceivedMail.objects().where(ReceivedMail.id == uid).first()
        assert found is not None
        return found

    return do


async def notice_of(*messages: str) -> str:
    """The Message-ID of the mail that told the team of these."""
    ids = [
        each
        for message in messages
        for each in await Delivery.objects().where(Delivery.message == message)
    ]
    first = ids[0]
    dispatch = Dispatch(id=new_id(), organization=first.organization, channel=first.channel)
    await dispatch.save()
    await Delivery.update({Delivery.dispatch: dispatch.id}).where(
        Delivery.id.is_in([each.id for each in ids])
    )
    return f"lm.{dispatch.id}.0123456789ab@shop.example"


async def count() -> int:
    return await database.value(int, "SELECT count(*) FROM received_mail") or 0


@pytest.fixture(name="mail")
async def office() -> AsyncIterator[FakeMail]:
    async with FakeMail() as running:
        yield running
