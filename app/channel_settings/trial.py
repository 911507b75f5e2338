"""The test button, which shows the platform's own answer."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from app import database, limits
from app.channel_settings.entry import Entry, read_entry
from app.channel_settings.read import common, readable, row, rows
from app.channels import kinds
from app.channels.sender import Sender
from app.deliveries import template_versions
from app.deliveries.rows import TRIED, ChannelRow, Tried
from app.deliveries.sealed import own, sender_of, template_of
from app.deliveries.trial import Place, Tested, send_test, tested
from app.deliveries.tries import Try, try_of
from app.deliveries.verdict import SEALED, SEALED_HINT
from app.egress.way import Egress
from app.errors import SendError, TooMany
from app.people import organizations
from app.secrets import Unreadable
from app.tables import Attempt

Send = Callable[[Sender, Place, str], Awaitable[Tested]]
TOO_MANY_TESTS = "Too many tests. You can try again in {n} s."


async def test(
    organization: uuid.UUID,
    egress: Egress,
    *,
    uid: str | None = None,
    raw: Mapping[str, Any] | None = None,
) -> list[Tested]:
    """One saved channel, one unsaved one, or (neither given) every enabled channel.

    With both, the values on screen are tested and the stored secret stands in for a masked one.
    Raises TooMany, NotFound, and Invalid for bad values. When all channels are tested, a
    rate-limited one is reported, not raised.
    """
    org = await organizations.by_id(organization)

    async def send(sender: Sender, place: Place, template: str) -> Tested:
        await limits.allow_test(organization, place.bucket)
        return await send_test(
            sender,
            egress,
            locale=org.locale,
            timezone=org.timezone,
            place=place,
            template=template,
        )

    if raw is not None:
        saved = await row(organization, uid) if uid else None
        old = readable(saved) if saved else None
        base = {"type": saved.kind, **raw} if saved and isinstance(raw, Mapping) else raw
        entry = read_entry(base, old=old, defaults=common(saved) if saved else None)
        typed = saved is None or not _as_saved(entry, old, saved)
        place = Place(
            organization=organization,
            bucket=entry.bucket,
            channel=saved,
            typed=typed,
            shows=entry.shows,
        )
        return [await send(entry.sender, place, entry.template)]
    of_kinds = await template_versions.of_kinds(organization)
    if uid is not None:
        return [await _saved(send, await row(organization, uid), of_kinds)]
    found = [each for each in await rows(organization) if each.enabled]
    return list(await asyncio.gather(*(_one_of_many(send, each, of_kinds) for each in found)))


async def last_try(channel: uuid.UUID) -> Try | None:
    """The last test of a saved channel. None while it runs, or when there was none."""
    query = Attempt.select(*TRIED).where(
        Attempt.channel == channel, Attempt.dispatch.is_null(), Attempt.finished_at.is_not_null()
    )
    query = query.order_by(Attempt.id, ascending=False).limit(1)
    found = await database.row(Tried, query)
    return try_of(found) if found else None


def _as_saved(entry: Entry, old: Sender | None, saved: ChannelRow) -> bool:
    """Whether the entered values equal the stored ones: then the test counts for the channel's
    health."""
    return (
        old is not None
        and kinds.encode(old) == kinds.encode(entry.sender)
        and entry.template == saved.template
    )


async def _one_of_many(send: Send, channel: ChannelRow, of_kinds: Mapping[str, str]) -> Tested:
    try:
        return await _saved(send, channel, of_kinds)
    except TooMany as error:
        facts = {"n": str(error.after)}
        refused = SendError("rate_limited", "too_many", hint=TOO_MANY_TESTS, facts=facts)
        return tested(channel.kind, _place(channel), refused)


async def _saved(send: Send, channel: ChannelRow, of_kinds: Mapping[str, str]) -> Tested:
    place = _place(channel)
    try:
        sender = sender_of(channel)
    except Unreadable:
        return tested(channel.kind, place, SendError("permanent_config", SEALED, hint=SEALED_HINT))
    return await send(sender, place, template_of(channel, own(channel), of_kinds))


def _place(channel: ChannelRow) -> Place:
    return Place(
        organization=channel.organization,
        bucket=channel.bucket,
        channel=channel,
        shows=channel.shows,
    )
