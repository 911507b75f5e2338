"""What one plan sees: the organization's limits, its channels, what is taken, open and waiting."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import NamedTuple

import msgspec

from app import database
from app.channels.kinds import KINDS
from app.database import columns
from app.deliveries import places, quiet, statements, throttle, verdict
from app.deliveries.owe import BOOST, Locked, lock
from app.deliveries.personal.statements import CANCEL_UNWANTED
from app.deliveries.rows import ChannelRow, DispatchRow
from app.deliveries.throttle import Rule, Usage
from app.tables import Delivery, Dispatch

OPEN_MAX = 500
PATIENCE = -BOOST["low"]
CHANNEL_AT_ONCE = 48
"""Sends of one channel that are under way together, over all workers: one that hangs must not take
every seat."""


class Lane(NamedTuple):
    """Whom a channel's deliveries are for: the team; `visitors`, each alone; or one agent alone."""

    channel: uuid.UUID
    visitors: bool = False
    agent: uuid.UUID | None = None

    @property
    def is_for_the_team(self) -> bool:
        return not self.visitors and self.agent is None


class Waiting(msgspec.Struct):
    """What waits in one lane: how many may go (`ready`), how many of those waited for the end of
    the channel's quiet hours (`rested`), the first rank, the next that may go later."""

    channel: uuid.UUID
    visitors: bool
    agent: uuid.UUID | None
    ready: int
    rested: int
    rank: dt.datetime
    later: dt.datetime | None


class _Taken(Usage):
    """`last_free` is when the last of them comes free."""

    last_free: dt.datetime


class _Seen(ChannelRow, kw_only=True):
    """A channel with the organization's template of its kind; None stands for the built-in."""

    template_of_kind: str | None


class _Open(msgspec.Struct):
    id: uuid.UUID
    channel: uuid.UUID
    state: str
    lease_until: dt.datetime | None
    retry_at: dt.datetime | None


class _Over(msgspec.Struct):
    dispatch: uuid.UUID
    wanted: bool
    why: str | None
    urgent: bool


class View:
    """Read under the organization's row lock, so that it stays true until the transaction ends.

    `next` collects the moments at which another look is worth while. With `at` it is what would be
    seen then.
    """

    def __init__(self, organization: uuid.UUID, *, at: dt.datetime | None = None) -> None:
        self.organization = organization
        self.at = at
        self.next: list[dt.datetime] = []
        self.in_flight: dict[uuid.UUID, int] = {}
        self.channels: dict[uuid.UUID, ChannelRow] = {}
        self.templates: dict[str, str] = {}
        self.endpoints: set[uuid.UUID] = set()
        self.quiet: dict[uuid.UUID, dt.datetime] = {}
        self.usage: list[Usage] = []
        self.over: dict[uuid.UUID, str] = {}

    async def open(self, org: Locked | None = None) -> None:
        """Reads no more than whether anything waits or is due, unless it is."""
        self.org = org or await lock(self.organization, at=self.at)
        self.now = self.org.now
        self.held = self.org.held
        self.waiting = await self._waiting()
        self.due = await self._open_dispatches()
        if self.waiting or self.due:
            await self.look_around()

    async def look_around(self) -> None:
        """The channels, their places, and what became of what waits or is due."""
        found = await database.rows(_Seen, statements.CHANNELS, self.organization)
        # A kind that this version does not know is left to the version that does.
        self.channels = {each.id: each for each in found if each.kind in KINDS}
        self.templates = {each.kind: each.template_of_kind or "" for each in found}
        self.endpoints = {
            each.id for each in self.channels.values() if KINDS[each.kind].hears == "events"
        }
        self.usage = [*await self._usage(), *await self._others()]
        self.over = await self._over()
        await self._put_right()

    async def _put_right(self) -> None:
        """Leaves to quiet hours what can wait, and cancels what an agent needs not be told."""
        self.quiet = await quiet.rest(
            self.organization, self.channels.values(), self.org.timezone, self.now
        )
        told_alone = any(lane.agent is not None for lane in self.waiting)
        if told_alone:
            await database.execute(CANCEL_UNWANTED, self.now, self.organization)
        if told_alone or any(each.quiet_hours for each in self.channels.values()):
            self.waiting = await self._waiting()

    async def _usage(self) -> list[_Taken]:
        """None where nothing limits."""
        if not any(self._is_limited(each) for each in self.channels.values()):
            return []
        since = self.now - self.held
        values = (self.organization, since)
        found = await database.rows(_Taken, statements.USAGE, *values)
        if any(use.last_free > self.now + places.SLACK for use in found):
            await places.free_places(self.organization, self.now)
            found = await database.rows(_Taken, statements.USAGE, *values)
        for use in found:
            use.first_free += self.held
        return found

    def _is_limited(self, channel: ChannelRow) -> bool:
        kind, rule = KINDS[channel.kind], self.rule(channel)
        return bool(rule.limit or rule.cap or kind.spacing or self.org.rate_limit_total_per_minute)

    async def _others(self) -> list[Usage]:
        """Places that others take of the same robots, and the quiet that they were asked for."""
        counted = [each for each in self.channels.values() if each.enabled]
        buckets = {each.bucket for each in counted if places.is_counted(each.kind)}
        await places.hold(buckets)
        found = await places.others(self.organization, buckets, self.now)
        for each in counted:
            if until := found.quiet.get(each.bucket):
                each.blocked_until = max(each.blocked_until or until, until)
        return found.usage

    async def _waiting(self) -> dict[Lane, Waiting]:
        found = await database.rows(Waiting, statements.WAITING, *[self.now] * 3, self.organization)
        return {Lane(each.channel, each.visitors, each.agent): each for each in found}

    async def _open_dispatches(self) -> list[DispatchRow]:
        """Those whose next try is due; counts those that are under way."""
        sql = f"{statements.OPEN_DISPATCHES} LIMIT {OPEN_MAX}"
        due = []
        for each in await database.rows(_Open, sql, self.organization):
            at = self._at(each)
            if at <= self.now:
                due.append(each.id)
                continue
            self.next.append(at)
            if each.state == "sending":
                self.fly(each.channel)
        if not due:
            return []
        these, ids = database.one_of(columns(Dispatch.id), due)
        found = await database.rows(
            DispatchRow, statements.DISPATCHES.replace("[these]", these), ids
        )
        place = {each: number for number, each in enumerate(due)}
        return sorted(found, key=lambda each: place[each.id])

    def _at(self, dispatch: _Open) -> dt.datetime:
        """When its lease lapses, or its next try is due."""
        if dispatch.state == "sending":
            assert dispatch.lease_until is not None
            return dispatch.lease_until + self.held
        assert dispatch.retry_at is not None
        return dispatch.retry_at

    async def _over(self) -> dict[uuid.UUID, str]:
        """Due dispatches that nobody needs any more since an earlier try, with the reason: their
        messages were all handled, or their agent has them no more. Notes which are `urgent`: they
        pass quiet hours."""
        self.urgent: set[uuid.UUID] = set()
        if not self.due:
            return {}
        of_these = columns(Delivery.dispatch, of="d")
        these, ids = database.one_of(of_these, [each.id for each in self.due])
        found = await database.rows(_Over, statements.OVER.replace("[these]", these), ids)
        self.urgent = {each.dispatch for each in found if each.urgent}
        return {each.dispatch: each.why or "" for each in found if not each.wanted}

    def fly(self, channel: uuid.UUID) -> None:
        self.in_flight[channel] = self.in_flight.get(channel, 0) + 1

    def ordered(self) -> list[tuple[ChannelRow, Lane]]:
        """Channels with work, by the rank of the first delivery of each lane, then in the order of
        the settings; endpoints of events come last. Channels that are off are left out: a replay
        for one waits until it is on."""
        on = [
            lane
            for lane in self.waiting
            if lane.channel in self.channels and self.channels[lane.channel].enabled
        ]
        on.sort(
            key=lambda lane: (
                lane.channel in self.endpoints,
                self.waiting[lane].rank,
                self.channels[lane.channel].position,
                *map(str, lane),
            )
        )
        return [(self.channels[lane.channel], lane) for lane in on]

    def rule(self, channel: ChannelRow, since: dt.datetime | None = None) -> Rule:
        own = channel.rate_limit_per_minute
        usual = 0 if channel.id in self.endpoints else self.org.rate_limit_per_minute
        return Rule(
            channel=channel.id,
            bucket=channel.bucket,
            limit=usual if own is None else own,
            cap=KINDS[channel.kind].limit_per_minute,
            high=channel.priority == "high" and since is None,
            aged=since is None and self._has_aged(channel),
            shares_with_high=since is not None
            and since > self.now - PATIENCE
            or any(
                other.bucket == channel.bucket
                and other.priority == "high"
                and other.id != channel.id
                and other.enabled
                for other in self.channels.values()
            ),
        )

    def _has_aged(self, channel: ChannelRow) -> bool:
        waiting = self.waiting.get(Lane(channel.id))
        return waiting is not None and waiting.rank <= self.now - PATIENCE

    def room(
        self,
        channel: ChannelRow,
        since: dt.datetime | None = None,
        *,
        alone: bool = False,
        among: int = 1,
    ) -> float:
        """Sends that may start now on this channel; notes when to look again. `among` is how many
        channels share what is left of the total. `since`, only for visitors, is when the first
        began to wait: places for the team stay free. What goes to somebody `alone` goes by mail,
        and a failing channel is not tried on them."""
        if channel.stopped_at is not None:
            return 0
        if alone and (channel.failures or channel.kind != "email"):
            return 0
        if (
            quiet := verdict.quiet_until(channel.paused_until, channel.blocked_until)
        ) is not None and quiet > self.now:
            self.next.append(quiet)
            return 0
        if channel.failures and self.in_flight.get(channel.id):
            return 0  # one probe at a time; its record looks again
        rule = self.rule(channel, since)
        usage, total = self._counted(channel)
        free = throttle.places(rule, usage, total, among=among)
        if free < 1 and (at := throttle.next_free(rule, usage, total)):
            self.next.append(at)
        return min(free, 1) if channel.failures else free

    def _counted(self, channel: ChannelRow) -> tuple[list[Usage], int | None]:
        """What counts towards its limits, and the total: events are no notices, and take none of
        their places."""
        if channel.id in self.endpoints:
            return self.usage, None
        total = self.org.rate_limit_total_per_minute
        if not self.endpoints:
            return self.usage, total
        return [each for each in self.usage if each.channel not in self.endpoints], total

    def seats(self, channel: ChannelRow) -> int:
        """Free send slots. If 0, the next recorded outcome plans again."""
        return CHANNEL_AT_ONCE - self.in_flight.get(channel.id, 0)
