"""Places of a credential. The platform counts by robot or account, whichever organization sends
and whether it is a notice or a test; so do we."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from typing import Any

import msgspec

from app import database
from app.channels.kinds import KINDS
from app.deliveries.clock_repair import SLACK
from app.deliveries.throttle import Usage

OTHERS = (
    "SELECT 'taken' AS what, bucket, count(*) AS taken, min(blocks_until) AS first,"
    " max(started_at) AS last FROM attempt WHERE [named] AND organization <> {}"
    " AND blocks_until > {} AND blocks_until < {} GROUP BY bucket"
    " UNION ALL SELECT 'taken', bucket, count(*), min(blocks_until), max(started_at) FROM trial"
    " WHERE [named] AND blocks_until > {} AND blocks_until < {} GROUP BY bucket"
    " UNION ALL SELECT 'quiet', bucket, 0, max(blocked_until), max(blocked_until) FROM channel"
    " WHERE [named] AND organization <> {} AND blocked_until > {} GROUP BY bucket"
)


class Others(msgspec.Struct):
    """What other organizations, and tests of what is not saved, make of buckets: places taken, and
    until when the platform wants quiet."""

    usage: list[Usage]
    quiet: dict[str, dt.datetime]


def is_counted(kind: str) -> bool:
    """A receiver of one's own counts nothing."""
    return kind in KINDS and KINDS[kind].limit_per_minute is not None


async def hold(buckets: Iterable[str]) -> None:
    """Nobody else takes a place of these until the transaction ends. Only after the organization's
    lock, and once. SQLite has one writer anyway."""
    names = sorted(set(buckets))
    if not names or isinstance(database.engine(), database.SQLite):
        return
    # In one order for everybody, and new rows in the same breath: no two wait for each other.
    await database.fetch(
        "INSERT INTO bucket (id) SELECT id FROM unnest({}::text[]) AS id ORDER BY id"
        " ON CONFLICT (id) DO UPDATE SET id = excluded.id",
        names,
    )


async def others(organization: uuid.UUID, buckets: Collection[str], now: dt.datetime) -> Others:
    """A place that is taken for longer than any can be is of a clock that was set back."""
    found = Others([], {})
    if not buckets:
        return found
    named, listed = database.one_of("bucket", sorted(buckets))
    taken = (now, now + SLACK)
    rows = await database.fetch(
        OTHERS.replace("[named]", named),
        *(listed, organization, *taken),
        *(listed, *taken),
        *(listed, organization, now),
    )
    for row in rows:
        first, last = database.moment(row["first"]), database.moment(row["last"])
        if first is None or last is None:
            continue
        if row["what"] == "quiet":
            found.quiet[row["bucket"]] = first
        else:
            use = Usage(None, row["bucket"], row["taken"], first, last)
            found.usage.append(use)
    return found


async def try_out(
    trial: uuid.UUID, organization: uuid.UUID, bucket: str, now: dt.datetime, until: dt.datetime
) -> None:
    """Takes a place for a test of what is not saved; what is long over goes."""
    await database.fetch(
        "DELETE FROM trial WHERE organization = {} AND blocks_until < {}", organization, now - SLACK
    )
    values: dict[str, Any] = {
        "id": trial,
        "organization": organization,
        "bucket": bucket,
        "started_at": now,
        "blocks_until": until,
    }
    await database.execute_many(database.insert_sql("trial", values), [list(values.values())])
