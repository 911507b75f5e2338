"""What is due, of one organization and of no other."""

from __future__ import annotations

import datetime as dt
from typing import Any

from app import channel_settings, outside, widget
from app.mail import mailbox_change
from app.mail.mailboxes import Config
from app.people import agents, organizations, tokens
from app.rotation import due, policy
from app.tables import Account, Agent, Channel, Mailbox, Organization, Token, Widget

NOW = dt.datetime.now(dt.UTC)
OLD = NOW - dt.timedelta(days=400)
CRM: dict[str, Any] = {"type": "custom", "name": "CRM", "webhook_url": "https://crm.example/hook"}


async def kinds(org: Organization) -> list[tuple[str, str]]:
    return [(each.kind, each.name) for each in await due.of(org, NOW)]


async def aged() -> None:
    await Token.update({Token.secret_at: OLD}, force=True)
    await Channel.update({Channel.secret_at: OLD}, force=True)
    await Widget.update({Widget.identity_at: OLD}, force=True)
    await Mailbox.update({Mailbox.secret_at: OLD}, force=True)


async def test_each_secret_that_is_older_than_a_year_is_due(
    org: Organization, other_org: Organization
) -> None:
    await tokens.create(org.id, "erp", ["submit"])
    await channel_settings.add(org.id, CRM, by="t")
    await widget.read(org.id)
    await widget.replace_identity(org.id, on=True, by="t")
    box = Config(name="客服", host="127.0.0.1", user="a@shop.example")
    await mailbox_change.save(outside.egress(), org.id, None, box, "x", by="t")
    assert await kinds(org) == []
    await aged()
    assert sorted(await kinds(org)) == [
        ("channel", "CRM"),
        ("identity", org.name),
        ("mailbox", "客服"),
        ("token", "erp"),
    ]
    assert await kinds(other_org) == []
    await policy.save(org, {"secret_days": "0", "password_days": "0"}, by="t")
    assert await kinds(await organizations.by_id(org.id)) == []


async def test_what_is_renewed_or_gone_is_due_no_more(org: Organization) -> None:
    made = await tokens.create(org.id, "erp", ["submit"])
    uid = await channel_settings.add(org.id, CRM, by="t")
    await aged()
    await tokens.rotate(org.id, made.split("_")[1])
    await channel_settings.archive(org.id, uid, by="t")
    assert await kinds(org) == []


async def test_a_mail_server_without_a_sign_in_has_no_secret(org: Organization) -> None:
    smtp = {"host": "mail.example", "port": 465}
    raw = {"type": "email", "smtp_config": smtp, "to": ["a@shop.example"], "from": "b@shop.example"}
    await channel_settings.add(org.id, raw, by="t")
    await aged()
    assert await kinds(org) == []


async def test_a_certificate_that_ends_soon_is_due_whatever_the_organization_says(
    org: Organization,
) -> None:
    await channel_settings.add(org.id, CRM, by="t")
    for days, expected in ((15, []), (13, [("certificate", "CRM")])):
        ends = NOW + dt.timedelta(days=days)
        await Channel.update({Channel.certificate_until: ends}, force=True)
        assert await kinds(org) == expected


async def test_a_password_is_asked_for_anew_only_if_the_organization_wants_it(
    org: Organization, owner: Agent
) -> None:
    assert await due.password_at(owner) is not None
    await Account.update({Account.password_at: OLD}, force=True)
    assert not await due.password_due(org, owner, NOW)
    await policy.save(org, {"secret_days": "0", "password_days": "90"}, by="t")
    org = await organizations.by_id(org.id)
    assert await due.password_due(org, owner, NOW)
    await agents.set_password(owner.email, "another good one 1", by="t")
    assert not await due.password_due(org, owner, NOW)
