"""Mail to one agent about their own account: a link that is waited for, or that something was
changed."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid

from app import database, outside
from app.channels.sender import Letter, Parcel
from app.deliveries.personal.owe import way
from app.deliveries.rows import CHANNEL, ChannelRow
from app.deliveries.sealed import sender_of
from app.errors import SendError, Unavailable
from app.secrets import Unreadable
from app.tables import Agent, Channel, Organization, new_id

log = logging.getLogger(__name__)
_posting: set[asyncio.Task[None]] = set()
SLACK = 2
"""Seconds beyond a sender's deadline before we end the send ourselves."""


async def possible(organization: uuid.UUID) -> bool:
    """Whether its agents can be mailed."""
    return await _channel(organization) is not None


def soon(agent: Agent, letter: Letter) -> None:
    """As `post`, in the background: nobody waits for a mail server to change something."""
    _posting.add(task := asyncio.create_task(_try(agent, letter)))
    task.add_done_callback(_posting.discard)


async def posted() -> None:
    """Waits until all that was to go soon has gone."""
    await asyncio.gather(*_posting)


async def _try(agent: Agent, letter: Letter) -> None:
    with contextlib.suppress(Unavailable):
        await post(agent, letter)


async def post(agent: Agent, letter: Letter, *, to: str = "") -> bool:
    """Whether a mail server took it. What went wrong is in the log. `to`: an address that is not
    theirs yet."""
    row = await _channel(agent.organization)
    if row is None:
        return False
    parcel = Parcel(id=str(new_id()), kind="alert", to=to or agent.email, letter=letter)
    try:
        sender = sender_of(row)
        async with asyncio.timeout(sender.deadline + SLACK):
            await sender.send(parcel, outside.egress())
    except (SendError, Unreadable, TimeoutError) as error:
        code = error.code if isinstance(error, SendError) else type(error).__name__
        log.warning("letter.failed", extra={"agent": str(agent.id), "code": code})
        return False
    log.info("letter.sent", extra={"agent": str(agent.id)})
    return True


async def _channel(organization: uuid.UUID) -> ChannelRow | None:
    asked = Organization.select(Organization.confirm_channel).where(Organization.id == organization)
    found = await way(organization, await database.value(uuid.UUID, asked))
    if found is None:
        return None
    return await database.row(ChannelRow, Channel.select(*CHANNEL).where(Channel.id == found.id))
