"""admin: who may sign in."""

from __future__ import annotations

import sys
from typing import Any

import click

from app import presence
from app.deliveries.personal import letter
from app.errors import NotFound
from app.people import (
    account_links,
    agents,
    audit,
    email_change,
    members,
    organizations,
    tokens,
)
from app.people.actor import OPERATOR
from app.people.factors import change
from cli.output import json_option, show
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
        await audit.record(org.id, OPERATOR.by, "member.added", agent.id, role)
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
        return str((await agents.set_password(email, password, by=OPERATOR.by)).email)

    click.echo(f"{with_database(work)} has a new password.")


@admin.command("change-email")
@click.option("--email", required=True)
@click.option("--new", required=True, help="The address to sign in with from now on.")
def change_email(email: str, new: str) -> None:
    """Give somebody another address, in every organization that they belong to."""

    async def work() -> str:
        return await email_change.change(email, new, by=OPERATOR.by)

    click.echo(f"{with_database(work)} can sign in.")


@admin.command("remove-second-factor")
@click.option("--email", required=True)
def remove_second_factor(email: str) -> None:
    """Remove somebody's app, passkeys and recovery codes, and end their sign-ins: they sign in with
    the password alone."""

    async def work() -> str:
        found = await agents.at(agents.account_of(email))
        if not found:
            raise NotFound
        await change.remove_all(found[0].organization, found[0].id, by=OPERATOR)
        await letter.posted()
        return str(found[0].email)

    click.echo(f"{with_database(work)} signs in with the password alone.")


@admin.command("list")
@click.option("--organization", default=organizations.FIRST, show_default=True, help="Its slug.")
@json_option
def list_members(organization: str, as_json: bool) -> None:
    """List who may sign in, with role and when they were last seen."""

    async def work() -> list[dict[str, Any]]:
        org = await organizations.by_slug(organization)
        return [
            {
                "uid": str(each.id),
                "email": each.email,
                "name": each.name,
                "role": each.role,
                "seen_at": each.seen_at,
                "disabled_at": each.disabled_at,
            }
            for each in await members.of(org.id)
        ]

    show(with_database(work), as_json=as_json, line=_member_line)


def _member_line(row: dict[str, Any]) -> str:
    seen = f"seen {row['seen_at']:%Y-%m-%d}" if row["seen_at"] else "never signed in"
    state = "disabled" if row["disabled_at"] else seen
    return f"{row['email']}  {row['role']}  {state}  {row['name']}"


@admin.command("invite")
@click.option("--role", type=click.Choice(members.GIVEN), default="agent", show_default=True)
@click.option("--email", default="", help="Only this address can join.")
@click.option("--organization", default=organizations.FIRST, show_default=True, help="Its slug.")
@json_option
def invite(role: str, email: str, organization: str, as_json: bool) -> None:
    """Print a link by which one person joins, alone. It works once, for 7 days."""

    async def work() -> str:
        org = await organizations.by_slug(organization)
        return await account_links.invite(org.id, role=role, email=email, by=OPERATOR)

    made = with_database(work)
    show({"link": made} if as_json else made, as_json=as_json)


@admin.command("role")
@click.option("--email", required=True)
@click.option("--role", type=click.Choice(members.GIVEN), required=True)
@click.option("--organization", default="", help="Its slug, for who belongs to several.")
def set_role(email: str, role: str, organization: str) -> None:
    """Give somebody another role. The last owner stays one."""

    async def work() -> str:
        home, found = await members.by_email(email, organization)
        await members.set_role(home, found.id, role, by=OPERATOR)
        return found.email

    click.echo(f"{with_database(work)} is {role} now.")


@admin.command("disable")
@click.option("--email", required=True)
@click.option("--organization", default="", help="Its slug, for who belongs to several.")
@click.option("--keep-tokens", is_flag=True, help="Let API tokens that they know work on.")
def disable(email: str, organization: str, keep_tokens: bool) -> None:
    """End somebody's sign-ins at once, let them sign in no more, and revoke the API tokens that
    were shown to them."""

    async def work() -> tuple[str, list[str]]:
        home, found = await members.by_email(email, organization)
        known = [f"{each.shown} {each.name}" for each in await tokens.known_to(home, found.id)]
        gone = await members.disable(home, found.id, by=OPERATOR, withdraw=not keep_tokens)
        await presence.leave(gone)
        return found.email, known

    address, known = with_database(work)
    click.echo(f"{address} cannot sign in any more.")
    for each in known:
        click.echo(f"Still works: {each}" if keep_tokens else f"Revoked: {each}")


@admin.command("enable")
@click.option("--email", required=True)
@click.option("--organization", default="", help="Its slug, for who belongs to several.")
def enable(email: str, organization: str) -> None:
    """Let somebody sign in again, with the role and the password of before."""

    async def work() -> str:
        home, found = await members.by_email(email, organization)
        await members.enable(home, found.id, by=OPERATOR)
        return found.email

    click.echo(f"{with_database(work)} can sign in again.")
