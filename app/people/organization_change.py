"""What people decide about an organization as a whole: that there is one, its name, language and
time zone. All of it is in the audit log."""

from __future__ import annotations

import uuid

from app import database, settings
from app.brands import stored
from app.brands.shape import TAKEN, name_problems, slug_problems
from app.errors import Conflict, Invalid, Problem
from app.hours.schedule import zones
from app.languages import LANGUAGES
from app.people import agents, audit, organizations
from app.tables import Account, Agent, Organization
from app.text import clean_line

OWNED_MAX = 20
"""Made by people in the console: one who makes more wants the command line."""
LIMIT = "You own {limit} organizations already. Whoever runs the server can make more"


def may_begin(role: str) -> bool:
    """Whether people with this role may make another one in the console."""
    return settings.current().organizations == "owners" and role == "owner"


async def begin(
    *,
    slug: str,
    name: str,
    owner: Agent | None = None,
    like: Organization | None = None,
    most: int | None = None,
    by: str,
) -> Organization:
    """A new one with its first brand; the `owner`'s account owns it, and `most` at a time. Language
    and zone are those of `like`, else the operator's. Raises Invalid at /slug and /name with every
    fault, and for too many."""
    slug, name = slug.strip().lower(), clean_line(name)
    if problems := [*name_problems(name), *slug_problems(slug)]:
        raise Invalid(problems)
    defaults = settings.current()
    row = organizations.new(
        slug,
        name,
        locale=like.locale if like else defaults.locale,
        timezone=like.timezone if like else defaults.timezone,
    )
    async with database.transaction():
        if owner is not None:
            await agents.hold(owner.account)
            if most is not None and await owned(owner.account) >= most:
                raise Invalid.at("", "too_many", LIMIT, limit=str(most))
        try:
            made = await organizations.insert(row)
        except Conflict:
            made = False
        if not made:
            raise Invalid.at("/slug", "taken", TAKEN)
        await audit.record(row.id, by, "organization.created", row.id, slug)
        if owner is not None:
            [account] = await Account.objects().where(Account.id == owner.account)
            await agents.add(row.id, account, role="owner", name=owner.name)
    return await organizations.by_id(row.id)


async def owned(account: uuid.UUID) -> int:
    return int(await Agent.count().where(Agent.account == account, Agent.role == "owner"))


async def change(
    org: Organization, *, name: str, locale: str = "", timezone: str = "", by: str
) -> None:
    """Its address stays: pages of others carry it. An empty language or zone stays as it is. Raises
    Invalid at /name, /locale and /timezone with every fault."""
    name, locale, timezone = clean_line(name), locale or org.locale, timezone or org.timezone
    problems = name_problems(name)
    if locale not in LANGUAGES:
        problems.append(Problem("/locale", "unknown_language", "Choose one of the languages"))
    if timezone not in zones():
        detail = "Choose a time zone like Asia/Shanghai or UTC"
        problems.append(Problem("/timezone", "unknown_zone", detail))
    if problems:
        raise Invalid(problems)
    changed = Organization.update(
        {
            Organization.name: name,
            Organization.locale: locale,
            Organization.timezone: timezone,
        }
    )
    async with database.transaction():
        await changed.where(Organization.id == org.id)
        if name != org.name:
            await audit.record(org.id, by, "organization.renamed", org.id, f"{org.name} > {name}")
        if (locale, timezone) != (org.locale, org.timezone):
            said = f"{org.locale} {org.timezone} > {locale} {timezone}"
            await audit.record(org.id, by, "organization.changed", org.id, said)
    stored.forget(org, *(each.slug for each in await stored.all_now(org)))


async def set_disabled(org: Organization, disabled: bool, *, by: str) -> None:
    """Nobody opens it, its programs are refused and its forms take nothing; what waits is still
    sent, and nothing is deleted. The first of the installation stays. Raises Conflict."""
    if disabled and org.slug == organizations.FIRST:
        raise Conflict("first_organization", "The first organization stays")
    if disabled == (org.disabled_at is not None):
        return
    at = await database.now() if disabled else None
    async with database.transaction():
        changed = Organization.update({Organization.disabled_at: at})
        await changed.where(Organization.id == org.id)
        act = "organization.disabled" if disabled else "organization.enabled"
        await audit.record(org.id, by, act, org.id)
    stored.forget(org, *(each.slug for each in await stored.all_now(org)))
