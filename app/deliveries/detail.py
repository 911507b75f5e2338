"""One delivery with everything about it: its tries, the others of its dispatch, and its text."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from app import database, settings
from app.channels.secrecy import scrub
from app.channels.sender import Parcel, Sender
from app.contacts import rows as contact_rows
from app.contacts import sight
from app.contacts.mask import hidden
from app.deliveries import statements, template_versions
from app.deliveries.carried import LISTED
from app.deliveries.logged import Line, Logged, TestLine, logged
from app.deliveries.parcel import pack
from app.deliveries.planned import Load, kind_of
from app.deliveries.recalls import Recalled, of_dispatches
from app.deliveries.rows import ChannelRow, DispatchRow
from app.deliveries.sealed import own, sender_of, template_of
from app.deliveries.tries import Reached, Try, attempts, reached, trail
from app.errors import NotFound, SendError
from app.notices.disclosed import tried
from app.people import audit, organizations
from app.secrets import Unreadable
from app.tables import Audit, Delivery, Organization


class Companion(msgspec.Struct, frozen=True, kw_only=True):
    """Another delivery of the same dispatch."""

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
    """Its replays, as the audit has them."""
    now: dt.datetime
    """The database's clock."""
    recipients: list[Reached] = []
    """Of the last dispatch."""
    recalls: list[Recalled] = []
    """Whether it was taken back; each of its dispatches may be."""


async def one(organization: uuid.UUID, uid: str) -> Detail:
    """A delivery or a test. Raises NotFound."""
    shown, row = await logged(organization, uid)
    org = await organizations.by_id(organization)
    if isinstance(row, TestLine):
        text = await _test_text(org, row)
        return Detail(
            delivery=shown,
            tries=[shown.last] if shown.last else [],
            companions=[],
            text=text,
            was_sent=True,
            replays=[],
            now=await database.now(),
            recipients=reached([shown.last] if shown.last else []),
        )
    dispatches = trail(row.earlier, row.dispatch)
    tries = await attempts(dispatches)
    done = await audit.of(organization, shown.uid)
    companions = await _companions(row) if shown.shared > 1 else []
    text = await _text(org, row)
    if sight.masks():
        about = [row.message] if row.message else []
        about += [uuid.UUID(each.message_uid) for each in companions]
        text = hidden(text, await contact_rows.known_of(about))
    return Detail(
        delivery=shown,
        tries=[each for dispatch in dispatches for each in tries.get(dispatch, [])],
        companions=companions,
        text=text,
        was_sent=row.dispatch is not None,
        replays=[entry for entry in done if entry.action == "delivery.replayed"],
        now=await database.now(),
        recipients=reached(tries.get(dispatches[-1], []) if dispatches else []),
        recalls=await of_dispatches(dispatches),
    )


class _Other(msgspec.Struct):
    id: uuid.UUID
    message: uuid.UUID
    reference: str
    name: str


async def _companions(row: Line) -> list[Companion]:
    said = Delivery.message._
    query = Delivery.select(
        Delivery.id,
        Delivery.message,
        said.reference.as_alias("reference"),
        said.name.as_alias("name"),
    )
    query = query.where(Delivery.dispatch == row.dispatch, Delivery.id != row.id)
    query = query.where(Delivery.message.is_not_null())
    query = query.order_by(Delivery.rank, Delivery.id).limit(LISTED)
    return [
        Companion(
            uid=str(each.id),
            message_uid=str(each.message),
            reference=each.reference,
            visitor=hidden(each.name) if sight.masks() else each.name,
        )
        for each in await database.rows(_Other, query)
    ]


async def _text(org: Organization, row: Line) -> str:
    channel = await _channel(row.channel)
    if row.dispatch is not None:
        found = await database.row(DispatchRow, statements.ONE_DISPATCH, row.dispatch)
        return _said(channel, await pack(_load(org, found, channel))) if found else ""
    template = row.template
    if template is None:
        template = template_of(channel, own(channel), await template_versions.of_kinds(org.id))
    load = Load(
        dispatch=row.id,
        organization=org.id,
        locale=org.locale,
        timezone=org.timezone,
        kind=kind_of(row.purpose),
        template=template,
        agent=row.agent,
        one_tap=channel.one_tap,
        shows=channel.shows,
    )
    return _said(channel, await pack(load, delivery=row.id))


def _load(org: Organization, dispatch: DispatchRow, channel: ChannelRow) -> Load:
    return Load(
        one_tap=channel.one_tap,
        shows=channel.shows,
        dispatch=dispatch.id,
        organization=org.id,
        locale=org.locale,
        timezone=org.timezone,
        number=dispatch.attempts,
        maybe_repeat=dispatch.unknowns > 0,
        kind=dispatch.kind,
        size=dispatch.size,
        rendering=dispatch.rendering,
        template=dispatch.template,
        agent=dispatch.agent,
    )


async def _test_text(org: Organization, row: TestLine) -> str:
    channel = await _channel(row.channel)
    inbox = f"{settings.current().base_url}/inbox"
    parcel = Parcel(
        id=str(row.id),
        kind="test",
        notices=(tried(channel.shows, locale=org.locale, link=inbox, now=row.started_at),),
        locale=org.locale,
        timezone=org.timezone,
        template=template_of(channel, own(channel), await template_versions.of_kinds(org.id)),
        inbox_link=inbox,
    )
    return _said(channel, parcel)


async def _channel(uid: uuid.UUID) -> ChannelRow:
    found = await database.row(ChannelRow, statements.ONE_CHANNEL, uid)
    if found is None:
        raise NotFound
    return found


def _said(channel: ChannelRow, parcel: Parcel) -> str:
    try:
        sender: Sender = sender_of(channel)
        return scrub(sender.preview(parcel), sender.secrets())
    except (Unreadable, SendError):
        return ""
