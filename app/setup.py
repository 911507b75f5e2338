"""The one-time link by which the first admin is made."""

from __future__ import annotations

import datetime as dt
from typing import Any

from piccolo.columns import Column

from app import agents, audit, database, organizations, secrets, settings
from app.errors import Invalid
from app.tables import Agent, Organization

VALID = dt.timedelta(hours=1)


async def is_open() -> bool:
    return not await Agent.exists()


async def link() -> str:
    """A new link; the one before it ends. Only its hash is kept."""
    org = await organizations.first()
    code = secrets.random_text()
    await Organization.update(
        {
            Organization.setup_hash: secrets.plain_hash(code),
            Organization.setup_until: dt.datetime.now(dt.UTC) + VALID,
        }
    ).where(Organization.id == org.id)
    return f"{settings.current().base_url}/setup/{code}"


async def valid(code: str) -> bool:
    return await is_open() and await _owner(code) is not None


async def redeem(code: str, *, email: str, password: str, locale: str, timezone: str) -> Agent:
    """Raises Invalid at /code when the link was used or is too old, and what agents.create
    raises."""
    async with database.transaction():
        org = await _owner(code)
        if org is None or not await is_open() or not await _spend(org, locale, timezone):
            raise Invalid.at("/code", "setup_over", "This set-up link was used or is too old")
        agent = await agents.create(
            org.id, email=email, password=password, role="owner", locale=locale
        )
        await audit.record(org.id, agent.email, "setup.done", agent.id)
    return agent


async def _spend(org: Organization, locale: str, timezone: str) -> bool:
    """False when another request with the same link was quicker."""
    changes: dict[Column | str, Any] = {
        Organization.setup_hash: "",
        Organization.setup_until: None,
        Organization.locale: locale,
        Organization.timezone: timezone,
    }
    where = (Organization.id == org.id) & (Organization.setup_hash == org.setup_hash)
    return bool(await Organization.update(changes).where(where).returning(Organization.id))


async def _owner(code: str) -> Organization | None:
    return (
        await Organization.objects()
        .where(
            (Organization.setup_hash == secrets.plain_hash(code))
            & (Organization.setup_until > dt.datetime.now(dt.UTC))
        )
        .first()
    )
