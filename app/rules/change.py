"""Changing an organization's rules: all at once, as programs do, or one by one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from app import database
from app.deliveries.owe import lock
from app.errors import Invalid, NotFound, Problem
from app.people import audit
from app.reading import orders, uids
from app.rules import check, stored
from app.rules.shape import Mode, Rule, Rules
from app.tables import MessageRule, Organization, new_id


async def replace(organization: uuid.UUID, raw: Mapping[str, Any], *, by: str) -> Rules:
    """Rules with a known uid are changed, those without one are new, those not listed are removed.
    Raises Invalid with every fault, and changes nothing then."""
    found = check.checked(raw, await check.known(organization))
    async with database.transaction():
        await lock(organization)
        before = {str(each.id): each for each in await stored.rows(organization)}
        _refuse_unknown(found.rules, before)
        await _remove([uuid.UUID(uid) for uid in before if uid not in _uids(found.rules)])
        for place, each in enumerate(found.rules):
            await _write(organization, each, place)
        await _set_mode(organization, found.mode)
        await audit.record(organization, by, "rules.replaced", organization)
    stored.forget(organization)
    return await stored.read(organization)


def _uids(rules: Sequence[Rule]) -> set[str]:
    return {str(uids.uid_or_none(each.uid)) for each in rules if each.uid}


def _refuse_unknown(rules: Sequence[Rule], known: Mapping[str, Any]) -> None:
    problems = [
        Problem(f"/rules/{place}/uid", "unknown_uid", "There is no rule with this uid")
        for place, each in enumerate(rules)
        if each.uid and str(uids.uid_or_none(each.uid)) not in known
    ]
    if problems:
        raise Invalid(problems)


async def save(organization: uuid.UUID, rule: Rule, *, by: str) -> str:
    """Changes one rule, or adds it as the last; returns its uid. Raises Invalid with pointers into
    the rule, at "" when there are too many, and NotFound."""
    problems: list[Problem] = []
    rule = check.one(rule, await check.known(organization), problems)
    if problems:
        raise Invalid(problems)
    async with database.transaction():
        await lock(organization)
        before = await stored.rows(organization)
        if rule.uid:
            place = _place(before, rule.uid)
        elif len(before) >= check.RULES_MAX:
            detail = "There are enough rules. Remove one first."
            raise Invalid.at("", "too_many", detail)
        else:
            place = len(before)
        uid = await _write(organization, rule, place)
        action = "rule.changed" if rule.uid else "rule.added"
        await audit.record(organization, by, action, uid)
    stored.forget(organization)
    return uid


async def order(organization: uuid.UUID, wanted: Sequence[str], *, by: str) -> None:
    """The rules in this order; what is not named keeps its place after those."""
    async with database.transaction():
        await lock(organization)
        before = [str(each.id) for each in await stored.rows(organization)]
        after = orders.ordered(before, wanted)
        if after == before:
            return
        for place, uid in enumerate(after):
            moved = MessageRule.update({MessageRule.position: place})
            await moved.where(MessageRule.id == uuid.UUID(uid))
        await audit.record(organization, by, "rules.ordered", organization)
    stored.forget(organization)


async def move(organization: uuid.UUID, uid: str, step: int, *, by: str) -> None:
    """One place up (-1) or down (1)."""
    uid = str(uids.uid(uid))
    now = [str(each.id) for each in await stored.rows(organization)]
    if uid not in now:
        raise NotFound
    await order(organization, orders.moved(now, uid, step), by=by)


async def switch(organization: uuid.UUID, uid: str, on: bool, *, by: str) -> None:
    change = {MessageRule.enabled: on}
    await _change(organization, uid, change, "rule.on" if on else "rule.off", by)


async def remove(organization: uuid.UUID, uid: str, *, by: str) -> None:
    await _change(
        organization, uid, {MessageRule.removed_at: await database.now()}, "rule.removed", by
    )


async def restore(organization: uuid.UUID, uid: str, *, by: str) -> None:
    """Brings a removed rule back to its place."""
    change = {MessageRule.removed_at: None}
    await _change(organization, uid, change, "rule.restored", by, removed=True)


async def set_mode(organization: uuid.UUID, mode: Mode, *, by: str) -> None:
    async with database.transaction():
        await _set_mode(organization, mode)
        await audit.record(organization, by, "rules.mode", organization, mode)
    stored.forget(organization)


def _place(rows: Sequence[stored.StoredRule], uid: str) -> int:
    wanted = uids.uid(uid)
    found = [each.position for each in rows if each.id == wanted]
    if not found:
        raise NotFound
    return found[0]


async def _change(
    organization: uuid.UUID,
    uid: str,
    change: Mapping[Any, Any],
    action: str,
    by: str,
    *,
    removed: bool = False,
) -> None:
    rule = uids.uid(uid)
    gone = MessageRule.removed_at
    state = gone.is_not_null() if removed else gone.is_null()
    async with database.transaction():
        found = (
            await MessageRule.update(dict(change))
            .where(MessageRule.organization == organization, MessageRule.id == rule, state)
            .returning(MessageRule.id)
        )
        if not found:
            raise NotFound
        await audit.record(organization, by, action, rule)
    stored.forget(organization)


async def _write(organization: uuid.UUID, rule: Rule, place: int) -> str:
    values: dict[Any, Any] = {
        MessageRule.position: place,
        MessageRule.name: rule.name,
        MessageRule.enabled: rule.enabled,
        MessageRule.wanted: msgspec.json.encode(rule.when).decode(),
        MessageRule.effects: msgspec.json.encode(rule.then).decode(),
    }
    if rule.uid:
        uid = uids.uid(rule.uid)
        await MessageRule.update(values).where(MessageRule.id == uid)
        return str(uid)
    values |= {MessageRule.id: new_id(), MessageRule.organization: organization}
    await MessageRule.insert(MessageRule(values))
    return str(values[MessageRule.id])


async def _remove(gone: Sequence[uuid.UUID]) -> None:
    if gone:
        removed = MessageRule.update({MessageRule.removed_at: await database.now()})
        await removed.where(MessageRule.id.is_in(list(gone)))


async def _set_mode(organization: uuid.UUID, mode: Mode) -> None:
    await Organization.update({Organization.rule_mode: mode}).where(Organization.id == organization)
