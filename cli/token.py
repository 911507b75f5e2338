"""token: which programs may call the API."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Any

import click

from app.people import organizations, tokens
from app.people.token_shape import DAYS, OVERLAP, READ_ONLY, SCOPES
from cli.output import EXIT_NOT_FOUND, json_option, show
from cli.shared import with_database

of_organization = click.option(
    "--organization", default=organizations.FIRST, show_default=True, help="Its slug."
)
days_option = click.option(
    "--days", default=DAYS, show_default=True, help="Days until it expires, 365 at most."
)
HOURS = int(OVERLAP.total_seconds()) // 3600


@click.group()
def token() -> None:
    """Credentials of programs."""


@token.command("create")
@click.option("--name", required=True, help="What it is for.")
@click.option(
    "--scopes",
    default=",".join(READ_ONLY),
    show_default=True,
    help=f"Comma-separated, or all: {', '.join(SCOPES)}.",
)
@days_option
@click.option(
    "--networks", default="", help="Addresses and networks that may use it, comma-separated."
)
@of_organization
@json_option
def create_token(
    name: str, scopes: str, days: int, networks: str, organization: str, as_json: bool
) -> None:
    """Create a token and print it, alone. It cannot be shown again."""
    chosen = [scope.strip() for scope in scopes.split(",") if scope.strip()]

    async def work() -> str:
        if organization == organizations.FIRST:
            await organizations.first()
        org = await organizations.by_slug(organization)
        return await tokens.create(org.id, name, chosen, days=days, networks=networks)

    made = with_database(work)
    show({"token": made} if as_json else made, as_json=as_json)


@token.command("list")
@of_organization
@json_option
def list_tokens(organization: str, as_json: bool) -> None:
    """List tokens: what they may do, when they were used, when they expire."""

    async def work() -> list[dict[str, Any]]:
        org = await organizations.by_slug(organization)
        return [
            {
                "id": row.public_id,
                "ends": row.ends,
                "name": row.name,
                "scopes": row.scopes.split(),
                "networks": row.networks.split(),
                "created_by": row.created_by,
                "created_at": row.created_at,
                "used_at": row.used_at,
                "used_from": row.used_from,
                "rotated_at": row.secret_at,
                "old_ends": row.old_ends,
                "old_until": row.old_until,
                "expires_at": row.expires_at,
                "revoked_at": row.revoked_at,
            }
            for row in await tokens.listed(org.id)
        ]

    show(with_database(work), as_json=as_json, line=_token_line)


def _token_line(row: dict[str, Any]) -> str:
    state = "revoked" if row["revoked_at"] else f"until {row['expires_at']:%Y-%m-%d}"
    used = f"used {row['used_at']:%Y-%m-%d}" if row["used_at"] else "never used"
    return f"{row['id']}  {state}  {used}  {row['name']}  {','.join(row['scopes'])}"


@token.command("rotate")
@click.argument("public_id")
@click.option(
    "--overlap",
    default=HOURS,
    show_default=True,
    type=click.IntRange(0, 720),
    help="Hours that the secret before still works.",
)
@days_option
@of_organization
@json_option
def rotate_token(public_id: str, overlap: int, days: int, organization: str, as_json: bool) -> None:
    """Give a token a new secret and print it, alone. The one before works on for a while, 24 hours
    unless --overlap says otherwise."""

    async def work() -> str:
        org = await organizations.by_slug(organization)
        until = dt.datetime.now(dt.UTC) + dt.timedelta(hours=overlap)
        return await tokens.rotate(org.id, public_id, until=until, days=days)

    made = with_database(work)
    show({"token": made} if as_json else made, as_json=as_json)


@token.command("revoke")
@click.argument("public_id")
@click.option("--old", is_flag=True, help="Only the secret before the last rotation.")
@of_organization
def revoke_token(public_id: str, old: bool, organization: str) -> None:
    """End a token at once. PUBLIC_ID is the middle part, as `token list` shows it."""

    async def work() -> bool:
        org = await organizations.by_slug(organization)
        end = tokens.end_old if old else tokens.revoke
        return await end(org.id, public_id)

    if not with_database(work):
        click.echo("There is no such living token.", err=True)
        sys.exit(EXIT_NOT_FOUND)
    click.echo("The earlier secret is ended." if old else "The token is revoked.")
