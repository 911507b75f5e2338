"""What is said after a message was left: replies, notes, additions, and whether it is solved."""

import datetime as dt

import pytest

from app import database, messages
from app.deliveries import Courier
from app.deliveries.parcel import pack
from app.errors import Invalid, NotFound
from app.messages import remarks
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave, add, courier, fakes, leave, settled
from tests.app.deliveries.planning import HOOK, all_plans, went
from tests.fakes.vendors import FakeVendors

__all__ = ["add", "courier", "fakes", "leave"]


async def test_a_visitor_sees_replies_but_neither_notes_nor_names(
    org: Organization, leave: Leave
) -> None:
    left = await leave()
    await remarks.add(org.id, left.uid, "call back", visible=False, by="li@shop.example")
    await remarks.add(org.id, left.uid, "我们明天联系您", visible=True, by="li@shop.example")

    seen = await remarks.of(org.id, left.uid, for_visitor=True)
    assert [(each.text, each.author) for each in seen] == [("我们明天联系您", "agent")]
    assert len(await remarks.of(org.id, left.uid)) == 2


async def test_an_addition_opens_the_message_again_and_tells_the_team(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm"))
    left = await leave()
    await settled(courier, org)
    await messages.handle(org.id, left.uid, outcome="phone", by="tests")
    for text in ("还有一个问题", "再补充一点"):
        await remarks.append(org.id, left.uid, text)
        await settled(courier, org)

    row = (await messages.show(org.id, left.uid)).message
    assert (row.status, row.read_at) == ("pending", None)
    told = [call.parsed["message"]["content"] for call in fakes.calls("hook", "crm")]
    assert told[1:] == ["还有一个问题", "还有一个问题\n再补充一点"]
    more = (await messages.show(org.id, left.uid)).deliveries[-1]
    assert [each.outcome for each in more.attempts] == ["ok", "ok"]


async def test_what_is_added_while_a_notice_is_on_the_wire_is_told_too(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", HOOK + "crm")
    left = await leave()
    await went(await all_plans(org))
    await remarks.append(org.id, left.uid, "one")
    on_the_wire = await all_plans(org)
    await remarks.append(org.id, left.uid, "two")
    assert await all_plans(org) == []
    await went(on_the_wire)

    (again,) = await all_plans(org)
    assert (await pack(again)).notices[0].content == "one\ntwo"
    await went([again])
    assert await all_plans(org) == []


async def test_an_addition_to_spam_tells_nobody(org: Organization, leave: Leave) -> None:
    left = await leave()
    await messages.spam(org.id, left.uid, by="tests")
    await remarks.append(org.id, left.uid, "buy more")
    assert (await messages.show(org.id, left.uid)).message.status == "spam"
    assert await database.rows(dict, "SELECT id FROM delivery WHERE purpose = 'more'") == []


async def test_not_solved_opens_it_again(org: Organization, leave: Leave) -> None:
    left = await leave()
    await messages.handle(org.id, left.uid, outcome="email", by="tests")
    await remarks.judge(org.id, left.uid, solved=False)
    assert (await messages.show(org.id, left.uid)).message.status == "pending"


async def test_additions_have_an_end(org: Organization, leave: Leave) -> None:
    left = await leave()
    for number in range(remarks.ADDITIONS_MAX):
        await remarks.append(org.id, left.uid, f"more {number}")
    with pytest.raises(Invalid):
        await remarks.append(org.id, left.uid, "one more")


async def test_an_empty_one_is_refused(org: Organization, leave: Leave) -> None:
    left = await leave()
    with pytest.raises(Invalid, match="/text"):
        await remarks.append(org.id, left.uid, " \u200b ")


async def test_another_organizations_message_is_not_there(
    other_org: Organization, leave: Leave
) -> None:
    left = await leave()
    with pytest.raises(NotFound):
        await remarks.append(other_org.id, left.uid, "hello")


async def test_what_is_sent_again_from_the_same_page_is_added_once(
    org: Organization, leave: Leave
) -> None:
    left = await leave()
    for by, text, once in [("li@shop.example", "好的", "a"), ("", "谢谢", "b")] * 2:
        await _say(org, left.uid, by, text, once)
        await database.execute(
            "UPDATE remark SET created_at = ?", dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        )
    for by, text, once in [
        ("li@shop.example", "好的", "c"),
        ("li@shop.example", "您好", "a"),
        ("", "谢谢", "d"),
    ]:
        await _say(org, left.uid, by, text, once)
    said = [each.text for each in await remarks.of(org.id, left.uid)]
    assert said == ["好的", "谢谢", "好的", "您好", "谢谢"]


async def _say(org: Organization, uid: str, by: str, text: str, once: str) -> None:
    if by:
        await remarks.add(org.id, uid, text, visible=True, by=by, once=once)
    else:
        await remarks.append(org.id, uid, text, once=once)


async def test_a_button_pressed_twice_adds_it_once(org: Organization, leave: Leave) -> None:
    left, other = await leave(), await leave()
    said = [
        (left, "看过了", False, "li@shop.example"),
        (left, "看过了", True, "li@shop.example"),
        (left, "看过了", False, "wang@shop.example"),
        (left, "看过两次", False, "li@shop.example"),
        (other, "看过了", False, "li@shop.example"),
    ]
    for to, text, visible, by in said + said:
        await remarks.add(org.id, to.uid, text, visible=visible, by=by)
    assert len(await remarks.of(org.id, left.uid)) == 4
    assert len(await remarks.of(org.id, other.uid)) == 1

    a_minute_ago = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
    await database.execute("UPDATE remark SET created_at = ?", a_minute_ago)
    await remarks.add(org.id, left.uid, "看过了", visible=False, by="li@shop.example")
    assert len(await remarks.of(org.id, left.uid)) == 5
