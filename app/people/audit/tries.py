"""Bad sign-ins, bounded: of each kind and account the first is recorded, and what follows within an
hour is counted and recorded as one, so that a stranger cannot fill the audit."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from app import database
from app.people import audit, statements
from app.tables import BadTry, new_id

SUMMED = "sign_in.bad_more"
SPAN = dt.timedelta(hours=1)


class Tries(msgspec.Struct, frozen=True):
    """What was tried again within the hour, and from where: the first networks, each once."""

    organization: uuid.UUID
    target: str
    actor: str
    more: int
    addresses: str


async def record(
    organization: uuid.UUID, actor: str, action: str, target: object = "", detail: str = ""
) -> None:
    """As audit.record, if it is the first."""
    values = [new_id(), organization, action, str(target), actor, 0, "", await database.now()]
    here = audit.origin().address
    if await database.value(int, statements.COUNT_TRY, *values, here, here) == 0:
        await audit.record(organization, actor, action, target, detail)


async def sum_up() -> None:
    """Records those whose hour is over. Each is one worker's."""
    async with database.transaction():
        gone = BadTry.delete().where(BadTry.at < await database.now() - SPAN)
        columns = (
            BadTry.organization,
            BadTry.target,
            BadTry.actor,
            BadTry.more,
            BadTry.addresses,
        )
        for each in await database.rows(Tries, gone.returning(*columns)):
            if each.more:
                said = f"{each.more} × {each.addresses}".strip(" ×")
                with audit.acting("visitor"):
                    await audit.record(each.organization, each.actor, SUMMED, each.target, said)
