"""Blocking whoever left many messages."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from app import database, queue
from app.blocks import change as blocks
from app.blocks import stored
from app.blocks.change import BLOCKS_MAX
from app.blocks.shape import Block
from app.deliveries.owe import lock
from app.messages import acts, change, long_acts
from app.messages.change import AT_ONCE, Done
from app.tables import new_id


async def block_many(
    organization: uuid.UUID,
    messages: Sequence[uuid.UUID],
    wanted: Sequence[Block],
    *,
    spam: bool,
    by: str,
) -> Done | uuid.UUID:
    """Puts on the list whom it does not catch yet, and marks the messages as spam: as one act, and
    as a long one where these are many. Raises Invalid."""
    if len(wanted) > BLOCKS_MAX:
        raise blocks.full()
    mark, changed = new_id(), []
    is_long = spam and len(messages) > AT_ONCE
    async with database.transaction():
        org = await lock(organization)
        added = await blocks.add_of_act(organization, mark, wanted, by=by)
        if is_long:
            said = acts.spam().said
            await long_acts.begin(organization, messages, "spam", said=said, by=by, act=mark)
        elif spam:
            changed = await change.part(organization, org, messages, acts.spam(), mark, by)
    stored.forget(organization)
    queue.wake(organization, org.wakes)
    if is_long:
        return mark
    uids = [str(each) for each in changed]
    return Done(str(mark), uids, len(messages) - len(uids), blocked=added)
