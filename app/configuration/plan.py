"""What a document would change, and changing it.

A plan is what applying does, looked at and then taken back: so it says what would really happen,
checks of every kind included.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Mapping
from typing import Any

import msgspec
from piccolo.query.functions import Count

from app import database
from app.channel_settings.read import rows
from app.configuration import parts
from app.configuration.differ import differences
from app.configuration.names import Channels
from app.configuration.planned import Applied, Plan, Waiting
from app.configuration.references import Source
from app.deliveries.owe import lock
from app.errors import Conflict
from app.history import versions, ways
from app.people import audit, tokens
from app.tables import Delivery, Organization

BY = "leavemsg config"
MOVED = "The configuration was changed meanwhile. Look at the plan again"


class _TakenBack(Exception):
    """Ends the transaction of a plan."""


async def plan(
    org: Organization, document: Mapping[str, Any], source: Source, *, by: str = BY
) -> Plan:
    """Changes nothing. Raises Invalid with every fault of the document."""
    parts.check_names(document)
    found = Plan(differences=[], waiting=[])
    with contextlib.suppress(_TakenBack):
        async with database.transaction():
            found = (await _write(org, document, source, by)).plan
            raise _TakenBack
    return found


async def apply(
    org: Organization,
    document: Mapping[str, Any],
    source: Source,
    seen: Plan,
    *,
    by: str = BY,
    action: str = "config.applied",
    detail: str = "",
) -> Applied:
    """Applies those parts of the document in which `seen` has differences. The audit has it as
    `action`, with the parts' names unless there is a `detail`. Raises Invalid, and Conflict unless
    exactly that would change."""
    touched = {each.path[0] for each in seen.differences}
    if not touched:
        return Applied(plan=seen, invitations=[])
    async with database.transaction():
        done = await _write(
            org, {name: document[name] for name in document if name in touched}, source, by
        )
        if done.plan.differences != seen.differences:
            raise Conflict("configuration_changed", MOVED)
        names = ", ".join(sorted(touched))
        await audit.record(org.id, by, action, org.id, detail or names)
    return done


async def _write(
    org: Organization, document: Mapping[str, Any], source: Source, by: str
) -> Applied:
    """Only inside a transaction."""
    await lock(org.id)
    before, waited = await parts.read(org), await _waiting(org.id)
    living = await tokens.working(org.id)
    channels = Channels(await rows(org.id))
    invitations = await parts.write(org, document, source, by=by)
    after, waits = await parts.read(org), await _waiting(org.id)
    found = list(differences(before, after))
    changed = {each.path[1] for each in found if each.path[0] == "channels" and len(each.path) > 1}
    waiting = [
        Waiting(
            channel=channels.said(uid), notices=waited[uid] - waits.get(uid, 0), effect="not_sent"
        )
        for uid in waited
        if waited[uid] > waits.get(uid, 0)
    ]
    waiting += [
        Waiting(channel=channels.said(uid), notices=waits[uid], effect="new_settings")
        for uid in waits
        if channels.said(uid) in changed
    ]
    left = set(await tokens.working(org.id))
    withdrawn = [each for each in living if each not in left]
    planned = Plan(differences=found, waiting=waiting, withdrawn=withdrawn)
    return Applied(plan=planned, invitations=invitations)


class _Row(msgspec.Struct):
    channel: uuid.UUID
    count: int


async def _waiting(organization: uuid.UUID) -> dict[uuid.UUID, int]:
    """How many notices wait for each channel."""
    query = Delivery.select(Delivery.channel, Count()).where(
        Delivery.organization == organization, Delivery.state == "pending"
    )
    found = await database.rows(_Row, query.group_by(Delivery.channel))
    return {row.channel: row.count for row in found}


def follow() -> None:
    """From now on every act on the settings keeps the state that it leaves, see app.history. For
    the start of a process."""
    ways.use(ways.Ways(read=_part, plan=plan, apply=apply))
    audit.followed_by(versions.follow)


async def _part(org: Organization, name: str) -> Any:
    return await parts.PARTS[name].read(org)
