"""What is as old as it may get goes at night, and nothing else."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from typing import Any

from app import database, messages
from app.deliveries.owe import lock
from app.erasure import due, retention
from app.messages import remarks
from app.messages.wanted import Wanted
from app.tables import Message, Organization
from tests.app.deliveries.conftest import Leave

DAY = dt.timedelta(days=1)
NIGHT = dt.datetime(2026, 11, 30, 19, tzinfo=dt.UTC)
"""Three in the morning in Shanghai."""
NOON = NIGHT + dt.timedelta(hours=9)
LONG_AGO = NIGHT - 100 * DAY


async def aged(leave: Leave, text: str, status: str = "handled", **more: Any) -> None:
    """Left a hundred days ago, and so ever since."""
    left = await leave(text, category=more.pop("category", "售后"))
    old = uuid.UUID(int=int(LONG_AGO.timestamp() * 1000) << 80 | uuid.uuid4().int & (1 << 80) - 1)
    changed: dict[Any, Any] = {
        Message.id: old,
        Message.created_at: LONG_AGO,
        Message.status: status,
        Message.handled_at: LONG_AGO if status == "handled" else None,
        Message.trashed_at: LONG_AGO if status == "trash" else None,
        **more,
    }
    await Message.update(changed).where(Message.id == uuid.UUID(left.uid))


async def keep(org: Organization, **days: Any) -> retention.Retention:
    return await retention.save(org, days, by="tests")


async def look(org: Organization, now: dt.datetime = NIGHT) -> int:
    return await due.look(org.id, retention.of(org), "Asia/Shanghai", now)


async def left(org: Organization) -> set[str]:
    found = []
    for status in ("", "trash"):
        found += (await messages.inbox(org.id, Wanted(status=status))).items
    return {each.content for each in found}


async def test_each_status_has_its_days(org: Organization, leave: Leave) -> None:
    for status in ("handled", "pending", "spam", "trash"):
        await aged(leave, status, status)
    await leave("today")
    everything = await left(org)

    for status in ("handled", "pending", "spam", "trash"):
        await keep(org, **{status: 101})
        assert await look(org) == 0
        await keep(org, **{status: 99})
        assert await look(org) == 1
        everything.discard(status)
        assert await left(org) == everything


async def test_nothing_goes_unless_somebody_said_so(org: Organization, leave: Leave) -> None:
    await aged(leave, "old")

    assert await look(org) == 0
    await due.step()
    assert await left(org) == {"old"}


async def test_who_had_nothing_to_erase_rests_until_it_is_set_anew(
    org: Organization, leave: Leave
) -> None:
    await keep(org, handled=50)
    await due.step()
    await aged(leave, "old")
    await due.step()
    assert await left(org) == {"old"}
    await keep(org, handled=51)
    await due.step()
    assert await left(org) == set()


async def test_a_category_has_days_of_its_own(org: Organization, leave: Leave) -> None:
    await aged(leave, "kept", category="合同")
    await aged(leave, "sooner", category="咨询")
    await aged(leave, "usual")
    own = [{"category": "合同", "days": None}, {"category": "咨询", "days": 50}]

    await keep(org, handled=200, categories=own)
    assert await look(org) == 1
    assert await left(org) == {"kept", "usual"}
    await keep(org, handled=90, categories=own)
    assert await look(org) == 1
    assert await left(org) == {"kept"}


async def test_what_was_said_since_keeps_it(org: Organization, leave: Leave) -> None:
    await aged(leave, "still talking", "pending")
    (row,) = (await messages.inbox(org.id, Wanted())).items
    await remarks.append(org.id, row.uid, "还在吗")

    await keep(org, pending=30)
    assert await look(org) == 0


async def test_by_day_only_what_had_a_night(org: Organization, leave: Leave) -> None:
    await aged(leave, "old")

    await keep(org, handled=100)
    assert await look(org, NOON) == 0
    await keep(org, handled=98)
    assert await look(org, NOON) == 1


async def test_anonymised_ones_stay_and_are_not_counted_again(
    org: Organization, leave: Leave
) -> None:
    await aged(leave, "words")

    await keep(org, handled=30, how="anonymise")
    assert await look(org) == 1
    assert await look(org) == 0
    assert await left(org) == {""}


async def test_the_preview_says_what_the_night_does(org: Organization, leave: Leave) -> None:
    for status in ("handled", "pending", "spam", "trash"):
        await aged(leave, status, status)
    wanted = await keep(org, handled=30, spam=30, pending=3650)

    found = await due.preview(org.id, wanted)

    assert found == {"handled": 1, "pending": 0, "spam": 1, "trash": 0}
    assert await look(org) == sum(found.values())


async def test_another_organization_keeps_its_own(
    org: Organization, other_org: Organization, leave: Leave
) -> None:
    await aged(leave, "mine")

    await keep(other_org, handled=1)
    assert await look(other_org) == 0
    assert await left(org) == {"mine"}


async def test_one_that_is_opened_again_while_the_night_waits_stays(
    org: Organization, leave: Leave
) -> None:
    await aged(leave, "opened again")
    await keep(org, handled=30)
    held = asyncio.Event()

    async def night() -> int:
        await held.wait()
        return await look(org)

    going = asyncio.create_task(night())
    async with database.transaction():
        await lock(org.id)
        held.set()
        await asyncio.sleep(0.3)
        await Message.update({Message.status: "pending"}).where(Message.organization == org.id)

    assert await going == 0
    assert await left(org) == {"opened again"}
