"""What a template makes of a message, by the same code that sends."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import msgspec

from app import database, settings
from app.brands.stored import told_name
from app.catalogue import say
from app.channel_settings.entry import read_entry
from app.channel_settings.read import common, readable, row, rows
from app.channels import curl, kinds
from app.channels.kinds import KINDS
from app.channels.sender import Parcel, Sender
from app.channels.wording import CUT
from app.deliveries import template_versions
from app.deliveries.parcel import notice_of
from app.deliveries.rows import NOTICED, Noticed
from app.deliveries.sealed import sender_of
from app.errors import Invalid, NotFound, SendError
from app.notices.disclosed import disclosed
from app.notices.notice import Notice, sample
from app.people import organizations
from app.reading.uids import uid_or_none
from app.secrets import Unreadable
from app.tables import Message, Organization

MARK = "="


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    markdown: tuple[str, str] | None
    """Title and body, where the platform draws Markdown."""
    size: int
    limit: int | None
    cut: bool
    """The message was shortened to fit."""
    used: bool
    """False: the template leaves nothing, or does not fit, so the built-in text is sent."""


def specimen(kind: str, like: Mapping[str, Any]) -> Sender:
    """A channel that words its texts as this unfinished one would."""
    sender = KINDS[kind]
    raw = {"type": kind, **sender.specimen()}
    shaping = {name: like[name] for name in sender.shaping if name in like}
    try:
        return kinds.parse({**raw, **shaping})
    except Invalid:
        return kinds.parse(raw)


async def of_kind(organization: uuid.UUID, kind: str) -> Sender:
    """The organization's first channel of the kind, enabled ones first, or an example. Raises
    NotFound for an unknown kind."""
    if kind not in KINDS:
        raise NotFound
    found = [each for each in await rows(organization) if each.kind == kind]
    for each in sorted(found, key=lambda each: not each.enabled):
        try:
            return sender_of(each)
        except Unreadable:
            continue
    return specimen(kind, {})


async def built_in(organization: uuid.UUID, kind: str) -> str:
    """The built-in template of a kind, in the organization's language."""
    org = await organizations.by_id(organization)
    shape = kinds.encode(await of_kind(organization, kind))
    return specimen(kind, shape).default_template(org.locale)


async def preview(
    organization: uuid.UUID,
    sender: Sender,
    template: str,
    *,
    message: str = "",
    shows: str = "all",
) -> Preview:
    """Of one message, or of the sample, as a channel says it. Raises Invalid at /text, or at
    /message when there is no such message."""
    template_versions.check(sender.kind, template)
    org = await organizations.by_id(organization)
    parcel = _parcel(
        org, disclosed(await _notice(org, message, shows), shows, org.locale), template
    )
    text = sender.preview(parcel)
    size, limit = sender.size(parcel)
    return Preview(
        text=text,
        markdown=sender.markdown(parcel),
        size=size,
        limit=limit,
        cut=say(org.locale, CUT) in text,
        used=not template or _is_used(sender, parcel),
    )


async def as_curl(
    organization: uuid.UUID, template: str, *, uid: str = "", raw: Mapping[str, Any] | None = None
) -> str:
    """The command that sends the sample as this channel would, with its secrets hidden; empty
    where it is no single request, or the settings have a fault. `raw` are unsaved settings."""
    saved = await row(organization, uid) if uid else None
    sender = readable(saved) if saved else None
    try:
        if raw is not None:
            defaults = common(saved) if saved else None
            sender = read_entry(raw, old=sender, defaults=defaults).sender
        if sender is None:
            return ""
        org = await organizations.by_id(organization)
        shows = saved.shows if saved else "all"
        notice = disclosed(await _notice(org, "", shows), shows, org.locale)
        written = sender.written(_parcel(org, notice, template))
        return curl.as_curl(written, sender.secrets()) if written else ""
    except (Invalid, SendError):
        return ""


def _is_used(sender: Sender, parcel: Parcel) -> bool:
    """Whether the template is used: a mark at its end changes the text. A JSON template always
    is."""
    if sender.writes == "json":
        return True
    marked = msgspec.structs.replace(parcel, template=f"{parcel.template}\n{MARK}")
    built_in = msgspec.structs.replace(parcel, template="")
    return sender.preview(marked) != sender.preview(built_in)


def _parcel(org: Organization, notice: Notice, template: str) -> Parcel:
    return Parcel(
        id=notice.uid,
        notices=(notice,),
        locale=org.locale,
        timezone=org.timezone,
        template=template,
        inbox_link=f"{settings.current().base_url}/inbox",
    )


async def _notice(org: Organization, message: str, shows: str) -> Notice:
    if not message:
        return sample(locale=org.locale, link=f"{settings.current().base_url}/inbox")
    query = Message.select(*NOTICED).where(
        Message.organization == org.id, Message.id == uid_or_none(message)
    )
    found = await database.row(Noticed, query)
    if found is None:
        raise Invalid.at("/message", "unknown_uid", "There is no such message")
    brand = await told_name(org.id, found.brand)
    return msgspec.structs.replace(notice_of(found, locale=org.locale, shows=shows), brand=brand)
