"""What an organization asks of who signs in to it: its own choice, under 系统设置 → 登录方式."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, Literal, get_args

import msgspec

from app import database
from app.errors import Invalid, Problem
from app.people import audit
from app.tables import Agent, Organization

Required = Literal["nobody", "admins", "everybody"]
REQUIRED: tuple[Required, ...] = get_args(Required)
GRACE_MAX = 90
DEVICE_MAX = 365


class SignInPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """`required`: who must have a second factor, `grace_days` after they are asked for it, which is
    `since` or since they are here. `passkeys`: whether one is enough without a password.
    `device_days`: how long a browser is remembered, 0 for never. `mail_reset`: whether who has lost
    their password gets a link by mail."""

    required: Required = "nobody"
    grace_days: int = 7
    since: dt.datetime | None = None
    passkeys: bool = True
    device_days: int = 30
    mail_reset: bool = True

    def demands(self, role: str) -> bool:
        """Whether people with this role must have a second factor."""
        admins = role in ("owner", "admin")
        return self.required == "everybody" or (self.required == "admins" and admins)

    def due(self, joined: dt.datetime) -> dt.datetime:
        """When who must have one cannot go on without."""
        return max(joined, self.since or joined) + dt.timedelta(days=self.grace_days)


def of(org: Organization) -> SignInPolicy:
    if not org.sign_in:
        return SignInPolicy()
    return msgspec.json.decode(org.sign_in, type=SignInPolicy)


async def for_account(account: uuid.UUID) -> SignInPolicy:
    """The strictest of all organizations that somebody belongs to, in what is asked at the
    sign-in."""
    mine = Agent.select(Agent.organization).where(
        Agent.account == account, Agent.disabled_at.is_null()
    )
    ids = [row["organization"] for row in await mine]
    if not ids:
        return SignInPolicy()
    found = [of(org) for org in await Organization.objects().where(Organization.id.is_in(ids))]
    return SignInPolicy(
        passkeys=all(each.passkeys for each in found),
        device_days=min(each.device_days for each in found),
    )


async def save(organization: uuid.UUID, form: Mapping[str, str], *, by: str) -> SignInPolicy:
    """Raises Invalid at the field."""
    rows = await Organization.objects().where(Organization.id == organization)
    before = of(rows[0])
    required = form.get("required", before.required)
    grace, grace_faults = _days(form, "grace_days", before.grace_days, GRACE_MAX)
    device, device_faults = _days(form, "device_days", before.device_days, DEVICE_MAX)
    problems = [*grace_faults, *device_faults]
    if required not in REQUIRED:
        problems.append(Problem("/required", "not_a_choice", "Choose one of these"))
    if problems:
        raise Invalid(problems)
    asked = required != before.required
    after = SignInPolicy(
        required=msgspec.convert(required, Required),
        grace_days=grace,
        since=dt.datetime.now(dt.UTC) if asked else before.since,
        passkeys=form.get("passkeys") == "yes",
        device_days=device,
        mail_reset=form.get("mail_reset") == "yes",
    )
    if after != before:
        text = msgspec.json.encode(after).decode()
        said = _said(before, after)
        async with database.transaction():
            await Organization.update({Organization.sign_in: text}).where(
                Organization.id == organization
            )
            await audit.record(organization, by, "sign_in.policy", organization, said)
    return after


def _said(before: SignInPolicy, after: SignInPolicy) -> str:
    """What changed, as `device_days: 30 > 0`."""
    old, new = _shown(before), _shown(after)
    return ", ".join(f"{name}: {old[name]} > {new[name]}" for name in new if old[name] != new[name])


def _shown(policy: SignInPolicy) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.to_builtins(policy)
    del shown["since"]
    return shown


def _days(form: Mapping[str, str], name: str, before: int, most: int) -> tuple[int, list[Problem]]:
    typed = form.get(name, str(before)).strip()
    if typed.isascii() and typed.isdigit() and len(typed) < 5 and int(typed) <= most:
        return int(typed), []
    facts = {"limit": str(most)}
    return 0, [Problem(f"/{name}", "out_of_range", "Use 0 to {limit} days", facts)]
