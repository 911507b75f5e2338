"""One message's contacts, shown to somebody who sees none but may ask."""

from __future__ import annotations

import uuid

from app import database, limits
from app.contacts import policy
from app.errors import Conflict
from app.people import audit
from app.tables import Organization

MASKED = "Your organization does not show you contact data. Ask an admin."


async def ask(org: Organization, role: str, agent: uuid.UUID, message: str, *, by: str) -> None:
    """The audit has it before anything is shown. Raises Conflict where they may not ask, and
    TooMany after as many as the organization allows in a day."""
    kept = policy.of(org)
    if kept.way(role) == "masked":
        raise Conflict("contacts_masked", MASKED)
    if kept.way(role) == "full":
        return
    await limits.allow_shown(agent, kept.shown_a_day)
    async with database.transaction():
        await audit.record(org.id, by, "contacts.shown", message)
