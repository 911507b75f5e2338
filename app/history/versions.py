"""Every state of a part of the settings, kept with the act that made it so."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import uuid

import msgspec
from piccolo.columns import Column

from app import database, instance
from app.configuration.differ import Difference, differences
from app.database.remembered import Remembered
from app.errors import NotFound
from app.history import states
from app.history.states import PARTS
from app.people import audit, organizations
from app.reading import uids
from app.tables import Organization, SettingVersion
from app.tables.base import new_id

KEPT = 200
"""Of a part; older ones are forgotten. The audit still says what was changed."""
BEGUN = "history begun"
"""The name of a fact of the installation."""
AT_ONCE, LOOKED = 20, 10_000
"""Organizations that get first states at a time, and that are looked at."""
SHOWN = 100
"""Differences of one act that the audit tells."""


class Version(msgspec.Struct, frozen=True):
    """`entry` is None for the state that history began with."""

    id: uuid.UUID
    part: str
    state: str
    entry: uuid.UUID | None
    by: str
    at: dt.datetime


VERSION: tuple[Column, ...] = (
    SettingVersion.id,
    SettingVersion.part,
    SettingVersion.state,
    SettingVersion.entry,
    SettingVersion.by,
    SettingVersion.at,
)


async def follow(entry: audit.Entry) -> str:
    """Keeps what an act made of the settings; what differs, as JSON. In the act's transaction."""
    found: list[Difference] = []
    touched = states.touched(entry.area, entry.action)
    org = await organizations.by_id(entry.organization) if touched else None
    for part in touched:
        assert org is not None
        state = await states.read(org, part)
        before = await _newest(org.id, part)
        if before and before.state == state:
            continue
        await _keep(org.id, part, state, entry.id, entry.actor)
        if before:
            found += changes(before.state, state, part)
    return msgspec.json.encode(found[:SHOWN]).decode() if found else ""


def changes(before: str, after: str, part: str) -> list[Difference]:
    return list(differences(states.comparable(before), states.comparable(after), (part,)))


async def begin(organization: uuid.UUID) -> None:
    """Keeps the state of each part that has none yet, so that the first change has a before."""
    async with database.transaction():
        # A change that goes on at this moment comes before or after all of it.
        await organizations.hold(organization)
        org = await organizations.by_id(organization)
        for part in PARTS:
            if await _newest(organization, part) is None:
                await _keep(organization, part, await states.read(org, part), None, "")


class Begun(msgspec.Struct, frozen=True):
    """Up to which organization all have a state of each of these parts."""

    parts: tuple[str, ...] = ()
    after: uuid.UUID = uuid.UUID(int=0)


_begun: Remembered[uuid.UUID, bool] = Remembered(math.inf, at_most=LOOKED)
"""Organizations after that one of which this process knows that every part has a state."""


async def begin_all() -> bool:
    """For organizations that are new, or have parts that are, some at a time; whether there may be
    more."""
    fact = await instance.read(BEGUN)
    begun = msgspec.json.decode(fact.value, type=Begun) if fact else Begun()
    if begun.parts != PARTS:
        begun = Begun(PARTS)
    query = Organization.select(Organization.id).where(Organization.id > begun.after)
    found = await database.values(uuid.UUID, query.order_by(Organization.id).limit(LOOKED))
    if not found:
        return False
    new = [each for each in found if not _begun.get(each)]
    for organization in new[:AT_ONCE]:
        await begin(organization)
        _begun.keep(organization, True)
    # Another clock may have made an id that comes before these.
    settled = uids.around(await database.now(), -1)
    past = [*itertools.takewhile(lambda each: _begun.get(each) and each < settled, found)]
    if past:
        await instance.write(BEGUN, msgspec.json.encode(Begun(PARTS, past[-1])).decode())
    return len(new) > AT_ONCE


async def listed(
    organization: uuid.UUID, part: str, *, limit: int, cursor: str = ""
) -> list[Version]:
    """Newest first. Raises Invalid at /cursor."""
    query = SettingVersion.select(*VERSION).where(
        SettingVersion.organization == organization, SettingVersion.part == part
    )
    if cursor:
        query = query.where(SettingVersion.id < uids.cursor(cursor))
    query = query.order_by(SettingVersion.id, ascending=False).limit(limit)
    return await database.rows(Version, query)


async def one(organization: uuid.UUID, part: str, uid: str) -> Version:
    """Raises NotFound."""
    query = SettingVersion.select(*VERSION).where(
        SettingVersion.organization == organization,
        SettingVersion.part == part,
        SettingVersion.id == uids.uid(uid),
    )
    found = await database.row(Version, query)
    if found is None:
        raise NotFound
    return found


async def _newest(organization: uuid.UUID, part: str) -> Version | None:
    return next(iter(await listed(organization, part, limit=1)), None)


async def _keep(
    organization: uuid.UUID, part: str, state: str, entry: uuid.UUID | None, by: str
) -> None:
    row = SettingVersion(
        {
            SettingVersion.id: new_id(),
            SettingVersion.organization: organization,
            SettingVersion.part: part,
            SettingVersion.state: state,
            SettingVersion.entry: entry,
            SettingVersion.by: by,
            SettingVersion.at: await database.now(),
        }
    )
    await SettingVersion.insert(row)
    query = SettingVersion.select(SettingVersion.id).where(
        SettingVersion.organization == organization, SettingVersion.part == part
    )
    query = query.order_by(SettingVersion.id, ascending=False).offset(KEPT).limit(1)
    if old := await database.value(uuid.UUID, query):
        await SettingVersion.delete().where(
            SettingVersion.organization == organization,
            SettingVersion.part == part,
            SettingVersion.id <= old,
        )
