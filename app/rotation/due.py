"""What is due: secrets as old as the organization lets them be, and certificates that end soon."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Literal

import msgspec

from app import database
from app.brands import stored as brands
from app.deliveries.rows import CHANNEL, ChannelRow
from app.deliveries.sealed import sender_of
from app.mail import mailboxes
from app.rotation import policy
from app.secrets import Unreadable
from app.tables import Account, Agent, Channel, Organization, SignInProvider, Token, Widget

CERTIFICATE_DAYS = 14
"""Renewals come earlier, so that one which ends sooner was forgotten."""


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """`at` is when the secret was set, or when the certificate ends. `name` may be empty."""

    kind: Literal["token", "channel", "certificate", "identity", "provider", "mailbox"]
    uid: str
    at: dt.datetime
    name: str = ""


class _Kept(msgspec.Struct):
    id: uuid.UUID
    at: dt.datetime


class _Named(msgspec.Struct):
    id: str
    at: dt.datetime
    name: str


async def of(org: Organization, now: dt.datetime) -> list[Due]:
    """The longest due first, certificates before secrets."""
    found = await _certificates(org.id, now)
    days = policy.of(org).secret_days
    if days:
        before = now - dt.timedelta(days=days)
        secrets = [
            *await _tokens(org.id, before, now),
            *await _channels(org.id, before),
            *await _identities(org, before),
            *await _providers(org.id, before),
            *await _mailboxes(org.id, before),
        ]
        found += sorted(secrets, key=lambda each: each.at)
    return found


async def password_due(org: Organization, agent: Agent, now: dt.datetime) -> bool:
    """Whether they should choose a new password."""
    days = policy.of(org).password_days
    return bool(days) and policy.is_due(await password_at(agent), days, now)


async def password_at(agent: Agent) -> dt.datetime | None:
    query = Account.select(Account.password_at).where(Account.id == agent.account)
    return await database.value(dt.datetime, query)


async def _certificates(organization: uuid.UUID, now: dt.datetime) -> list[Due]:
    soon = now + dt.timedelta(days=CERTIFICATE_DAYS)
    query = Channel.select(*CHANNEL).where(
        Channel.organization == organization,
        Channel.archived_at.is_null(),
        Channel.enabled.eq(True),
        Channel.certificate_until <= soon,
    )
    found = await database.rows(ChannelRow, query.order_by(Channel.certificate_until))
    return [
        Due(kind="certificate", uid=str(each.id), at=each.certificate_until, name=_called(each))
        for each in found
        if each.certificate_until is not None
    ]


async def _tokens(organization: uuid.UUID, before: dt.datetime, now: dt.datetime) -> list[Due]:
    query = Token.select(
        Token.public_id.as_alias("id"), Token.secret_at.as_alias("at"), Token.name
    ).where(
        Token.organization == organization,
        Token.revoked_at.is_null(),
        Token.expires_at > now,
        Token.secret_at <= before,
    )
    return [
        Due(kind="token", uid=each.id, at=each.at, name=each.name)
        for each in await database.rows(_Named, query)
    ]


async def _channels(organization: uuid.UUID, before: dt.datetime) -> list[Due]:
    query = Channel.select(*CHANNEL).where(
        Channel.organization == organization,
        Channel.archived_at.is_null(),
        Channel.secret_at <= before,
    )
    return [
        Due(kind="channel", uid=str(each.id), at=each.secret_at, name=_called(each))
        for each in await database.rows(ChannelRow, query)
        if each.secret_at is not None and _has_secret(each)
    ]


def _called(channel: ChannelRow) -> str:
    return channel.name or channel.kind


def _has_secret(channel: ChannelRow) -> bool:
    """A mail server without sign-in has none."""
    try:
        return any(sender_of(channel).secrets())
    except Unreadable:
        return False  # It must be entered again anyhow, and the channel says so.


async def _identities(org: Organization, before: dt.datetime) -> list[Due]:
    """Their `uid` is the brand's slug, by which its widget's page is found."""
    query = Widget.select(Widget.brand.as_alias("id"), Widget.identity_at.as_alias("at")).where(
        Widget.organization == org.id,
        Widget.identity != "",
        Widget.identity_at <= before,
        Widget.brand.is_not_null(),
    )
    if not (found := {each.id: each.at for each in await database.rows(_Kept, query)}):
        return []
    return [
        Due(kind="identity", uid=each.slug, at=found[each.id], name=each.name)
        for each in await brands.of(org)
        if each.id in found
    ]


async def _providers(organization: uuid.UUID, before: dt.datetime) -> list[Due]:
    query = SignInProvider.select(SignInProvider.id, SignInProvider.secret_at.as_alias("at")).where(
        SignInProvider.organization == organization,
        SignInProvider.secret != "",
        SignInProvider.enabled.eq(True),
        SignInProvider.secret_at <= before,
    )
    found = await database.rows(_Kept, query)
    return [Due(kind="provider", uid=str(each.id), at=each.at) for each in found]


async def _mailboxes(organization: uuid.UUID, before: dt.datetime) -> list[Due]:
    return [
        Due(kind="mailbox", uid=str(each.uid), at=each.secret_at, name=each.config.name)
        for each in await mailboxes.of(organization)
        if each.enabled and each.secret_at is not None and each.secret_at <= before
    ]
