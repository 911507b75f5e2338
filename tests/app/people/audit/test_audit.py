"""Who did what to which thing."""

import asyncio
import contextlib
import uuid
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from app import database
from app.configuration import plan
from app.fields import change as fields
from app.people import account, account_links, agents, audit, organizations, sign_in_policy, tokens
from app.people.actor import OPERATOR
from app.people.factors import change, codes, totp
from app.rotation import policy
from app.tables import Agent, Organization

Act = Callable[[Agent], Coroutine[Any, Any, object]]
ACTS: dict[str, Act] = {
    "token": lambda me: tokens.create(me.organization, "crm", ["all"]),
    "invitation": lambda me: account_links.invite(me.organization, role="agent", by=OPERATOR),
    "link": lambda me: account_links.reset(me.organization, me.id, by=OPERATOR),
    "link by mail": account_links.mailed,
    "password": lambda me: agents.renew_password(me, "x"),
    "policy": lambda me: sign_in_policy.save(me.organization, {"required": "everybody"}, by="x"),
    "name": lambda me: account.change(me, name="new", locale="en", timezone="UTC"),
    "mail": lambda me: account.choose_mail(me, assigned=False, mentions=False),
    "ages": lambda me: ages(me.organization, secret_days="30", password_days="0"),
    "field": lambda me: fields.add(me.organization, "text", by="x"),
    "app removed": change.remove_app,
    "recovery codes": change.renew_codes,
    "factors removed": lambda me: change.remove_all(me.organization, me.id, by=OPERATOR),
}
TABLES = (
    "account",
    "account_link",
    "agent",
    "authenticator",
    "form_version",
    "organization",
    "recovery_code",
)


async def ages(organization: uuid.UUID, **days: str) -> None:
    await policy.save(await organizations.by_id(organization), days, by="x")


async def everything() -> str:
    rows = [await database.rows(dict, f"SELECT * FROM {name}") for name in (*TABLES, "token")]
    return "\n".join(sorted(str(row) for found in rows for row in found))


async def test_what_was_done_to_a_thing_is_told_in_order(org: Organization) -> None:
    for action in ("channel.added", "channel.off", "channel.on"):
        await audit.record(org.id, "owner@shop.example", action, org.id, "wecom")
    await audit.record(org.id, "owner@shop.example", "channel.off", "another thing")

    told = await audit.of(org.id, org.id)
    assert [each.action for each in told] == ["channel.added", "channel.off", "channel.on"]
    assert {(each.actor, each.detail) for each in told} == {("owner@shop.example", "wecom")}


async def test_another_organization_sees_nothing_of_it(
    org: Organization, other_org: Organization
) -> None:
    await audit.record(org.id, "owner@shop.example", "channel.off", "thing")
    assert await audit.of(other_org.id, "thing") == []


@pytest.mark.parametrize("name", ACTS)
async def test_what_cannot_be_put_on_record_is_not_done(name: str, owner: Agent) -> None:
    await totp.begin(owner.account)
    await database.execute("UPDATE authenticator SET confirmed_at = created_at")
    await codes.renew(owner.account)
    before = await everything()

    async def ends(_: audit.Entry) -> str:
        """As if the process ended here."""
        raise asyncio.CancelledError

    audit.followed_by(ends)
    try:
        with contextlib.suppress(asyncio.CancelledError):
            await ACTS[name](owner)
    finally:
        plan.follow()
    assert await everything() == before
    await ACTS[name](owner)
    assert await everything() != before
