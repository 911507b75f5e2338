"""After a while the assignee is reminded, then the team's channel."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from app import messages
from app.deliveries import Courier
from app.messages import acts
from app.rules import change, reminders
from app.rules.chains import ASSIGNEE, Chain, Step
from app.rules.reminders import InForce
from app.tables import Agent, Organization, new_id
from tests.app.deliveries.confirm.conftest import TEAM
from tests.app.deliveries.conftest import Leave, settled
from tests.app.deliveries.personal.conftest import LI, WANG, colleague, owed, personal, soon
from tests.app.deliveries.personal.test_owe import give, note
from tests.app.deliveries.planning import later
from tests.fakes.mail import FakeMail


async def remind(org: Organization, *steps: tuple[int, str]) -> None:
    listed = [{"after_minutes": after, "channel": channel} for after, channel in steps]
    await reminders.save(org.id, {"chains": [{"steps": listed}]}, by="tests")


async def rule(org: Organization, agent: Agent, **more: object) -> None:
    named = {"name": "to them", "then": {"assignee": str(agent.id), **more}}
    await change.replace(org.id, {"mode": "all", "rules": [named]}, by="tests")


def test_the_steps_of_the_assignee_keep_their_numbers() -> None:
    channel, now = new_id(), dt.datetime(2026, 11, 30, 8, tzinfo=dt.UTC)
    steps = [
        Step(after_minutes=30, channel=ASSIGNEE),
        Step(after_minutes=60, channel=str(channel)),
        Step(after_minutes=90, channel=ASSIGNEE),
    ]
    force, minute = InForce([Chain(steps=steps)]), dt.timedelta(minutes=1)
    assert force.has_assignees
    assert list(force.due("x", now)) == [("remind2", channel, now + 60 * minute)]
    assert list(force.of_assignee("x", now)) == [
        ("remind1", now + 30 * minute),
        ("remind3", now + 90 * minute),
    ]
    assert not InForce([Chain(steps=steps[1:2])]).has_assignees


async def test_first_the_assignee_then_the_team(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, li: Agent, leave: Leave
) -> None:
    await remind(org, (30, ASSIGNEE), (60, channel))
    await rule(org, li)
    left = await leave("怎么退货？")
    await soon(courier, org)
    assert sorted(letter.recipients[0] for letter in mail.messages) == [LI, TEAM]
    await later(minutes=30)
    await settled(courier, org)
    letter = mail.messages[-1]
    assert letter.recipients == [LI]
    assert letter.subject == f"{left.reference}：仍未处理，已分配给您"
    assert "怎么退货？" in letter.text
    assert letter.message["Reply-To"] is None
    await later(minutes=30)
    await settled(courier, org)
    assert mail.messages[-1].recipients == [TEAM]
    assert len(mail.messages) == 4
    await later(minutes=500)
    await settled(courier, org)
    assert len(mail.messages) == 4


async def test_who_has_it_now_is_reminded_and_nobody_when_it_is_done(
    org: Organization,
    courier: Courier,
    mail: FakeMail,
    channel: str,
    li: Agent,
    wang: Agent,
    leave: Leave,
) -> None:
    await remind(org, (30, ASSIGNEE))
    moved, back, done, free = await leave(), await leave(), await leave(), await leave()
    for left in (moved, back, done, free):
        await give(org, left.uid, li)
    await soon(courier, org)
    await later(minutes=20)
    for left, whom in ((moved, wang), (back, wang), (back, li), (free, None)):
        await give(org, left.uid, whom)
    await messages.handle(org.id, done.uid, outcome="phone", by="Boss")
    mail.messages.clear()
    await soon(courier, org)
    await later(minutes=15)
    await settled(courier, org)
    mail.messages.clear()
    await later(minutes=15)
    await settled(courier, org)
    assert sorted(letter.recipients[0] for letter in mail.messages) == [LI, WANG]
    subjects = {letter.recipients[0]: letter.subject for letter in mail.messages}
    assert back.reference in subjects[LI]
    assert moved.reference in subjects[WANG]


async def test_who_gives_it_to_themselves_is_reminded_and_who_takes_it_is_not(
    org: Organization, channel: str, li: Agent, leave: Leave
) -> None:
    await remind(org, (30, ASSIGNEE))
    given, taken = await leave(), await leave()
    await give(org, given.uid, li, giver=li)
    await messages.to_one(org.id, taken.uid, acts.claimed(li.id), by="小李")
    assert await owed() == [("remind1", "pending", "")]


async def test_a_snooze_puts_it_off(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, li: Agent, leave: Leave
) -> None:
    await remind(org, (30, ASSIGNEE))
    left = await leave()
    await give(org, left.uid, li)
    await soon(courier, org)
    now = dt.datetime.now(dt.UTC)
    snooze = acts.snoozed(now + dt.timedelta(hours=2), now=now)
    await messages.to_one(org.id, left.uid, snooze, by="Boss")
    await later(minutes=140)
    await settled(courier, org)
    assert len(personal(mail)) == 1
    await later(minutes=15)
    await settled(courier, org)
    assert len(personal(mail)) == 2


@pytest.mark.parametrize("why", ["quiet", "unwilling", "other category"])
async def test_some_are_not_reminded(
    org: Organization, channel: str, li: Agent, leave: Leave, why: str
) -> None:
    step = {"after_minutes": 30, "channel": ASSIGNEE}
    chain = {"steps": [step], "categories": ["other"] if why == "other category" else []}
    await reminders.save(org.id, {"chains": [chain]}, by="tests")
    if why == "unwilling":
        await Agent.update({Agent.mail_assigned: False}).where(Agent.id == li.id)
    await rule(org, li, quiet=why == "quiet")
    await leave()
    assert [purpose for purpose, *_ in await owed() if purpose != "assigned"] == []


async def test_a_reminder_goes_with_what_else_there_is(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, leave: Leave
) -> None:
    ann = await colleague(org, "ann@shop.example", "Ann", locale="en")
    await remind(org, (30, ASSIGNEE))
    left = await leave()
    await give(org, left.uid, ann)
    await soon(courier, org)
    await later(minutes=30)
    await note(org, left.uid, "@Ann look")
    await settled(courier, org)
    letter = personal(mail)[-1]
    assert letter.subject == "1 note mentions you, 1 reminder"
    assert "Still waiting, and assigned to you" in letter.text


async def test_an_unassigned_message_reminds_its_channels_anew_and_not_who_had_it(
    org: Organization, channel: str, li: Agent, leave: Leave
) -> None:
    await remind(org, (30, ASSIGNEE))
    left = await leave()
    await give(org, left.uid, li)
    await reminders.stop(uuid.UUID(left.uid), dt.datetime.now(dt.UTC))
    await remind(org, (30, channel))
    await give(org, left.uid, None)
    states = [(purpose, state) for purpose, state, _ in await owed()]
    assert states == [("assigned", "pending"), ("remind1", "cancelled")]
