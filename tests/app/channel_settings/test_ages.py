"""When a channel's secrets were set survives whatever else is saved."""

from __future__ import annotations

import datetime as dt
from typing import Any

from app import channel_settings
from app.channels.signatures import new_secret
from app.tables import Channel, Organization

OLD = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
CRM: dict[str, Any] = {"type": "custom", "name": "CRM", "webhook_url": "https://crm.example/hook"}


async def changed(org: Organization, uid: str, **values: Any) -> bool:
    """Whether a change counts as a new secret."""
    await Channel.update({Channel.secret_at: OLD}, force=True)
    await channel_settings.change(org.id, uid, values, by="t")
    row = await Channel.objects().where(Channel.id == uid).first()
    assert row is not None
    assert row.secret_at is not None
    return row.secret_at > OLD


async def test_a_name_and_other_settings_are_no_new_secret_and_a_secret_is(
    org: Organization,
) -> None:
    first, second = new_secret(), new_secret()
    uid = await channel_settings.add(org.id, {**CRM, "signing_secret": first}, by="t")
    assert not await changed(org, uid, name="客户系统")
    assert not await changed(org, uid, timeout=5, ping=True, priority="high")
    masked = (await channel_settings.channel(org.id, uid))["signing_secret"]
    assert not await changed(org, uid, signing_secret=masked)
    assert await changed(org, uid, signing_secret=second, previous_signing_secret=first)
    assert not await changed(org, uid, previous_signing_secret="")
    assert await changed(org, uid, headers={"Authorization": "Bearer new"})
    assert await changed(org, uid, webhook_url="https://crm.example/other")


async def test_replacing_the_whole_configuration_keeps_it_too(org: Organization) -> None:
    uid = await channel_settings.add(org.id, CRM, by="t")
    await Channel.update({Channel.secret_at: OLD}, force=True)
    whole = await channel_settings.read(org.id)
    await channel_settings.replace(org.id, {"notifications": whole["notifications"]}, by="t")
    assert (await channel_settings.channel(org.id, uid))["health"]["secret_at"] == OLD
