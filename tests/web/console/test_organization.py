"""System settings, organization."""

from __future__ import annotations

import httpx

from app.people import organizations
from app.tables import Organization


async def test_its_name_language_and_zone_are_changed(
    client: httpx.AsyncClient, org: Organization
) -> None:
    page = (await client.get("/settings/organization")).text
    assert "/w/default" in page
    form = {"name": "新名字", "locale": "en", "timezone": "Europe/Berlin"}
    saved = await client.post("/settings/organization", data=form)
    assert saved.headers["location"] == "/settings/organization?done=saved"
    after = await organizations.by_id(org.id)
    assert (after.name, after.locale, after.timezone) == ("新名字", "en", "Europe/Berlin")


async def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client: httpx.AsyncClient, org: Organization
) -> None:
    form = {"name": "x" * 129, "locale": "en", "timezone": "Mars/Base"}
    refused = await client.post("/settings/organization", data=form)
    assert refused.status_code == 422
    assert "x" * 129 in refused.text
    assert (await organizations.by_id(org.id)).name == "Leavemsg"
