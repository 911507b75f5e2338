"""Where a reply goes, and why not by mail."""

from __future__ import annotations

import uuid

from app import channel_settings, database, messages
from app.deliveries import Courier
from app.deliveries.owe import lock
from app.mail import change, replies
from app.messages import events, remarks
from app.messages.events import Happened
from app.tables import Organization
from tests.app.deliveries.confirm.conftest import VISITOR, sender
from tests.app.deliveries.conftest import Leave, settled
from tests.app.deliveries.planning import later
from tests.fakes.mail import FakeMail


async def found(org: Organization, uid: str) -> tuple[str, str]:
    goes = await replies.where(org.id, uuid.UUID(uid), by="李")
    return goes.to, goes.reason


async def test_each_reason_is_told(org: Organization, mail: FakeMail, leave: Leave) -> None:
    left, without, odd = (
        await leave(email=VISITOR),
        await leave(email="", phone="13800138000"),
        await leave(email="li@[127.0.0.1]", phone="13800138001"),
    )
    assert await found(org, left.uid) == ("", "no_channel")
    uid = await channel_settings.add(org.id, sender(mail), by="tests")
    assert await found(org, left.uid) == (VISITOR, "")
    assert await found(org, without.uid) == ("", "no_address")
    assert await found(org, odd.uid) == ("", "no_address")
    assert await found(org, str(uuid.uuid4())) == ("", "no_address")
    await change.save(org, {"on": False}, by="李")
    assert await found(org, left.uid) == ("", "off")
    await change.save(org, {"channel": uid}, by="李")
    assert await found(org, left.uid) == (VISITOR, "")
    await messages.spam(org.id, left.uid, by="李")
    assert await found(org, left.uid) == ("", "spam")


async def test_nobody_is_bombed(
    org: Organization, mail: FakeMail, channel: str, leave: Leave
) -> None:
    first, second = await leave(email="l.i@gmail.com"), await leave(email="li+2@gmail.com")
    for number in range(replies.PER_ADDRESS_A_DAY):
        uid = (first, second)[number % 2].uid
        by = f"agent {number}"
        added = await remarks.add(org.id, uid, f"{number}", visible=True, by=by)
        assert added.goes is not None
        assert added.goes.to
    assert await found(org, first.uid) == ("", "too_many")
    await later(days=1, seconds=1)
    assert await found(org, first.uid) == ("l.i@gmail.com", "")


async def test_one_agent_writes_no_more_than_a_person_can(
    org: Organization, mail: FakeMail, channel: str, leave: Leave
) -> None:
    for number in range(replies.PER_AUTHOR_AN_HOUR):
        left = await leave(email=f"li{number}@firm{number}.com")
        await remarks.add(org.id, left.uid, "x", visible=True, by="李")
    left = await leave(email=VISITOR)
    assert await found(org, left.uid) == ("", "too_many")
    assert (await replies.where(org.id, uuid.UUID(left.uid), by="王")).to == VISITOR


async def test_a_dead_mailbox_is_not_written_to_again_until_it_answers(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, leave: Leave
) -> None:
    left, other = await leave(email="nouser@firm.com"), await leave(email=VISITOR)
    await remarks.add(org.id, left.uid, "x", visible=True, by="李")
    await later(seconds=11)
    await settled(courier, org)
    again = await leave(email="NoUser+2@firm.com")
    for uid in (left.uid, again.uid):
        assert await found(org, uid) == ("", "refused")
    assert await found(org, other.uid) == (VISITOR, "")
    await later(days=30)
    assert await found(org, left.uid) == ("nouser@firm.com", "")


async def test_one_whose_mail_came_back_is_not_mailed_until_they_write(
    org: Organization, mail: FakeMail, channel: str, leave: Leave
) -> None:
    left = await leave(email=VISITOR)
    message = uuid.UUID(left.uid)
    for recipient, reason in (("team@shop.example", ""), (VISITOR.upper(), "refused")):
        bounced = Happened(message, now={"recipient": recipient, "status": "5.1.1"})
        async with database.transaction():
            await events.record(org.id, [bounced], "bounced", by="x", org=await lock(org.id))
        assert (await found(org, left.uid))[1] == reason
    await remarks.append(org.id, left.uid, "still here")
    assert await found(org, left.uid) == (VISITOR, "")
