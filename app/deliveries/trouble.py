"""Channels that fail at the moment, with their tries."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec
from piccolo.custom_types import Combinable

from app import database
from app.deliveries.verdict import BREAKER
from app.feed.rows import ENDPOINT
from app.tables import Attempt, Channel

SEND_MAX = dt.timedelta(minutes=2)
"""No try lasts longer, so one that ended after a moment did not begin earlier than this."""


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """`since` is the first failure in the row, `failures` the tries since then."""

    channel_uid: str
    channel_name: str
    kind: str
    since: dt.datetime
    failures: int


async def told(organization: uuid.UUID) -> str:
    """Whether a new message reaches anybody: "nobody" (no channel is on), "untested" (none of those
    that are on ever accepted anything) or "somebody"."""
    told = _on(organization) & (Channel.kind != ENDPOINT)
    if await Channel.exists().where(told, Channel.ok_at.is_not_null()):
        return "somebody"
    return "untested" if await Channel.exists().where(told) else "nobody"


def _on(organization: uuid.UUID) -> Combinable:
    enabled = (Channel.organization == organization) & Channel.enabled.eq(True)
    return enabled & Channel.archived_at.is_null()


async def broken(organization: uuid.UUID) -> list[Trouble]:
    """Channels with an open breaker or a stop; fewer failures are retried without notice."""
    query = Channel.select(*BROKEN).where(_on(organization))
    query = query.where((Channel.failures >= BREAKER) | Channel.stopped_at.is_not_null())
    query = query.order_by(Channel.position, Channel.id)
    return [await _trouble(each) for each in await database.rows(_Broken, query)]


class _Broken(msgspec.Struct):
    id: uuid.UUID
    name: str
    kind: str
    failing_since: dt.datetime | None
    stopped_at: dt.datetime | None
    error_at: dt.datetime | None


BROKEN = (
    Channel.id,
    Channel.name,
    Channel.kind,
    Channel.failing_since,
    Channel.stopped_at,
    Channel.error_at,
)


async def _trouble(channel: _Broken) -> Trouble:
    since = channel.failing_since or channel.stopped_at or channel.error_at
    assert since is not None  # Breaking a channel writes one of them.
    failures = await Attempt.count().where(
        Attempt.channel == channel.id,
        Attempt.started_at >= since - SEND_MAX,
        Attempt.finished_at >= since,
        Attempt.outcome.not_in(["ok", ""]),
    )
    return Trouble(
        channel_uid=str(channel.id),
        channel_name=channel.name,
        kind=channel.kind,
        since=since,
        failures=max(1, failures),
    )
