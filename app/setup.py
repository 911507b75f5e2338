"""The one-time link that creates the first admin."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
from piccolo.columns import Column

from app import (
    database,
    secrets,
    settings,
)
from app.brands.shape import NAME_MAX
from app.deliveries.quota import FREE_MAIL
from app.errors import Invalid, Problem
from app.people import agents, audit, organizations
from app.people.organizations import UNNAMED
from app.tables import Agent, Organization
from app.text import clean_line, clip, in_characters
from app.widget.change import save
from app.widget.hosts import check

VALID = dt.timedelta(hours=1)


async def is_open() -> bool:
    return not await Agent.exists()


async def link() -> str:
    """Makes a new link, which replaces the one before. Only its hash is stored."""
    org = await organizations.first()
    code = secrets.random_text()
    await Organization.update(
        {
            Organization.setup_hash: secrets.plain_hash(code),
            Organization.setup_until: dt.datetime.now(dt.UTC) + VALID,
        }
    ).where(Organization.id == org.id)
    return f"{settings.current().base_url}/setup/{code}"


async def valid(code: str) -> bool:
    return await is_open() and await _owner(code) is not None


async def redeem(
    code: str,
    *,
    email: str,
    password: str,
    locale: str,
    timezone: str,
    site: str = "",
    shop: str = "",
    faults: Sequence[Problem] = (),
) -> Agent:
    """`site` is the first site that may show the form; it is not contacted. `shop` is how visitors
    read it called; left empty, it is taken from the site or the address. `faults` are those of the
    rest of the same form.

    Raises Invalid at /code when the link was used or is too old; with all faults: at /site when
    that is no site, and what agents.create raises.
    """
    hosts, problems = _hosts(site)
    problems += faults
    async with database.transaction():
        org = await _owner(code)
        if (
            org is None
            or not await is_open()
            or not await _spend(org, locale, timezone, named(shop, email, hosts))
        ):
            raise Invalid.at("/code", "setup_over", "This set-up link was used or is too old")
        try:
            agent = await agents.create(
                org.id, email=email, password=password, role="owner", locale=locale
            )
        except Invalid as error:
            raise Invalid([*error.problems, *problems]) from None
        if problems:
            raise Invalid(problems)
        await audit.record(org.id, agent.email, "setup.done", agent.id)
    if hosts:
        await save(org.id, {"hosts": "\n".join(hosts)}, by=agent.email)
    return agent


def _hosts(site: str) -> tuple[tuple[str, ...], list[Problem]]:
    """The site of an address, since people paste a page's, and its faults."""
    parts = site.strip().split("/")
    origin = "/".join(parts[:3]) if "://" in site else parts[0]
    try:
        return check(origin), []
    except Invalid as error:
        return (), [msgspec.structs.replace(each, pointer="/site") for each in error.problems]


def named(shop: str, email: str, hosts: Sequence[str] = ()) -> str:
    """What a shop is called: as said, else its site, else the domain of a mailbox of its own."""
    domain = email.strip().casefold().partition("@")[2]
    site = hosts[0].rpartition("/")[2] if hosts else ""
    own = "" if domain in FREE_MAIL else domain
    guessed = (site or own).removeprefix("*.").removeprefix("www.")
    return clip(clean_line(shop) or guessed, NAME_MAX, cost=in_characters) or UNNAMED


async def _spend(org: Organization, locale: str, timezone: str, name: str) -> bool:
    """Uses the link up. False when another request was quicker."""
    changes: dict[Column | str, Any] = {
        Organization.setup_hash: "",
        Organization.setup_until: None,
        Organization.name: name,
        Organization.locale: locale,
        Organization.timezone: timezone,
    }
    where = (Organization.id == org.id) & (Organization.setup_hash == org.setup_hash)
    return bool(await Organization.update(changes).where(where).returning(Organization.id))


async def _owner(code: str) -> Organization | None:
    return (
        await Organization.objects()
        .where(
            (Organization.setup_hash == secrets.plain_hash(code))
            & (Organization.setup_until > dt.datetime.now(dt.UTC))
        )
        .first()
    )
