"""The part `brands`."""

from __future__ import annotations

from app.configuration import parts
from app.tables import Organization
from tests.app.configuration.conftest import (
    applied,
    changes,
    planned,
)


async def test_a_brand_is_made_changed_archived_and_brought_back(org: Organization) -> None:
    shoes = {
        "slug": "shoes",
        "name": "鞋店",
        "locale": "en",
        "hours": {"rule": "hours", "weekly": {"sun": [["10:00", "12:00"]]}},
        "widget": {"hosts": ["https://shoes.example"], "side": "left"},
    }
    await applied(org, {"brands": [shoes]})
    (read,) = await parts.PARTS["brands"].read(org)
    assert (read["slug"], read["name"], read["locale"]) == ("shoes", "鞋店", "en")
    assert read["hours"]["weekly"] == {"sun": [["10:00", "12:00"]]}
    assert read["widget"] == {"hosts": ["https://shoes.example"], "side": "left"}
    assert (await parts.PARTS["hours"].read(org))["rule"] == "agents"
    assert (await planned(org, {"brands": [shoes]})).differences == []
    assert changes((await applied(org, {"brands": []})).plan) == [("removed", "brands shoes")]
    await applied(org, {"brands": [{**shoes, "name": "鞋"}]})
    assert [each["name"] for each in await parts.PARTS["brands"].read(org)] == ["鞋"]
