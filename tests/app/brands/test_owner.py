"""Whose a brand is."""

from __future__ import annotations

from app.brands import change
from app.brands.owner import organization_of
from app.tables import Organization, new_id


async def test_a_brand_is_its_organizations(org: Organization, other_org: Organization) -> None:
    made = await change.add(org, "tea", "茶馆", by="x")
    assert await organization_of(made.id) == org.id
    assert await organization_of(other_org.id) == other_org.id


async def test_the_first_has_the_organizations_id_before_it_is_written(db: str) -> None:
    found = new_id()
    assert await organization_of(found) == found
