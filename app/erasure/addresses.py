"""What is kept of the addresses of earlier messages: less, at night, once less was decided."""

from __future__ import annotations

import datetime as dt
import uuid

from app import database
from app.erasure import statements
from app.erasure.shape import Retention, reduced
from app.tables import Message

AT_ONCE = 200
_looked: dict[uuid.UUID, tuple[Retention, dt.date]] = {}
"""What a process has looked through, and on which day: every message once a day is enough."""


async def tidy(organization: uuid.UUID, kept: Retention, now: dt.datetime) -> int:
    """Reduces those of earlier messages, some at a time, and returns how many. By what is decided
    now; whole ones become networks after their days."""
    how, days = kept.addresses, 0
    if how == "full":
        if kept.addresses_days is None:
            return 0
        how, days = "network", kept.addresses_days
    day = (kept, now.date())
    if _looked.get(organization) == day:
        return 0
    before = now - dt.timedelta(days=days)
    done, after = 0, uuid.UUID(int=0)
    while found := await statements.whole_addresses(
        organization, before, after, networks=how == "none", most=AT_ONCE
    ):
        await _reduce([(each.id, reduced(each.ip, how)) for each in found])
        done, after = done + len(found), found[-1].id
    _looked[organization] = day
    return done


async def _reduce(addresses: list[tuple[uuid.UUID, str]]) -> None:
    """Nobody is told: what a message says and who sees it is the same."""
    async with database.transaction():
        for uid, address in addresses:
            await Message.update({Message.ip: address}).where(Message.id == uid)
