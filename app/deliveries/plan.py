"""Planning: what is sent now. One short transaction under the organization's row lock, no network.

Old business first (lapsed leases and due retries), then new business by rank: single notices while
there are places, and the last place carries one digest of everything that waits.
"""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Mapping
from typing import Any

import msgspec

from app import database
from app.channels.kinds import KINDS
from app.channels.sender import CONFIRM, TO_VISITOR
from app.deliveries import fallback, statements, throttle, verdict
from app.deliveries.owe import Locked, close
from app.deliveries.personal.owe import GRACE
from app.deliveries.planned import Planned, kind_of
from app.deliveries.rows import ATTEMPT, DISPATCH, AttemptRow, ChannelRow, DispatchRow
from app.deliveries.sealed import own, template_of
from app.deliveries.sight import PATIENCE, Lane, View
from app.deliveries.throttle import Usage
from app.tables import Delivery, Dispatch, new_id

AT_ONCE = 48
"""The most dispatches that one plan starts; the next plan follows at once."""
LEASE_MARGIN = dt.timedelta(seconds=20)
"""Beyond the sender's deadline: time to render before and to record after."""


class _Single(msgspec.Struct):
    id: uuid.UUID
    purpose: str
    template: str | None


class _Claim(msgspec.Struct):
    """A delivery that its dispatch carries from now on."""

    id: uuid.UUID
    dispatch: uuid.UUID
    state: str = "sending"


CLAIM = (Delivery.id, Delivery.dispatch, Delivery.state)


class _Combined(msgspec.Struct):
    size: int
    purpose: str | None


class Planner(View):
    """The decisions of one plan."""

    def __init__(self, organization: uuid.UUID, *, at: dt.datetime | None = None) -> None:
        super().__init__(organization, at=at)
        self.planned: list[Planned] = []
        self.more = False
        self.fresh: list[DispatchRow] = []
        self.given_up: list[uuid.UUID] = []
        self.cancelled: list[tuple[uuid.UUID, str]] = []
        self.later: list[tuple[dt.datetime, uuid.UUID]] = []
        self.owns: dict[uuid.UUID, Mapping[str, Any]] = {}

    async def run(self, org: Locked | None = None) -> None:
        """Only inside a transaction, which may hold the organization's row already."""
        await self.open(org)
        for dispatch in self.due:
            self.again(dispatch)
        able = [each for each in self.ordered() if self.is_able(*each)]
        share = len([each for each, _ in able if each.id not in self.endpoints])
        for place, (channel, lane) in enumerate(able):
            await self.serve(channel, lane, among=max(share - place, 1))
        self.more = bool(self.planned) and (bool(self.given_up) or self._goes_on())
        await self.write()

    def _goes_on(self) -> bool:
        """Whether more could go now. What waits for a place has its time; what waits for a seat is
        planned when a send has ended."""
        return any(
            self.is_able(channel, lane) and self.seats(channel) > 0
            for channel, lane in self.ordered()
        )

    def again(self, dispatch: DispatchRow) -> None:
        channel = self.channels.get(dispatch.channel)
        if channel is None:
            return
        if not channel.enabled:
            reason = "channel_archived" if channel.archived_at else "channel_off"
            self.cancelled.append((dispatch.id, reason))
            return
        if reason := self.over.get(dispatch.id, ""):
            self.cancelled.append((dispatch.id, reason))
            return
        if (until := self._rests(channel, dispatch)) is not None:
            self.later.append((until, dispatch.id))
            self.next.append(until)
            return
        if len(self.planned) >= AT_ONCE:
            self.next.append(self.now)
            return
        since = dispatch.created_at if dispatch.kind == CONFIRM else None
        alone = dispatch.kind in TO_VISITOR or dispatch.agent is not None
        if self.room(channel, since, alone=alone) < 1 or self.seats(channel) < 1:
            return
        if dispatch.state == "sending":
            # The lease lapsed with no outcome recorded: it may have arrived.
            dispatch.unknowns += 1
            dispatch.tries += 1
            if verdict.spent(dispatch, KINDS[channel.kind]):
                self.given_up.append(dispatch.id)
                return
        self._start(channel, dispatch)

    def _rests(self, channel: ChannelRow, dispatch: DispatchRow) -> dt.datetime | None:
        """Until when another try can wait, as its channel is quiet."""
        if dispatch.state != "retry" or dispatch.id in self.urgent:
            return None
        return self.quiet.get(channel.id)

    def is_able(self, channel: ChannelRow, lane: Lane) -> bool:
        """Whether the lane has something due and a place for it. Notes when more becomes due."""
        waiting = self.waiting[lane]
        if waiting.later:
            self.next.append(waiting.later)
        return waiting.ready > 0 and self._free(channel, lane) >= 1

    def _free(self, channel: ChannelRow, lane: Lane, *, among: int = 1) -> float:
        # When the first of those that wait at low priority began to wait.
        since = self.waiting[lane].rank - PATIENCE if lane.visitors else None
        return self.room(channel, since, alone=not lane.is_for_the_team, among=among)

    async def serve(self, channel: ChannelRow, lane: Lane, *, among: int) -> None:
        ready = self.waiting[lane].ready
        free, seats = self._free(channel, lane, among=among), self.seats(channel)
        if free < 1 or seats < 1:
            return
        left = min(AT_ONCE - len(self.planned), seats)
        if left < 1:
            self.next.append(self.now)
            return
        if lane.agent is not None:
            await self._mail(channel, lane)
            return
        if channel.id in self.endpoints:
            await self._events(channel, int(min(free, left, ready)))
            return
        if self.waiting[lane].rested > 1 and self._combines(channel):
            await self._digest(channel, lane)
            # Alerts have no place in it.
            self.next.append(self.now)
            return
        if ready <= free or lane.visitors or not self._combines(channel):
            await self._singles(channel, int(min(free, left, ready)), lane)
            if ready > left or (ready > free and among > 1):
                self.next.append(self.now)
            return
        await self._singles(channel, min(int(free), left) - 1, lane)
        if not await self._digest(channel, lane):
            await self._singles(channel, 1, lane)

    async def _mail(self, channel: ChannelRow, lane: Lane) -> None:
        """One to an agent, whatever the channel does for the team: nobody wants twenty mails of one
        minute."""
        waiting = self.waiting[lane]
        if waiting.ready > 1 or (waiting.later and waiting.later <= self.now + GRACE):
            await self._digest(channel, lane)
        else:
            await self._singles(channel, 1, lane)

    async def _events(self, channel: ChannelRow, count: int) -> None:
        sql = f"{statements.IN_ORDER} LIMIT {count}"
        found = await database.rows(_Single, sql, channel.id, self.now)
        await self._start_all(channel, found, Lane(channel.id))
        if len(found) == count:
            self.next.append(self.now)

    async def _singles(self, channel: ChannelRow, count: int, lane: Lane) -> None:
        sql, whose = _of(lane, f"{statements.SINGLES} LIMIT {max(0, count)}")
        values = (channel.id, *whose, int(lane.visitors), self.now)
        found = await database.rows(_Single, sql, *values)
        await self._start_all(channel, found, lane)

    async def _start_all(self, channel: ChannelRow, found: list[_Single], lane: Lane) -> None:
        """Each alone."""
        claims = []
        for each in found:
            dispatch = self._new_dispatch(channel, kind_of(each.purpose), lane.agent)
            if each.template is not None:
                dispatch.template = each.template
            claims.append(_Claim(each.id, dispatch.id))
            self._start(channel, dispatch)
        await database.update(CLAIM, claims)
        self._leaves(lane, len(claims))

    def _leaves(self, lane: Lane, count: int) -> None:
        """So many fewer wait."""
        self.waiting[lane].ready = max(0, self.waiting[lane].ready - count)

    async def _digest(self, channel: ChannelRow, lane: Lane) -> bool:
        """False when only alerts or floods wait, which have no place in a list of messages. What
        goes to visitors goes to each alone."""
        dispatch = self._new_dispatch(channel, "digest", lane.agent)
        # What an agent is given by one act of many parts goes with the first of them.
        due = self.now if lane.agent is None else self.now + GRACE
        sql, whose = _of(lane, statements.COMBINE)
        values = (dispatch.id, channel.id, *whose, due, due + PATIENCE)
        await database.execute(sql, *values)
        found = await database.row(_Combined, statements.COMBINED, dispatch.id)
        if found is None or found.purpose is None:
            return False
        dispatch.size = found.size
        self._leaves(lane, found.size)
        if found.size == 1:
            # Alerts took the other places; one message is no list.
            dispatch.kind = kind_of(found.purpose)
        self._start(channel, dispatch)
        return True

    def _own(self, channel: ChannelRow) -> Mapping[str, Any]:
        if channel.id not in self.owns:
            self.owns[channel.id] = own(channel)
        return self.owns[channel.id]

    def _combines(self, channel: ChannelRow) -> bool:
        return bool(self._own(channel).get("digest", KINDS[channel.kind].digests))

    def _new_dispatch(self, channel: ChannelRow, kind: str, agent: uuid.UUID | None) -> DispatchRow:
        return DispatchRow(
            id=new_id(),
            organization=self.organization,
            channel=channel.id,
            kind=kind,
            # What goes to visitors has none of their words that could be left out.
            rendering="neutral" if kind in TO_VISITOR else "normal",
            template=template_of(channel, self._own(channel), self.templates),
            created_at=self.now,
            agent=agent,
        )

    def _start(self, channel: ChannelRow, dispatch: DispatchRow) -> None:
        """Counts the try before anything is sent: a dispatch that kills its worker still ends one
        day."""
        dispatch.attempts += 1
        seconds = KINDS[channel.kind].deadline
        lease = self.now + dt.timedelta(seconds=seconds) + LEASE_MARGIN
        dispatch.state, dispatch.lease_until, dispatch.retry_at = "sending", lease, None
        self.fly(channel.id)
        bucket, spacing = channel.bucket, KINDS[channel.kind].spacing
        start = throttle.next_start(bucket, spacing, self.usage, self.now)
        self.usage.append(Usage(channel.id, bucket, 1, lease + throttle.WINDOW, start))
        self.next.append(lease)
        self.fresh.append(dispatch)
        self.planned.append(
            Planned(
                organization=self.organization,
                locale=self.org.locale,
                timezone=self.org.timezone,
                dispatch=dispatch.id,
                attempt=new_id(),
                number=dispatch.attempts,
                channel=channel,
                shows=channel.shows,
                kind=dispatch.kind,
                size=dispatch.size,
                maybe_repeat=dispatch.unknowns > 0,
                rendering=dispatch.rendering,
                template=dispatch.template,
                accepted=msgspec.json.decode(dispatch.accepted, type=list[str]),
                refused=msgspec.json.decode(dispatch.refused, type=list[str]),
                agent=dispatch.agent,
                calls=bool(self.org.rota),
                lease_until=lease,
                delay=(start - self.now).total_seconds(),
                granted=time.monotonic(),
            )
        )

    async def write(self) -> None:
        await database.insert(DISPATCH, self.fresh, update=STARTED)
        await database.insert(ATTEMPT, [self._attempt(planned) for planned in self.planned])
        if self.given_up:
            await close(self.given_up, "failed", "outcome_unknown", self.now)
            await fallback.needed(self.given_up, self.now)
            self.next.append(self.now)
        for dispatch, reason in self.cancelled:
            await close([dispatch], "cancelled", reason, self.now)
        await database.execute_many(statements.RETRY_LATER, self.later)
        await database.execute(
            statements.LOOK_AGAIN, min(self.next, default=None), self.organization
        )

    def _attempt(self, planned: Planned) -> AttemptRow:
        return AttemptRow(
            id=planned.attempt,
            organization=self.organization,
            channel=planned.channel.id,
            bucket=planned.channel.bucket,
            dispatch=planned.dispatch,
            number=planned.number,
            started_at=self.now + dt.timedelta(seconds=planned.delay),
            blocks_until=planned.lease_until + throttle.WINDOW,
        )


def _of(lane: Lane, sql: str) -> tuple[str, list[uuid.UUID]]:
    """The statement for what waits in the lane, and the value that it then takes."""
    if lane.agent is None:
        return sql.replace("[whose]", statements.OF_THE_TEAM), []
    return sql.replace("[whose]", statements.OF_AN_AGENT), [lane.agent]


STARTED = (
    Dispatch.state,
    Dispatch.retry_at,
    Dispatch.attempts,
    Dispatch.tries,
    Dispatch.unknowns,
    Dispatch.lease_until,
)
"""The columns of a dispatch that another try changes."""
