"""What is as old as it may get: how much of it there is, and erasing it at night, some at a time.

A worker that dies in between has erased what it has erased; the next goes on. By day nothing goes
that did not already have a night to go in: then the product was off at night."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import msgspec

from app import database, queue
from app.database.remembered import Remembered
from app.deliveries.owe import lock
from app.erasure import addresses, remove, retention, statements
from app.erasure.retention import Retention
from app.erasure.statements import Old
from app.errors import Unavailable
from app.people.statements import WITH_RETENTION

log = logging.getLogger(__name__)

NIGHT = range(2, 6)
"""Hours of the organization's zone."""
A_NIGHT = dt.timedelta(days=1)
REST_SECONDS = 600.0
"""Who had nothing to erase is not looked at for so long, unless night falls or it is set anew."""
PARTS_MAX = 20
"""Of one look, so that every organization gets its turn."""
BY = "retention"
"""Who does it, in the audit and in stories."""


class _Row(msgspec.Struct):
    id: uuid.UUID
    timezone: str
    retention: str


_resting: Remembered[uuid.UUID, tuple[_Row, bool]] = Remembered(REST_SECONDS, at_most=100_000)


def groups(organization: uuid.UUID, kept: Retention, now: dt.datetime) -> Iterator[Old]:
    """Which messages are old enough; no message is in two of them."""
    own = {each.category: each.days for each in kept.categories}
    if kept.handled:
        yield _old(organization, "handled", kept.handled, now, tuple(own), but=True, how=kept.how)
    for category, days in own.items():
        if days:
            yield _old(organization, "handled", days, now, (category,), how=kept.how)
    for status, days in (("pending", kept.pending), ("spam", kept.spam), ("trash", kept.trash)):
        if days:
            yield _old(organization, status, days, now)


def _old(
    organization: uuid.UUID,
    status: str,
    days: int,
    now: dt.datetime,
    categories: tuple[str, ...] = (),
    *,
    but: bool = False,
    how: str = "erase",
) -> Old:
    return Old(
        organization=organization,
        status=status,
        before=now - dt.timedelta(days=days),
        categories=categories,
        but=but,
        anonymise=how == "anonymise",
    )


async def preview(organization: uuid.UUID, kept: Retention) -> dict[str, int]:
    """By status, how many would go if this were in force now."""
    now = await database.now()
    found: dict[str, int] = dict.fromkeys(retention.STATUSES, 0)
    for group in groups(organization, kept, now):
        found[group.status] += await statements.how_many(group)
    return found


async def step() -> None:
    """Erases what is due, of every organization where it is night."""
    now = await database.now()
    for row in await database.rows(_Row, WITH_RETENTION):
        try:
            seen = (row, _is_night(row.timezone, now))
            if _resting.get(row.id) != seen and not await look(
                row.id, retention.stored(row.retention), row.timezone, now
            ):
                _resting.keep(row.id, seen)
        except Unavailable:
            raise
        except Exception:
            log.exception("retention failed", extra={"organization": str(row.id)})


async def look(organization: uuid.UUID, kept: Retention, zone: str, now: dt.datetime) -> int:
    """Returns how many it has erased."""
    is_night = _is_night(zone, now)
    done = 0
    if is_night:
        await addresses.tidy(organization, kept, now)
    for group in groups(organization, kept, now if is_night else now - A_NIGHT):
        for _ in range(PARTS_MAX):
            if not await statements.old(group, most=1):
                break  # Before anybody is held up.
            found, erased = await _some(group)
            done += erased
            if found < remove.AT_ONCE:
                break
    return done


def _is_night(zone: str, now: dt.datetime) -> bool:
    return now.astimezone(ZoneInfo(zone)).hour in NIGHT


async def _some(group: Old) -> tuple[int, int]:
    """Returns how many were found, and how many erased with their repeats. They are looked for
    while the organization is held: one that is restored or added to meanwhile stays."""
    erase = remove.blank_part if group.anonymise else remove.part
    async with database.transaction():
        org = await lock(group.organization)
        messages = await statements.old(group, most=remove.AT_ONCE)
        done = await erase(group.organization, org, messages, BY) if messages else []
    if messages:
        queue.wake(group.organization, org.wakes)
        await database.forget()
    return len(messages), len(done)
