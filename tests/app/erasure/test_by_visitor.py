"""A visitor erases what they have left, or asks the team to."""

from __future__ import annotations

import uuid

import pytest

from app import messages
from app.erasure import by_visitor
from app.erasure.gone import erased_at
from app.errors import NotFound
from app.fields.check import Answers
from app.messages import Visit, events
from app.reading import uids
from app.tables import Message, Organization


async def test_it_is_gone_for_good_and_once(org: Organization, answers: Answers) -> None:
    left = await messages.leave(org, answers, Visit(), submission_id="s1")
    assert await erased_at(org.id, left.uid) is None
    await by_visitor.erase(org.id, left.uid)
    at = await erased_at(org.id, left.uid)
    await by_visitor.erase(org.id, left.uid)
    assert at
    assert await erased_at(org.id, left.uid) == at
    assert await erased_at(org.id, "no uid") is None
    assert not await Message.exists()


async def test_the_team_is_asked_once_and_the_message_waits_for_it(
    org: Organization, answers: Answers
) -> None:
    left = await messages.leave(org, answers, Visit(), submission_id="s1")
    await messages.handle(org.id, left.uid, outcome="phone", by="x")
    assert await by_visitor.asked_at(org.id, left.uid) is None
    await by_visitor.ask(org.id, left.uid)
    at = await by_visitor.asked_at(org.id, left.uid)
    await by_visitor.ask(org.id, left.uid)
    assert at
    assert (await messages.one(org.id, left.uid)).status == "pending"
    told = [each.action for each in await events.of(org.id, uids.uid(left.uid))]
    assert told == ["handled", "erasure_asked"]
    await messages.handle(org.id, left.uid, outcome="phone", by="x")
    await by_visitor.ask(org.id, left.uid)
    assert (await messages.one(org.id, left.uid)).status == "pending", "it is still there"
    asked = [each.at for each in await events.of(org.id, uids.uid(left.uid)) if not each.actor]
    assert len(asked) == 2
    assert await by_visitor.asked_at(org.id, left.uid) == asked[-1] > at
    with pytest.raises(NotFound):
        await by_visitor.ask(uuid.uuid4(), left.uid)
