"""What an agent reads, in which language, and that nobody else does: not even when all goes
wrong."""

from __future__ import annotations

import re
import uuid

from app import channel_settings, database, deliveries, messages
from app.channels.sender import Acceptance
from app.contacts import policy
from app.deliveries import Courier, detail
from app.deliveries.parcel import pack
from app.errors import SendError
from app.messages import acts
from app.tables import Account, Agent, Message, Organization
from tests.app.deliveries.confirm.conftest import TEAM, sender
from tests.app.deliveries.conftest import Add, Leave, settled
from tests.app.deliveries.personal.conftest import LI, colleague, owed, personal, soon
from tests.app.deliveries.personal.test_owe import give, note
from tests.app.deliveries.planning import BUSY, later, plan, record
from tests.fakes.mail import FakeMail
from tests.fakes.vendors import FakeVendors

LOST = SendError("unknown", "timeout")


async def only() -> str:
    sql = "SELECT id FROM delivery WHERE agent IS NOT NULL"
    return str(await database.value(uuid.UUID, sql))


async def test_it_says_who_gave_it_and_shows_the_message_as_any_notice_does(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, li: Agent, leave: Leave
) -> None:
    left = await leave("怎么退货？")
    await give(org, left.uid, li)
    await soon(courier, org)
    (letter,) = personal(mail)
    assert letter.subject == f"{left.reference}：Boss 把这条留言分配给您"
    assert letter.message["To"].addresses[0].addr_spec == LI
    assert letter.message["Reply-To"] is None
    for words in ("Boss 把这条留言分配给您", "怎么退货？", "13800138000", f"/inbox/{left.uid}"):
        assert words in letter.text
        assert words in letter.html
    assert letter.text.rstrip().endswith("关闭这类邮件：http://localhost:8080/account#mail")
    assert not letter.injected_headers


async def test_a_mention_has_the_words_of_the_note(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, li: Agent, leave: Leave
) -> None:
    left = await leave("怎么退货？")
    await note(org, left.uid, "@小李 他上周也问过\n<b>please</b>")
    await soon(courier, org)
    (letter,) = personal(mail)
    assert letter.subject == f"{left.reference}：Boss 在备注里提到了您"
    assert "> @小李 他上周也问过\n> <b>please</b>" in letter.text.replace("\r\n", "\n")
    assert "&lt;b&gt;please" in letter.html
    assert "怎么退货？" in letter.text


async def test_what_the_channel_leaves_out_of_notices_is_not_in_it(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, li: Agent, leave: Leave
) -> None:
    template = "{{ message.reference }}\n{{ message.category }}\n{{ message.link }}"
    given = {**sender(mail), "template": template}
    await channel_settings.change(org.id, channel, given, by="tests")
    await give(org, (await leave("SECRET")).uid, li)
    await soon(courier, org)
    (letter,) = personal(mail)
    assert "产品咨询" in letter.text
    assert "SECRET" not in letter.text + letter.html
    assert "13800138000" not in letter.text


async def test_who_sees_no_contacts_is_mailed_none(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, li: Agent, leave: Leave
) -> None:
    await policy.save(org, {"agents": "asked"}, by="tests")
    left = await leave("怎么退货？打 138-0013-8000")
    await give(org, left.uid, li)
    await note(org, left.uid, "@小李 他的电话是 13800138000")
    await soon(courier, org)
    assert len(personal(mail)) > 0
    for letter in personal(mail):
        said = f"{letter.message.as_string()} {letter.text} {letter.html}"
        assert not re.search("138-?0013-?8000", said)
        assert "138****8000" in letter.text
        assert "怎么退货？" in letter.text


async def test_they_read_it_in_their_own_language_and_zone(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, leave: Leave
) -> None:
    ann = await colleague(org, "ann@shop.example", "Ann", locale="en")
    moved = Account.update({Account.timezone: "America/Phoenix"})
    await moved.where(Account.id == ann.account)
    left, other = await leave(), await leave()
    await give(org, left.uid, ann)
    await soon(courier, org)
    assert personal(mail)[0].subject == f"{left.reference}: Boss assigned this message to you"
    assert "(UTC-7)" in personal(mail)[0].text
    await give(org, other.uid, ann)
    await note(org, left.uid, "@Ann look")
    await soon(courier, org)
    (letter,) = personal(mail)[1:]
    assert letter.subject == "1 message was assigned to you, 1 note mentions you"
    for words in ("Boss assigned this message to you", "Boss mentions you in a note", "@Ann look"):
        assert words in letter.text
    assert "/inbox?status=mine" in letter.text


async def test_a_refused_text_goes_without_the_words_of_anybody(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, leave: Leave
) -> None:
    ann = await colleague(org, "spam@shop.example", "Ann", locale="en")
    left = await leave("怎么退货？")
    await note(org, left.uid, "@Ann SECRET")
    await soon(courier, org)
    await later(minutes=2)
    await settled(courier, org)
    tried = [letter for letter in mail.attempts if letter.recipients != [TEAM]]
    assert len(tried) > 1
    assert "SECRET" in tried[0].text
    assert "SECRET" not in tried[-1].text
    assert left.reference in tried[-1].subject
    assert "/account#mail" in tried[-1].text
    assert {letter.recipients[0] for letter in tried} == {ann.email}


async def test_a_worker_that_dies_leaves_it_to_the_next_and_to_the_same_reader(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, li: Agent, leave: Leave
) -> None:
    left = await leave()
    await settled(courier, org)
    await give(org, left.uid, li)
    await later(seconds=31)
    (dead,) = await plan(org.id)
    assert await plan(org.id) == []
    await later(minutes=2)
    await settled(courier, org)
    (letter,) = personal(mail)
    assert letter.recipients == [LI]
    assert str(dead.dispatch) in letter.message["Message-ID"]
    # The first one wakes up and records, twice: nothing is owed or sent once more.
    for outcome in (LOST, Acceptance(), Acceptance()):
        await record(dead, outcome, 5)
    await later(minutes=10)
    await settled(courier, org)
    assert len(personal(mail)) == 1
    assert await owed() == [("assigned", "sent", "")]


async def test_a_later_try_asks_again_whether_they_still_have_it(
    org: Organization, channel: str, li: Agent, wang: Agent, leave: Leave
) -> None:
    given, kept = await leave(), await leave()
    await give(org, given.uid, li)
    await note(org, kept.uid, "@王五")
    await later(seconds=31)
    planned = [each for each in await plan(org.id) if each.agent]
    for each in planned:
        await record(each, BUSY, 5)
    await give(org, given.uid, None)
    await messages.handle(org.id, kept.uid, outcome="phone", by="Boss")
    await later(seconds=10)
    assert [each for each in await plan(org.id) if each.agent] == []
    assert sorted(await owed()) == [
        ("assigned", "cancelled", "taken_back"),
        ("mention", "cancelled", "handled"),
    ]


async def test_the_note_of_an_outcome_is_tried_again_though_it_is_handled(
    org: Organization, channel: str, li: Agent, leave: Leave
) -> None:
    left = await leave()
    await messages.handle(org.id, left.uid, outcome="phone", note="@小李", by="Boss")
    await later(seconds=31)
    (planned,) = [each for each in await plan(org.id) if each.agent]
    await record(planned, BUSY, 5)
    await later(seconds=10)
    assert [each.dispatch for each in await plan(org.id) if each.agent] == [planned.dispatch]


async def test_a_replay_goes_to_them_alone_and_not_when_they_are_gone(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, li: Agent, leave: Leave
) -> None:
    left = await leave()
    await give(org, left.uid, li)
    await soon(courier, org)
    uid = await only()
    await give(org, left.uid, None)
    await deliveries.replay(org.id, delivery=uid, by="tests")
    await settled(courier, org)
    assert [letter.recipients for letter in personal(mail)] == [[LI], [LI]]
    await Agent.update({Agent.disabled_at: await database.now()}).where(Agent.id == li.id)
    await deliveries.replay(org.id, delivery=uid, by="tests")
    await settled(courier, org)
    assert len(personal(mail)) == 2
    assert await owed() == [("assigned", "cancelled", "agent_off")]


async def test_a_replay_of_all_leaves_out_what_they_have_no_more(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, leave: Leave
) -> None:
    lost = await colleague(org, "nouser@shop.example", "Lost")
    one, two = await leave(), await leave()
    await settled(courier, org)
    await give(org, one.uid, lost)
    await soon(courier, org)
    await give(org, two.uid, lost)
    await soon(courier, org)
    assert [state for _, state, _ in await owed()] == ["failed", "failed"]
    await give(org, one.uid, None)
    assert await deliveries.replay(org.id, by="tests") == 1


async def test_a_mailbox_that_takes_nothing_is_no_mark_against_the_channel(
    org: Organization,
    courier: Courier,
    fakes: FakeVendors,
    mail: FakeMail,
    channel: str,
    add: Add,
    leave: Leave,
) -> None:
    """Nor does it say anything about the way to the team that a stand-in waits for."""
    await add("custom", fakes.add_hook("x"), fallback_for=channel, fallback_after_seconds=600)
    lost = await colleague(org, "nouser@shop.example", "Lost")
    for _ in range(4):
        await give(org, (await leave()).uid, lost)
        await later(minutes=2)
        await soon(courier, org)
    assert await owed() == [("assigned", "failed", "permanent_config")] * 4
    health = (await channel_settings.channel(org.id, channel))["health"]
    assert (health["state"], health["failures"]) == ("ok", 0)
    sql = "SELECT state FROM delivery WHERE purpose = 'fallback'"
    assert {row["state"] for row in await database.rows(dict, sql)} == {"cancelled"}


async def test_a_stand_in_still_waits_for_the_team_when_an_agent_has_it(
    org: Organization,
    courier: Courier,
    fakes: FakeVendors,
    mail: FakeMail,
    channel: str,
    add: Add,
    li: Agent,
    leave: Leave,
) -> None:
    await channel_settings.change(org.id, channel, sender(mail, "grey@shop.example"), by="tests")
    await add("custom", fakes.add_hook("x"), fallback_for=channel, fallback_after_seconds=600)
    left = await leave()
    await settled(courier, org)
    await database.execute("UPDATE channel SET failures = 0, paused_until = NULL")
    await give(org, left.uid, li)
    await soon(courier, org)
    assert [letter.recipients for letter in mail.messages] == [[LI]]
    sql = "SELECT state FROM delivery WHERE purpose = 'fallback'"
    assert [row["state"] for row in await database.rows(dict, sql)] == ["pending"]


async def test_a_failing_channel_is_not_tried_on_them(
    org: Organization, channel: str, li: Agent, leave: Leave
) -> None:
    await give(org, (await leave()).uid, li)
    await later(seconds=31)
    await database.execute("UPDATE channel SET failures = 3")
    assert [each.agent for each in await plan(org.id)] == [None]
    assert await owed() == [("assigned", "pending", "")]


async def test_nobody_gets_it_when_its_message_or_their_address_is_gone(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, li: Agent, leave: Leave
) -> None:
    left = await leave()
    await settled(courier, org)
    await give(org, left.uid, li)
    await later(seconds=31)
    (planned,) = await plan(org.id)
    await Message.delete().where(Message.id == uuid.UUID(left.uid))
    assert (await pack(planned)).to == LI
    await Agent.update({Agent.disabled_at: await database.now()}).where(Agent.id == li.id)
    assert (await pack(planned)).to == ""
    await later(minutes=2)
    await settled(courier, org)
    assert [letter.recipients for letter in mail.messages] == [[TEAM]]


async def test_the_log_names_the_agent_and_shows_what_was_said(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, li: Agent, leave: Leave
) -> None:
    left = await leave("怎么退货？")
    await note(org, left.uid, "@小李 快")
    uid = await only()
    waiting = await detail.one(org.id, uid)
    await soon(courier, org)
    gone = await detail.one(org.id, uid)
    for found in (waiting, gone):
        assert (found.delivery.agent, found.delivery.agent_name) == (str(li.id), "小李")
        assert "Boss 在备注里提到了您" in found.text
        assert "@小李 快" in found.text
    assert (waiting.was_sent, gone.was_sent) == (False, True)


async def test_an_act_without_a_giver_names_whoever_is_on_record(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, li: Agent, leave: Leave
) -> None:
    left = await leave()
    await messages.to_one(org.id, left.uid, acts.assigned(li.id), by="crm\n\x07" + "x" * 200)
    await soon(courier, org)
    (letter,) = personal(mail)
    assert "crm" in letter.subject
    assert "x" * 100 not in letter.text
    assert not letter.injected_headers
