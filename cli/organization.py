"""organization: the customers of the installation, each with people, channels and messages of its
own."""

from __future__ import annotations

from typing import Any

import click

from app.errors import NotFound
from app.people import agents, organization_change, organizations
from app.people.actor import OPERATOR
from app.tables import Organization
from cli.output import json_option, show
from cli.shared import with_database


@click.group()
def organization() -> None:
    """Organizations, each with people, channels and messages of its own."""


@organization.command("create")
@click.argument("slug")
@click.option("--name", required=True, help="As its members and visitors read it.")
@click.option("--owner", default="", help="The email of somebody who can sign in already.")
@json_option
def create(slug: str, name: str, owner: str, as_json: bool) -> None:
    """Create an organization. SLUG is its address (/w/SLUG), which stays."""

    async def work() -> dict[str, Any]:
        found = await agents.at(agents.account_of(owner)) if owner else []
        if owner and not found:
            raise NotFound
        org = await organization_change.begin(
            slug=slug, name=name, owner=found[0] if found else None, by=OPERATOR.by
        )
        return _said(org)

    show(with_database(work), as_json=as_json, line=_line)


@organization.command("list")
@json_option
def listed(as_json: bool) -> None:
    """List the organizations, the oldest first."""

    async def work() -> list[dict[str, Any]]:
        return [_said(each) for each in await organizations.every()]

    show(with_database(work), as_json=as_json, line=_line)


@organization.command("rename")
@click.argument("slug")
@click.option("--name", required=True, help="As its members and visitors read it.")
@json_option
def rename(slug: str, name: str, as_json: bool) -> None:
    """Give an organization another name. Its address stays: pages of others carry it."""

    async def work() -> dict[str, Any]:
        org = await organizations.by_slug(slug)
        await organization_change.change(org, name=name, by=OPERATOR.by)
        return _said(await organizations.by_id(org.id))

    show(with_database(work), as_json=as_json, line=_line)


@organization.command("disable")
@click.argument("slug")
def disable(slug: str) -> None:
    """Let nobody open an organization; its forms and programs are refused. Nothing is deleted."""
    _set_disabled(slug, True)
    click.echo(f"{slug} is disabled.")


@organization.command("enable")
@click.argument("slug")
def enable(slug: str) -> None:
    """Open an organization that was disabled again, as it was."""
    _set_disabled(slug, False)
    click.echo(f"{slug} is open again.")


def _set_disabled(slug: str, disabled: bool) -> None:
    async def work() -> None:
        org = await organizations.by_slug(slug)
        await organization_change.set_disabled(org, disabled, by=OPERATOR.by)

    with_database(work)


def _said(org: Organization) -> dict[str, Any]:
    return {
        "uid": str(org.id),
        "slug": org.slug,
        "name": org.name,
        "locale": org.locale,
        "timezone": org.timezone,
        "created_at": org.created_at,
        "disabled_at": org.disabled_at,
    }


def _line(row: dict[str, Any]) -> str:
    state = "  disabled" if row["disabled_at"] else ""
    return f"{row['slug']}  {row['name']}{state}"
