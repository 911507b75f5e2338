"""brand: the faces of an organization to visitors, each with an address, form, widget and hours."""

from __future__ import annotations

from typing import Any

import click

from app.brands import change
from app.brands import stored as brands
from app.brands.copied import add_like
from app.brands.shape import Brand
from app.people import organizations
from cli.output import json_option, show
from cli.shared import BY, organization_option, with_database


@click.group()
def brand() -> None:
    """Brands: an address, form, widget and hours each, and one inbox."""


@brand.command("list")
@organization_option
@json_option
def listed(organization: str, as_json: bool) -> None:
    """List the brands in their order, those that are archived at the end."""

    async def work() -> list[dict[str, Any]]:
        org = await organizations.by_slug(organization)
        return [_said(each) for each in await brands.all_of(org)]

    show(with_database(work), as_json=as_json, line=_line)


@brand.command("add")
@click.argument("slug")
@click.option("--name", required=True, help="As visitors read it.")
@click.option("--like", default="", help="The slug of one whose form, look and hours it copies.")
@organization_option
@json_option
def add(slug: str, name: str, like: str, organization: str, as_json: bool) -> None:
    """Add a brand. SLUG is its address (/w/SLUG), which stays."""

    async def work() -> dict[str, Any]:
        org = await organizations.by_slug(organization)
        other = await brands.one(org, like) if like else None
        return _said(await add_like(org, slug, name, other, by=BY))

    show(with_database(work), as_json=as_json, line=_line)


@brand.command("rename")
@click.argument("slug")
@click.option("--name", required=True, help="As visitors read it.")
@organization_option
@json_option
def rename(slug: str, name: str, organization: str, as_json: bool) -> None:
    """Give a brand another name. Its address stays."""

    async def work() -> dict[str, Any]:
        org = await organizations.by_slug(organization)
        await change.rename(org, slug, name, by=BY)
        return _said(await brands.one(await organizations.by_id(org.id), slug))

    show(with_database(work), as_json=as_json, line=_line)


@brand.command("archive")
@click.argument("slug")
@organization_option
@json_option
def archive(slug: str, organization: str, as_json: bool) -> None:
    """Close a brand's form. Its messages stay."""

    async def work() -> dict[str, Any]:
        org = await organizations.by_slug(organization)
        await change.archive(org, slug, by=BY)
        return _said(await brands.one(org, slug))

    show(with_database(work), as_json=as_json, line=_line)


@brand.command("restore")
@click.argument("slug")
@organization_option
@json_option
def restore(slug: str, organization: str, as_json: bool) -> None:
    """Open the form of an archived brand again."""

    async def work() -> dict[str, Any]:
        org = await organizations.by_slug(organization)
        await change.restore(org, slug, by=BY)
        return _said(await brands.one(org, slug))

    show(with_database(work), as_json=as_json, line=_line)


def _said(found: Brand) -> dict[str, Any]:
    return {
        "uid": str(found.id),
        "slug": found.slug,
        "name": found.name,
        "archived": found.archived,
    }


def _line(row: dict[str, Any]) -> str:
    return f"{row['slug']}  {row['name']}{'  archived' if row['archived'] else ''}"
