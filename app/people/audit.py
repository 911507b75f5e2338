"""Who did what to which thing. Append-only, without secrets or a visitor's words."""

from __future__ import annotations

import uuid

from app.tables import Audit


async def record(
    organization: uuid.UUID, actor: str, action: str, target: object = "", detail: str = ""
) -> None:
    await Audit.insert(
        Audit(
            {
                Audit.organization: organization,
                Audit.actor: actor,
                Audit.action: action,
                Audit.target: str(target),
                Audit.detail: detail,
            }
        )
    )


async def of(organization: uuid.UUID, target: object) -> list[Audit]:
    """What was done to one thing, oldest first."""
    return (
        await Audit.objects()
        .where((Audit.organization == organization) & (Audit.target == str(target)))
        .order_by(Audit.at)
    )
