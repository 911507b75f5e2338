"""After how long an organization wants secrets renewed."""

from __future__ import annotations

import datetime as dt

import pytest

from app.errors import Invalid
from app.people import audit, organizations
from app.rotation import policy
from app.rotation.policy import Rotation
from app.tables import Organization

NOW = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)


async def test_secrets_after_a_year_and_passwords_never_unless_said(
    org: Organization, other_org: Organization
) -> None:
    assert policy.of(org) == Rotation(secret_days=365, password_days=0)
    form = {"secret_days": "９０", "password_days": " 180 "}
    assert await policy.save(org, form, by="王") == Rotation(secret_days=90, password_days=180)
    assert policy.of(await organizations.by_id(org.id)).secret_days == 90
    assert policy.of(await organizations.by_id(other_org.id)) == Rotation()
    await policy.save(await organizations.by_id(org.id), form, by="王")
    story = [each.action for each in await audit.of(org.id, org.id)]
    assert story.count("rotation.changed") == 1


@pytest.mark.parametrize("days", ["", "-1", "3651", "１年", "1.5", "99999"])
async def test_what_is_no_number_of_days_is_named(org: Organization, days: str) -> None:
    with pytest.raises(Invalid, match="/secret_days: out_of_range"):
        await policy.save(org, {"secret_days": days, "password_days": "0"}, by="王")


@pytest.mark.parametrize(
    ("days", "age", "due"), [(90, 91, True), (90, 89, False), (0, 9000, False)]
)
def test_what_is_old_enough_is_due(*, days: int, age: int, due: bool) -> None:
    assert policy.is_due(NOW - dt.timedelta(days=age), days, NOW) is due
    assert not policy.is_due(None, days, NOW)
