"""A brand and its organization."""

from __future__ import annotations

import msgspec

from app.brands.shape import first
from app.tables import Organization, new_id


def test_the_first_has_all_from_its_organization(org: Organization) -> None:
    found = first(org)
    assert (found.id, found.slug, found.name, found.locale) == (
        org.id,
        org.slug,
        org.name,
        org.locale,
    )


def test_messages_name_every_brand_but_the_first(org: Organization) -> None:
    other = msgspec.structs.replace(first(org), id=new_id())
    assert (first(org).is_first, first(org).mark) == (True, None)
    assert (other.is_first, other.mark) == (False, other.id)
