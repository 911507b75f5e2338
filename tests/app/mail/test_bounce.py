"""A mail to a visitor that came back has failed, with the words of the server that refused it."""

from __future__ import annotations

import uuid

import pytest

from app import channel_settings, database, deliveries, messages
from app.deliveries import Courier
from app.errors import Conflict
from app.mail import bounce, replies, thread
from app.mail.match import Thread
from app.mail.read.shape import Bounce
from app.messages import Sent, events
from app.tables import Delivery, Organization
from tests.app.deliveries.confirm.conftest import VISITOR, confirmed, sender
from tests.app.deliveries.conftest import Leave, settled
from tests.app.mail.conftest import Come
from tests.app.mail.test_written import say, soon
from tests.fakes.mail import FakeMail

REPORT = """\
From: MAILER-DAEMON@mx.firm.com
Subject: {subject}
Message-ID: <{uid}@mx.firm.com>
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

{subject}

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.firm.com

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} {recipient} is not here

--b
Content-Type: text/rfc822-headers

Message-ID: {about}

--b--
"""


def report(about: str, **more: str) -> bytes:
    said = {
        "subject": "Returned mail",
        "recipient": VISITOR,
        "action": "failed",
        "status": "5.1.1",
        "uid": "1",
        **more,
    }
    return REPORT.format(about=about, **said).encode()


async def of_reply(org: Organization, message: str) -> Sent:
    shown = await messages.show(org.id, message)
    return next(each for each in shown.deliveries if each.purpose == "reply")


async def test_a_reply_that_came_back_has_failed_until_it_is_sent_again(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, leave: Leave, come: Come
) -> None:
    left = await leave(email=VISITOR)
    about = thread.reply_id(uuid.UUID(left.uid), uuid.UUID(await say(org, left.uid)))
    await soon(courier, org, mail)
    # A delay, and what another one that it is passed on to refused, change nothing.
    await come(report(about, action="delayed", status="4.4.1", uid="0"))
    await come(report(about, recipient="other@firm.com", uid="2"))
    assert (await of_reply(org, left.uid)).state == "sent"
    row = await come(report(about))

    sent = await of_reply(org, left.uid)
    assert (row.state, sent.state, sent.reason) == ("done", "failed", "returned")
    assert (sent.attempts[-1].outcome, sent.attempts[-1].code) == ("returned", "5.1.1")
    assert sent.attempts[-1].message == f"550 5.1.1 {VISITOR} is not here"
    assert (await replies.where(org.id, uuid.UUID(left.uid), by="李")).reason == "refused"
    assert (await events.of(org.id, uuid.UUID(left.uid)))[-1].action == "bounced"

    await deliveries.replay(org.id, delivery=sent.uid, message=left.uid, by="李")
    # The same report once more says nothing about what goes now.
    await come(report(about, uid="3"))
    await settled(courier, org)
    assert (await of_reply(org, left.uid)).state == "sent"
    assert (await replies.where(org.id, uuid.UUID(left.uid), by="李")).to == VISITOR
    assert len(confirmed(mail)) == 2


async def test_nobody_else_fails_a_reply(
    org: Organization,
    other_org: Organization,
    courier: Courier,
    mail: FakeMail,
    channel: str,
    leave: Leave,
) -> None:
    left = await leave(email=VISITOR)
    message, remark = uuid.UUID(left.uid), uuid.UUID(await say(org, left.uid))
    await soon(courier, org, mail)
    now = await database.now()
    reply = Thread(message, "visitor", remark=remark)
    for organization, thread_, to in (
        (other_org, reply, VISITOR),
        (org, Thread(message, "visitor", remark=uuid.uuid4()), VISITOR),
        (org, Thread(message, "either"), VISITOR),
        (org, reply, "somebody@firm.com"),
    ):
        said = Bounce(recipient=to)
        async with database.transaction():
            assert not await bounce.came_back(organization.id, thread_, said, VISITOR, now)
    async with database.transaction():
        said = Bounce(recipient="alias@firm.com", written_to=VISITOR.upper())
        assert await bounce.came_back(org.id, reply, said, VISITOR, now)


async def test_a_reply_is_sent_again_only_where_one_may_go(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, leave: Leave
) -> None:
    left = await leave(email=VISITOR)
    await say(org, left.uid)
    await soon(courier, org, mail)
    uid = (await of_reply(org, left.uid)).uid
    await messages.spam(org.id, left.uid, by="李")
    with pytest.raises(Conflict, match="marked as spam"):
        await deliveries.replay(org.id, delivery=uid, by="李")
    await messages.reopen(org.id, left.uid, by="李")
    for _ in range(replies.TIMES_MAX - 1):
        await deliveries.replay(org.id, delivery=uid, by="李")
        await settled(courier, org)
    with pytest.raises(Conflict, match="Too many"):
        await deliveries.replay(org.id, delivery=uid, by="李")


async def test_a_notice_that_came_back_from_all_whom_it_told_has_failed(
    org: Organization,
    other_org: Organization,
    courier: Courier,
    mail: FakeMail,
    leave: Leave,
    come: Come,
) -> None:
    two = ["li@shop.example", "wang@shop.example"]
    await channel_settings.add(org.id, {**sender(mail), "to": two}, by="tests")
    left = await leave(email=VISITOR)
    await settled(courier, org)
    about = mail.messages[-1].message["Message-ID"]
    (notice,) = (await messages.show(org.id, left.uid)).deliveries
    dispatch = await database.value(uuid.UUID, Delivery.select(Delivery.dispatch))
    assert dispatch is not None
    async with database.transaction():
        now, said = await database.now(), Bounce(recipient=two[0])
        assert not await bounce.notice_came_back(other_org.id, dispatch, said, now)

    # The visitor's own address is nobody whom it told.
    await come(report(about, recipient=VISITOR))
    await come(report(about, recipient=two[0], uid="2"))
    (notice,) = (await messages.show(org.id, left.uid)).deliveries
    reached = {each.who: each.state for each in notice.attempts[-1].recipients}
    assert (notice.state, reached) == ("sent", {two[0]: "refused", two[1]: "accepted"})
    await come(report(about, recipient=two[1], uid="3"))
    (notice,) = (await messages.show(org.id, left.uid)).deliveries
    assert (notice.state, notice.reason) == ("failed", "returned")
    assert notice.attempts[-1].message == f"550 5.1.1 {two[1]} is not here"
