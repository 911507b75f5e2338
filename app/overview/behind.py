"""The work behind the overview: days that are over are summed up, of organizations with many
messages."""

from __future__ import annotations

from app import database
from app.overview import kept, statements, told
from app.people import organizations

FEW = 2000
"""So many messages a page counts sooner than a worker."""


async def step() -> bool:
    """One piece of the work of one organization that has any; whether there may be more."""
    now = await database.now()
    for organization in await statements.behind(await organizations.large(FEW), now):
        if await kept.keep_some(organization, now):
            return True
    for organization in await statements.untold((now - told.RECENT).date()):
        if await told.keep_some(organization, now):
            return True
    return False
