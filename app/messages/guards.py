"""A form's protection against spam, as an admin sets it."""

from __future__ import annotations

import uuid

from app import database
from app.people import audit
from app.tables import Organization


async def asks_proof_of_work(organization: uuid.UUID) -> bool:
    """The current value: an Organization at hand may be seconds old."""
    query = Organization.select(Organization.proof_of_work).where(Organization.id == organization)
    (found,) = await database.values(bool, query)
    return found


async def ask_proof_of_work(organization: uuid.UUID, on: bool, *, by: str) -> None:
    async with database.transaction():
        await Organization.update({Organization.proof_of_work: on}).where(
            Organization.id == organization
        )
        action = f"form.proof_of_work_{'on' if on else 'off'}"
        await audit.record(organization, by, action, organization)
