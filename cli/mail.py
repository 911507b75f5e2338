"""mail: what came in by mail."""

from __future__ import annotations

import contextlib
import sys
import uuid

import click

from app.errors import Error, Invalid, Unavailable
from app.mail import mailboxes
from app.mail.receive import RAW_MAX, receive
from app.mail.settle import settle
from app.people import organizations
from cli.shared import organization_option, with_database

DATA, AGAIN = 65, 75
"""EX_DATAERR: it is no mail, so it goes back. EX_TEMPFAIL: the mail server tries again later."""


@click.group()
def mail() -> None:
    """Mail that comes in."""


@mail.command("deliver")
@click.option("--mailbox", default="", help="The uid of the mailbox that it came to.")
@organization_option
def deliver(mailbox: str, organization: str) -> None:
    """Take a raw mail from standard input, as from a .forward file.

    It ends with 0 once the mail is stored, 65 when it is no mail, and 75 whenever the mail server
    should try again.
    """
    # A closed standard input is no mail.
    raw = sys.stdin.buffer.read(RAW_MAX + 1) if sys.stdin else b""

    async def work() -> None:
        org = await organizations.by_slug(organization)
        box: uuid.UUID | None = (await mailboxes.one(org.id, mailbox)).uid if mailbox else None
        uid = await receive(org.id, raw, box)
        # It is stored: a worker settles what is not settled here.
        with contextlib.suppress(Unavailable):
            await settle(org.id, uid)

    try:
        with_database(work)
    except Invalid as error:
        click.echo(error.problems[0].detail, err=True)
        sys.exit(DATA)
    except (Error, OSError) as error:
        # Also for a wrong option: a mail that goes back to its sender is lost to us.
        click.echo(f"The mail is not stored: {type(error).__name__}. Try again later.", err=True)
        sys.exit(AGAIN)
