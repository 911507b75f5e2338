"""delivery: who was told of what, and sending again what failed."""

from __future__ import annotations

import datetime as dt
import re
import sys
from typing import Any

import click

from app import deliveries
from app.deliveries import log
from app.deliveries.forecast import forecast
from app.deliveries.logged import Logged
from app.people import organizations
from app.reading import dates
from cli.output import json_option, show
from cli.shared import BY, organization_option, with_database

SPAN = re.compile(r"([1-9]\d{0,4})([mhd])")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Since(click.ParamType[dt.datetime]):
    """A span back from now, or a time."""

    name = "span or time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.datetime:
        if isinstance(value, dt.datetime):
            return value
        now = dt.datetime.now(dt.UTC)
        try:
            if match := SPAN.fullmatch(value):
                return now - dt.timedelta(**{UNITS[match[2]]: int(match[1])})
        except OverflowError:
            return dt.datetime.combine(dates.FIRST, dt.time(), dt.UTC)
        moment = dates.bound(value)
        if moment is None:
            self.fail("Use a span like 30m, 2h or 7d, or a time like 2026-11-22T08:00Z.")
        return moment


since_option = click.option(
    "--since", type=Since(), help="Only since: 30m, 2h, 7d, or a time (UTC unless it says more)."
)


def _named(_: click.Context, __: click.Parameter, uid: str | None) -> str | None:
    """A shell variable that holds nothing must not choose everything."""
    if uid is not None and not uid.strip():
        raise click.BadParameter("It is empty. Give a channel's uid, or leave it out for all.")
    return uid


channel_option = click.option("--channel", callback=_named, help="Only this channel, by its uid.")


@click.group()
def delivery() -> None:
    """What channels were owed of messages, and how it went."""


@delivery.command("list")
@click.option("--state", type=click.Choice(log.STATES), help="Only these.")
@channel_option
@since_option
@click.option("--reference", default="", help="Only of this message, by its number.")
@click.option("--limit", type=click.IntRange(1, log.PAGE_MAX), default=50, show_default=True)
@organization_option
@json_option
def list_deliveries(
    state: str | None,
    channel: str | None,
    since: dt.datetime | None,
    reference: str,
    limit: int,
    organization: str,
    as_json: bool,
) -> None:
    """List the newest deliveries. A test is listed as a test."""
    wanted = log.Filter(state=state or "", channel=channel or "", since=since, reference=reference)

    async def work() -> list[Logged]:
        org = await organizations.by_slug(organization)
        return (await log.listed(org.id, wanted, limit=limit)).items

    show(with_database(work), as_json=as_json, line=_line)


def _line(row: Logged) -> str:
    about = row.reference or ("test" if row.test else row.purpose)
    words = [f"{row.created_at:%Y-%m-%d %H:%M:%S}", row.uid, f"{about:9}", f"{row.state:9}"]
    words += [row.channel_name or row.kind, row.agent_name, row.reason]
    if row.waits_for:
        words.append(f"waits for {row.waits_for}")
    if row.last and row.last.outcome not in ("ok", ""):
        words += [row.last.code, row.last.message]
    return "  ".join(word for word in words if word)


@delivery.command("replay")
@click.argument("uid", required=False)
@click.option("--failed", is_flag=True, help="Every failed one, instead of one by its UID.")
@channel_option
@since_option
@click.option(
    "--as-sent", is_flag=True, help="With the template used at the time, not the current one."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@organization_option
@json_option
def replay(
    uid: str | None,
    failed: bool,
    channel: str | None,
    since: dt.datetime | None,
    as_sent: bool,
    yes: bool,
    organization: str,
    as_json: bool,
) -> None:
    """Send one delivery once more, or all that failed. They wait for their places under the limit
    like everything else; `delivery stop` stops them. Asks before many go, on a terminal only."""
    if bool(uid) == failed or uid == "":
        raise click.UsageError("Name one delivery by its UID, or say --failed.")
    if uid and (channel or since):
        raise click.UsageError("--channel and --since go with --failed.")
    if failed and not yes and sys.stdin.isatty():
        _ask(organization, channel, since)

    async def work() -> int:
        org = await organizations.by_slug(organization)
        return await deliveries.replay(
            org.id,
            delivery=uid,
            channel=channel,
            since=since,
            as_sent=as_sent,
            by=BY,
        )

    count = with_database(work)
    show({"replayed": count}, as_json=as_json, line=lambda one: f"{count} to be sent once more.")


def _ask(organization: str, channel: str | None, since: dt.datetime | None) -> None:
    async def work() -> list[Any]:
        org = await organizations.by_slug(organization)
        return await forecast(org.id, channel=channel, since=since)

    found = with_database(work)
    for each in found:
        name = each.channel_name or each.kind
        click.echo(f"{name}: {each.count}, about {each.minutes} min", err=True)
    total = sum(each.count for each in found)
    click.confirm(f"Send {total} once more?", abort=True, err=True)


@delivery.command("stop")
@channel_option
@organization_option
@json_option
def stop(channel: str | None, organization: str, as_json: bool) -> None:
    """Stop sending once more: what has not gone yet is failed again."""

    async def work() -> int:
        org = await organizations.by_slug(organization)
        return await deliveries.stop_replay(org.id, channel=channel, by=BY)

    count = with_database(work)
    show({"stopped": count}, as_json=as_json, line=lambda one: f"{count} stopped.")
