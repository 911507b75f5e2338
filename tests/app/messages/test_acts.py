"""What agents do with messages: each is an event in their story, and can be taken back."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid

import msgspec
import pytest

from app import database, messages
from app.errors import Conflict, Invalid, NotFound
from app.fields.check import Answers
from app.messages import Visit, acts, change, events, remarks, tags
from app.tables import Organization, new_id
from tests.app.messages.conftest import Leave

BY = "小王"
ANN, BEN = new_id(), new_id()


async def listed(org: Organization, **wanted: object) -> list[str]:
    which = messages.Wanted(**wanted)  # type: ignore[arg-type]
    page = await messages.inbox(org.id, which, by_activity=True)
    return [row.content for row in page.items]


async def story(org: Organization, uid: str) -> list[tuple[str, str]]:
    found = await events.of(org.id, uuid.UUID(uid))
    return [(each.action, each.actor) for each in found]


async def test_a_message_is_given_to_somebody_and_taken_back(
    org: Organization, leave: Leave
) -> None:
    left = await leave("one")
    await messages.to_one(org.id, left.uid, acts.assigned(ANN), by=BY)
    row = await messages.one(org.id, left.uid)
    assert (row.assignee, row.read_at) == (str(ANN), None)
    assert row.assigned_at is not None

    await messages.to_one(org.id, left.uid, acts.assigned(None), by="小李")
    row = await messages.one(org.id, left.uid)
    assert (row.assignee, row.assigned_at) == (None, None)
    assert await story(org, left.uid) == [("assigned", BY), ("unassigned", "小李")]


async def test_what_somebody_has_already_is_not_claimed_by_another(
    org: Organization, leave: Leave
) -> None:
    left = await leave()
    await messages.to_one(org.id, left.uid, acts.claimed(ANN), by=BY)
    with pytest.raises(Conflict):
        await messages.to_one(org.id, left.uid, acts.claimed(BEN), by="小李")
    assert (await messages.one(org.id, left.uid)).assignee == str(ANN)


async def test_lists_of_mine_and_of_nobodys(org: Organization, leave: Leave) -> None:
    mine, _ = await leave("mine"), await leave("nobody's")
    await messages.to_one(org.id, mine.uid, acts.assigned(ANN), by=BY)
    assert await listed(org, assignee=str(ANN)) == ["mine"]
    assert await listed(org, assignee="nobody") == ["nobody's"]
    assert await listed(org, assignee=str(BEN)) == []


async def test_tags_are_added_removed_and_found(org: Organization, leave: Leave) -> None:
    one, two = await leave("one"), await leave("two")
    await messages.to_one(org.id, one.uid, acts.tagged([" 报价 ", "VIP"]), by=BY)
    await messages.to_one(org.id, two.uid, acts.tagged(["VIP"]), by=BY)
    assert (await messages.one(org.id, one.uid)).tags == ["VIP", "报价"]
    assert await listed(org, tag="VIP") == ["two", "one"]

    await messages.to_one(org.id, one.uid, acts.tagged(remove=["VIP"]), by=BY)
    assert await listed(org, tag="VIP") == ["two"]
    await messages.to_one(org.id, two.uid, acts.tagged(remove=["VIP"]), by=BY)
    assert [(each.name, each.used) for each in await tags.used(org.id)] == [
        ("VIP", False),
        ("报价", True),
    ]


async def test_two_who_use_a_new_tag_at_once_use_the_same(org: Organization, leave: Leave) -> None:
    one, two = await leave("one"), await leave("two")
    await asyncio.gather(
        *(
            messages.to_one(org.id, left.uid, acts.tagged([name]), by=BY)
            for left in (one, two)
            for name in ("新", f"own {left.reference}")
        )
    )
    assert len(await tags.used(org.id)) == 3
    assert len(await listed(org, tag="新")) == 2


@pytest.mark.parametrize(
    ("name", "fault"), [(" ", "/tag: required"), ("#,", "/tag: required"), ("长" * 33, "too_long")]
)
def test_a_tag_that_is_none_is_refused(name: str, fault: str) -> None:
    with pytest.raises(Invalid, match=fault):
        acts.tagged([name])


async def test_a_message_has_no_more_than_twenty_tags(org: Organization, leave: Leave) -> None:
    left = await leave()
    many = [f"t{n:02}" for n in range(25)]
    await messages.to_one(org.id, left.uid, acts.tagged(many), by=BY)
    assert (await messages.one(org.id, left.uid)).tags == many[:20]


async def test_priority_and_category(org: Organization, leave: Leave) -> None:
    left = await leave("urgent")
    await messages.to_one(org.id, left.uid, acts.prioritized("high"), by=BY)
    await messages.to_one(org.id, left.uid, acts.categorized("售后"), by=BY)
    assert await listed(org, priority="high", category="售后") == ["urgent"]
    with pytest.raises(Invalid, match="/priority: not_a_choice"):
        acts.prioritized("highest")


async def test_a_snoozed_message_is_in_a_list_of_its_own_until_its_time_comes(
    org: Organization, leave: Leave
) -> None:
    left = await leave("later")
    await leave("now")
    now = await database.now()
    await messages.to_one(
        org.id, left.uid, acts.snoozed(now + dt.timedelta(hours=1), now=now), by=BY
    )
    assert await listed(org, status="pending", snoozed=False) == ["now"]
    assert await listed(org, status="pending", snoozed=True) == ["later"]

    await database.execute("UPDATE message SET snoozed_until = ?", now)
    assert await listed(org, status="pending", snoozed=False) == ["now", "later"]


async def test_it_cannot_be_snoozed_until_a_time_that_has_passed_or_is_years_away() -> None:
    now = dt.datetime(2026, 11, 29, tzinfo=dt.UTC)
    for until in (now, now - dt.timedelta(1), now + dt.timedelta(days=400)):
        with pytest.raises(Invalid, match="/until: out_of_range"):
            acts.snoozed(until, now=now)


async def test_what_the_visitor_adds_wakes_it_marks_it_and_puts_it_first(
    org: Organization, leave: Leave
) -> None:
    left = await leave("first")
    await leave("second")
    now = await database.now()
    await messages.to_one(
        org.id, left.uid, acts.snoozed(now + dt.timedelta(days=3), now=now), by=BY
    )
    await remarks.append(org.id, left.uid, "忘了说，要发票")
    assert await listed(org, status="pending", snoozed=False) == ["first", "second"]
    assert await listed(org, added=True) == ["first"]

    await messages.read(org.id, left.uid)
    assert await listed(org, added=True) == []
    assert await listed(org, status="pending") == ["first", "second"]


async def test_the_trash_gives_back_what_was_thrown_away(org: Organization, leave: Leave) -> None:
    left = await leave("a mistake")
    await messages.handle(org.id, left.uid, outcome="phone", by=BY)
    await messages.to_one(org.id, left.uid, acts.trashed(), by=BY)
    assert await listed(org) == []
    assert await listed(org, status="trash") == ["a mistake"]
    with pytest.raises(Conflict):
        await messages.reopen(org.id, left.uid, by=BY)

    await messages.to_one(org.id, left.uid, acts.restored(), by=BY)
    row = await messages.one(org.id, left.uid)
    assert (row.status, row.outcome, row.trashed_at) == ("handled", "phone", None)


async def test_a_visitor_adds_to_what_is_in_the_trash_without_bringing_it_back(
    org: Organization, leave: Leave
) -> None:
    left = await leave()
    await messages.to_one(org.id, left.uid, acts.trashed(), by=BY)
    await remarks.append(org.id, left.uid, "hello?")
    assert (await messages.one(org.id, left.uid)).status == "trash"
    assert [each.text for each in await remarks.of(org.id, left.uid)] == ["hello?"]


async def test_what_was_done_to_many_is_taken_back_at_once_but_for_what_changed_since(
    org: Organization, leave: Leave
) -> None:
    left = [await leave(f"m{n}") for n in range(4)]
    ids = [uuid.UUID(each.uid) for each in left]
    await messages.to_one(org.id, left[0].uid, acts.tagged(["kept"]), by=BY)
    done = await messages.to_many(org.id, ids, acts.handled("phone", "", by=BY), by=BY)
    assert (len(done.changed), done.skipped) == (4, 0)
    await messages.reopen(org.id, left[3].uid, by="小李")
    await messages.spam(org.id, left[3].uid, by="小李")

    back = await messages.undo(org.id, uuid.UUID(done.act), by=BY)
    assert (len(back.changed), back.skipped) == (3, 1)
    assert await listed(org, status="pending") == ["m2", "m1", "m0"]
    assert await listed(org, status="spam") == ["m3"]
    row = await messages.one(org.id, left[0].uid)
    assert (row.outcome, row.handled_at, row.handled_by, row.tags) == ("", None, "", ["kept"])
    assert await story(org, left[0].uid) == [("tagged", BY), ("handled", BY), ("undone", BY)]


async def test_taking_back_is_not_reading(org: Organization, leave: Leave) -> None:
    left = await leave()
    ids = [uuid.UUID(left.uid)]
    done = await messages.to_many(org.id, ids, acts.tagged(["oops"]), by=BY)
    await messages.undo(org.id, uuid.UUID(done.act), by=BY)
    row = await messages.one(org.id, left.uid)
    assert (row.tags, row.read_at) == ([], None)


async def test_more_than_a_transactions_worth_at_once(
    org: Organization, leave: Leave, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [await leave(f"m{n}") for n in range(5)]
    ids = [uuid.UUID(each.uid) for each in left]
    monkeypatch.setattr(change, "AT_ONCE", 2)
    done = await messages.to_many(org.id, [*ids, ids[0]], acts.prioritized("low"), by=BY)
    assert (done.changed, done.skipped) == ([each.uid for each in left], 1)
    numbers = [(await messages.one(org.id, each.uid)).changed for each in left]
    assert numbers[0] == numbers[1] < numbers[2] == numbers[3] < numbers[4]
    assert len((await messages.undo(org.id, uuid.UUID(done.act), by=BY)).changed) == 5


async def test_two_who_see_the_same_do_not_overwrite_each_other(
    org: Organization, leave: Leave
) -> None:
    left = await leave()
    seen = (await messages.one(org.id, left.uid)).changed
    await messages.handle(org.id, left.uid, outcome="phone", by="小李", seen=seen)
    with pytest.raises(Conflict) as caught:
        await messages.to_one(org.id, left.uid, acts.trashed(), by=BY, seen=seen)
    assert caught.value.facts == {"name": "小李"}
    await messages.to_one(org.id, left.uid, acts.trashed(), by=BY)


async def test_a_note_of_a_colleague_or_ones_own_change_is_no_conflict(
    org: Organization, leave: Leave
) -> None:
    left = await leave()
    seen = (await messages.one(org.id, left.uid)).changed
    await remarks.add(org.id, left.uid, "called, busy", visible=False, by="小李")
    await messages.to_one(org.id, left.uid, acts.prioritized("high"), by=BY, seen=seen)
    await messages.to_one(org.id, left.uid, acts.assigned(ANN), by=BY, seen=seen)


async def test_what_the_visitor_added_meanwhile_is_seen_before_it_is_handled(
    org: Organization, leave: Leave
) -> None:
    left = await leave()
    seen = (await messages.one(org.id, left.uid)).changed
    await remarks.append(org.id, left.uid, "please hurry")
    with pytest.raises(Conflict) as caught:
        await messages.handle(org.id, left.uid, outcome="none", by=BY, seen=seen)
    assert caught.value.detail.startswith("The visitor has added something")
    assert (await messages.one(org.id, left.uid)).status == "pending"


async def test_messages_of_others_do_not_exist(
    org: Organization, other_org: Organization, leave: Leave
) -> None:
    left = await leave()
    with pytest.raises(NotFound):
        await messages.to_one(other_org.id, left.uid, acts.trashed(), by=BY)
    done = await messages.to_many(other_org.id, [uuid.UUID(left.uid)], acts.spam(), by=BY)
    assert (done.changed, done.skipped) == ([], 1)
    assert (await messages.one(org.id, left.uid)).status == "pending"


async def test_pages_by_activity_meet_without_a_gap(org: Organization, leave: Leave) -> None:
    left = [await leave(f"m{n}") for n in range(7)]
    await remarks.append(org.id, left[2].uid, "more")
    found, cursor = [], ""
    while True:
        page = await messages.inbox(org.id, limit=3, cursor=cursor, by_activity=True)
        found += [row.content for row in page.items]
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert found == ["m2", "m6", "m5", "m4", "m3", "m1", "m0"]


@pytest.mark.parametrize(
    "cursor", ["x", "1", "1.x", f"9{'9' * 40}.x", f"{2**70}.{uuid.UUID(int=1)}"]
)
async def test_a_made_up_cursor_is_refused(org: Organization, leave: Leave, cursor: str) -> None:
    await leave("here")
    with pytest.raises(Invalid, match="/cursor: bad_cursor"):
        await messages.inbox(org.id, cursor=cursor, by_activity=True)


async def test_the_answers_to_own_fields_can_be_asked_for(org: Organization, leave: Leave) -> None:
    await leave("red", fields={"colour": '红"色_%'})
    await leave("blue", fields={"colour": "蓝"})
    assert await listed(org, answers={"colour": '红"色_%'}) == ["red"]
    assert await listed(org, answers={"colour": "红"}) == []
    await leave("small", fields={"colour": "red"})
    assert await listed(org, answers={"colour": "RED"}) == []


async def test_the_site_is_known_by_the_page(
    org: Organization, leave: Leave, answers: Answers
) -> None:
    await leave("no page")
    seen = Visit(page_url="https://Shop.Example:8443/a?b=http://other.example/")
    given = msgspec.structs.replace(answers, content="from the shop")
    await messages.leave(org, given, seen, submission_id="site")
    assert await listed(org, site="shop.example:8443") == ["from the shop"]
    assert await listed(org, site="other.example") == []


async def test_what_waits_longer_than_promised_is_overdue(org: Organization, leave: Leave) -> None:
    late, _ = await leave("late"), await leave("in time")
    now = await database.now()
    sql = "UPDATE message SET due_at = ? WHERE id = ?"
    await database.execute(sql, now - dt.timedelta(minutes=1), uuid.UUID(late.uid))
    assert await listed(org, overdue=True) == ["late"]

    await messages.handle(org.id, late.uid, outcome="phone", by=BY)
    assert await listed(org, overdue=True) == []


async def test_a_change_that_changes_nothing_is_no_event(org: Organization, leave: Leave) -> None:
    left = await leave()
    done = await messages.to_many(org.id, [uuid.UUID(left.uid)], acts.prioritized("normal"), by=BY)
    assert (done.changed, done.skipped) == ([], 1)
    assert await story(org, left.uid) == []


async def test_the_story_says_what_was_and_what_is_now(org: Organization, leave: Leave) -> None:
    left = await leave()
    await messages.to_one(org.id, left.uid, acts.prioritized("high"), by=BY)
    (event,) = await events.of(org.id, uuid.UUID(left.uid))
    assert (event.was, event.now) == ({"priority": "normal"}, {"priority": "high"})
    assert event.number == (await messages.one(org.id, left.uid)).changed
