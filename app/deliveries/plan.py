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
from app.channels.sender import CONFIRM
from app.deliveries import fallback, throttle, verdict
from app.deliveries.owe import close
from app.deliveries.parcel import Load, own, template_of
from app.deliveries.sight import PATIENCE, TO_VISITORS, View
from app.deliveries.throttle import Usage
from app.tables import new_id

AT_ONCE = 20
"""Dispatches that one plan starts at the most; the next plan follows at once."""
LEASE_MARGIN = dt.timedelta(seconds=20)
"""Beyond the sender's deadline: time to render before and to record after."""


class Planned(Load, kw_only=True):
    """One try, granted: everything that the sender needs, and the fence for its record."""

    organization: uuid.UUID
    attempt: uuid.UUID
    channel: dict[str, Any]
    lease_until: dt.datetime
    delay: float
    """Seconds to wait before the send, so that a platform that counts by the second is not hit."""
    granted: float
    """By the monotonic clock, which a change of the wall clock does not move."""


def kind_of(purpose: str) -> str:
    """The kind of a dispatch that carries one delivery alone."""
    return {"new": "single", "fallback": "single"}.get(purpose, purpose)


def _since(rank: Any) -> dt.datetime | None:
    """When the first of those who wait at low priority began to."""
    moment = database.moment(rank)
    return moment - PATIENCE if moment else None


async def plan(organization: uuid.UUID) -> list[Planned]:
    async with database.transaction():
        desk = Desk(organization)
        await desk.open()
        for dispatch in desk.due:
            desk.again(dispatch)
        able = [each for each in desk.ordered() if desk.is_able(*each)]
        for place, (channel, visitors) in enumerate(able):
            await desk.serve(channel, visitors, among=len(able) - place)
        await desk.write()
    return desk.planned


class Desk(View):
    """The decisions of one plan."""

    def __init__(self, organization: uuid.UUID) -> None:
        super().__init__(organization)
        self.planned: list[Planned] = []
        self.fresh: list[list[Any]] = []
        self.claims: list[tuple[uuid.UUID, uuid.UUID]] = []
        self.given_up: list[uuid.UUID] = []
        self.cancelled: list[tuple[uuid.UUID, str]] = []
        self.owns: dict[uuid.UUID, Mapping[str, Any]] = {}

    def again(self, dispatch: dict[str, Any]) -> None:
        channel = self.channels.get(dispatch["channel"])
        if channel is None:
            return
        if not channel["enabled"]:
            reason = "channel_archived" if channel["archived_at"] else "channel_off"
            self.cancelled.append((dispatch["id"], reason))
            return
        if reason := self.over.get(dispatch["id"], ""):
            self.cancelled.append((dispatch["id"], reason))
            return
        if len(self.planned) >= AT_ONCE:
            self.next.append(self.now)
            return
        since = dispatch["created_at"] if dispatch["kind"] == CONFIRM else None
        if self.room(channel, since) < 1 or self.seats(channel) < 1:
            return
        if dispatch["state"] == "sending":
            # The lease is over and nobody said how it went: it may have arrived.
            dispatch["unknowns"] += 1
            dispatch["tries"] += 1
            if verdict.spent(dispatch, KINDS[channel["kind"]]):
                self.given_up.append(dispatch["id"])
                return
        self._start(channel, dispatch)

    def is_able(self, channel: dict[str, Any], visitors: bool) -> bool:
        """Whether it has something that may go now, and may send. When it may later is noted."""
        waiting = self.waiting[channel["id"], visitors]
        if later := database.moment(waiting["later"]):
            self.next.append(later)
        return int(waiting["ready"]) > 0 and self._free(channel, visitors) >= 1

    def _free(self, channel: dict[str, Any], visitors: bool, *, among: int = 1) -> float:
        since = _since(self.waiting[channel["id"], visitors]["rank"]) if visitors else None
        return self.room(channel, since, among=among)

    async def serve(self, channel: dict[str, Any], visitors: bool, *, among: int) -> None:
        ready = int(self.waiting[channel["id"], visitors]["ready"])
        free, seats = self._free(channel, visitors, among=among), self.seats(channel)
        if free < 1 or seats < 1:
            return
        left = min(AT_ONCE - len(self.planned), seats)
        if left < 1:
            self.next.append(self.now)
            return
        if ready <= free or visitors or not self._combines(channel):
            await self._singles(channel, int(min(free, left, ready)), visitors)
            if ready > left or (ready > free and among > 1):
                self.next.append(self.now)
            return
        await self._singles(channel, min(int(free), left) - 1)
        if not await self._digest(channel):
            await self._singles(channel, 1)

    async def _singles(self, channel: dict[str, Any], count: int, visitors: bool = False) -> None:
        rows = await database.fetch(
            "SELECT id, purpose, template FROM delivery WHERE channel = {} AND state = 'pending'"
            f" AND {TO_VISITORS} = {int(visitors)} AND due_at <= {{}}"
            f" ORDER BY rank, id LIMIT {max(0, count)}",
            channel["id"],
            self.now,
        )
        for row in rows:
            dispatch = self._new_dispatch(channel, kind_of(row["purpose"]))
            if row["template"] is not None:
                dispatch["template"] = row["template"]
            self.claims.append((dispatch["id"], row["id"]))
            self._start(channel, dispatch)
        if rows:
            await self._claim()

    async def _digest(self, channel: dict[str, Any]) -> bool:
        """False when only alerts or floods wait, which have no place in a list of messages. What
        goes to visitors goes to each alone."""
        dispatch = self._new_dispatch(channel, "digest")
        await database.fetch(
            "UPDATE delivery SET state = 'sending', dispatch = {} WHERE channel = {}"
            " AND state = 'pending' AND due_at <= {}"
            " AND purpose NOT IN ('alert', 'confirm', 'flood')"
            # Implied by the moment it is due; it leads SQLite to the index of what waits.
            " AND rank <= {}",
            dispatch["id"],
            channel["id"],
            self.now,
            self.now + PATIENCE,
        )
        taken = "SELECT count(*) AS n, min(purpose) AS purpose FROM delivery WHERE dispatch = {}"
        (found,) = await database.fetch(taken, dispatch["id"])
        dispatch["size"] = found["n"]
        if found["n"] == 1:
            # Alerts took the other places; one message is no list.
            dispatch["kind"] = kind_of(found["purpose"])
        if dispatch["size"]:
            self._start(channel, dispatch)
        return bool(dispatch["size"])

    def _own(self, channel: dict[str, Any]) -> Mapping[str, Any]:
        if channel["id"] not in self.owns:
            self.owns[channel["id"]] = own(channel)
        return self.owns[channel["id"]]

    def _combines(self, channel: dict[str, Any]) -> bool:
        return bool(self._own(channel).get("digest", KINDS[channel["kind"]].digests))

    async def _claim(self) -> None:
        await database.execute_many(
            "UPDATE delivery SET state = 'sending', dispatch = {} WHERE id = {}", self.claims
        )
        self.claims.clear()

    def _new_dispatch(self, channel: dict[str, Any], kind: str) -> dict[str, Any]:
        return {
            "id": new_id(),
            "channel": channel["id"],
            "kind": kind,
            "size": 1,
            **dict.fromkeys(("attempts", "tries", "unknowns"), 0),
            # There is nothing of a visitor's in a confirmation that could be left out.
            "rendering": "neutral" if kind == CONFIRM else "normal",
            **dict.fromkeys(("accepted", "refused"), "[]"),
            "template": template_of(channel, self._own(channel), self.templates),
            "created_at": self.now,
        }

    def _start(self, channel: dict[str, Any], dispatch: dict[str, Any]) -> None:
        """The try is counted before anything is sent: what kills its worker still ends one day."""
        dispatch["attempts"] += 1
        seconds = KINDS[channel["kind"]].deadline
        lease = self.now + dt.timedelta(seconds=seconds) + LEASE_MARGIN
        dispatch["lease_until"] = lease
        self.fly(channel["id"])
        bucket, spacing = channel["bucket"], KINDS[channel["kind"]].spacing
        start = throttle.next_start(bucket, spacing, self.usage, self.now)
        self.usage.append(Usage(channel["id"], bucket, 1, lease + throttle.WINDOW, start))
        self.next.append(lease)
        self.fresh.append([dispatch[column] for column in DISPATCH])
        self.planned.append(
            Planned(
                organization=self.organization,
                locale=self.org.locale,
                timezone=self.org.timezone,
                dispatch=dispatch["id"],
                attempt=new_id(),
                number=dispatch["attempts"],
                channel=channel,
                kind=dispatch["kind"],
                size=dispatch["size"],
                maybe_repeat=dispatch["unknowns"] > 0,
                rendering=dispatch["rendering"],
                template=dispatch["template"],
                accepted=msgspec.json.decode(dispatch["accepted"], type=list[str]),
                refused=msgspec.json.decode(dispatch["refused"], type=list[str]),
                lease_until=lease,
                delay=(start - self.now).total_seconds(),
                granted=time.monotonic(),
            )
        )

    async def write(self) -> None:
        await database.execute_many(
            database.insert_sql("dispatch", (*DISPATCH, "organization", "state"))
            + " ON CONFLICT (id) DO UPDATE SET state = excluded.state, retry_at = NULL,"
            " attempts = excluded.attempts, tries = excluded.tries,"
            " unknowns = excluded.unknowns, lease_until = excluded.lease_until",
            [[*row, self.organization, "sending"] for row in self.fresh],
        )
        await database.execute_many(
            database.insert_sql("attempt", ATTEMPT),
            [self._attempt_row(planned) for planned in self.planned],
        )
        if self.given_up:
            await close(self.given_up, "failed", "outcome_unknown", self.now)
            await fallback.needed(self.given_up, self.now)
            self.next.append(self.now)
        for dispatch, reason in self.cancelled:
            await close([dispatch], "cancelled", reason, self.now)
        await database.fetch(
            "UPDATE organization SET due_at = {} WHERE id = {}",
            min(self.next, default=None),
            self.organization,
        )

    def _attempt_row(self, planned: Planned) -> list[Any]:
        return [
            planned.attempt,
            self.organization,
            planned.channel["id"],
            planned.channel["bucket"],
            planned.dispatch,
            planned.number,
            self.now + dt.timedelta(seconds=planned.delay),
            planned.lease_until + throttle.WINDOW,
            *[""] * 5,
            "{}",
        ]


DISPATCH = (
    *("id", "channel", "kind", "size", "attempts", "tries", "unknowns", "rendering"),
    *("accepted", "template", "created_at", "lease_until"),
)
ATTEMPT = (
    *("id", "organization", "channel", "bucket", "dispatch", "number", "started_at"),
    *("blocks_until", "outcome", "code", "message", "hint", "response", "facts"),
)
