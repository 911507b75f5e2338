"""Keys are renewed while the one before still signs."""

from __future__ import annotations

import uuid

import pytest

from app import channel_settings
from app.channel_settings import signing
from app.channel_settings.read import readable, row
from app.channels.events import EventEndpoint
from app.errors import NotFound
from app.tables import Audit, Organization
from tests.app.deliveries.planning import HOOK

BY = "owner@shop.example"


async def stored(org: Organization, uid: str) -> EventEndpoint:
    found = readable(await row(org.id, uid))
    assert isinstance(found, EventEndpoint)
    return found


async def test_the_secret_before_signs_until_it_is_ended(
    org: Organization, other_org: Organization
) -> None:
    raw = {"type": "events", "webhook_url": HOOK + "crm"}
    uid = await channel_settings.add(org.id, raw, by=BY)
    first = (await stored(org, uid)).signing_secret
    made = await signing.renew(org.id, uid, pair=True, by=BY)
    now = await stored(org, uid)
    assert (now.signing_secret, now.previous_signing_secret) == (made, first)
    found = await signing.keys(org.id, uid)
    assert found.public.startswith("whpk_")
    assert found.both

    await signing.end(org.id, uid, by=BY)
    assert (await stored(org, uid)).previous_signing_secret == ""
    assert (await stored(org, uid)).signing_secret == made
    assert await Audit.count().where(Audit.action == "channel.changed") == 2
    with pytest.raises(NotFound):
        await signing.renew(other_org.id, uid, by=BY)


async def test_only_endpoints_have_such_keys(org: Organization) -> None:
    raw = {"type": "custom", "webhook_url": HOOK + "crm"}
    uid = await channel_settings.add(org.id, raw, by=BY)
    with pytest.raises(NotFound):
        await signing.renew(org.id, uid, by=BY)
    with pytest.raises(NotFound):
        await signing.renew(org.id, str(uuid.uuid4()), by=BY)
