"""How many notices a minute, and for how long the same is not told again."""

import datetime as dt
from typing import Any

import pytest

from app import channel_settings, database
from app.errors import Invalid
from app.people import audit
from app.tables import Organization

BY = "owner@shop.example"
NAMES = ("rate_limit_per_minute", "rate_limit_total_per_minute", "dedup_window_seconds")


async def save(org: Organization, **changes: Any) -> list[Any]:
    values: dict[str, Any] = dict(zip(NAMES, (10, None, 600), strict=True)) | changes
    await channel_settings.set_limits(org.id, **values, by=BY)
    read = await channel_settings.read(org.id)
    return [read[name] for name in NAMES]


async def test_a_new_organization_has_ten_a_minute_and_ten_minutes(org: Organization) -> None:
    read = await channel_settings.read(org.id)
    assert [read[name] for name in NAMES] == [10, None, 600]


async def test_limits_are_kept_and_zero_lifts_them(org: Organization) -> None:
    limits = (("rate_limit_per_minute", 30), ("rate_limit_total_per_minute", 60))
    assert await save(org, **dict(limits), dedup_window_seconds=3600) == [30, 60, 3600]
    zeros = dict.fromkeys(NAMES, 0)
    assert await save(org, **zeros) == [0, 0, 0]
    assert await save(org, rate_limit_per_minute=1000, dedup_window_seconds=604_800) == [
        *(1000, None, 604_800)
    ]


async def test_what_is_no_number_or_out_of_range_is_named(org: Organization) -> None:
    for name in NAMES:
        for wrong in (-1, 604_801):
            with pytest.raises(Invalid, match=f"^/{name}: out_of_range$"):
                await save(org, **{name: wrong})
        for wrong in (1.5, "10", True, [], {}):
            with pytest.raises(Invalid, match=f"^/{name}: wrong_type$"):
                await save(org, **{name: wrong})
    for name in ("rate_limit_per_minute", "dedup_window_seconds"):
        with pytest.raises(Invalid, match=f"^/{name}: wrong_type$"):
            await save(org, **{name: None})


async def test_every_fault_is_named_at_once(org: Organization) -> None:
    with pytest.raises(Invalid) as caught:
        await save(org, **dict.fromkeys(NAMES, -1))
    assert [problem.pointer for problem in caught.value.problems] == [f"/{name}" for name in NAMES]


async def test_a_new_limit_is_looked_at_at_once(org: Organization) -> None:
    await save(org, rate_limit_per_minute=30)
    (row,) = await database.rows(dict, "SELECT due_at FROM organization WHERE id = ?", org.id)
    assert row["due_at"] <= dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)


async def test_it_is_in_the_audit(org: Organization) -> None:
    await save(org, rate_limit_per_minute=30)
    (entry,) = await audit.of(org.id, org.id)
    assert (entry.actor, entry.action) == (BY, "limits.changed")


async def test_another_organizations_limits_stay(
    org: Organization, other_org: Organization
) -> None:
    await save(org, rate_limit_per_minute=30)
    assert (await channel_settings.read(other_org.id))["rate_limit_per_minute"] == 10
