"""Test sends: same sender, same deadline, the platform's own answer; logged as tests, never
retried."""

from __future__ import annotations

import datetime as dt
import math
import time
import uuid
from typing import Any

import msgspec

from app import database, settings
from app.channels.kinds import KINDS
from app.channels.sender import Acceptance, Parcel, Sender
from app.deliveries import places, statements, throttle
from app.deliveries.owe import Locked, lock
from app.deliveries.places import block, blocked_until
from app.deliveries.recovery import recovered
from app.deliveries.rows import ATTEMPT, AttemptRow, ChannelRow
from app.deliveries.settled import SLACK, settled
from app.deliveries.tries import FINISHED, finished, free_at, kept
from app.deliveries.verdict import pause
from app.egress.way import Egress
from app.errors import SendError, TooMany
from app.feed import channels as feed
from app.notices.disclosed import tried
from app.people import audit
from app.signed import arrival
from app.tables import Attempt, Channel, Trial, new_id

PAUSED = "paused"
PAUSED_HINT = "The platform asked for a pause, so nothing was sent. Test again in {n} s."


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Whose limit a test uses up, and the saved row that it is about, if there is one. `typed`:
    other values than the saved ones are tested, so they say nothing about the row's health."""

    organization: uuid.UUID
    bucket: str
    channel: ChannelRow | None = None
    typed: bool = False
    shows: str = "all"


class Tested(msgspec.Struct, frozen=True, kw_only=True):
    """`hint` is an English message id with placeholders filled from `facts`."""

    uid: str | None
    type: str
    name: str
    ok: bool
    code: str
    message: str
    hint: str
    facts: dict[str, Any]
    http_status: int | None
    duration_ms: int
    response: str
    switched_on: bool = False
    """This test switched the channel on, which was off until one is accepted."""
    asks: bool = False
    """Of a saved channel as it is saved: whoever looks may say whether it arrived."""

    def accepted(self) -> str:
        """What the admin should check after a success, as a message id."""
        return KINDS[self.type].accepted


async def send_test(
    sender: Sender,
    egress: Egress,
    *,
    locale: str,
    timezone: str,
    place: Place | None = None,
    template: str = "",
) -> Tested:
    """Raises TooMany when the bucket's limit is used up. Without a place nothing is counted or
    logged."""
    attempt = new_id()
    base = settings.current().base_url
    link = _link(place)
    parcel = Parcel(
        id=str(attempt),
        kind="test",
        notices=(
            tried(
                place.shows if place else "all",
                locale=locale,
                link=link or f"{base}/inbox",
                asks=bool(link),
            ),
        ),
        locale=locale,
        timezone=timezone,
        template=template,
        inbox_link=f"{base}/inbox",
    )
    if place is not None and (refused := await _take(place, attempt, sender)):
        return tested(sender.kind, place, refused)
    started = time.monotonic()
    outcome = await settled(sender, sender.send(parcel, egress))
    duration = int((time.monotonic() - started) * 1000)
    if place is not None:
        await _log(place, attempt, outcome, duration)
    return tested(sender.kind, place, outcome, duration)


def tested(
    kind: str, place: Place | None, outcome: Acceptance | SendError, duration_ms: int = 0
) -> Tested:
    channel = place.channel if place else None
    ok, saved = isinstance(outcome, Acceptance), _saved(place)
    said = kept(outcome)
    return Tested(
        uid=str(channel.id) if channel else None,
        type=kind,
        name=channel.name if channel else "",
        ok=ok,
        switched_on=ok and saved is not None and saved.on_when_tested,
        asks=ok and saved is not None,
        duration_ms=duration_ms,
        facts=outcome.facts,
        code=said.code,
        message=said.message,
        hint=said.hint,
        http_status=said.http_status,
        response=said.response,
    )


def _saved(place: Place | None) -> ChannelRow | None:
    """The channel, when it is tested as it is saved."""
    return place.channel if place and not place.typed else None


def _link(place: Place | None) -> str:
    """By which whoever reads the test says so; only for a saved channel."""
    channel = _saved(place)
    return arrival.address(str(channel.id), channel.target) if channel else ""


async def _take(place: Place, attempt: uuid.UUID, sender: Sender) -> SendError | None:
    """The platform's pause, if there is one; else the place is taken before anything is sent, so
    that the next plan counts it."""
    async with database.transaction():
        # The organization's lock first, as everywhere: the channel's row before it would deadlock.
        org = await lock(place.organization)
        now = org.now
        if sender.limit_per_minute is not None:
            await places.hold([place.bucket])
        until = await blocked_until(place.organization, place.bucket)
        if until is not None and until > now and sender.limit_per_minute is not None:
            facts = {"n": str(_seconds(until - now))}
            return SendError("rate_limited", PAUSED, hint=PAUSED_HINT, facts=facts, left=False)
        taken, first_free = await _usage(place, now - org.held)
        if sender.limit_per_minute is not None and taken >= at_most(sender.limit_per_minute):
            raise TooMany(_seconds(first_free + org.held - now))
        channel = place.channel.id if place.channel else await _sharing(place)
        ends = now + dt.timedelta(seconds=sender.deadline + SLACK) + throttle.WINDOW
        if channel is None:
            await places.try_out(attempt, place.organization, place.bucket, now, ends)
            return None
        row = AttemptRow(
            id=attempt,
            organization=place.organization,
            channel=channel,
            bucket=place.bucket,
            started_at=now,
            blocks_until=ends,
        )
        await database.insert(ATTEMPT, [row])
    return None


def at_most(cap: int) -> int:
    """Our limit keeps a tenth of the platform's own free, and tests may use it."""
    return cap * 10 // 9


def _seconds(wait: dt.timedelta) -> int:
    return max(1, math.ceil(wait.total_seconds()))


async def _usage(place: Place, now: dt.datetime) -> tuple[int, dt.datetime]:
    """Places taken of this bucket by all organizations, and when the first comes free."""
    query = Attempt.select(Attempt.blocks_until).where(
        Attempt.organization == place.organization,
        Attempt.bucket == place.bucket,
        Attempt.blocks_until > now,
    )
    own = await database.values(dt.datetime, query)
    others = (await places.others(place.organization, [place.bucket], now)).usage
    taken = len(own) + sum(use.taken for use in others)
    return taken, min([*own, *(use.first_free for use in others)], default=now)


async def _sharing(place: Place) -> uuid.UUID | None:
    """The saved channel with the same robot, whose places a test of unsaved settings uses."""
    query = Channel.select(Channel.id).where(
        Channel.organization == place.organization,
        Channel.bucket == place.bucket,
        Channel.archived_at.is_null(),
    )
    query = query.order_by(Channel.position, Channel.id).limit(1)
    return await database.value(uuid.UUID, query)


async def _log(
    place: Place, attempt: uuid.UUID, outcome: Acceptance | SendError, duration_ms: int
) -> None:
    async with database.transaction():
        org = await lock(place.organization)
        now = org.now
        await database.update(FINISHED, [finished(attempt, outcome, duration_ms, now)])
        await Trial.update({Trial.blocks_until: free_at(outcome, now)}).where(Trial.id == attempt)
        if isinstance(outcome, SendError) and outcome.outcome == "rate_limited":
            await block(place.organization, place.bucket, now + pause(outcome))
        if channel := _saved(place):
            await _mark(place, channel, outcome, org)


async def _mark(
    place: Place, channel: ChannelRow, outcome: Acceptance | SendError, org: Locked
) -> None:
    now = org.now
    mine = Channel.id == channel.id
    await Channel.update({Channel.tested_at: now}).where(mine)
    if not isinstance(outcome, Acceptance):
        return
    await feed.mended(place.organization, org, [channel.id])
    await recovered(place.organization, org, [channel.id])
    healed = {**statements.HEALED, Channel.ok_at: now}
    if outcome.certificate_until is not None:
        healed[Channel.certificate_until] = outcome.certificate_until
    await Channel.update(healed).where(mine)
    if channel.on_when_tested:
        await Channel.update({Channel.enabled: True, Channel.on_when_tested: False}).where(
            mine, Channel.on_when_tested.eq(True), Channel.archived_at.is_null()
        )
        await audit.record(place.organization, "test", "channel.on", channel.id)
    if KINDS[channel.kind].limit_per_minute is None:
        # The custom receiver that asked for a pause accepts again.
        await Channel.update({Channel.blocked_until: None}).where(
            Channel.organization == place.organization, Channel.bucket == place.bucket
        )
