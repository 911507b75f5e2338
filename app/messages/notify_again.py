"""Telling channels of messages once more: those that a message is told to anyway, under their
limits, and each at most once while it waits."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

import msgspec

from app.deliveries import again
from app.deliveries.forecast import Forecast, foreseen
from app.deliveries.owe import Listener, Locked, chosen, listening, named
from app.messages import events, statements
from app.messages.events import Happened
from app.messages.statements import About
from app.people import audit
from app.tables import Message

AT_ONCE = 5000
"""Messages of one statement."""


class Told(msgspec.Struct):
    """Of messages that are to be told again: how many are, wait to be told anyway, have no channel,
    or are done with. `channels` says what it means for each channel."""

    told: int = 0
    waiting: int = 0
    silent: int = 0
    closed: int = 0
    channels: list[Forecast] = []

    @property
    def minutes(self) -> int:
        return max((each.minutes for each in self.channels), default=0)


async def foresee(organization: uuid.UUID, messages: Sequence[uuid.UUID]) -> Told:
    """What telling them again would do now."""
    found, listeners = Told(), await listening(organization)
    counts: dict[uuid.UUID, int] = {}
    for start in range(0, len(messages), AT_ONCE):
        some = await statements.about(organization, messages[start : start + AT_ONCE])
        state = await again.states(organization, [each.id for each in some])
        for each in some:
            wanted = [one.id for one in _channels(each, listeners)]
            free = [one for one in wanted if state.get((each.id, one), "over") == "over"]
            if each.status != "pending":
                found.closed += 1
            elif not wanted:
                found.silent += 1
            elif not free:
                found.waiting += 1
            else:
                found.told += 1
                for one in free:
                    counts[one] = counts.get(one, 0) + 1
    found.channels = await foreseen(organization, counts)
    return found


async def part(
    organization: uuid.UUID,
    org: Locked,
    messages: Sequence[uuid.UUID],
    mark: uuid.UUID,
    by: str,
) -> list[uuid.UUID]:
    """Tells these again in one transaction, in which `org` is held; returns those that are told."""
    listeners = await listening(organization)
    wanted = [
        (each.id, each.priority, _channels(each, listeners))
        for each in await statements.about(organization, messages)
        if each.status == "pending"
    ]
    told = await again.tell(organization, wanted, org.now)
    at = org.now.isoformat()
    happened = [
        Happened(message, now={"told": [str(each) for each in channels], "told_at": at})
        for message, channels in told.items()
    ]
    await _record(organization, org, happened, "notified", mark, by)
    return list(told)


async def take_back(
    organization: uuid.UUID,
    org: Locked,
    act: uuid.UUID,
    messages: Sequence[uuid.UUID],
    mark: uuid.UUID,
    by: str,
) -> list[uuid.UUID]:
    """Cancels what an act has made wait and what has not gone; returns the messages of that."""
    happened = await events.of_act(organization, act, messages)
    ended: list[uuid.UUID] = []
    for at in {each.now["told_at"] for each in happened if "told_at" in each.now}:
        theirs = [each.message for each in happened if each.now.get("told_at") == at]
        ended += await again.untell(organization, theirs, dt.datetime.fromisoformat(at), org.now)
    of = {each.message: each for each in happened}
    undone = [Happened(each, was={"told": of[each].now["told"]}) for each in ended]
    await _record(organization, org, undone, "undone", mark, by)
    return ended


async def _record(
    organization: uuid.UUID,
    org: Locked,
    happened: Sequence[Happened],
    action: str,
    mark: uuid.UUID,
    by: str,
) -> None:
    if not happened:
        return
    await events.record(organization, happened, action, by=by, act=mark, org=org)
    ids = [each.message for each in happened]
    await Message.update({Message.changed: org.wakes}).where(Message.id.is_in(ids))
    await audit.record(organization, by, f"messages.{action}", mark, str(len(happened)))


def _channels(about: About, listeners: Sequence[Listener]) -> list[Listener]:
    """Those that are told at once; a fallback is only told when one of them fails."""
    wanted = chosen(listeners, named(about.channels), about.priority)
    return [each for each in wanted if each.purpose == "new"]
