"""Part `channels`: where notices go."""

from __future__ import annotations

from app import channel_settings
from app.channel_settings import signing
from app.channels import signatures
from app.configuration import parts
from app.tables import Organization
from tests.app.configuration.conftest import (
    HOOK,
    SALES,
    SECRETS,
    applied,
    changes,
    planned,
)


async def test_a_channel_is_found_again_by_its_name_and_by_its_address(org: Organization) -> None:
    await applied(org, {"channels": [SALES, HOOK]})
    first = {each["name"]: each["uid"] for each in await parts.PARTS["channels"].read(org)}
    moved = {**HOOK, "webhook_url": "env:OTHER_HOOK"}
    await applied(org, {"channels": [{**SALES, "name": "新名字"}, moved]})
    second = {each["name"]: each["uid"] for each in await parts.PARTS["channels"].read(org)}
    assert second == {"新名字": first["销售群"], "程序": first["程序"]}


async def test_what_a_channel_does_not_say_is_as_at_first_but_its_secrets(
    org: Organization,
) -> None:
    loud = {**HOOK, "enabled": False, "priority": "high", "rate_limit_per_minute": 3}
    await applied(org, {"channels": [{**loud, "signing_secret": "whsec_" + "Q" * 32}]})
    plain = {key: HOOK[key] for key in ("name", "type", "webhook_url", "headers")}
    found = await planned(org, {"channels": [plain]})
    assert changes(found) == [
        ("removed", "channels 程序 enabled"),
        ("removed", "channels 程序 priority"),
        ("removed", "channels 程序 rate_limit_per_minute"),
    ]
    cleared = await planned(org, {"channels": [{**loud, "signing_secret": ""}]})
    assert changes(cleared) == [("removed", "channels 程序 signing_secret")]


async def test_no_reading_shows_a_secret(org: Organization) -> None:
    await applied(org, {"channels": [SALES, HOOK]})
    assert (await channel_settings.read(org.id))["notifications"]
    said = str(await parts.read(org))
    assert [secret for secret in SECRETS if secret in said] == []
    assert "application/json" in said


async def test_an_endpoint_of_events_stands_in_the_file_and_keeps_its_secret(
    org: Organization,
) -> None:
    crm = {"name": "CRM", "type": "events", "webhook_url": "http://127.0.0.1:9/crm"}
    await applied(org, {"channels": [{**crm, "types": ["message.created"]}]})
    uid = (await parts.PARTS["channels"].read(org))[0]["uid"]
    made = await signing.renew(org.id, uid, pair=True, by="tests")
    await signing.end(org.id, uid, by="tests")
    assert changes(await planned(org, {"channels": [{**crm, "types": ["message.created"]}]})) == []
    wanted = {**crm, "types": ["message.created", "message.spam"], "personal": True}
    assert changes(await planned(org, {"channels": [wanted]})) == [
        ("changed", "channels CRM types"),
        ("added", "channels CRM personal"),
    ]
    await applied(org, {"channels": [wanted]})
    assert (await signing.keys(org.id, uid)).public == signatures.public(made)
