"""channel: the configured destinations, and whether they truly work."""

from __future__ import annotations

import sys
from typing import Any

import click
import msgspec

from app import channel_settings, deliveries, outside
from app.people import organizations
from cli.output import EXIT_TEST, filled, json_option, show
from cli.shared import with_database


@click.group()
def channel() -> None:
    """Configured destinations of notices."""


@channel.command("list")
@click.option("--organization", default=organizations.FIRST, show_default=True, help="Its slug.")
@json_option
def list_channels(organization: str, as_json: bool) -> None:
    """List channels with their health. Secrets are masked."""

    async def work() -> list[dict[str, Any]]:
        org = await organizations.by_slug(organization)
        found = await channel_settings.read(org.id)
        listed: list[dict[str, Any]] = found["notifications"]
        return listed

    show(with_database(work), as_json=as_json, line=_line)


def _line(row: dict[str, Any]) -> str:
    health = row["health"]
    trouble = f"  {health['last_error_code']} {health['last_error']}".rstrip()
    missed = f"  {health['missed']} not delivered" if health["missed"] else ""
    twin = f"  same as {row['same_as']}" if row["same_as"] else ""
    state = "waiting for a test" if row["on_when_tested"] else f"{health['state']:8}"
    return f"{row['uid']}  {row['type']:8}  {state}  {row['name']}{trouble}{missed}{twin}"


@channel.command("test")
@click.argument("uid", required=False)
@click.option("--organization", default=organizations.FIRST, show_default=True, help="Its slug.")
@json_option
def test_channel(uid: str | None, organization: str, as_json: bool) -> None:
    """Send a test notice through channel UID, or through every enabled one. Exits 6 if one
    fails."""

    async def work() -> list[dict[str, Any]]:
        org = await organizations.by_slug(organization)
        tested = await channel_settings.test(org.id, outside.egress(), uid=uid)
        rows: list[dict[str, Any]] = msgspec.to_builtins(tested)
        return rows

    rows = with_database(work)
    show(rows, as_json=as_json, line=_tested)
    if not all(row["ok"] for row in rows):
        sys.exit(EXIT_TEST)


@channel.command("resend")
@click.argument("uid")
@click.option("--organization", default=organizations.FIRST, show_default=True, help="Its slug.")
@json_option
def resend(uid: str, organization: str, as_json: bool) -> None:
    """Tell channel UID what it missed while it did not work: messages that still wait for an
    answer. What was refused for its content or may have arrived is left out."""

    async def work() -> int:
        org = await organizations.by_slug(organization)
        await channel_settings.channel(org.id, uid)
        return await deliveries.replay(org.id, channel=uid, missed=True, by="command line")

    count = with_database(work)
    show({"resent": count}, as_json=as_json, line=lambda one: f"{count} to be sent once more.")


@channel.command("restore")
@click.argument("uid", required=False)
@click.option("--organization", default=organizations.FIRST, show_default=True, help="Its slug.")
@json_option
def restore(uid: str | None, organization: str, as_json: bool) -> None:
    """Bring back the removed channel UID with its history; without UID, list what was removed."""

    async def work() -> list[dict[str, Any]]:
        org = await organizations.by_slug(organization)
        if uid is None:
            return await channel_settings.removed_entries(org.id)
        await channel_settings.restore(org.id, uid, by="command line")
        return [await channel_settings.channel(org.id, uid)]

    show(with_database(work), as_json=as_json, line=_line)


def _tested(row: dict[str, Any]) -> str:
    hint = filled(row["hint"], row["facts"])
    answer = "ok" if row["ok"] else f"FAILED {row['code']} {row['message']} {hint}".rstrip()
    return f"{row['type']:8}  {row['name']}  {answer}  {row['duration_ms']} ms"
