"""The test button: what the platform truly said."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from typing import Any

from app import channels, limits, organizations, template_versions
from app.deliveries import Tested, send_test
from app.deliveries.parcel import own, sender_of, template_of
from app.egress import Egress
from app.notifications.entry import read_entry
from app.notifications.read import readable, row, rows
from app.secrets import Unreadable


async def test(
    organization: uuid.UUID,
    egress: Egress,
    *,
    uid: str | None = None,
    raw: Mapping[str, Any] | None = None,
) -> list[Tested]:
    """One saved channel, one unsaved notification, or (neither given) every enabled channel.

    With both, the values on screen are tested and the stored secret stands in for a masked one.
    Raises TooMany, Invalid for values that cannot be, NotFound.
    """
    org = await organizations.by_id(organization)

    async def send(
        sender: channels.AnySender, channel: dict[str, Any] | None, template: str
    ) -> Tested:
        return await send_test(
            sender,
            egress,
            locale=org.locale,
            timezone=org.timezone,
            channel=channel,
            template=template,
        )

    if raw is not None:
        saved = await row(organization, uid) if uid else None
        old = readable(saved) if saved else None
        base = {"type": saved["kind"], **raw} if saved and isinstance(raw, Mapping) else raw
        entry = read_entry(base, old=old, defaults=saved)
        await limits.allow_test(f"{organization}:{uid or entry.bucket}")
        return [await send(entry.sender, None, entry.template)]
    if uid is not None:
        found = [await row(organization, uid)]
    else:
        found = [each for each in await rows(organization) if each["enabled"]]
    for each in found:
        await limits.allow_test(f"{organization}:{each['id']}")
    of_kinds = await template_versions.of_kinds(organization)
    return list(await asyncio.gather(*(_saved(send, each, of_kinds) for each in found)))


async def _saved(send: Any, channel: dict[str, Any], of_kinds: Mapping[str, str]) -> Tested:
    try:
        sender = sender_of(channel)
    except Unreadable:
        return Tested(
            uid=str(channel["id"]),
            type=channel["kind"],
            name=channel["name"],
            ok=False,
            code="secret_unreadable",
            message="",
            hint="The stored secret cannot be read with this secret key. Enter it again.",
            facts={},
            http_status=None,
            duration_ms=0,
            response="",
        )
    template = template_of(channel, own(channel), of_kinds)
    tested: Tested = await send(sender, channel, template)
    return tested
