"""Rules are kept in their order, cleaned, and refused with the place of every fault."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from app import channel_settings
from app.errors import Invalid, NotFound
from app.people import audit
from app.rules import change, check, stored
from app.rules.shape import Rule, Then, When
from app.tables import Agent, Organization

HOOK = {"type": "custom", "webhook_url": "http://127.0.0.1:9/hook", "method": "POST"}


def a_rule(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "then": {"tags": [name]}, **more}


async def names(org: Organization) -> list[str]:
    return [each.name for each in (await stored.read(org.id)).rules]


async def test_a_program_replaces_all_of_them(org: Organization, owner: Agent) -> None:
    channel = await channel_settings.add(org.id, HOOK, by="tests")
    when = {
        "words": [" 退款 ", "退款", "refund"],
        "sites": ["https://www.Shop.example/a", "*.商店.cn"],
        "languages": ["zh"],
    }
    then = {"assignee": owner.email, "channels": [channel], "tags": ["#VIP"]}
    raw = {"mode": "first", "rules": [a_rule("one"), {"name": "two", "when": when, "then": then}]}
    found = await change.replace(org.id, raw, by="tests")
    two = found.rules[1]
    assert two.when.words == ["退款", "refund"]
    assert two.when.sites == ["www.shop.example", "xn--czrs0t.cn"]
    assert (two.then.assignee, two.then.tags) == (str(owner.id), ["VIP"])

    again = {"rules": [{"uid": two.uid, "name": "2", "then": {"quiet": True}}, a_rule("three")]}
    found = await change.replace(org.id, again, by="tests")
    assert (found.mode, [each.name for each in found.rules]) == ("all", ["2", "three"])
    assert (found.rules[0].uid, found.rules[0].when) == (two.uid, When())
    assert [each.action for each in await audit.of(org.id, org.id)] == ["rules.replaced"] * 2


async def test_every_fault_is_told_with_its_place(
    org: Organization, other_org: Organization
) -> None:
    stranger = await channel_settings.add(other_org.id, HOOK, by="tests")
    raw = {
        "rules": [
            {"name": "", "when": {"hour": "inside"}, "then": {"priority": "highest"}},
        ]
    }
    with pytest.raises(Invalid) as error:
        await change.replace(org.id, raw, by="tests")
    assert [(each.pointer, each.code) for each in error.value.problems] == [
        ("/rules/0/when/hour", "unknown_key"),
        ("/rules/0/then/priority", "not_a_choice"),
    ]
    raw = {
        "rules": [
            {"name": " ", "then": {}},
            {
                "uid": str(uuid.uuid4()),
                "name": "n" * 65,
                "when": {
                    "sites": ["shop.example", "not a site"],
                    "languages": ["chinese!"],
                    "answers": {"no/key": ["x"]},
                },
                "then": {
                    "assignee": "nobody@shop.example",
                    "tags": ["t" * 33],
                    "channels": [stranger],
                    "quiet": True,
                },
            },
        ]
    }
    with pytest.raises(Invalid) as error:
        await change.replace(org.id, raw, by="tests")
    assert [(each.pointer, each.code) for each in error.value.problems] == [
        ("/rules/0/name", "required"),
        ("/rules/0/then", "required"),
        ("/rules/1/name", "too_long"),
        ("/rules/1/when/sites/1", "not_a_host"),
        ("/rules/1/when/answers/no~1key", "unknown_field"),
        ("/rules/1/when/languages/0", "unknown_language"),
        ("/rules/1/then/assignee", "unknown_agent"),
        ("/rules/1/then/tags/0", "too_long"),
        ("/rules/1/then/channels/0", "unknown_channel"),
        ("/rules/1/then/quiet", "conflict"),
    ]
    with pytest.raises(Invalid, match="/rules/0/uid: unknown_uid"):
        await change.replace(org.id, {"rules": [a_rule("a", uid=str(uuid.uuid4()))]}, by="tests")
    assert await names(org) == []


async def test_one_is_added_changed_moved_switched_removed_and_brought_back(
    org: Organization, other_org: Organization
) -> None:
    for name in ("a", "b", "c"):
        await change.save(org.id, Rule(name=name, then=Then(tags=[name])), by="tests")
    a, b, c = [each.uid or "" for each in (await stored.read(org.id)).rules]
    await change.move(org.id, c, -1, by="tests")
    await change.move(org.id, a, -1, by="tests")
    assert await names(org) == ["a", "c", "b"]
    await change.order(org.id, [b, "unknown", a], by="tests")
    assert await names(org) == ["b", "a", "c"]

    await change.save(org.id, Rule(uid=a, name="A", then=Then(quiet=True)), by="tests")
    await change.switch(org.id, b, False, by="tests")
    await change.remove(org.id, c, by="tests")
    assert await names(org) == ["b", "A"]
    assert [each.name for each in (await stored.in_force(org.id)).rules] == ["A"]
    await change.restore(org.id, c, by="tests")
    assert await names(org) == ["b", "A", "c"]

    for stranger in (other_org.id, uuid.uuid4()):
        with pytest.raises(NotFound):
            await change.remove(stranger, a, by="tests")
    with pytest.raises(NotFound):
        await change.restore(org.id, a, by="tests")


async def test_there_is_an_end_of_rules(org: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "RULES_MAX", 1)
    await change.save(org.id, Rule(name="a", then=Then(quiet=True)), by="tests")
    with pytest.raises(Invalid, match=": too_many"):
        await change.save(org.id, Rule(name="b", then=Then(quiet=True)), by="tests")
    with pytest.raises(Invalid, match="/rules: too_long"):
        await change.replace(org.id, {"rules": [a_rule("a"), a_rule("b")]}, by="tests")
