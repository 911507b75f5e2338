"""What a template makes of a message, through the very code that sends."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import msgspec

from app import channels, database, settings
from app.channel_settings.read import rows
from app.channels import AnySender
from app.channels.sender import Parcel
from app.channels.words import words_in
from app.deliveries import template_versions
from app.deliveries.parcel import notice_of, sender_of
from app.errors import Invalid, NotFound
from app.notices.notice import Notice, sample
from app.people import organizations
from app.reading.uids import uid_or_none
from app.secrets import Unreadable

SPECIMENS: dict[str, dict[str, Any]] = {
    "wecom": {"webhook_url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=preview"},
    "dingtalk": {"webhook_url": "https://oapi.dingtalk.com/robot/send?access_token=preview"},
    "feishu": {"webhook_url": "https://open.feishu.cn/open-apis/bot/v2/hook/preview"},
    "email": {"smtp_config": {"host": "smtp.example.com"}, "to": ["team@example.com"]},
    "custom": {"webhook_url": "https://example.com/hook"},
}
"""A channel of each kind that is never sent to, for who has none yet."""
SHAPING = ("format", "keywords", "mention_users", "mention_mobiles", "mention_all")
"""The settings of a channel that change what is read."""
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


def specimen(kind: str, like: Mapping[str, Any]) -> AnySender:
    """A channel that says things the way this unfinished one would."""
    raw = {"type": kind, **SPECIMENS[kind]}
    try:
        return channels.parse({**raw, **{name: like[name] for name in SHAPING if name in like}})
    except Invalid:
        return channels.parse(raw)


async def of_kind(organization: uuid.UUID, kind: str) -> AnySender:
    """The first channel of the kind, or one as it comes. Raises NotFound for an unknown kind."""
    if kind not in SPECIMENS:
        raise NotFound
    found = [row for row in await rows(organization) if row["kind"] == kind]
    for row in sorted(found, key=lambda row: not row["enabled"]):
        try:
            return sender_of(row)
        except Unreadable:
            continue
    return specimen(kind, {})


async def built_in(organization: uuid.UUID, kind: str) -> str:
    """What is said without a template, in the language of the organization."""
    org = await organizations.by_id(organization)
    shape = channels.encode(await of_kind(organization, kind))
    return specimen(kind, shape).default_template(org.locale)


async def preview(
    organization: uuid.UUID, sender: AnySender, template: str, *, message: str = ""
) -> Preview:
    """Of one message, or of the sample. Raises Invalid at /text, or at /message when there is no
    such message."""
    template_versions.check(sender.kind, template)
    org = await organizations.by_id(organization)
    parcel = _parcel(org, await _notice(org, message), template)
    text = sender.preview(parcel)
    size, limit = sender.size(parcel)
    return Preview(
        text=text,
        markdown=sender.markdown(parcel),
        size=size,
        limit=limit,
        cut=words_in(org.locale).cut in text,
        used=not template or _is_used(sender, parcel),
    )


def _is_used(sender: AnySender, parcel: Parcel) -> bool:
    """Whether a mark at the end of the template is read. A custom body is only ever used."""
    if sender.kind == "custom":
        return True
    marked = msgspec.structs.replace(parcel, template=f"{parcel.template}\n{MARK}")
    built_in = msgspec.structs.replace(parcel, template="")
    return sender.preview(marked) != sender.preview(built_in)


def _parcel(org: Any, notice: Notice, template: str) -> Parcel:
    return Parcel(
        id=notice.uid,
        notices=(notice,),
        locale=org.locale,
        timezone=org.timezone,
        template=template,
        inbox_link=f"{settings.current().base_url}/inbox",
    )


async def _notice(org: Any, message: str) -> Notice:
    if not message:
        return sample(link=f"{settings.current().base_url}/inbox")
    found = await database.fetch(
        "SELECT * FROM message WHERE organization = {} AND id = {}", org.id, uid_or_none(message)
    )
    if not found:
        raise Invalid.at("/message", "unknown_uid", "There is no such message")
    return notice_of(found[0], locale=org.locale)
