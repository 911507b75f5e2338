"""Who of an organization sees contact data."""

from __future__ import annotations

import pytest

from app.contacts import policy
from app.errors import Invalid
from app.people import organizations
from app.tables import Organization


async def test_at_first_everybody_sees_it(org: Organization) -> None:
    kept = policy.of(org)
    assert {role: kept.way(role) for role in ("owner", "admin", "agent", "viewer")} == {
        "owner": "full",
        "admin": "full",
        "agent": "full",
        "viewer": "full",
    }


async def test_what_is_saved_holds_for_the_role(org: Organization) -> None:
    await policy.save(org, {"agents": "asked", "viewers": "masked", "shown_a_day": 3}, by="t")
    kept = policy.of(await organizations.by_id(org.id))
    assert [kept.way(role) for role in ("admin", "agent", "viewer")] == ["full", "asked", "masked"]
    assert kept.shown_a_day == 3


@pytest.mark.parametrize(
    "raw", [{"agents": "some"}, {"viewers": "asked"}, {"shown_a_day": 0}, {"x": 1}]
)
def test_what_makes_no_sense_is_refused(raw: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        policy.read(raw)
