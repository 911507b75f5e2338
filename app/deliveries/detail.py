"""One delivery with everything about it: its tries, its company, and what was said."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

import msgspec

from app import database, settings
from app.channels.secrecy import scrub
from app.channels.sender import Parcel, Sender
from app.deliveries import template_versions
from app.deliveries.logged import Logged, logged
from app.deliveries.parcel import LISTED, Load, own, pack, sender_of, template_of
from app.deliveries.plan import kind_of
from app.deliveries.tries import Try, attempts, trail
from app.errors import SendError
from app.notices.notice import sample
from app.people import audit, organizations
from app.secrets import Unreadable
from app.tables import Audit, Organization


class Companion(msgspec.Struct, frozen=True, kw_only=True):
    """Another delivery of the same send."""

    uid: str
    message_uid: str
    reference: str
    visitor: str


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """`text` is what people read or would read, made again from the template used at the time and
    the channel's current settings; empty when it cannot be made. `was_sent` is False for what has
    not been tried: then it is the current template."""

    delivery: Logged
    tries: list[Try]
    """Also those before a replay, in order."""
    companions: list[Companion]
    """The first of them; `delivery.shared` counts all."""
    text: str
    was_sent: bool
    replays: list[Audit]
    """Who sent it once more by hand."""
    now: dt.datetime
    """The database's clock."""


async def one(organization: uuid.UUID, uid: str) -> Detail:
    """A delivery or a test. Raises NotFound."""
    shown, row = await logged(organization, uid)
    org = await organizations.by_id(organization)
    if shown.test:
        text = await _test_text(org, row)
        return Detail(
            delivery=shown,
            tries=[shown.last] if shown.last else [],
            companions=[],
            text=text,
            was_sent=True,
            replays=[],
            now=await database.now(),
        )
    dispatches = trail(row["earlier"], row["dispatch"])
    tries = await attempts(dispatches)
    done = await audit.of(organization, shown.uid)
    return Detail(
        delivery=shown,
        tries=[each for dispatch in dispatches for each in tries.get(dispatch, [])],
        companions=await _companions(row) if shown.shared > 1 else [],
        text=await _text(org, row),
        was_sent=row["dispatch"] is not None,
        replays=[entry for entry in done if entry.action == "delivery.replayed"],
        now=await database.now(),
    )


async def _companions(row: Mapping[str, Any]) -> list[Companion]:
    rows = await database.fetch(
        "SELECT d.id, d.message, m.reference, m.name FROM delivery d"
        " JOIN message m ON m.id = d.message"
        f" WHERE d.dispatch = {{}} AND d.id <> {{}} ORDER BY d.rank, d.id LIMIT {LISTED}",
        row["dispatch"],
        row["id"],
    )
    return [
        Companion(
            uid=str(each["id"]),
            message_uid=str(each["message"]),
            reference=each["reference"],
            visitor=each["name"],
        )
        for each in rows
    ]


async def _text(org: Organization, row: Mapping[str, Any]) -> str:
    channel = await _channel(row)
    if row["dispatch"] is not None:
        found = await database.fetch("SELECT * FROM dispatch WHERE id = {}", row["dispatch"])
        return _said(channel, await pack(_load(org, found[0])))
    template = row["template"]
    if template is None:
        template = template_of(channel, own(channel), await template_versions.of_kinds(org.id))
    load = Load(
        dispatch=row["id"],
        locale=org.locale,
        timezone=org.timezone,
        kind=kind_of(row["purpose"]),
        template=template,
    )
    return _said(channel, await pack(load, delivery=row["id"]))


def _load(org: Organization, dispatch: Mapping[str, Any]) -> Load:
    same = ("kind", "size", "rendering", "template")
    return Load(
        dispatch=dispatch["id"],
        locale=org.locale,
        timezone=org.timezone,
        number=dispatch["attempts"],
        maybe_repeat=dispatch["unknowns"] > 0,
        **{name: dispatch[name] for name in same},
    )


async def _test_text(org: Organization, row: Mapping[str, Any]) -> str:
    channel = await _channel(row)
    inbox = f"{settings.current().base_url}/inbox"
    parcel = Parcel(
        id=str(row["id"]),
        kind="test",
        notices=(sample(link=inbox, now=row["started_at"]),),
        locale=org.locale,
        timezone=org.timezone,
        template=template_of(channel, own(channel), await template_versions.of_kinds(org.id)),
        inbox_link=inbox,
    )
    return _said(channel, parcel)


async def _channel(row: Mapping[str, Any]) -> dict[str, Any]:
    return (await database.fetch("SELECT * FROM channel WHERE id = {}", row["channel"]))[0]


def _said(channel: dict[str, Any], parcel: Parcel) -> str:
    try:
        sender: Sender = sender_of(channel)
        return scrub(sender.preview(parcel), sender.secrets())
    except (Unreadable, SendError):
        return ""
