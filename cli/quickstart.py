"""quickstart: from nothing to a test that somebody saw in the group, then the product itself.

Each step looks first whether it is done, so a second start goes on where the first one stopped.
"""

from __future__ import annotations

import sys
import textwrap
from typing import Any

import click
import segno

from app import channel_settings, outside, ready_lines, settings, setup
from app.brands.change import rename
from app.channel_settings import arrival
from app.channel_settings.pasted import connect, read_pasted
from app.channels.kinds import told_only
from app.channels.paste import complete
from app.deliveries.trial import Tested
from app.errors import Invalid
from app.people import agents, organizations, passwords
from app.tables import Organization
from cli.output import EXIT_REFUSED, EXIT_TEST, filled, told
from cli.shared import with_database

BY = "quickstart"
PASTE = "Address of your group's robot (WeCom, DingTalk, Feishu, any webhook; Enter to skip)"
MAILBOX = "A mailbox wants more than an address: add it in the console under 系统设置 → 留言通知."
OPEN_SOON = (
    "Links in notices begin with {url}, which {where}. Put a web server with a\n"
    "certificate in front, set LEAVEMSG_BASE_URL to its address and start again. With Caddy:\n"
)
WHERE = {
    "machine": "opens on this computer only",
    "network": "opens in your own network only",
    "world": "is not encrypted",
}


@click.command()
@click.option("--email", default="", help="Of the first account. Asked for when left out.")
@click.option("--channel-stdin", is_flag=True, help="Read the robot's address from standard input.")
@click.option("--no-serve", is_flag=True, help="Set up, and do not start the product.")
@click.pass_context
def quickstart(ctx: click.Context, email: str, channel_stdin: bool, no_serve: bool) -> None:
    """Set up in one minute: an account, a group that is told, a test that somebody saw, the code
    for the site. Asks for two things and starts the product."""
    pasted = sys.stdin.readline() if channel_stdin else ""
    person = _account(email)
    refused = _channel(pasted, person)
    _code()
    if no_serve:
        sys.exit(EXIT_TEST if refused else 0)
    assert ctx.parent is not None
    assert isinstance(ctx.parent.command, click.Group)
    serve = ctx.parent.command.get_command(ctx, "serve")
    assert serve is not None
    ctx.invoke(serve)


def _account(email: str) -> str:
    """Makes the first account unless there is one. Returns who confirms a test."""
    if not with_database(setup.is_open):
        click.echo("There is an account already: sign in with it.")
        return email or BY
    if not email and not sys.stdin.isatty():
        raise click.UsageError("There is no terminal to ask on; use --email.")
    email = email or str(click.prompt("Your e-mail"))
    password = passwords.suggested()

    async def create() -> str:
        org = await organizations.first()
        made = await agents.create(org.id, email=email, password=password)
        await rename(org, org.slug, setup.named("", email), by=BY)
        return made.email

    made: str = with_database(create)
    click.echo(f"Account: {made}\nPassword: {password}   (shown once; change it under 我的账号)\n")
    return made


def _channel(pasted: str, person: str) -> bool:
    """Adds and tests a channel unless one works. Returns whether the one that was given does not:
    to have none yet is a choice."""
    found = with_database(_channels)
    if any(each["health"]["last_ok_at"] for each in found):
        click.echo("A channel is set up already.")
        return False
    asks = sys.stdin.isatty()
    while True:
        text = pasted or (str(click.prompt(PASTE, default="", show_default=False)) if asks else "")
        if not text.strip():
            click.echo("No channel yet: messages are stored, and nobody is told of them.\n")
            return False
        tested = _try(text)
        if tested is not None and tested.ok:
            _confirm(tested, person, asks=asks)
            return False
        if not asks:
            return True
        pasted = ""


def _try(text: str) -> Tested | None:
    """Adds the channel and tests it. One that does not work is not kept; None: there was none."""

    async def work() -> Tested | None:
        found = read_pasted(text)
        if not complete(found["type"], found):
            click.echo(MAILBOX)
            return None
        org = await organizations.first()
        tested = await connect(org.id, found, outside.egress(), by=BY)
        if not tested.ok:
            await channel_settings.archive(org.id, str(tested.uid), by=BY)
        return tested

    try:
        tested: Tested | None = with_database(work)
    except Invalid as error:
        click.echo(told(error), err=True)
        if not sys.stdin.isatty():
            sys.exit(EXIT_REFUSED)
        return None
    if tested is not None and not tested.ok:
        hint = filled(tested.hint, tested.facts)
        said = f"{tested.type} refused it: {tested.code} {tested.message} {hint}"
        click.echo(said.rstrip(), err=True)
    return tested


def _confirm(tested: Tested, person: str, *, asks: bool) -> None:
    """Asks whether the test is seen; without a terminal the link in it does."""
    click.echo(f"{tested.type} accepted a test message in {tested.duration_ms} ms.")
    if not asks:
        click.echo("Whoever opens the link in it confirms that it arrived.\n")
        return
    seen = click.confirm("Do you see it there?", default=True)

    async def note() -> None:
        org = await organizations.first()
        await arrival.arrived(org.id, str(tested.uid), seen=seen, by=person)

    with_database(note)
    if not seen:
        click.echo("Is the group muted? Is it another group? The console lists what to look at.")
    click.echo()


async def _channels() -> list[dict[str, Any]]:
    org = await organizations.first()
    return told_only((await channel_settings.read(org.id))["notifications"])


def _code() -> None:
    """What goes on the site, and the form's own address."""
    current = settings.current()
    org: Organization = with_database(organizations.first)
    form = f"{current.base_url}/w/{org.slug}"
    click.echo("Paste this line before </body> on every page of your site:\n")
    click.echo(f"    {ready_lines.tag(current.base_url, org.slug, backup=current.backup_url)}\n")
    click.echo(f"The form has an address of its own: {form}")
    if sys.stdout.isatty():
        segno.make(form, error="m", micro=False).terminal(compact=True)
    if not current.is_public:
        where = WHERE[current.reach]
        click.echo(OPEN_SOON.format(url=current.base_url, where=where))
        click.echo(textwrap.indent(ready_lines.proxy(current.port), "    ") + "\n")
