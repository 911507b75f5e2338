"""Organizations: who owns everything else."""

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from app.errors import NotFound
from app.people import organizations
from app.tables import Organization


async def test_the_first_one_is_made_once(db: str) -> None:
    made = await asyncio.gather(*(organizations.first() for _ in range(10)))
    assert len({each.id for each in made}) == 1
    assert await Organization.count() == 1


async def test_a_new_one_speaks_as_the_operator_said(
    db: str, configure: Callable[..., Any]
) -> None:
    configure(LEAVEMSG_LOCALE="en", LEAVEMSG_TIMEZONE="Europe/Berlin")
    made = await organizations.create("berlin", "Berlin")
    assert (made.name, made.locale, made.timezone) == ("Berlin", "en", "Europe/Berlin")
    assert (made.rate_limit_per_minute, made.rate_limit_total_per_minute) == (10, None)
    assert made.dedup_window_seconds == 600


async def test_one_that_is_there_is_not_made_again(org: Organization) -> None:
    again = await organizations.create("default", "Another")
    assert (again.id, again.name) == (org.id, org.name)


async def test_it_is_found_by_slug_and_id(org: Organization) -> None:
    assert (await organizations.by_slug("default")).id == org.id
    assert (await organizations.by_id(org.id)).slug == "default"


async def test_an_unknown_one_is_not_found(org: Organization) -> None:
    for slug in ("other", "", "DEFAULT", "default ", "%", "\x00", "\ud800", "默认", "x" * 1000):
        with pytest.raises(NotFound):
            await organizations.by_slug(slug)
    with pytest.raises(NotFound):
        await organizations.by_id(uuid.uuid4())


async def test_one_that_is_made_later_is_found_at_once(org: Organization) -> None:
    with pytest.raises(NotFound):
        await organizations.by_slug("later")
    made = await organizations.create("later", "Later")
    assert (await organizations.by_slug("later")).id == made.id
