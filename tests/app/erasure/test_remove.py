"""What is erased is nowhere afterwards, and nothing of anybody else goes with it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from app import database, messages
from app.channels.sender import Acceptance
from app.deliveries import Courier
from app.erasure import remove
from app.errors import NotFound
from app.files import join, keep, store, tend
from app.messages import change, remarks
from app.messages.wanted import Wanted
from app.overview import kept
from app.overview.spans import A_DAY, Span
from app.tables import (
    ALL,
    Agent,
    Attempt,
    Audit,
    Delivery,
    Dispatch,
    Message,
    Organization,
    Tombstone,
)
from tests.app.deliveries.conftest import Add, Leave, settled
from tests.app.deliveries.planning import HOOK, all_plans, went
from tests.app.files.pictures import picture
from tests.app.files.test_keep import TERMS, came
from tests.fakes.vendors import FakeVendors

CANARY = "金丝雀"
PHONE = "13912345678"
MAIL = "canary@visitor.example"
BY = "owner@shop.example"
NOW = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)


async def everything() -> str:
    """All that any table holds, as text."""
    found = []
    for table in ALL:
        rows = await database.rows(dict, f'SELECT * FROM "{table._meta.tablename}"')
        found += [repr(row) for row in rows]
    return "\n".join(found)


async def found(org: Organization) -> list[str]:
    rows = (await messages.inbox(org.id, Wanted(q=CANARY))).items
    return [each.uid for each in rows]


async def numbers(org: Organization) -> Any:
    today = dt.datetime.now(dt.UTC).date()
    return await kept.counted(org.id, org.timezone, Span(today - A_DAY, today + A_DAY))


@pytest.fixture
async def life(
    org: Organization,
    owner: Agent,
    add: Add,
    leave: Leave,
    courier: Courier,
    fakes: FakeVendors,
) -> str:
    """The uid of a message with a repeat, an addition, a note, an outcome and notices that were
    refused with what they said."""
    await add("custom", fakes.add_hook("crm", [503, 200]))
    person = {"name": CANARY, "phone": PHONE, "email": MAIL, "wechat": f"wx_{PHONE}"}
    left = await leave(f"{CANARY}要退款", **person)
    await leave(f"{CANARY}要退款", **person)
    await settled(courier, org)
    await Attempt.update({Attempt.response: f"cannot take {CANARY}"}).where(
        Attempt.id.is_not_null()
    )
    await remarks.append(org.id, left.uid, f"我是{CANARY}")
    await remarks.add(org.id, left.uid, f"{CANARY} @owner", visible=False, by=BY)
    await change.handle(org.id, left.uid, outcome="phone", note=CANARY, by=BY)
    return left.uid


async def test_nothing_of_it_is_left_in_any_table(org: Organization, life: str) -> None:
    assert CANARY in await everything()

    assert await remove.remove(org.id, [uuid.UUID(life)], by=BY) == 2

    held = await everything()
    assert [each for each in (CANARY, PHONE, MAIL) if each in held] == []
    assert await found(org) == []


async def test_the_audit_and_a_tombstone_say_which_and_nothing_of_whom(
    org: Organization, life: str
) -> None:
    uid = uuid.UUID(life)
    await remove.remove(org.id, [uid], by=BY)

    assert uid in [each.id for each in await Tombstone.objects()]
    erased = await Audit.objects().where(Audit.action == "messages.erased")
    assert [(each.actor, each.target, each.detail) for each in erased] == [(BY, "", "2")]


async def test_what_others_wrote_stays_and_is_told_if_it_was_not(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", "http://127.0.0.1:9/hook")
    mine = await leave("同样的话")
    theirs = await leave("同样的话", phone="13700000001", email="")
    assert (await messages.inbox(org.id, Wanted())).items[0].repeat_of == mine.uid

    await remove.remove(org.id, [uuid.UUID(mine.uid)], by=BY)

    [row] = (await messages.inbox(org.id, Wanted())).items
    assert (row.uid, row.repeat_of, row.status) == (theirs.uid, None, "pending")
    owed = await Delivery.select(Delivery.message, Delivery.state)
    assert owed == [{"message": uuid.UUID(theirs.uid), "state": "pending"}]


async def test_another_organization_s_message_does_not_exist(
    org: Organization, other_org: Organization, leave: Leave
) -> None:
    left = await leave()

    assert await remove.remove(other_org.id, [uuid.UUID(left.uid)], by=BY) == 0
    assert len((await messages.inbox(org.id, Wanted())).items) == 1


@pytest.mark.parametrize("erase", [remove.remove, remove.anonymise])
async def test_its_files_go_with_their_bytes(
    org: Organization, leave: Leave, erase: Callable[..., Awaitable[int]]
) -> None:
    taken = await keep.keep(org.id, TERMS, [came(f"{CANARY}.jpg", picture())], ip="")
    left = await leave()
    uid = uuid.UUID(left.uid)
    await join.join(org.id, {uid: [each.upload for each in taken.kept]}, NOW)
    await Message.update({Message.files: 1}).where(Message.id == uid)
    await change.handle(org.id, left.uid, outcome="phone", by=BY)

    await erase(org.id, [uid], by=BY)

    assert CANARY not in await everything()
    assert await tend.remove_loose() == 1
    with pytest.raises(NotFound):
        await store.get(org.id, str(taken.kept[0].upload.uid))


async def test_an_anonymised_one_stays_as_a_number(org: Organization, life: str) -> None:
    before = await numbers(org)

    assert await remove.anonymise(org.id, [uuid.UUID(life)], by=BY) == 2

    held = await everything()
    assert [each for each in (CANARY, PHONE, MAIL) if each in held] == []
    assert await numbers(org) == before
    assert await found(org) == []
    assert (await messages.one(org.id, life)).outcome == "phone"


async def test_one_that_waits_for_an_answer_cannot_stay_without_its_words(
    org: Organization, leave: Leave
) -> None:
    left = await leave()

    await remove.anonymise(org.id, [uuid.UUID(left.uid)], by=BY)

    assert await Message.count() == 0


async def test_a_notice_on_its_way_ends_quietly(
    org: Organization, add: Add, leave: Leave, courier: Courier, fakes: FakeVendors
) -> None:
    await add("custom", fakes.add_hook("crm", [503, 503, 200]))
    left = await leave()
    await settled(courier, org)

    await remove.remove(org.id, [uuid.UUID(left.uid)], by=BY)

    assert await Dispatch.count() == 0
    await settled(courier, org)
    assert await Attempt.count() == 1


@pytest.mark.parametrize("erase", [remove.remove, remove.anonymise])
async def test_what_a_platform_answers_after_it_was_erased_is_not_kept(
    org: Organization, add: Add, leave: Leave, erase: Callable[..., Awaitable[int]]
) -> None:
    await add("custom", HOOK + "a")
    left = await leave(CANARY)
    await leave("stays")
    sent = await all_plans(org)
    await messages.handle(org.id, left.uid, outcome="none", by=BY)
    await erase(org.id, [uuid.UUID(left.uid)], by=BY)
    await went(sent, Acceptance(code="0", message="ok", response=f"took {CANARY}"))

    said = [each.response for each in await Attempt.objects().order_by(Attempt.id)]
    assert said == ["", f"took {CANARY}"]
