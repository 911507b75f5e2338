"""The part `brands`."""

from __future__ import annotations

from app.configuration import parts
from app.tables import Organization
from tests.app.configuration.conftest import OTHER, SALES, applied, changes, faults, planned


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


async def test_who_is_told_of_a_brand_is_said_by_name(org: Organization) -> None:
    shoes = {"slug": "shoes", "name": "鞋店", "channels": ["销售群"]}
    document = {
        "channels": [SALES, OTHER],
        "brands": [shoes],
        "shop": {"name": "茶店", "channels": ["备用"]},
    }
    await applied(org, document)
    assert (await planned(org, document)).differences == []
    (read,) = await parts.PARTS["brands"].read(org)
    assert read["channels"] == ["销售群"]
    assert await parts.PARTS["shop"].read(org) == {"name": "茶店", "channels": ["备用"]}
    assert await faults(org, {"brands": [{**shoes, "channels": ["x"]}]}) == [
        ("/brands/0/channels/0", "unknown_channel")
    ]
    assert await faults(org, {"brands": [{**shoes, "channels": "x"}]}) == [
        ("/brands/0/channels", "wrong_type")
    ]
    await applied(org, {"brands": [{"slug": "shoes", "name": "鞋店"}]})
    assert "channels" not in (await parts.PARTS["brands"].read(org))[0]
