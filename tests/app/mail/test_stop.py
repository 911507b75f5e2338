"""Who wants no mail gets none."""

from __future__ import annotations

import uuid

from app import database
from app.mail import replies, stop
from app.messages import events, remarks
from app.tables import Organization
from tests.app.deliveries.confirm.conftest import VISITOR
from tests.app.deliveries.conftest import Leave


async def test_it_ends_what_waits_and_what_would_come_for_this_message_alone(
    org: Organization, channel: str, leave: Leave
) -> None:
    left, other = await leave(email=VISITOR), await leave(email=VISITOR)
    message = uuid.UUID(left.uid)
    for each in (left, other):
        await remarks.add(org.id, each.uid, "x", visible=True, by="李")
    assert not await stop.stopped(message)
    for _ in range(2):
        await stop.stop(org.id, message)
    assert await stop.stopped(message)
    query = "SELECT state, reason FROM delivery WHERE purpose = 'reply' ORDER BY id"
    assert [tuple(row.values()) for row in await database.rows(dict, query)] == [
        ("cancelled", "mail_off"),
        ("pending", ""),
    ]
    assert (await replies.where(org.id, message, by="李")).reason == "stopped"
    assert (await replies.where(org.id, uuid.UUID(other.uid), by="李")).to == VISITOR
    assert [each.action for each in await events.of(org.id, message)][-1] == replies.STOPPED
