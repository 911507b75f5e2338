"""message: list, show and handle what visitors left."""

from __future__ import annotations

from typing import Any, BinaryIO

import click

from app import messages
from app.brands import stored as brands
from app.messages import Row, Shown, export
from app.messages.export.wish import FORMATS, Wish
from app.messages.inbox import PAGE_MAX
from app.messages.wanted import STATUSES, Wanted
from app.people import organizations
from app.tables import Organization
from cli.output import json_option, show
from cli.shared import BY, organization_option, with_database

EXCERPT = 60
brand_option = click.option("--brand", default="", help="Only of the brand with this slug.")


@click.group()
def message() -> None:
    """Messages that visitors left."""


@message.command("list")
@click.option("--status", type=click.Choice(STATUSES), help="Only these.")
@click.option("--search", default="", help="Words, a name, a phone number or a message's number.")
@brand_option
@click.option("--limit", type=click.IntRange(1, PAGE_MAX), default=50, show_default=True)
@organization_option
@json_option
def list_messages(
    status: str | None, search: str, brand: str, limit: int, organization: str, as_json: bool
) -> None:
    """List messages, newest first."""

    async def work() -> list[Row]:
        org = await organizations.by_slug(organization)
        which = Wanted(status=status or "", q=search, brand=await _brand(org, brand))
        return (await messages.inbox(org.id, which, limit=limit)).items

    show(with_database(work), as_json=as_json, line=_line)


def _line(row: Row) -> str:
    who = " ".join(part for part in (row.name, row.phone, row.email, row.wechat) if part)
    said = " ".join(row.content.split())
    short = said if len(said) <= EXCERPT else f"{said[:EXCERPT]}…"
    return f"{row.created_at:%Y-%m-%d %H:%M}  {row.reference}  {row.status:8}  {who}  {short}"


@message.command("show")
@click.argument("which")
@organization_option
@json_option
def show_message(which: str, organization: str, as_json: bool) -> None:
    """Show a message, by its number (LM-7K3F9Q) or uid, with everything known about it."""

    async def work() -> Shown:
        org = await organizations.by_slug(organization)
        return await messages.show(org.id, await _uid(org.id, which))

    show(with_database(work), as_json=as_json, line=_everything)


def _everything(shown: Shown) -> str:
    row = shown.message
    facts = {
        "Number": row.reference,
        "Left": f"{row.created_at:%Y-%m-%d %H:%M:%S} UTC",
        "Status": f"{row.status} {row.outcome} {row.outcome_reason}".strip(),
        "Name": row.name,
        "Phone": row.phone,
        "Email": row.email,
        "WeChat": row.wechat,
        "Category": row.category,
        **row.fields,
        "Page": row.page_url,
        "Address": row.ip,
        "Note": row.note,
    }
    lines = [f"{name:10}{value}" for name, value in facts.items() if value]
    told = [f"{sent.channel_name or sent.kind:10}{sent.state}" for sent in shown.deliveries]
    return "\n".join([*lines, "", row.content, *(["", *told] if told else [])])


@message.command("handle")
@click.argument("which")
@click.option(
    "--outcome",
    default="none",
    show_default=True,
    help="The key of an outcome: phone, email, wechat, none, or one of your own.",
)
@click.option("--reason", default="", help="The key of a reason, if the outcome is none.")
@click.option("--note", default="", help="For the team.")
@organization_option
@json_option
def handle(
    which: str, outcome: str, reason: str, note: str, organization: str, as_json: bool
) -> None:
    """Mark a message handled, by its number or uid. What waits to be told of it is cancelled."""

    async def work() -> Row:
        org = await organizations.by_slug(organization)
        uid = await _uid(org.id, which)
        await messages.handle(org.id, uid, outcome=outcome, reason=reason, note=note, by=BY)
        return await messages.one(org.id, uid)

    show(with_database(work), as_json=as_json, line=lambda row: f"{row.reference} is handled.")


@message.command("export")
@click.option("--format", "kind", type=click.Choice([*FORMATS]), default="csv", show_default=True)
@click.option("--status", type=click.Choice(STATUSES), help="Only these.")
@click.option("--search", default="", help="Words, a name, a phone number or a message's number.")
@brand_option
@click.option(
    "--masked", is_flag=True, help="Phone numbers, email addresses and WeChat IDs not in full."
)
@click.option("--to", type=click.File("wb"), default="-", help="A file; the terminal if left out.")
@organization_option
def take(
    kind: str,
    status: str | None,
    search: str,
    brand: str,
    masked: bool,
    to: BinaryIO,
    organization: str,
) -> None:
    """Write messages into a file, newest first. The audit says how many were taken."""

    async def work() -> None:
        org = await organizations.by_slug(organization)
        which = Wanted(status=status or "", q=search, brand=await _brand(org, brand))
        wish = Wish(format=kind, full=not masked, locale=org.locale)
        taken = await export.take(org, which, wish, by=BY)
        async for piece in taken.pieces:
            to.write(piece)

    with_database(work)


async def _brand(org: Organization, slug: str) -> str:
    """Its uid; empty for all. Raises NotFound."""
    return str((await brands.one(org, slug)).id) if slug else ""


async def _uid(organization: Any, which: str) -> str:
    """The uid for a reference or a uid. Raises NotFound for an unknown reference."""
    if "-" in which and not which.upper().startswith("LM"):
        return which
    return (await messages.by_reference(organization, which)).uid
