"""Events that are older than they are kept go at night, and so do all where nobody can read them
any more."""

from __future__ import annotations

import datetime as dt
import logging
import uuid

from app import database
from app.deliveries.owe import lock
from app.errors import Unavailable
from app.feed import statements
from app.feed.read import DAYS
from app.tables import Organization

log = logging.getLogger(__name__)

AT_ONCE = 500
"""Deleted in one transaction: visitors' messages wait that long at most."""
PARTS_MAX = 20
"""Of one look, so that every organization gets its turn."""


async def step() -> None:
    now = await database.now()
    found = await database.values(uuid.UUID, statements.TO_TEND, now - dt.timedelta(days=DAYS), now)
    for organization in found:
        try:
            await look(organization)
            await _end(organization)
        except Unavailable:
            raise
        except Exception:
            log.exception("old events stay", extra={"organization": str(organization)})


async def look(organization: uuid.UUID) -> int:
    """Returns how many it has deleted."""
    done = 0
    for _ in range(PARTS_MAX):
        found = await _some(organization)
        done += found
        if found < AT_ONCE:
            break
    return done


async def _some(organization: uuid.UUID) -> int:
    async with database.transaction():
        now = (await lock(organization)).now
        sql = statements.OLD.replace("[most]", str(AT_ONCE))
        before = now - dt.timedelta(days=DAYS)
        old = await database.values(int, sql, organization, before)
        if old:
            await _forget(organization, old[-1])
            await Organization.update({Organization.feed_from: old[-1]}).where(
                Organization.id == organization
            )
    return len(old)


async def _forget(organization: uuid.UUID, number: int) -> None:
    """With all that was written together with the last: no reader is left in the middle."""
    for sql in statements.FORGET:
        await database.execute(sql, organization, number)


async def _end(organization: uuid.UUID) -> None:
    """Nobody can read them: no living token may, and nothing sends them."""
    async with database.transaction():
        org = await lock(organization)
        if await database.value(int, statements.READ, organization, org.now, organization):
            return
        await _forget(organization, org.wakes)
        await Organization.update({Organization.feed_from: None}).where(
            Organization.id == organization
        )
