"""Who is mailed what was given to them or mentions them, once each, and who is not."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec
import pytest

from app import channel_settings, database, messages
from app.database import columns
from app.deliveries import Courier
from app.deliveries.owe import insert
from app.deliveries.owed import OWED, Owed
from app.hours import WEEKDAYS
from app.messages import acts, long_acts, mentions, remarks
from app.people import working_hours
from app.rules import change
from app.tables import Agent, Channel, Organization, new_id
from tests.app.deliveries.confirm.conftest import sender
from tests.app.deliveries.conftest import Add, Leave, settled
from tests.app.deliveries.personal.conftest import LI, WANG, colleague, owed, personal, soon
from tests.app.deliveries.planning import BUSY, later, plan, went
from tests.app.messages.test_long_acts import ended, many
from tests.fakes.mail import FakeMail

BY = "Boss"
DUE = [("assigned", "pending", "")]


async def give(org: Organization, uid: str, agent: Agent | None, giver: Agent | None = None) -> str:
    act = acts.assigned(agent.id if agent else None, giver.id if giver else None)
    return (await messages.to_one(org.id, uid, act, by=BY)).act


async def note(org: Organization, uid: str, text: str, author: Agent | None = None) -> None:
    by = author.id if author else None
    await remarks.add(org.id, uid, text, visible=False, by=BY, agent=by)


async def test_the_assignee_alone_is_mailed_and_once(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, li: Agent, leave: Leave
) -> None:
    left = await leave()
    await settled(courier, org)
    await give(org, left.uid, li)
    await settled(courier, org)
    assert personal(mail) == []
    await soon(courier, org)
    await soon(courier, org)
    assert [letter.recipients for letter in personal(mail)] == [[LI]]
    assert await owed() == [("assigned", "sent", "")]


async def test_a_rule_tells_whom_it_gives_a_message(
    org: Organization,
    courier: Courier,
    mail: FakeMail,
    channel: str,
    li: Agent,
    wang: Agent,
    leave: Leave,
) -> None:
    """Two rules mean it: it is the second one's."""
    named = [
        {"name": "first", "then": {"assignee": str(wang.id)}},
        {"name": "second", "then": {"assignee": str(li.id), "quiet": True}},
    ]
    await change.replace(org.id, {"mode": "all", "rules": named}, by="tests")
    await leave()
    await soon(courier, org)
    (letter,) = mail.messages
    assert letter.recipients == [LI]
    assert "second" in letter.subject


async def test_nobody_is_told_of_what_they_do_themselves(
    org: Organization, channel: str, li: Agent, leave: Leave
) -> None:
    one, two, three = await leave(), await leave(), await leave()
    await give(org, one.uid, li, giver=li)
    await messages.to_one(org.id, two.uid, acts.claimed(li.id), by="小李")
    await note(org, two.uid, "@小李 me", author=li)
    await messages.to_one(
        org.id, three.uid, acts.handled("phone", "@小李", by="小李", agent=li.id), by="小李"
    )
    assert await owed() == []


async def test_an_act_of_many_parts_still_knows_who_gives(
    org: Organization, channel: str, li: Agent, leave: Leave
) -> None:
    left = await leave()
    again = acts.again(acts.assigned(li.id, li.id).said)
    await messages.to_one(org.id, left.uid, again, by="小李")
    assert await owed() == []


@pytest.mark.parametrize(
    ("change", "purposes"),
    [
        ({Agent.mail_assigned: False}, ["mention"]),
        ({Agent.mail_mentions: False}, ["assigned"]),
        ({Agent.role: "viewer"}, []),
        ({Agent.disabled_at: dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, []),
    ],
)
async def test_who_does_not_want_it_or_works_no_more_is_owed_nothing(
    org: Organization,
    channel: str,
    li: Agent,
    leave: Leave,
    change: dict[object, object],
    purposes: list[str],
) -> None:
    await Agent.update(change).where(Agent.id == li.id)  # type: ignore[arg-type]
    left = await leave()
    await give(org, left.uid, li)
    await note(org, left.uid, "@小李")
    assert [purpose for purpose, *_ in await owed()] == purposes


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({Agent.mail_assigned: False}, "mail_off"),
        ({Agent.disabled_at: dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, "agent_off"),
    ],
)
async def test_who_leaves_or_changes_their_mind_before_it_goes_gets_nothing(
    org: Organization,
    courier: Courier,
    mail: FakeMail,
    channel: str,
    li: Agent,
    leave: Leave,
    change: dict[object, object],
    reason: str,
) -> None:
    await give(org, (await leave()).uid, li)
    await Agent.update(change).where(Agent.id == li.id)  # type: ignore[arg-type]
    await soon(courier, org)
    assert (await owed(), personal(mail)) == ([("assigned", "cancelled", reason)], [])


async def test_what_is_taken_back_or_done_before_it_goes_is_not_told(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, li: Agent, leave: Leave
) -> None:
    undone, handled, spam = await leave(), await leave(), await leave()
    act = await give(org, undone.uid, li)
    await give(org, handled.uid, li)
    await give(org, spam.uid, li)
    await note(org, spam.uid, "@小李")
    await messages.undo(org.id, uuid.UUID(act), by=BY)
    await messages.handle(org.id, handled.uid, outcome="phone", by=BY)
    await messages.spam(org.id, spam.uid, by=BY)
    await settled(courier, org)
    ends = ["taken_back", "handled", "spam", "spam"]
    assert [(state, reason) for _, state, reason in await owed()] == [
        ("cancelled", reason) for reason in ends
    ]
    assert personal(mail) == []


async def test_what_is_set_aside_or_handled_is_given_to_nobody_by_mail(
    org: Organization, channel: str, li: Agent, leave: Leave
) -> None:
    spam, handled = await leave(), await leave()
    await messages.spam(org.id, spam.uid, by=BY)
    await messages.handle(org.id, handled.uid, outcome="phone", by=BY)
    for left in (spam, handled):
        await give(org, left.uid, li)
    await note(org, spam.uid, "@小李")
    assert await owed() == []
    await note(org, handled.uid, "@小李 what was it?")
    assert await owed() == [("mention", "pending", "")]


async def test_from_one_to_another_and_back(
    org: Organization,
    courier: Courier,
    mail: FakeMail,
    channel: str,
    li: Agent,
    wang: Agent,
    leave: Leave,
) -> None:
    """Each who has it is told, and who had it for a moment only is not."""
    left = await leave()
    for whom in (li, wang, li):
        await give(org, left.uid, whom)
    await soon(courier, org)
    assert [letter.recipients for letter in personal(mail)] == [[LI]]
    await give(org, left.uid, wang)
    await soon(courier, org)
    await give(org, left.uid, li)
    await soon(courier, org)
    assert [letter.recipients for letter in personal(mail)] == [[LI], [WANG], [LI]]


async def test_who_gets_it_back_hears_of_it_only_if_they_never_did(
    org: Organization,
    courier: Courier,
    mail: FakeMail,
    channel: str,
    li: Agent,
    wang: Agent,
    leave: Leave,
) -> None:
    known, unknown = await leave(), await leave()
    await give(org, known.uid, li)
    await soon(courier, org)
    await give(org, unknown.uid, li)
    taken = [await give(org, each.uid, wang) for each in (known, unknown)]
    await settled(courier, org)
    for act in taken:
        await messages.undo(org.id, uuid.UUID(act), by=BY)
    await soon(courier, org)
    first, second = personal(mail)
    assert (first.recipients, second.recipients) == ([LI], [LI])
    assert known.reference in first.subject
    assert unknown.reference in second.subject


async def test_a_thousand_at_once_are_one_mail(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, li: Agent, leave: Leave
) -> None:
    ids = await many(org, leave, 1000)
    act = await long_acts.change_all(org.id, ids, acts.assigned(li.id), by=BY)
    assert isinstance(act, uuid.UUID)
    assert (await ended(org, act)).changed == 1000
    await soon(courier, org)
    (letter,) = personal(mail)
    assert letter.recipients == [LI]
    assert "1000" in letter.subject.replace(",", "")
    assert await owed() == [("assigned", "sent", "")] * 1000


async def test_what_comes_while_a_mail_is_about_to_go_goes_with_it(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, li: Agent, leave: Leave
) -> None:
    one, two, three = await leave(), await leave(), await leave()
    await give(org, one.uid, li)
    await give(org, two.uid, li)
    await later(seconds=31)
    await give(org, three.uid, li)
    await settled(courier, org)
    assert len(personal(mail)) == 1
    assert await owed() == [("assigned", "sent", "")] * 3


async def test_the_limit_of_the_channel_holds(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, leave: Leave
) -> None:
    await Channel.update({Channel.rate_limit_per_minute: 2}).where(Channel.id == uuid.UUID(channel))
    left = await leave()
    for number in range(3):
        who = await colleague(org, f"a{number}@shop.example", f"a{number}")
        await note(org, left.uid, f"@{who.name}")
    await soon(courier, org)
    await settled(courier, org)
    assert len(mail.messages) == 2
    await later(seconds=61)
    await settled(courier, org)
    assert len(mail.messages) == 4


async def test_each_who_is_mentioned_gets_their_own_and_one_for_a_note(
    org: Organization,
    courier: Courier,
    mail: FakeMail,
    channel: str,
    li: Agent,
    wang: Agent,
    leave: Leave,
) -> None:
    left = await leave()
    await note(org, left.uid, "@小李 @王五 please, @小李")
    await soon(courier, org)
    assert sorted(letter.recipients[0] for letter in personal(mail)) == [LI, WANG]
    await note(org, left.uid, "@小李 now")
    await soon(courier, org)
    assert sorted(letter.recipients[0] for letter in personal(mail)) == [LI, LI, WANG]


async def test_who_has_looked_needs_no_mail(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, li: Agent, leave: Leave
) -> None:
    left = await leave()
    await note(org, left.uid, "@小李")
    await mentions.seen(org.id, left.uid, li.id)
    await soon(courier, org)
    assert (await owed(), personal(mail)) == ([("mention", "cancelled", "seen")], [])


async def test_the_note_of_an_outcome_is_told_and_earlier_ones_are_not(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, li: Agent, leave: Leave
) -> None:
    left = await leave()
    await note(org, left.uid, "@小李 first")
    await messages.handle(org.id, left.uid, outcome="phone", note="@小李 last", by=BY)
    await soon(courier, org)
    assert await owed() == [("mention", "cancelled", "handled"), ("mention", "sent", "")]
    (letter,) = personal(mail)
    assert "last" in letter.text
    assert "first" not in letter.text


async def test_a_note_that_is_taken_back_is_not_told_and_another_is(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, li: Agent, leave: Leave
) -> None:
    left = await leave()
    done = await messages.handle(org.id, left.uid, outcome="phone", note="@小李 no", by=BY)
    await messages.undo(org.id, uuid.UUID(done.act), by=BY)
    await note(org, left.uid, "@小李 yes")
    await soon(courier, org)
    assert await owed() == [("mention", "cancelled", "taken_back"), ("mention", "sent", "")]
    (letter,) = personal(mail)
    assert "yes" in letter.text


async def test_without_an_email_channel_that_is_on_nothing_is_owed(
    org: Organization, add: Add, li: Agent, mail: FakeMail, leave: Leave
) -> None:
    await add("custom", "http://127.0.0.1:9/hook")
    await channel_settings.add(org.id, {**sender(mail), "enabled": False}, by="tests")
    left = await leave()
    await give(org, left.uid, li)
    await note(org, left.uid, "@小李")
    assert await owed() == []


@pytest.mark.parametrize("how", ["off", "removed"])
async def test_what_waits_when_its_channel_goes_takes_another(
    org: Organization,
    courier: Courier,
    channel: str,
    li: Agent,
    mail: FakeMail,
    leave: Leave,
    how: str,
) -> None:
    left = await leave()
    await settled(courier, org)
    await give(org, left.uid, li)
    second = await channel_settings.add(org.id, sender(mail, "b@shop.example"), by="tests")
    if how == "off":
        await channel_settings.switch(org.id, channel, False, by="tests")
    else:
        await channel_settings.archive(org.id, channel, by="tests")
    assert await owed() == DUE
    await soon(courier, org)
    assert [letter.recipients for letter in personal(mail)] == [[LI]]

    await give(org, (await leave()).uid, li)
    await channel_settings.switch(org.id, second, False, by="tests")
    assert (await owed())[-1] == ("assigned", "cancelled", "channel_off")


async def test_what_failed_once_when_its_channel_goes_takes_another(
    org: Organization,
    courier: Courier,
    channel: str,
    li: Agent,
    mail: FakeMail,
    leave: Leave,
) -> None:
    left = await leave()
    await settled(courier, org)
    await give(org, left.uid, li)
    await later(minutes=1)
    await went(await plan(org.id), BUSY)
    await channel_settings.add(org.id, sender(mail, "b@shop.example"), by="tests")
    await channel_settings.switch(org.id, channel, False, by="tests")
    assert await owed() == DUE
    await soon(courier, org)
    assert [letter.recipients for letter in personal(mail)] == [[LI]]


async def test_a_failing_channel_is_not_tried_again_on_an_agent(
    org: Organization, courier: Courier, channel: str, li: Agent, leave: Leave
) -> None:
    left = await leave()
    await settled(courier, org)
    await give(org, left.uid, li)
    await later(minutes=1)
    (first,) = await plan(org.id)
    await went([first], BUSY)
    await later(hours=1)
    await Channel.update({Channel.failures: 1}).where(Channel.id == uuid.UUID(channel))
    assert await plan(org.id) == []
    await Channel.update({Channel.failures: 0}).where(Channel.id == uuid.UUID(channel))
    (again,) = await plan(org.id)
    assert (again.dispatch, again.number, again.agent) == (first.dispatch, 2, li.id)


async def test_the_channel_that_confirms_mails_agents_unless_it_is_broken(
    org: Organization, channel: str, li: Agent, mail: FakeMail, leave: Leave
) -> None:
    second = await channel_settings.add(org.id, sender(mail, "b@shop.example"), by="tests")

    async def through() -> str:
        await give(org, (await leave()).uid, li)
        found = await database.values(
            uuid.UUID,
            "SELECT channel FROM delivery WHERE agent IS NOT NULL ORDER BY id DESC LIMIT 1",
        )
        return str(found[0])

    assert await through() == channel
    await channel_settings.set_confirm_channel(org.id, second, by="tests")
    assert await through() == second
    await Channel.update({Channel.failures: 3}).where(Channel.id == uuid.UUID(second))
    assert await through() == channel


async def test_an_event_owes_it_once_and_another_event_once_more(
    org: Organization, channel: str, li: Agent, leave: Leave
) -> None:
    left = await leave()
    await note(org, left.uid, "@小李")
    rows = await database.rows(
        Owed, f"SELECT {columns(*OWED)} FROM delivery WHERE agent IS NOT NULL"
    )
    again = [msgspec.structs.replace(each, id=new_id()) for each in rows]
    async with database.transaction():
        await insert(again)
    assert len(await owed()) == 1
    async with database.transaction():
        await insert([msgspec.structs.replace(each, about=new_id()) for each in again])
    assert len(await owed()) == 2


async def test_of_another_organization_nobody_is_told(
    org: Organization, other_org: Organization, channel: str, leave: Leave
) -> None:
    stranger = await colleague(other_org, "x@other.example", "外人")
    left = await leave()
    await give(org, left.uid, stranger)
    assert await owed() == []
    assert await plan(other_org.id) == []


async def test_outside_of_their_hours_the_mail_waits_until_they_begin(
    org: Organization, channel: str, li: Agent, leave: Leave
) -> None:
    now = await database.now()
    day = now.date() + dt.timedelta(days=2)
    weekly = {WEEKDAYS[day.weekday()]: [["09:00", "18:00"]]}
    await working_hours.save(li, weekly, timezone="UTC", by=LI)
    left = await leave()
    await give(org, left.uid, li)
    (due,) = await database.values(
        dt.datetime, "SELECT due_at FROM delivery WHERE agent = ?", li.id
    )
    assert due == dt.datetime.combine(day, dt.time(9), dt.UTC)
