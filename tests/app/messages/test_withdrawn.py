"""A visitor withdraws their message: what waits is not sent, and who knows of it is told."""

from __future__ import annotations

import uuid

import pytest

from app import channel_settings, messages
from app.errors import NotFound
from app.fields.check import Answers
from app.messages import Visit, withdrawn
from app.reading import uids
from app.tables import Delivery, Organization, new_id

HOOK = {"type": "custom", "webhook_url": "http://127.0.0.1:9/hook"}
Sent = list[tuple[str, str]]


async def owed(message: str) -> Sent:
    query = Delivery.select(Delivery.purpose, Delivery.state).order_by(Delivery.id)
    rows = await query.where(Delivery.message == uids.uid(message))
    return [(each["purpose"], each["state"]) for each in rows]


async def test_nobody_is_told_of_what_was_withdrawn_before_and_all_are_if_it_stands_again(
    org: Organization, answers: Answers
) -> None:
    await channel_settings.add(org.id, HOOK, by="x")
    left = await messages.leave(org, answers, Visit(), submission_id="s1")
    assert await owed(left.uid) == [("new", "pending")]
    assert await withdrawn.withdraw(org.id, left.uid)
    assert await owed(left.uid) == [("new", "cancelled")]
    assert not await withdrawn.withdraw(org.id, left.uid)
    assert await withdrawn.resume(org.id, left.uid)
    assert await owed(left.uid) == [("new", "pending")]
    assert not await withdrawn.resume(org.id, left.uid)


async def test_who_was_told_is_told_of_the_withdrawal(org: Organization, answers: Answers) -> None:
    await channel_settings.add(org.id, HOOK, by="x")
    left = await messages.leave(org, answers, Visit(), submission_id="s1")
    sent = {Delivery.state: "sent", Delivery.dispatch: new_id()}
    await Delivery.update(sent).where(Delivery.message == uids.uid(left.uid))
    await withdrawn.withdraw(org.id, left.uid)
    assert await owed(left.uid) == [("new", "sent"), ("more", "pending")]


async def test_what_is_set_aside_stays_so(org: Organization, answers: Answers) -> None:
    left = await messages.leave(org, answers, Visit(), submission_id="s1")
    await messages.spam(org.id, left.uid, by="x")
    assert await withdrawn.withdraw(org.id, left.uid)
    row = await messages.one(org.id, left.uid)
    assert (row.status, row.outcome) == ("spam", "withdrawn")
    assert await withdrawn.resume(org.id, left.uid)
    assert (await messages.one(org.id, left.uid)).status == "spam"


async def test_what_only_says_the_same_again_is_worked_on_with_the_first(
    org: Organization, answers: Answers
) -> None:
    await messages.leave(org, answers, Visit(), submission_id="s1")
    again = await messages.leave(org, answers, Visit(), submission_id="s2")
    assert not await withdrawn.withdraw(org.id, again.uid)
    assert (await messages.one(org.id, again.uid)).status == "repeat"


async def test_another_organization_s_message_does_not_exist(
    org: Organization, answers: Answers
) -> None:
    left = await messages.leave(org, answers, Visit(), submission_id="s1")
    with pytest.raises(NotFound):
        await withdrawn.withdraw(uuid.uuid4(), left.uid)
