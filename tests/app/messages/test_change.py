"""Working a message off."""

import asyncio
import uuid
from typing import Any

import pytest

from app import channel_settings, database, messages
from app.errors import Conflict, Invalid, NotFound
from app.people import audit
from app.tables import Dispatch, Organization
from tests.app.messages.conftest import Leave

HOOK = {"type": "custom", "webhook_url": "http://127.0.0.1:9/hook"}
BY = "owner@shop.example"


async def states(purpose: str = "new") -> list[tuple[str, str]]:
    rows = await database.rows(
        dict, "SELECT state, reason FROM delivery WHERE purpose = ? ORDER BY id", purpose
    )
    return [(row["state"], row["reason"]) for row in rows]


async def try_once(org: Organization, purpose_state: str, **columns: Any) -> None:
    """As if a first try of everything that waits had been made and had failed."""
    rows = await database.rows(dict, "SELECT * FROM delivery WHERE state = 'pending'")
    dispatch = uuid.uuid4()
    values = {"organization": org.id, "channel": rows[0]["channel"], "state": purpose_state}
    async with database.transaction():
        await Dispatch.insert(Dispatch(id=dispatch, **values, **columns))
        await database.execute(
            "UPDATE delivery SET state = 'sending', dispatch = ? WHERE state = 'pending'", dispatch
        )


async def test_handled_says_how_by_whom_and_when(org: Organization, leave: Leave) -> None:
    left = await leave()
    await messages.handle(org.id, left.uid, outcome="phone", note=" 已回电\x00 ", by=BY)
    row = await messages.one(org.id, left.uid)
    assert (row.status, row.outcome, row.note, row.handled_by) == ("handled", "phone", "已回电", BY)
    assert row.handled_at is not None
    assert row.handled_at >= left.created_at
    assert row.read_at == row.handled_at


async def test_every_outcome_can_be_given(org: Organization, leave: Leave) -> None:
    for outcome in ("phone", "email", "wechat", "none"):
        left = await leave()
        await messages.handle(org.id, left.uid, outcome=outcome, by=BY)
        row = await messages.one(org.id, left.uid)
        assert row.outcome == outcome


async def test_other_outcomes_and_long_notes_are_refused(org: Organization, leave: Leave) -> None:
    left = await leave()
    for outcome, note, pointer in (
        ("", "", "/outcome: unknown_outcome"),
        ("carrier pigeon", "", "/outcome: unknown_outcome"),
        ("phone", "x" * 2001, "/note: too_long"),
    ):
        with pytest.raises(Invalid, match=pointer):
            await messages.handle(org.id, left.uid, outcome=outcome, note=note, by=BY)
    assert (await messages.counts(org.id)).pending == 1


async def test_handled_twice_is_a_conflict_and_changes_nothing(
    org: Organization, leave: Leave
) -> None:
    left = await leave()
    await messages.handle(org.id, left.uid, outcome="phone", note="first", by=BY)
    first = await messages.one(org.id, left.uid)
    with pytest.raises(Conflict) as caught:
        await messages.handle(org.id, left.uid, outcome="email", note="second", by="other")
    assert caught.value.code == "already_handled"
    assert (await messages.show(org.id, left.uid)).message == first


async def test_of_ten_who_handle_it_at_once_one_does(org: Organization, leave: Leave) -> None:
    left = await leave()
    tried = await asyncio.gather(
        *(messages.handle(org.id, left.uid, outcome="phone", by=f"agent {n}") for n in range(10)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Conflict) for each in tried) == 9
    assert len(await audit.of(org.id, left.uid)) == 1


async def test_what_waits_to_be_told_is_no_news_any_more(org: Organization, leave: Leave) -> None:
    await channel_settings.add(org.id, HOOK, by=BY)
    left = await leave()
    await leave()
    await messages.handle(org.id, left.uid, outcome="phone", by=BY)
    assert await states() == [("cancelled", "handled"), ("pending", "")]


async def test_a_waiting_retry_is_cancelled_too(org: Organization, leave: Leave) -> None:
    await channel_settings.add(org.id, HOOK, by=BY)
    left = await leave()
    await try_once(org, "retry", retry_at=left.created_at)
    await messages.handle(org.id, left.uid, outcome="phone", by=BY)
    assert await states() == [("cancelled", "handled")]
    (row,) = await database.rows(dict, "SELECT state, reason, retry_at FROM dispatch")
    assert row == {"state": "cancelled", "reason": "handled", "retry_at": None}


async def test_what_is_on_the_wire_runs_to_its_end(org: Organization, leave: Leave) -> None:
    await channel_settings.add(org.id, HOOK, by=BY)
    left = await leave()
    await try_once(org, "sending", lease_until=left.created_at)
    await messages.handle(org.id, left.uid, outcome="phone", by=BY)
    assert await states() == [("sending", "")]


async def test_a_digest_goes_on_while_it_carries_anything_else(
    org: Organization, leave: Leave
) -> None:
    await channel_settings.add(org.id, HOOK, by=BY)
    first, second = await leave(), await leave()
    await try_once(org, "retry", kind="digest", size=2, retry_at=first.created_at)
    await messages.handle(org.id, first.uid, outcome="phone", by=BY)
    assert await states() == [("sending", "")] * 2
    await database.execute("UPDATE delivery SET state = 'sent' WHERE message = ?", first.uid)
    await messages.handle(org.id, second.uid, outcome="phone", by=BY)
    assert await states() == [("sent", ""), ("cancelled", "handled")]


async def test_others_with_the_same_words_stay_owed_until_they_are_answered(
    org: Organization, leave: Leave
) -> None:
    await channel_settings.add(org.id, HOOK, by=BY)
    first = await leave("hello")
    others = [await leave("hello", phone=f"1390013900{n}", email="") for n in range(2)]
    await messages.handle(org.id, first.uid, outcome="phone", by=BY)
    assert await states("repeat") == [("pending", "")]
    await messages.handle(org.id, others[0].uid, outcome="phone", by=BY)
    assert await states("repeat") == [("pending", "")]
    await messages.handle(org.id, others[1].uid, outcome="phone", by=BY)
    assert await states("repeat") == [("cancelled", "handled")]


async def test_others_stay_owed_when_the_first_with_their_words_is_spam(
    org: Organization, leave: Leave
) -> None:
    await channel_settings.add(org.id, HOOK, by=BY)
    first = await leave("do you deliver")
    other = await leave("do you deliver", phone="13900139000", email="")
    await messages.spam(org.id, first.uid, by=BY)
    row = await messages.one(org.id, first.uid)
    assert row.status == "spam"
    assert await states() == [("cancelled", "spam")]
    assert await states("repeat") == [("pending", "")]
    await messages.spam(org.id, other.uid, by=BY)
    assert await states("repeat") == [("cancelled", "spam")]


async def test_what_waits_under_the_contact_of_a_spammer_is_told_too(
    org: Organization, leave: Leave
) -> None:
    await channel_settings.add(org.id, HOOK, by=BY)
    first = await leave("do you deliver")
    await leave("do you deliver", category="another")
    assert await states("repeat") == []
    await messages.spam(org.id, first.uid, by=BY)
    assert await states("repeat") == [("pending", "")]


async def test_a_spammer_who_only_says_it_again_leaves_nothing_to_tell(
    org: Organization, leave: Leave
) -> None:
    await channel_settings.add(org.id, HOOK, by=BY)
    first = await leave("buy now")
    assert (await leave("buy now")).status == "repeat"
    await messages.spam(org.id, first.uid, by=BY)
    assert await states() == [("cancelled", "spam")]
    assert await states("repeat") == []


async def test_after_a_first_that_is_spam_the_same_words_are_news(
    org: Organization, leave: Leave
) -> None:
    await channel_settings.add(org.id, HOOK, by=BY)
    first = await leave("do you deliver")
    await messages.spam(org.id, first.uid, by=BY)
    again = await leave("do you deliver", phone="13900139000", email="")
    assert (again.status, again.duplicate) == ("pending", False)
    assert await states() == [("cancelled", "spam"), ("pending", "")]


async def test_whoever_writes_the_same_after_the_others_were_answered_is_owed_anew(
    org: Organization, leave: Leave
) -> None:
    await channel_settings.add(org.id, HOOK, by=BY)
    await leave("hello")
    for number, work in enumerate((messages.spam, messages.handle)):
        other = await leave("hello", phone=f"1390013900{number}", email="")
        assert await states("repeat") == [("pending", "")]
        outcome = {"outcome": "phone"} if work is messages.handle else {}
        await work(org.id, other.uid, by=BY, **outcome)  # type: ignore[arg-type]
        assert [state for state, _ in await states("repeat")] == ["cancelled"]
    await leave("hello", phone="13900139009", email="")
    assert await states("repeat") == [("pending", "")]


async def test_others_are_owed_anew_when_the_first_is_open_again(
    org: Organization, leave: Leave
) -> None:
    await channel_settings.add(org.id, HOOK, by=BY)
    first = await leave("hello")
    other = await leave("hello", phone="13900139000", email="")
    await messages.spam(org.id, other.uid, by=BY)
    await messages.spam(org.id, first.uid, by=BY)
    await messages.reopen(org.id, first.uid, by=BY)
    assert (await leave("hello", phone="13900139001", email="")).duplicate
    assert await states("repeat") == [("pending", "")]


async def test_what_was_told_of_others_is_told_again_for_one_more(
    org: Organization, leave: Leave
) -> None:
    await channel_settings.add(org.id, HOOK, by=BY)
    await leave("hello")
    await leave("hello", phone="13900139000", email="")
    await database.execute("UPDATE delivery SET state = 'sent' WHERE purpose = 'repeat'")
    await leave("hello", phone="13900139001", email="")
    assert await states("repeat") == [("pending", "")]


async def test_a_channel_that_is_off_is_not_owed_anew(org: Organization, leave: Leave) -> None:
    await channel_settings.add(org.id, HOOK, by=BY)
    await leave("hello")
    other = await leave("hello", phone="13900139000", email="")
    await messages.spam(org.id, other.uid, by=BY)
    await database.execute("UPDATE channel SET enabled = ?", False)
    await leave("hello", phone="13900139001", email="")
    assert await states("repeat") == [("cancelled", "spam")]


async def test_nobody_is_lost_between_a_first_that_becomes_spam_and_those_who_write_the_same(
    org: Organization, leave: Leave
) -> None:
    await channel_settings.add(org.id, HOOK, by=BY)
    first = await leave("do you deliver")
    phones = [f"139001390{number:02}" for number in range(20)]
    lefts = [leave("do you deliver", phone=phone, email="") for phone in phones]
    await asyncio.gather(*lefts[:10], messages.spam(org.id, first.uid, by=BY), *lefts[10:])
    untold = await database.rows(
        dict,
        "SELECT m.phone FROM message m WHERE m.status = 'pending' AND NOT EXISTS (SELECT 1"
        " FROM delivery d WHERE d.state = 'pending' AND (d.message = m.id"
        " OR (d.purpose = 'repeat' AND d.message = m.repeat_of)))",
    )
    assert untold == []
    assert (await messages.counts(org.id)).pending == 20


async def test_reopen_undoes_both(org: Organization, leave: Leave) -> None:
    left = await leave()
    await messages.handle(org.id, left.uid, outcome="phone", note="note", by=BY)
    await messages.reopen(org.id, left.uid, by=BY)
    row = await messages.one(org.id, left.uid)
    assert (row.status, row.outcome, row.handled_by, row.handled_at) == ("pending", "", "", None)
    await messages.spam(org.id, left.uid, by=BY)
    await messages.reopen(org.id, left.uid, by=BY)
    assert (await messages.one(org.id, left.uid)).status == "pending"


async def test_what_was_cancelled_stays_cancelled_when_it_is_reopened(
    org: Organization, leave: Leave
) -> None:
    await channel_settings.add(org.id, HOOK, by=BY)
    left = await leave()
    await messages.handle(org.id, left.uid, outcome="phone", by=BY)
    await messages.reopen(org.id, left.uid, by=BY)
    assert await states() == [("cancelled", "handled")]


async def test_what_changes_nothing_is_a_conflict(org: Organization, leave: Leave) -> None:
    left = await leave()
    with pytest.raises(Conflict) as caught:
        await messages.reopen(org.id, left.uid, by=BY)
    assert caught.value.code == "nothing_to_change"
    await messages.spam(org.id, left.uid, by=BY)
    with pytest.raises(Conflict):
        await messages.spam(org.id, left.uid, by=BY)


async def test_spam_can_be_handled_after_all(org: Organization, leave: Leave) -> None:
    left = await leave(spam="content")
    await messages.handle(org.id, left.uid, outcome="none", by=BY)
    row = await messages.one(org.id, left.uid)
    assert row.status == "handled"


async def test_reading_counts_the_first_time(org: Organization, leave: Leave) -> None:
    left = await leave()
    assert (await messages.counts(org.id)).unread == 1
    await messages.read(org.id, left.uid)
    first = (await messages.show(org.id, left.uid)).message.read_at
    await messages.read(org.id, left.uid)
    assert first is not None
    assert (await messages.show(org.id, left.uid)).message.read_at == first
    assert (await messages.counts(org.id)).unread == 0


async def test_every_change_is_in_the_audit_without_the_visitors_words(
    org: Organization, leave: Leave
) -> None:
    left = await leave("my secret question")
    await messages.handle(org.id, left.uid, outcome="phone", note="my note", by=BY)
    await messages.reopen(org.id, left.uid, by=BY)
    await messages.spam(org.id, left.uid, by="other@shop.example")
    told = await audit.of(org.id, left.uid)
    assert [(each.action, each.actor) for each in told] == [
        ("message.handled", BY),
        ("message.reopened", BY),
        ("message.spam", "other@shop.example"),
    ]
    assert not any("my" in each.detail for each in told)


async def test_another_organization_can_do_nothing_to_it(
    org: Organization, other_org: Organization, leave: Leave
) -> None:
    left = await leave()
    for work in (
        messages.handle(other_org.id, left.uid, outcome="phone", by="them"),
        messages.spam(other_org.id, left.uid, by="them"),
        messages.reopen(other_org.id, left.uid, by="them"),
    ):
        with pytest.raises(NotFound):
            await work
    await messages.read(other_org.id, left.uid)
    row = (await messages.show(org.id, left.uid)).message
    assert (row.status, row.read_at) == ("pending", None)


async def test_what_is_no_id_is_not_found(org: Organization) -> None:
    for uid in ("", "x", "\x00", str(uuid.uuid4()), "LM-7K3F9Q", "\ud800"):
        with pytest.raises(NotFound):
            await messages.handle(org.id, uid, outcome="phone", by=BY)
