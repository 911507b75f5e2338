"""The rules of an organization: as they are stored, and as they are in force."""

from __future__ import annotations

import logging
import uuid

import msgspec

from app import database
from app.database.remembered import Remembered
from app.errors import NotFound
from app.presence.facts import rule_of
from app.reading import uids
from app.rules.check import known
from app.rules.match import Matcher
from app.rules.ready import InForce, Ready
from app.rules.shape import Mode, Rule, Rules, Then, When
from app.tables import Brand, MessageRule, Organization

log = logging.getLogger(__name__)

STORED = (
    MessageRule.id,
    MessageRule.position,
    MessageRule.name,
    MessageRule.enabled,
    MessageRule.wanted,
    MessageRule.effects,
)


class StoredRule(msgspec.Struct):
    id: uuid.UUID
    position: int
    name: str
    enabled: bool
    wanted: str
    effects: str


NONE = InForce()
_remembered: Remembered[uuid.UUID, InForce] = Remembered()


async def in_force(organization: uuid.UUID, brand: uuid.UUID | None = None) -> InForce:
    """By the office hours of `brand`, else of the first; two seconds old at most."""
    key = brand or organization
    return _remembered.get(key) or _remembered.keep(key, await _in_force(organization, key))


def forget(organization: uuid.UUID) -> None:
    """At once for messages of the first brand; for others within two seconds."""
    _remembered.forget(organization)


async def _in_force(organization: uuid.UUID, brand: uuid.UUID) -> InForce:
    rules = [each for row in await rows(organization) if row.enabled for each in _ready(row)]
    channels = await _channels_of(brand)
    if not rules and not channels:
        return NONE
    settings = await settings_of(organization)
    return InForce(
        mode=settings.rule_mode,
        rules=tuple(rules),
        schedule=(await rule_of(brand)).hours(settings.timezone),
        agents=frozenset((await known(organization)).agents),
        channels=channels,
    )


async def _channels_of(brand: uuid.UUID) -> tuple[str, ...]:
    query = Brand.select(Brand.channels).where(Brand.id == brand)
    return msgspec.json.decode(await database.value(str, query) or "[]", type=tuple[str, ...])


def _ready(row: StoredRule) -> list[Ready]:
    """Nothing for a rule that cannot be read: it must not keep messages out."""
    try:
        rule = rule_from(row)
        return [Ready(str(row.id), rule.name, Matcher(rule.when), rule.then)]
    except Exception:
        log.exception("rule is broken", extra={"rule": str(row.id)})
        return []


class Settings(msgspec.Struct):
    rule_mode: Mode
    timezone: str


async def settings_of(organization: uuid.UUID) -> Settings:
    query = Organization.select(Organization.rule_mode, Organization.timezone)
    found = await database.row(Settings, query.where(Organization.id == organization))
    assert found is not None
    return found


async def read(organization: uuid.UUID) -> Rules:
    """All of them, off or on."""
    mode = (await settings_of(organization)).rule_mode
    return Rules(mode=mode, rules=[rule_from(row) for row in await rows(organization)])


async def rows(organization: uuid.UUID) -> list[StoredRule]:
    query = MessageRule.select(*STORED).order_by(MessageRule.position, MessageRule.id)
    query = query.where(MessageRule.organization == organization, MessageRule.removed_at.is_null())
    return await database.rows(StoredRule, query)


def rule_from(row: StoredRule) -> Rule:
    return Rule(
        uid=str(row.id),
        name=row.name,
        enabled=row.enabled,
        when=msgspec.json.decode(row.wanted, type=When),
        then=msgspec.json.decode(row.effects, type=Then),
    )


async def giving_to(organization: uuid.UUID, agent: uuid.UUID) -> list[Rule]:
    """Those that name the agent to assign messages to, also by turns."""
    found = (await read(organization)).rules
    return [each for each in found if str(agent) in each.then.named]


async def one(organization: uuid.UUID, uid: str) -> Rule:
    wanted = uids.uid(uid)
    for row in await rows(organization):
        if row.id == wanted:
            return rule_from(row)
    raise NotFound
