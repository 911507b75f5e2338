"""A rest for everybody but visitors."""

from __future__ import annotations

from app import maintenance
from app.tables import Organization


async def test_it_is_switched_once_and_remembered_with_its_time(org: Organization) -> None:
    assert (await maintenance.is_on(), await maintenance.since()) == (False, None)

    assert await maintenance.switch(on=True)
    began = await maintenance.since()
    assert began is not None
    assert not await maintenance.switch(on=True)
    assert (await maintenance.is_on(), await maintenance.since()) == (True, began)

    assert await maintenance.switch(on=False)
    assert not await maintenance.switch(on=False)
    assert (await maintenance.is_on(), await maintenance.since()) == (False, None)
