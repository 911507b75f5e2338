"""Leaving a message: stored once, counted when repeated, owed to whom it concerns."""

import asyncio
import datetime as dt
from typing import Any

import msgspec
import pytest

from app import channel_settings, database, messages
from app.errors import Conflict
from app.fields.check import Answers
from app.messages import Visit, answers
from app.messages.stored import LATER, STORED, Stored
from app.signed import reference
from app.tables import Message, Organization

HOOK = {"type": "custom", "webhook_url": "http://127.0.0.1:9/hook", "method": "POST"}


async def leave(
    org: Organization, answers: Answers, submission: str = "s1", **options: bool
) -> messages.Left:
    return await messages.leave(
        org, answers, Visit(ip="192.168.1.100"), submission_id=submission, **options
    )


async def owed() -> list[dict[str, object]]:
    return await database.rows(dict, "SELECT * FROM delivery ORDER BY id")


async def test_a_message_is_stored_with_everything(
    org: Organization, answers: Answers, visit: Visit
) -> None:
    left = await messages.leave(org, answers, visit, submission_id="s1")

    shown = (await messages.show(org.id, left.uid)).message
    assert (shown.name, shown.phone, shown.email) == ("张三", "13800138000", "zhangsan@example.com")
    assert (shown.content, shown.category) == ("我想咨询一下产品价格", "产品咨询")
    assert (shown.ip, shown.user_agent, shown.status) == ("192.168.1.100", "Mozilla/5.0", "pending")
    assert shown.reference == left.reference


async def test_of_what_nobody_said_yet_the_table_has_the_defaults(
    org: Organization, answers: Answers
) -> None:
    await leave(org, answers)
    [row] = await database.rows(Stored, Message.select(*STORED))
    new = {each.name: each.default for each in msgspec.structs.fields(Stored)}
    assert {name: getattr(row, name) for name in LATER} == {name: new[name] for name in LATER}


async def test_every_enabled_channel_is_owed_one_delivery(
    org: Organization, answers: Answers
) -> None:
    await channel_settings.add(org.id, HOOK, by="tests")
    await channel_settings.add(
        org.id, {**HOOK, "webhook_url": "http://127.0.0.1:9/off", "enabled": False}, by="tests"
    )
    await leave(org, answers)
    assert [(row["state"], row["purpose"]) for row in await owed()] == [("pending", "new")]


async def test_the_organization_is_due_at_once(org: Organization, answers: Answers) -> None:
    await leave(org, answers)
    row = (await database.rows(dict, "SELECT due_at FROM organization WHERE id = ?", org.id))[0]
    assert row["due_at"] <= dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)


async def test_the_same_submission_is_the_same_message(org: Organization, answers: Answers) -> None:
    first = await leave(org, answers)
    again = await leave(org, answers)
    assert again == first
    assert (await messages.counts(org.id)).pending == 1


async def test_a_key_used_for_another_content_is_refused(
    org: Organization, answers: Answers
) -> None:
    await leave(org, answers)
    with pytest.raises(Conflict):
        await leave(org, msgspec.structs.replace(answers, content="something else"))


async def test_the_same_text_again_is_counted_and_not_told(
    org: Organization, answers: Answers
) -> None:
    await channel_settings.add(org.id, HOOK, by="tests")
    first = await leave(org, answers, "s1")
    repeat = await leave(
        org, msgspec.structs.replace(answers, content="我想咨询一下产品价格 　"), "s2"
    )

    assert repeat.duplicate
    assert repeat.reference == first.reference
    assert (await messages.show(org.id, first.uid)).message.repeats == 2
    assert len(await owed()) == 1


async def test_what_a_visitor_says_again_is_one_line_of_the_inbox(
    org: Organization, answers: Answers
) -> None:
    first = await leave(org, answers, "s1")
    again = await leave(org, answers, "s2")
    other = msgspec.structs.replace(answers, phone="13900139000", email="")
    other_contact = await leave(org, other, "s3")
    other_order = await leave(org, msgspec.structs.replace(answers, fields={"no": "2"}), "s4")

    lines = await messages.inbox(org.id, messages.Wanted(repeats=False))
    assert [row.uid for row in lines.items] == [other_order.uid, other_contact.uid, first.uid]
    assert [row.repeats for row in lines.items] == [1, 1, 4]
    assert again.status == "repeat"
    assert len((await messages.inbox(org.id)).items) == 4
    assert (await messages.counts(org.id)) == messages.Counts(pending=3, unread=3, unassigned=3)


async def test_once_the_first_is_handled_nothing_of_the_same_visitor_is_left_waiting(
    org: Organization, answers: Answers
) -> None:
    first = await leave(org, answers, "s1")
    await leave(org, answers, "s2")
    await messages.handle(org.id, first.uid, outcome="phone", by="x")

    assert (await messages.inbox(org.id, messages.Wanted(status="pending"))).items == []
    assert (await leave(org, answers, "s3")).status == "pending"


async def test_a_name_put_right_is_a_line_of_its_own(org: Organization, answers: Answers) -> None:
    await leave(org, msgspec.structs.replace(answers, name=""), "s1")
    named = await leave(org, answers, "s2")
    assert named.status == "pending"


async def test_a_name_left_out_says_nothing_new(org: Organization, answers: Answers) -> None:
    await leave(org, answers, "s1")
    again = await leave(org, msgspec.structs.replace(answers, name=""), "s2")
    assert again.status == "repeat"


async def test_a_text_told_in_the_future_is_news(org: Organization, answers: Answers) -> None:
    """By a clock that was set back since: nobody waits until it has caught up."""
    await channel_settings.add(org.id, HOOK, by="tests")
    await leave(org, answers, "s1")
    ahead = await database.now() + dt.timedelta(days=1)
    await database.execute("UPDATE message SET told_at = ?", ahead)

    assert not (await leave(org, answers, "s2")).duplicate
    assert (await leave(org, answers, "s3")).duplicate
    assert [row["purpose"] for row in await owed()] == ["new", "new"]


async def test_a_repeat_that_is_sent_twice_gets_the_same_answer(
    org: Organization, answers: Answers
) -> None:
    await leave(org, answers, "s1")
    assert await leave(org, answers, "s2") == await leave(org, answers, "s2")


async def test_another_visitor_with_the_same_text_is_told_of_when_the_window_ends(
    org: Organization, answers: Answers
) -> None:
    await channel_settings.add(org.id, HOOK, by="tests")
    first = await leave(org, answers, "s1")
    other = msgspec.structs.replace(answers, phone="13900139000", email="li@example.com")
    await leave(org, other, "s2")
    await leave(org, other, "s3")

    later = [row for row in await owed() if row["purpose"] == "repeat"]
    assert len(later) == 1
    assert later[0]["due_at"] == first.created_at + dt.timedelta(seconds=600)


async def test_after_the_window_the_same_text_is_news(org: Organization, answers: Answers) -> None:
    first = await leave(org, answers, "s1")
    await database.execute(
        "UPDATE message SET told_at = ? WHERE reference = ?",
        first.created_at - dt.timedelta(seconds=601),
        first.reference,
    )
    assert not (await leave(org, answers, "s2")).duplicate


async def test_once_the_first_is_handled_the_same_text_is_news(
    org: Organization, answers: Answers
) -> None:
    first = await leave(org, answers, "s1")
    await messages.handle(org.id, first.uid, outcome="phone", by="tests")
    assert not (await leave(org, answers, "s2")).duplicate


async def test_without_a_window_nothing_is_a_repeat(org: Organization, answers: Answers) -> None:
    await channel_settings.replace(org.id, {"dedup_window_seconds": 0}, by="tests")
    await leave(org, answers, "s1")
    assert not (await leave(org, answers, "s2")).duplicate


async def test_spam_is_stored_and_owed_to_nobody(org: Organization, answers: Answers) -> None:
    await channel_settings.add(org.id, HOOK, by="tests")
    left = await leave(org, answers, spam="trap")
    assert (await messages.show(org.id, left.uid)).message.status == "spam"
    assert await owed() == []


async def test_another_organization_repeats_nothing(
    org: Organization, other_org: Organization, answers: Answers
) -> None:
    await leave(org, answers, "s1")
    assert not (await leave(other_org, answers, "s1")).duplicate


async def test_two_hundred_identical_at_once_are_one_message_and_one_notice(
    org: Organization, answers: Answers
) -> None:
    await channel_settings.add(org.id, HOOK, by="tests")
    left = await asyncio.gather(*(leave(org, answers, f"s{n}") for n in range(200)))

    assert sum(not each.duplicate for each in left) == 1
    assert len({each.reference for each in left}) == 1
    first = next(each for each in left if not each.duplicate)
    assert (await messages.show(org.id, first.uid)).message.repeats == 200
    assert len(await owed()) == 1


async def test_the_same_submission_two_hundred_times_at_once_is_one_row(
    org: Organization, answers: Answers
) -> None:
    left = await asyncio.gather(*(leave(org, answers) for _ in range(200)))
    assert len({each.uid for each in left}) == 1
    assert (await messages.counts(org.id)).pending == 1


async def test_references_differ(org: Organization, answers: Answers) -> None:
    left = [
        await leave(org, msgspec.structs.replace(answers, content=f"question {n}"), f"s{n}")
        for n in range(5)
    ]
    assert len({each.reference for each in left}) == 5


async def leave_several(org: Organization, answers: Answers, names: range) -> list[messages.Left]:
    """At once, so that they share transactions."""
    said = [msgspec.structs.replace(answers, content=f"question {n}") for n in names]
    return await asyncio.gather(
        *(leave(org, each, f"s{n}") for n, each in zip(names, said, strict=True))
    )


async def numbers(org: Organization) -> list[str]:
    rows = await database.rows(dict, "SELECT reference FROM message WHERE organization = ?", org.id)
    return [row["reference"] for row in rows]


@pytest.mark.parametrize("ahead", [1, 2, 5])
async def test_a_number_that_is_taken_is_passed_over_and_harms_nobody_beside_it(
    org: Organization, answers: Answers, ahead: int
) -> None:
    """As one that was given under another secret key."""
    await leave(org, answers, "first")
    in_the_way = reference.of(org.id, 1 + ahead)
    await database.execute("UPDATE message SET reference = ?", in_the_way)

    left = await leave_several(org, answers, range(6))
    assert len({each.uid for each in left}) == 6
    assert len(set(await numbers(org))) == 7
    await leave_several(org, answers, range(6, 9))
    assert len(set(await numbers(org))) == 10


async def test_a_count_that_was_set_back_stops_nobody(org: Organization, answers: Answers) -> None:
    await leave_several(org, answers, range(reference.AHEAD + 10))
    await database.execute("UPDATE organization SET messages = 0")

    await leave(org, msgspec.structs.replace(answers, content="one more"), "one more")
    await leave_several(org, answers, range(900, 940))
    assert len(set(await numbers(org))) == reference.AHEAD + 51


async def test_the_same_text_beside_a_taken_number_is_still_one_notice(
    org: Organization, answers: Answers
) -> None:
    await channel_settings.add(org.id, HOOK, by="tests")
    await leave(org, msgspec.structs.replace(answers, content="before"), "first")
    await database.execute("UPDATE message SET reference = ?", reference.of(org.id, 2))

    left = await asyncio.gather(*(leave(org, answers, f"s{n}") for n in range(20)))
    assert len({each.reference for each in left}) == 1
    assert len(await owed()) == 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("13800138000", "138****8000"),
        ("11010519491231002X", "110****002X"),
        ("12345678", "1****8"),
        ("518000", "5****0"),
        ("张三", "张***"),
        ("王", "***"),
        ("zhangsan@example.com", "zh***@example.com"),
        ("ab@example.com", "a***@example.com"),
        ("a@example.com", "***@example.com"),
    ],
)
def test_masked_is_never_all_of_it(text: str, shown: str) -> None:
    assert answers.masked(text) == shown


WRONG = {"phone": "138-0013-80", "email": ""}
NO_PHONE = {"phone": "", "email": ""}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (WRONG, {"phone": "13800138000", "email": ""}),
        ({"phone": "13800138001", "email": ""}, {"phone": "13800138000", "email": ""}),
        ({"phone": "13800138001"}, {"phone": "13900139000"}),
        ({**NO_PHONE, "wechat": "zs_88abd"}, {**NO_PHONE, "wechat": "zs_88abc"}),
        (NO_PHONE | {"wechat": "zs_88abc"}, {"phone": "13900139000", "wechat": "ZS_88abc"}),
        ({"phone": "13800138000", "email": "a@gmail.con"}, {"phone": "+86 138 0013 8000"}),
    ],
)
async def test_a_correction_with_the_same_text_is_told_at_once(
    org: Organization, answers: Answers, first: dict[str, str], second: dict[str, str]
) -> None:
    await channel_settings.add(org.id, HOOK, by="tests")
    before = await leave(org, msgspec.structs.replace(answers, **first), "s1")
    after = await leave(org, msgspec.structs.replace(answers, **second), "s2")
    again = await leave(org, msgspec.structs.replace(answers, **second), "s3")

    assert [row["purpose"] for row in await owed()] == ["new", "new"]
    assert str((await owed())[1]["message"]) == after.uid
    assert (after.status, again.status) == ("pending", "repeat")
    assert (await messages.show(org.id, before.uid)).message.repeats == 3


async def test_the_same_number_in_another_spelling_is_no_correction(
    org: Organization, answers: Answers
) -> None:
    await channel_settings.add(org.id, HOOK, by="tests")
    await leave(org, answers, "s1")
    again = await leave(org, msgspec.structs.replace(answers, phone="电话：138 0013 8000"), "s2")

    assert again.status == "repeat"
    assert len(await owed()) == 1


async def test_a_wechat_id_that_is_the_known_phone_number_is_nothing_new(
    org: Organization, answers: Answers
) -> None:
    await leave(org, answers, "s1")
    again = await leave(org, msgspec.structs.replace(answers, wechat="13800138000"), "s2")
    news = await leave(org, msgspec.structs.replace(answers, wechat="zs_88abc"), "s3")

    assert (again.status, news.status) == ("repeat", "pending")


@pytest.mark.parametrize("worked_off", [messages.spam, messages.handle])
async def test_once_a_correction_is_worked_off_the_same_again_is_told(
    org: Organization, answers: Answers, worked_off: Any
) -> None:
    await channel_settings.add(org.id, HOOK, by="tests")
    await leave(org, answers, "s1")
    corrected = msgspec.structs.replace(answers, phone="13900139000")
    second = await leave(org, corrected, "s2")
    how = {"outcome": "phone"} if worked_off is messages.handle else {}
    await worked_off(org.id, second.uid, by="tests", **how)
    anew = await leave(org, corrected, "s3")
    again = await leave(org, corrected, "s4")

    assert (anew.status, again.status) == ("pending", "repeat")
    told = [str(row["message"]) for row in await owed() if row["state"] == "pending"]
    assert told[-1] == anew.uid
    assert len(told) == 2


async def test_only_a_few_corrections_are_told(org: Organization, answers: Answers) -> None:
    await channel_settings.add(org.id, HOOK, by="tests")
    for n in range(9):
        changed = msgspec.structs.replace(answers, phone=f"1380013800{n}")
        await leave(org, changed, f"s{n}")

    assert [row["purpose"] for row in await owed()] == ["new"] * 4


async def test_what_was_typed_is_kept_beside_what_is_used(
    org: Organization, answers: Answers
) -> None:
    left = await leave(org, msgspec.structs.replace(answers, written={"email": "张三 <a@b.cn>"}))

    assert (await messages.one(org.id, left.uid)).written == {"email": "张三 <a@b.cn>"}
    assert (await messages.inbox(org.id, messages.Wanted(q="张三 <a@b.cn>"))).items


async def test_whoever_is_set_aside_is_answered_like_everybody_else(
    org: Organization, answers: Answers
) -> None:
    """Once, again, again under the same key, and by somebody else."""

    async def tried(spam: str, text: str) -> list[tuple[str, bool, bool]]:
        said = msgspec.structs.replace(answers, content=text)
        other = msgspec.structs.replace(said, phone="13900139000", email="")
        seen = []
        for key, each in (("1", said), ("2", said), ("2", said), ("3", other)):
            visit = Visit(ip="192.0.2.1")
            left = await messages.leave(org, each, visit, submission_id=text + key, spam=spam)
            seen.append(left)
        return [(one.status, one.duplicate, one.reference == seen[0].reference) for one in seen]

    honest = await tried("", "honest")
    assert honest == [
        ("pending", False, True),
        ("repeat", True, True),
        ("repeat", True, True),
        ("pending", True, False),
    ]
    for reason in ("flood", "links", "trap"):
        assert await tried(reason, reason) == honest
    assert (await messages.counts(org.id)).pending == 2
    assert len((await messages.inbox(org.id, messages.Wanted(status="spam"))).items) == 9


async def test_a_key_sent_again_does_not_say_what_became_of_the_message(
    org: Organization, answers: Answers
) -> None:
    first = await leave(org, answers, "s1")
    await messages.spam(org.id, first.uid, by="tests")
    assert await leave(org, answers, "s1") == first
    await messages.handle(org.id, first.uid, outcome="none", by="tests")
    assert await leave(org, answers, "s1") == first


async def test_what_is_set_aside_is_no_news_of_a_first_that_is_not(
    org: Organization, answers: Answers
) -> None:
    await channel_settings.add(org.id, HOOK, by="tests")
    first = await leave(org, answers, "s1")
    other = msgspec.structs.replace(answers, phone="13900139000", email="")
    await messages.leave(org, other, Visit(), submission_id="s2", spam="links")
    assert [row["purpose"] for row in await owed()] == ["new"]
    assert (await messages.show(org.id, first.uid)).message.repeats == 1
