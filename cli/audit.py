"""audit: who did what, and whether that was changed since."""

from __future__ import annotations

import re
import sys
import uuid
from typing import Any, BinaryIO

import click
import msgspec

from app.people import organizations
from app.people.audit import listed, taken
from app.people.audit.verify import Verdict, verify
from app.tables import Organization
from cli.output import EXIT_BROKEN, json_option, show
from cli.shared import BY, organization_option, with_database

HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]{32})")


class Kept(click.ParamType[tuple[int, str]]):
    """An entry's number and hash, as `--head` prints them."""

    name = "number:hash"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, str]:
        match = HEAD.fullmatch(str(value).strip())
        if match is None:
            self.fail("Write it as `leavemsg audit verify --head` prints it, like 1204:9f2c…")
        return int(match[1]), match[2]


@click.group()
def audit() -> None:
    """Who did what, and whether that was changed since."""


@audit.command("verify")
@click.option("--organization", default="", help="Its slug; all if left out.")
@click.option(
    "--head", is_flag=True, help="Print number:hash of the last entry, to be kept elsewhere."
)
@click.option(
    "--kept", type=Kept(), help="What --head printed earlier: that entry must still be there."
)
@json_option
def verify_chain(
    organization: str, head: bool, kept: tuple[int, str] | None, as_json: bool
) -> None:
    """Check that no entry was changed, removed or added in the database. Exits with 7 and names the
    first when one was. Changes nothing, also while the product runs."""
    if kept and not organization:
        organization = organizations.FIRST

    async def work() -> list[dict[str, Any]]:
        return [await _verdict(each, kept) for each in await _organizations(organization)]

    found = with_database(work)
    show(found, as_json=as_json, line=_head if head else _line)
    if any(each["fault"] for each in found):
        if head and not as_json:
            show([each for each in found if each["fault"]], as_json=False, line=_line)
        sys.exit(EXIT_BROKEN)


async def _organizations(slug: str) -> list[tuple[uuid.UUID, str]]:
    if slug:
        org = await organizations.by_slug(slug)
        return [(org.id, org.slug)]
    rows = await Organization.select(Organization.id, Organization.slug).order_by(Organization.slug)
    return [(each["id"], each["slug"]) for each in rows]


async def _verdict(org: tuple[uuid.UUID, str], kept: tuple[int, str] | None) -> dict[str, Any]:
    uid, slug = org
    found: Verdict = await verify(uid, kept=kept)
    fault = found.fault
    return {
        "organization": slug,
        **{name: value for name, value in msgspec.structs.asdict(found).items() if name != "fault"},
        "fault": {**msgspec.to_builtins(fault), "text": str(fault)} if fault else None,
    }


def _head(row: dict[str, Any]) -> str:
    return f"{row['organization']}  {row['entries']}:{row['hash']}"


def _line(row: dict[str, Any]) -> str:
    fault = row["fault"]
    if fault:
        which = "  ".join(str(fault[key]) for key in ("at", "action", "id") if fault.get(key))
        return f"{row['organization']}  BROKEN  {fault['text']}{f'  ({which})' if which else ''}"
    parts = [f"{row['entries']} entries"]
    if row["waiting"]:
        parts.append(f"{row['waiting']} more not numbered yet")
    if row["old"]:
        parts.append(f"the first {row['old']} from before entries were chained")
    if row["since"]:
        parts.append(f"up to {row['since']} with an earlier secret key, not checked")
    return f"{row['organization']}  whole  {', '.join(parts)}"


@audit.command("export")
@click.option(
    "--format", "kind", type=click.Choice([*taken.FORMATS]), default="jsonl", show_default=True
)
@click.option("--to", type=click.File("wb"), default="-", help="A file; the terminal if left out.")
@organization_option
def export(kind: str, to: BinaryIO, organization: str) -> None:
    """Write the audit into a file, newest first, with the hash of each entry."""

    async def work() -> None:
        org = await organizations.by_slug(organization)
        file = await taken.take(org, listed.Wanted(), kind, locale=org.locale, by=BY)
        async for piece in file.pieces:
            to.write(piece)

    with_database(work)
