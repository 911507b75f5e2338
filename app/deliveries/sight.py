"""What one plan sees: the organization's limits, its channels, what is taken, open and waiting."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from app import database
from app.channels.kinds import KINDS
from app.channels.sender import CONFIRM
from app.deliveries import clock_repair, places, template_versions, throttle, verdict
from app.deliveries.owe import BOOST, lock
from app.deliveries.throttle import Rule, Usage

OPEN_MAX = 500
PATIENCE = -BOOST["low"]
TO_VISITORS = f"CASE WHEN purpose = '{CONFIRM}' THEN 1 ELSE 0 END"
CHANNEL_AT_ONCE = 20
"""Sends of one channel that are under way together, over all workers: one that hangs must not take
every seat."""


def _with_moments(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, **{name: database.moment(row[name]) for name in ("first_free", "last")}}


class View:
    """Read under the organization's row lock, so that it stays true until the transaction ends.

    `next` collects the moments at which another look is worth while.
    """

    def __init__(self, organization: uuid.UUID) -> None:
        self.organization = organization
        self.next: list[dt.datetime] = []
        self.in_flight: dict[uuid.UUID, int] = {}

    async def open(self) -> None:
        self.org = await lock(self.organization)
        self.now = self.org.now
        self.held = self.org.held
        await clock_repair.free_places(self.organization, self.now)
        rows = await database.fetch(
            "SELECT * FROM channel WHERE organization = {}", self.organization
        )
        # A kind that this version does not know is left to the version that does.
        self.channels = {row["id"]: row for row in rows if row["kind"] in KINDS}
        self.templates = await template_versions.of_kinds(self.organization)
        self.usage = await self._usage() + await self._others()
        self.waiting = await self._waiting()
        self.due = await self._open_dispatches()
        self.over = await self._over()

    async def _usage(self) -> list[Usage]:
        rows = await database.fetch(
            "SELECT channel, bucket, count(*) AS taken, min(blocks_until) AS first_free,"
            " max(started_at) AS last"
            " FROM attempt WHERE organization = {} AND blocks_until > {} GROUP BY channel, bucket",
            self.organization,
            self.now - self.held,
        )
        return [
            Usage(
                row["channel"],
                row["bucket"],
                row["taken"],
                row["first_free"] + self.held,
                row["last"],
            )
            for row in map(_with_moments, rows)
        ]

    async def _others(self) -> list[Usage]:
        """Places that others take of the same robots, and the quiet that they were asked for."""
        counted = [row for row in self.channels.values() if row["enabled"]]
        buckets = {row["bucket"] for row in counted if places.is_counted(row["kind"])}
        await places.hold(buckets)
        found = await places.others(self.organization, buckets, self.now)
        for row in counted:
            if until := found.quiet.get(row["bucket"]):
                row["blocked_until"] = max(row["blocked_until"] or until, until)
        return found.usage

    async def _waiting(self) -> dict[tuple[uuid.UUID, bool], dict[str, Any]]:
        """Per channel, for the team and for visitors (True): how many wait and may go (`ready`),
        the first rank, the next that may go later."""
        rows = await database.fetch(
            f"SELECT channel, {TO_VISITORS} AS visitors,"
            " sum(CASE WHEN due_at <= {} THEN 1 ELSE 0 END) AS ready,"
            " min(rank) AS rank, min(CASE WHEN due_at > {} THEN due_at END) AS later"
            " FROM delivery WHERE organization = {} AND state = 'pending'"
            " GROUP BY channel, visitors",
            self.now,
            self.now,
            self.organization,
        )
        return {(row["channel"], bool(row["visitors"])): row for row in rows}

    async def _open_dispatches(self) -> list[dict[str, Any]]:
        rows = await database.fetch(
            "SELECT * FROM dispatch WHERE organization = {} AND state IN ('sending', 'retry')"
            f" ORDER BY coalesce(retry_at, lease_until) LIMIT {OPEN_MAX}",
            self.organization,
        )
        due = []
        for row in rows:
            is_sending = row["state"] == "sending"
            at = row["lease_until"] + self.held if is_sending else row["retry_at"]
            if at <= self.now:
                due.append(row)
                continue
            self.next.append(at)
            if row["state"] == "sending":
                self.fly(row["channel"])
        return due

    async def _over(self) -> dict[uuid.UUID, str]:
        """Which of those due tell of nothing that is still open, and what it was marked as: handled
        while a try was on the wire."""
        if not self.due:
            return {}
        condition, ids = database.one_of("d.dispatch", [row["id"] for row in self.due])
        rows = await database.fetch(
            "SELECT d.dispatch, max(CASE WHEN m.id IS NULL OR m.status = 'pending'"
            " OR d.purpose = 'flood'"
            " OR (d.purpose = 'repeat' AND EXISTS (SELECT 1 FROM message o"
            " WHERE o.repeat_of = m.id AND o.status = 'pending')) THEN 1 ELSE 0 END) AS wanted,"
            " min(m.status) AS status FROM delivery d LEFT JOIN message m ON m.id = d.message"
            f" WHERE {condition} AND d.state = 'sending' GROUP BY d.dispatch",
            ids,
        )
        return {row["dispatch"]: row["status"] for row in rows if not row["wanted"]}

    def fly(self, channel: uuid.UUID) -> None:
        self.in_flight[channel] = self.in_flight.get(channel, 0) + 1

    def ordered(self) -> list[tuple[dict[str, Any], bool]]:
        """Channels with work for the team or (True) for visitors, the one whose first delivery
        ranks first leading. What waits for one that is switched off (a replay) waits until it is on
        again."""
        ranked = [
            (str(waiting["rank"]), str(channel), visitors)
            for (channel, visitors), waiting in self.waiting.items()
            if channel in self.channels and self.channels[channel]["enabled"]
        ]
        return [
            (self.channels[uuid.UUID(channel)], visitors) for _, channel, visitors in sorted(ranked)
        ]

    def rule(self, channel: dict[str, Any], since: dt.datetime | None = None) -> Rule:
        own = channel["rate_limit_per_minute"]
        return Rule(
            channel=channel["id"],
            bucket=channel["bucket"],
            limit=self.org.rate_limit_per_minute if own is None else own,
            cap=KINDS[channel["kind"]].limit_per_minute,
            high=channel["priority"] == "high" and since is None,
            aged=since is None and self._has_aged(channel),
            shares_with_high=since is not None
            and since > self.now - PATIENCE
            or any(
                other["bucket"] == channel["bucket"]
                and other["priority"] == "high"
                and other["id"] != channel["id"]
                and other["enabled"]
                for other in self.channels.values()
            ),
        )

    def _has_aged(self, channel: dict[str, Any]) -> bool:
        waiting = self.waiting.get((channel["id"], False))
        rank = database.moment(waiting["rank"]) if waiting else None
        return rank is not None and rank <= self.now - PATIENCE

    def room(
        self, channel: dict[str, Any], since: dt.datetime | None = None, *, among: int = 1
    ) -> float:
        """Sends that may start now on this channel; what stands in the way is noted for the next
        look. `among` is how many channels share what is left of the total. `since` is how long a
        visitor has been waiting, when it is not for the team: those places stay free for the team,
        and he is no probe of what does not work."""
        if channel["stopped_at"] is not None:
            return 0
        if since is not None and (channel["failures"] or channel["kind"] != "email"):
            return 0
        if (quiet := verdict.quiet_until(channel)) is not None and quiet > self.now:
            self.next.append(quiet)
            return 0
        if channel["failures"] and self.in_flight.get(channel["id"]):
            return 0  # one probe at a time; its record looks again
        rule = self.rule(channel, since)
        total = self.org.rate_limit_total_per_minute
        free = throttle.places(rule, self.usage, total, among=among)
        if free < 1 and (at := throttle.next_free(rule, self.usage, total)):
            self.next.append(at)
        return min(free, 1) if channel["failures"] else free

    def seats(self, channel: dict[str, Any]) -> int:
        """Who finds none is looked at again by the record of those who sit there."""
        return CHANNEL_AT_ONCE - self.in_flight.get(channel["id"], 0)
