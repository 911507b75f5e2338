"""What a document would change, and changing it.

A plan is what applying does, looked at and then taken back: so it says what would really happen,
checks of every kind included.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from piccolo.query.functions import Count

from app import database
from app.channel_settings.read import rows
from app.configuration import parts
from app.configuration.differ import Difference, differences
from app.configuration.names import Channels
from app.configuration.references import Source
from app.deliveries.owe import lock
from app.errors import Conflict
from app.people import audit
from app.tables import Delivery, Organization

BY = "leavemsg config"
MOVED = "The configuration was changed meanwhile. Look at the plan again"


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of notices that wait for a channel: they are not sent, or sent with its new
    settings."""

    channel: str
    notices: int
    effect: Literal["not_sent", "new_settings"]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    differences: list[Difference]
    waiting: list[Waiting]


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """`invitations`: "email link" each, shown only here."""

    plan: Plan
    invitations: list[str]


class _TakenBack(Exception):
    """Ends the transaction of a plan."""


async def plan(org: Organization, document: Mapping[str, Any], source: Source) -> Plan:
    """Changes nothing. Raises Invalid with every fault of the document."""
    parts.check_names(document)
    found = Plan(differences=[], waiting=[])
    with contextlib.suppress(_TakenBack):
        async with database.transaction():
            found = (await _write(org, document, source)).plan
            raise _TakenBack
    return found


async def apply(
    org: Organization, document: Mapping[str, Any], source: Source, seen: Plan
) -> Applied:
    """Applies those parts of the document in which `seen` has differences. Raises Invalid, and
    Conflict unless exactly that would change."""
    touched = {each.path[0] for each in seen.differences}
    if not touched:
        return Applied(plan=seen, invitations=[])
    async with database.transaction():
        done = await _write(
            org, {name: document[name] for name in document if name in touched}, source
        )
        if done.plan.differences != seen.differences:
            raise Conflict("configuration_changed", MOVED)
        names = ", ".join(sorted(touched))
        await audit.record(org.id, BY, "config.applied", org.id, names)
    return done


async def _write(org: Organization, document: Mapping[str, Any], source: Source) -> Applied:
    """Only inside a transaction."""
    await lock(org.id)
    before, waited = await parts.read(org), await _waiting(org.id)
    channels = Channels(await rows(org.id))
    invitations = await parts.write(org, document, source, by=BY)
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
    return Applied(plan=Plan(differences=found, waiting=waiting), invitations=invitations)


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
