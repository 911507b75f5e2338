"""What visitors meet of a brand."""

from __future__ import annotations

from app.configuration import parts
from app.fields import versions
from app.tables import Organization
from tests.app.configuration.conftest import (
    applied,
    faults,
    planned,
)


async def test_a_draft_that_somebody_has_begun_is_not_lost(org: Organization) -> None:
    form = await parts.PARTS["form"].read(org)
    fewer = {**form, "fields": [each for each in form["fields"] if each["key"] != "name"]}
    await versions.edit(org.id, lambda now: now)
    assert await faults(org, {"form": fewer}) == [("/form", "draft")]
    assert (await planned(org, {"form": form})).differences == []
    await versions.discard(org.id, by="owner")
    await applied(org, {"form": fewer})
    assert (await versions.published_now(org.id)).field("name") is None
