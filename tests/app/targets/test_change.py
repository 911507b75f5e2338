"""Targets are replaced as a whole, and every fault is named."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from app import channel_settings, database
from app.errors import Invalid
from app.tables import Organization
from app.targets import change
from app.targets.shape import OwnTarget, Targets

HOOK = {"type": "custom", "webhook_url": "http://127.0.0.1:9/h", "name": "售后群"}


async def test_what_is_saved_is_read_and_written_down(
    org: Organization, other_org: Organization
) -> None:
    channel = await channel_settings.add(org.id, HOOK, by="tests")
    own = [{"category": " 售后 ", "minutes": 30}, {"category": "", "minutes": None}]
    raw = {"minutes": 120, "categories": own, "visitors": "nothing", "warn": channel}
    found = await change.save(org.id, raw, by="tests")
    assert found == await change.read(org.id)
    assert found.categories == [
        OwnTarget(category="售后", minutes=30),
        OwnTarget(category="", minutes=None),
    ]
    assert await change.read(other_org.id) == Targets()
    rows = await database.values(str, "SELECT action FROM audit WHERE organization = ?", org.id)
    assert "targets.changed" in rows


@pytest.mark.parametrize(
    ("raw", "pointer"),
    [
        ({"minutes": 0}, "/minutes"),
        ({"minutes": 12001}, "/minutes"),
        ({"minutes": "2"}, "/minutes"),
        ({"visitors": "all"}, "/visitors"),
        ({"warn": str(uuid.uuid4())}, "/warn"),
        ({"categories": [{"category": "a"}, {"category": "a"}]}, "/categories/1/category"),
        ({"categories": [{"category": "a" * 65}]}, "/categories/0/category"),
        ({"categories": [{"category": str(n)} for n in range(51)]}, "/categories"),
        ({"hours": 2}, "/hours"),
    ],
)
async def test_what_cannot_be_is_refused_at_its_place(
    org: Organization, raw: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await change.save(org.id, raw, by="tests")
    assert [each.pointer for each in refused.value.problems] == [pointer]
    assert await change.read(org.id) == Targets()


async def test_a_channel_of_another_organization_is_not_known(
    org: Organization, other_org: Organization
) -> None:
    theirs = await channel_settings.add(other_org.id, HOOK, by="tests")
    with pytest.raises(Invalid):
        await change.save(org.id, {"warn": theirs}, by="tests")
