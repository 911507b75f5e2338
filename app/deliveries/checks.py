"""Channels that nothing was sent through for a week are looked at, where that disturbs nobody: a
mail server up to the sign-in, a webhook by a ping if its admin wants one. What is wrong is known
before a message depends on it."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid

import msgspec

from app import database
from app.channels.sender import Acceptance
from app.deliveries import record, statements
from app.deliveries.owe import lock
from app.deliveries.rows import CHANNEL, ChannelRow
from app.deliveries.sealed import sender_of
from app.deliveries.settled import settled
from app.deliveries.verdict import SEALED, SEALED_HINT, SELDOM
from app.egress.way import Egress
from app.errors import NotFound, SendError
from app.feed import channels as feed
from app.secrets import Unreadable
from app.tables import Channel

AGAIN, SOON = dt.timedelta(days=1), dt.timedelta(hours=1)
"""Between two looks, and after one that failed."""
AT_ONCE = 5
NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


class _Waiting(msgspec.Struct):
    id: uuid.UUID
    failures: int
    failed_dispatch: uuid.UUID | None
    checked_at: dt.datetime | None

    def is_due(self, now: dt.datetime) -> bool:
        """Sooner when the last look failed. What sends find out is enough."""
        if self.failures and self.failed_dispatch != _sign(self.id):
            return False
        wait = SOON if self.failures else AGAIN
        return self.checked_at is None or self.checked_at < now - wait


async def check_some(egress: Egress) -> int:
    """Looks at those that are due, a few at once. Returns how many."""
    now = await database.now()
    mine = [each.id for each in await _due(now) if await _take(each, now)]
    if mine:
        chosen = Channel.select(*CHANNEL).where(Channel.id.is_in(mine))
        found = await database.rows(ChannelRow, chosen)
        await asyncio.gather(*(_check(each, egress) for each in found))
    return len(mine)


async def _due(now: dt.datetime) -> list[_Waiting]:
    """Those that have waited the longest. All are read: those that are not due stand in nobody's
    way, however many they are."""
    query = Channel.select(
        Channel.id, Channel.failures, Channel.failed_dispatch, Channel.checked_at
    ).where(
        Channel.probed.eq(True),
        Channel.enabled.eq(True),
        Channel.archived_at.is_null(),
        Channel.created_at < now - SELDOM,
        Channel.ok_at.is_null() | (Channel.ok_at < now - SELDOM),
        Channel.checked_at.is_null() | (Channel.checked_at < now - SOON),
    )
    due = [each for each in await database.rows(_Waiting, query) if each.is_due(now)]
    return sorted(due, key=lambda each: each.checked_at or NEVER)[:AT_ONCE]


def _sign(channel: uuid.UUID) -> uuid.UUID:
    """Stands where the dispatch of a failed send does: the same for each look at a channel."""
    return uuid.uuid5(channel, "check")


async def _take(channel: _Waiting, now: dt.datetime) -> bool:
    """False when another worker looks at it."""
    mine = Channel.id == channel.id
    before = channel.checked_at
    same = Channel.checked_at.is_null() if before is None else Channel.checked_at == before
    taken = Channel.update({Channel.checked_at: now}).where(mine, same).returning(Channel.id)
    return bool(await taken)


async def _check(channel: ChannelRow, egress: Egress) -> None:
    outcome = await _outcome(channel, egress)
    async with database.transaction():
        try:
            org = await lock(channel.organization)
        except NotFound:
            return
        row = await database.row(ChannelRow, statements.ONE_CHANNEL, channel.id)
        if row is None or record.was_changed(channel, row):
            return
        if isinstance(outcome, SendError):
            await record.mark(row, outcome, _sign(row.id), org, begun=org.now)
            return
        values = statements.HEALED if row.failed_dispatch == _sign(row.id) else {}
        if values:
            await feed.mended(row.organization, org, [row.id])
        ends = outcome.certificate_until if outcome else None
        if values or ends != row.certificate_until:
            await Channel.update({**values, Channel.certificate_until: ends}).where(
                Channel.id == row.id
            )


async def _outcome(channel: ChannelRow, egress: Egress) -> Acceptance | SendError | None:
    try:
        sender = sender_of(channel)
    except Unreadable:
        return SendError("permanent_config", SEALED, hint=SEALED_HINT)
    return await settled(sender, sender.probe(egress))
