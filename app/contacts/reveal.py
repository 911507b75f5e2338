"""One message's contacts, shown to somebody who sees none but may ask."""

from __future__ import annotations

import datetime as dt

from app import database
from app.contacts import policy
from app.errors import Conflict, TooMany
from app.people import audit, organizations
from app.tables import Audit, Organization

MASKED = "Your organization does not show you contact data. Ask an admin."
SHOWN = "contacts.shown"
A_DAY = dt.timedelta(days=1)
LATER = 3600
"""Seconds after which it is worth another try: the first of the day may be a day old then."""


async def ask(org: Organization, role: str, message: str, *, by: str) -> None:
    """By who is known as the origin. The audit has it before anything is shown, and counts how
    many there were. Raises Conflict where they may not ask, and TooMany after as many as the
    organization allows in a day."""
    kept = policy.of(org)
    if kept.way(role) == "masked":
        raise Conflict("contacts_masked", MASKED)
    if kept.way(role) == "full":
        return
    async with database.transaction():
        # Of two at once, the second counts the first.
        await organizations.hold(org.id)
        if await _shown(org) >= kept.shown_a_day:
            raise TooMany(LATER)
        await audit.record(org.id, by, SHOWN, message)


async def _shown(org: Organization) -> int:
    since = await database.now() - A_DAY
    mine = (Audit.organization == org.id) & (Audit.who == audit.origin().who)
    found: int = await Audit.count().where(mine, Audit.action == SHOWN, Audit.at > since)
    return found
