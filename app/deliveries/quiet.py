"""Channels in their quiet hours: what can wait is put off to the end of them, and then goes
together. Inside the transaction of a plan."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

import msgspec

from app import database
from app.deliveries import statements
from app.deliveries.rows import ChannelRow
from app.hours.quiet import QuietHours, quiet_until
from app.hours.schedule import Schedule
from app.presence.facts import rule_of

REASON = "quiet"
"""Of deliveries that were put off."""


async def rest(
    organization: uuid.UUID, channels: Iterable[ChannelRow], timezone: str, now: dt.datetime
) -> dict[uuid.UUID, dt.datetime]:
    """Puts off what is due and can wait, and brings back what need not wait any more. Returns until
    when each channel is quiet now."""
    found: dict[uuid.UUID, dt.datetime] = {}
    listed = [each for each in channels if each.enabled]
    wanted = {each.id: quiet for each in listed if (quiet := stored(each.quiet_hours))}
    if not wanted:
        return found
    office = Schedule()
    if any(quiet.outside_office_hours for quiet in wanted.values()):
        office = (await rule_of(organization)).hours(timezone)
    for channel, quiet in wanted.items():
        until = quiet_until(quiet, timezone, office, now)
        if until is None:
            await end(channel, now, listed)
            continue
        found[channel] = until
        await database.execute(statements.PUT_OFF, until, until, channel, now)
        await database.execute(statements.PASS, now, now, channel, now)
        await _fallbacks(channel, until, listed)
    return found


async def end(channel: uuid.UUID, now: dt.datetime, channels: Iterable[ChannelRow]) -> None:
    """What was put off is due: the quiet hours have ended, or were changed."""
    await _fallbacks(channel, now, channels)
    await database.execute(statements.END_QUIET, now, now, channel, now)


def stored(text: str) -> QuietHours | None:
    return msgspec.json.decode(text, type=QuietHours) if text else None


async def _fallbacks(first: uuid.UUID, due: dt.datetime, channels: Iterable[ChannelRow]) -> None:
    """Whoever stands in for a channel that is quiet waits for it."""
    for each in channels:
        if each.fallback_for == first:
            at = due + dt.timedelta(seconds=each.fallback_after_seconds)
            await database.execute(statements.FALLBACK_LATER, at, at, each.id, first, due)
