"""admin and token: who may sign in, and which programs may call the API."""

from __future__ import annotations

import sys
from typing import Any

import click

from app.people import agents, organizations, tokens
from cli.output import EXIT_NOT_FOUND, json_option, show
from cli.shared import with_database


@click.group()
def admin() -> None:
    """People who sign in."""


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise click.UsageError("There is no terminal to ask on; use --password-stdin.")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


@admin.command("create")
@click.option("--email", required=True, help="The address to sign in with.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--role", type=click.Choice(agents.ROLES), default="owner", show_default=True)
@click.option("--organization", default=organizations.FIRST, show_default=True, help="Its slug.")
@json_option
def create_admin(
    email: str, password_stdin: bool, role: str, organization: str, as_json: bool
) -> None:
    """Create a person who can sign in. Works while the product runs, and before."""
    password = _password(password_stdin)

    async def work() -> dict[str, Any]:
        if organization == organizations.FIRST:
            await organizations.first()
        org = await organizations.by_slug(organization)
        agent = await agents.create(org.id, email=email, password=password, role=role)
        return {"uid": str(agent.id), "email": agent.email, "role": agent.role}

    created = with_database(work)
    show(created, as_json=as_json, line=lambda one: f"{one['email']} can sign in.")


@admin.command("reset-password")
@click.option("--email", required=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def reset_password(email: str, password_stdin: bool) -> None:
    """Give somebody a new password, end all of their sign-ins and every wait for wrong ones."""
    password = _password(password_stdin)

    async def work() -> str:
        return str((await agents.set_password(email, password, by="leavemsg admin")).email)

    click.echo(f"{with_database(work)} has a new password.")


@click.group()
def token() -> None:
    """Credentials of programs."""


@token.command("create")
@click.option("--name", required=True, help="What it is for.")
@click.option(
    "--scopes", required=True, help=f"Comma-separated, or all: {', '.join(tokens.SCOPES)}."
)
@click.option("--days", default=90, show_default=True, help="Days until it expires, 365 at most.")
@click.option("--organization", default=organizations.FIRST, show_default=True, help="Its slug.")
@json_option
def create_token(name: str, scopes: str, days: int, organization: str, as_json: bool) -> None:
    """Create a token and print it, alone. It cannot be shown again."""
    chosen = [scope.strip() for scope in scopes.split(",") if scope.strip()]

    async def work() -> str:
        if organization == organizations.FIRST:
            await organizations.first()
        org = await organizations.by_slug(organization)
        return await tokens.create(org.id, name, chosen, days=days)

    made = with_database(work)
    show({"token": made} if as_json else made, as_json=as_json)


@token.command("list")
@click.option("--organization", default=organizations.FIRST, show_default=True, help="Its slug.")
@json_option
def list_tokens(organization: str, as_json: bool) -> None:
    """List tokens: what they may do, when they were used, when they expire."""

    async def work() -> list[dict[str, Any]]:
        org = await organizations.by_slug(organization)
        return [
            {
                "id": row.public_id,
                "name": row.name,
                "scopes": row.scopes.split(),
                "used_at": row.used_at,
                "expires_at": row.expires_at,
                "revoked_at": row.revoked_at,
            }
            for row in await tokens.listed(org.id)
        ]

    show(with_database(work), as_json=as_json, line=_token_line)


def _token_line(row: dict[str, Any]) -> str:
    state = "revoked" if row["revoked_at"] else f"until {row['expires_at']:%Y-%m-%d}"
    return f"{row['id']}  {state}  {row['name']}  {','.join(row['scopes'])}"


@token.command("revoke")
@click.argument("public_id")
@click.option("--organization", default=organizations.FIRST, show_default=True, help="Its slug.")
def revoke_token(public_id: str, organization: str) -> None:
    """End a token at once. PUBLIC_ID is the middle part, as `token list` shows it."""

    async def work() -> bool:
        org = await organizations.by_slug(organization)
        return await tokens.revoke(org.id, public_id)

    if not with_database(work):
        click.echo("There is no such living token.", err=True)
        sys.exit(EXIT_NOT_FOUND)
    click.echo("The token is revoked.")
