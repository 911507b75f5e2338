"""How long it took until a message was handled first."""

from __future__ import annotations

import datetime as dt

from app import database, messages
from app.hours import Schedule
from app.messages import waits
from app.presence import change
from app.tables import Message, Organization
from tests.app.messages.conftest import Leave

MONDAY = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
NINE_TO_FIVE = Schedule(timezone="UTC", weekly={"mon": (("09:00", "12:00"), ("13:00", "17:00"))})


async def row(uid: str) -> tuple[dt.datetime | None, int | None]:
    query = Message.select(Message.first_handled_at, Message.open_minutes)
    (found,) = await query.where(Message.id == uid)
    return found["first_handled_at"], found["open_minutes"]


async def test_the_first_time_counts_until_it_is_taken_back(
    org: Organization, leave: Leave
) -> None:
    uid = (await leave()).uid
    assert await row(uid) == (None, None)
    done = await messages.handle(org.id, uid, outcome="phone", by="li")
    first, minutes = await row(uid)
    assert first is not None
    assert minutes is None
    await messages.undo(org.id, done.act, by="li")
    assert await row(uid) == (None, None)
    await messages.handle(org.id, uid, outcome="phone", by="li")
    first, _ = await row(uid)
    await messages.reopen(org.id, uid, by="li")
    await messages.handle(org.id, uid, outcome="email", by="han")
    assert (await row(uid))[0] == first


async def test_office_time_is_counted_where_hours_are_set(org: Organization, leave: Leave) -> None:
    always = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat")}
    always["sun"] = [["00:00", "24:00"]]
    await change.set_week(org, timezone="UTC", weekly=always, by="test")
    uid = (await leave()).uid
    before = await database.now() - dt.timedelta(minutes=90)
    await Message.update({Message.created_at: before}).where(Message.id == uid)
    await messages.handle(org.id, uid, outcome="phone", by="li")
    assert (await row(uid))[1] == 90


def test_only_open_hours_count() -> None:
    found = waits.Hours(NINE_TO_FIVE, MONDAY, MONDAY + dt.timedelta(days=9))
    at = MONDAY.replace

    assert found.minutes(at(hour=8), at(hour=9, minute=30)) == 30
    assert found.minutes(at(hour=11), at(hour=14)) == 120
    assert found.minutes(at(hour=12, minute=10), at(hour=12, minute=50)) == 0
    assert found.minutes(at(hour=16), at(hour=9) + dt.timedelta(days=7)) == 60
    assert found.minutes(at(hour=14), at(hour=10)) == 0
    assert found.minutes(at(hour=9), at(hour=17) + dt.timedelta(days=7)) == 14 * 60
