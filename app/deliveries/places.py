"""Places of a credential. The platform counts by robot or account, whichever organization sends
and whether it is a notice or a test; so do we."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable

import msgspec
from piccolo.query.functions import Max

from app import database
from app.channels.kinds import KINDS
from app.database import columns
from app.deliveries import statements, throttle
from app.deliveries.throttle import Usage
from app.tables import Attempt, Channel, Trial

SLACK = dt.timedelta(minutes=3)
"""No place is taken for longer than the longest lease and a minute. Beyond this, the clock was set
back."""


class Others(msgspec.Struct):
    """What other organizations, and tests of what is not saved, make of buckets: places taken, and
    until when the platform wants quiet."""

    usage: list[Usage]
    quiet: dict[str, dt.datetime]


class _Other(msgspec.Struct):
    what: str
    bucket: str
    taken: int
    first: dt.datetime
    last: dt.datetime


def is_counted(kind: str) -> bool:
    """Whether the platform limits sends; a custom receiver has no limit."""
    return kind in KINDS and KINDS[kind].limit_per_minute is not None


async def hold(buckets: Iterable[str]) -> None:
    """Locks these buckets until the transaction ends. Only after the organization's lock, and once.
    SQLite has one writer anyway."""
    names = sorted(set(buckets))
    if not names or isinstance(database.engine(), database.SQLite):
        return
    # One order for all, and new rows in the same statement: no deadlocks.
    await database.execute(statements.HOLD, names)


async def others(organization: uuid.UUID, buckets: Collection[str], now: dt.datetime) -> Others:
    """Ignores places that end later than any can: the clock was set back since."""
    found = Others([], {})
    if not buckets:
        return found
    named, listed = database.one_of(columns(Attempt.bucket), sorted(buckets))
    taken = (now, now + SLACK)
    rows = await database.rows(
        _Other,
        statements.TAKEN_BY_OTHERS.replace("[named]", named),
        *(listed, organization, *taken),
        *(listed, *taken),
        *(listed, organization, now),
    )
    for row in rows:
        if row.what == "quiet":
            found.quiet[row.bucket] = row.first
        else:
            found.usage.append(Usage(None, row.bucket, row.taken, row.first, row.last))
    return found


async def try_out(
    trial: uuid.UUID, organization: uuid.UUID, bucket: str, now: dt.datetime, until: dt.datetime
) -> None:
    """Takes a place for a test of unsaved settings, and deletes old ones."""
    await Trial.delete().where(Trial.organization == organization, Trial.blocks_until < now - SLACK)
    await Trial.insert(
        Trial(
            {
                Trial.id: trial,
                Trial.organization: organization,
                Trial.bucket: bucket,
                Trial.started_at: now,
                Trial.blocks_until: until,
            }
        )
    )


async def free_places(organization: uuid.UUID, now: dt.datetime) -> None:
    """Lets places that end too far ahead end in a minute."""
    await database.execute(statements.FREE_PLACES, now + throttle.WINDOW, organization, now + SLACK)


async def block(organization: uuid.UUID, bucket: str, until: dt.datetime) -> None:
    """Pauses every channel of the organization that shares the bucket."""
    await database.execute(statements.BLOCK, until, until, organization, bucket)


async def blocked_until(organization: uuid.UUID, bucket: str) -> dt.datetime | None:
    """Until when the platform wants quiet from this robot, over all channels it had or has, in any
    organization. A custom receiver's pause counts in its own organization only."""
    own = [kind for kind in KINDS if not is_counted(kind)]
    query = Channel.select(Max(Channel.blocked_until)).where(
        Channel.bucket == bucket,
        (Channel.organization == organization) | Channel.kind.not_in(own),
    )
    return await database.value(dt.datetime, query)
