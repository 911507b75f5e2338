"""The messages that a dispatch is about, as a notice says them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from app import database
from app.database import columns
from app.database.batch import Batch
from app.deliveries import statements
from app.deliveries.planned import Load, Planned
from app.deliveries.rows import Carried
from app.tables import Delivery

LISTED = 20
"""A digest names this many messages and counts the rest."""


async def carried(load: Load, delivery: uuid.UUID | None) -> list[Carried]:
    """None for an alert. What is being sent is read together with what others send at the same
    moment; whoever only looks may be inside of a transaction, and reads alone."""
    if isinstance(load, Planned) and load.size == 1:
        return await _together(load.organization, load.dispatch)
    column = Delivery.id if delivery else Delivery.dispatch
    sql = statements.CARRIED.replace("[these]", f"{columns(column, of='d')} = ?")
    return await database.rows(Carried, f"{sql} LIMIT {LISTED}", delivery or load.dispatch)


async def _read(
    organization: uuid.UUID, dispatches: Sequence[uuid.UUID]
) -> list[list[Carried] | Exception]:
    """Of each, which carries one message at most."""
    these, ids = database.one_of(columns(Delivery.dispatch, of="d"), dispatches)
    found = await database.rows(Carried, statements.CARRIED.replace("[these]", these), ids)
    return [[each for each in found if each.dispatch == one] for one in dispatches]


_together: Batch[uuid.UUID, uuid.UUID, list[Carried]] = Batch(_read)
