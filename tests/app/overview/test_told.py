"""What became of notices: kept once they are over, counted again when they wait again."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from app import database, deliveries
from app.channel_settings import add
from app.deliveries import log, more
from app.deliveries.owe import lock
from app.overview import kept, told
from app.overview.spans import Span
from app.tables import DaySum, Delivery, Message, Organization, new_id
from tests.app.overview.history import History
from tests.app.overview.test_kept import LEAVE, all_kept, of

ZONE = "Asia/Shanghai"
A_DAY = dt.timedelta(days=1)


class Notices:
    """One of each of 20 messages on 20 days, of which the last is today."""

    def __init__(self, org: Organization, channel: str) -> None:
        self.org, self.channel = org, uuid.UUID(channel)

    async def fill(self) -> None:
        self.now = await database.now()
        self.history = History(self.org, self.now - 20 * A_DAY)
        for number in range(20):
            await self.history.go(LEAVE)
            await self._owe(self.history.ids[-1], self.history.now, number)
            self.history.now += dt.timedelta(hours=23)

    async def _owe(self, message: uuid.UUID, at: dt.datetime, number: int) -> None:
        made = uuid.UUID(int=int(at.timestamp() * 1000) << 80 | new_id().int & (1 << 80) - 1)
        state = "failed" if number % 4 == 1 else "sent"
        row = {
            Delivery.id: made,
            Delivery.organization: self.org.id,
            Delivery.message: message,
            Delivery.channel: self.channel,
            Delivery.state: state,
            Delivery.rank: at,
            Delivery.due_at: at,
            Delivery.created_at: at,
        }
        await Delivery.insert(Delivery(row))

    async def keep(self) -> int:
        """How many days are kept."""
        await all_kept(self.org, self.now)
        while await told.keep_some(self.org.id, self.now):
            pass
        return await DaySum.count().where(DaySum.told.is_not_null())

    async def right(self) -> bool:
        day = self.now.date()
        span = Span(day - 30 * A_DAY, day + A_DAY)
        seen = await told.counts(self.org.id, ZONE, span)
        return seen == await told.counted(self.org.id, ZONE, span)


@pytest.fixture
async def notices(org: Organization) -> Notices:
    key = "693a91f6-7aaa-4bc4-97a0-0ec2c1f5a1aa"
    made = Notices(org, await add(org.id, {"type": "wecom", "webhook_url": key}, by="test"))
    await made.fill()
    return made


async def test_days_are_kept_once_their_notices_are_over(notices: Notices) -> None:
    assert await notices.right()
    assert 10 <= await notices.keep() <= 13
    assert await notices.right()
    await database.execute("DELETE FROM delivery")
    assert not await notices.right()


async def test_a_day_with_a_notice_that_waits_is_counted(notices: Notices) -> None:
    first = Delivery.select(Delivery.id).order_by(Delivery.id).limit(1)
    waits = await database.value(uuid.UUID, first)
    await Delivery.update({Delivery.state: "pending"}).where(Delivery.id == waits)
    fewer = await notices.keep()
    assert await notices.right()
    await Delivery.update({Delivery.state: "sent"}).where(Delivery.id == waits)
    assert await notices.right()
    assert await notices.keep() == fewer + 1
    assert await notices.right()


async def test_what_is_sent_once_more_is_counted_until_it_is_over(
    org: Organization, notices: Notices
) -> None:
    most = await notices.keep()
    assert await deliveries.replay(org.id, by="test") == 5
    assert await notices.right()
    await Delivery.update({Delivery.state: "sent"}).where(Delivery.state == "pending")
    assert await notices.right()
    assert await notices.keep() == most
    assert await notices.right()


async def test_a_replay_that_is_stopped_is_counted_too(org: Organization, notices: Notices) -> None:
    await notices.keep()
    await deliveries.replay(org.id, by="test")
    await notices.keep()
    await deliveries.stop_replay(org.id, by="test")
    assert await notices.right()


async def test_what_a_visitor_adds_to_an_old_message_is_told_once_more(
    org: Organization, notices: Notices
) -> None:
    message = notices.history.ids[0]
    await Delivery.update({Delivery.purpose: "more"}).where(Delivery.message == message)
    most = await notices.keep()
    async with database.transaction():
        await more.owe_more(org.id, message, (await lock(org.id)).now)
    assert await notices.right()
    assert await DaySum.count().where(DaySum.told.is_not_null()) < most


async def test_a_change_of_a_message_keeps_what_is_known_of_its_notices(
    org: Organization, notices: Notices
) -> None:
    most = await notices.keep()
    await notices.history.go(of("handle"))
    assert await DaySum.count().where(DaySum.told.is_not_null()) == most
    assert await notices.right()


async def test_notices_of_deleted_messages_count_no_more(
    org: Organization, notices: Notices
) -> None:
    await notices.keep()
    gone = notices.history.ids[:2]
    async with database.transaction(), kept.following(org.id, gone):
        await Message.delete().where(Message.id.is_in(gone))
    assert await notices.right()


async def test_the_log_counts_the_same(org: Organization, notices: Notices) -> None:
    await notices.keep()
    day = notices.now.date()
    span = Span(day - 15 * A_DAY, day - 2 * A_DAY)
    counts = await told.counts(org.id, ZONE, span)
    since, until = span.moments(ZONE)
    listed = await log.counts(org.id, log.Filter(since=since, until=until))
    assert counts[str(notices.channel)] == {"sent": listed.sent, "failed": listed.failed}
