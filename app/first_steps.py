"""What a new desk still lacks, as the first page of an admin shows it. Each state is read from what
truly happened; nothing is ticked off by hand."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import msgspec

from app import database, instance, presence, settings, widget
from app.backup import BACKUP
from app.catalogue import say
from app.channel_settings.read import read
from app.channel_settings.trial import last_try
from app.channels.kinds import told_only
from app.deliveries.tries import Try
from app.fields.check import Answers
from app.messages.inbox import Row, one
from app.messages.leave import leave
from app.messages.submission import Left, Visit
from app.people import audit
from app.people.organizations import UNNAMED
from app.tables import Agent, Message, Organization

TRIAL = "A test message, to see the whole way: left like a visitor's, told like any other."
TRIAL_NAME = "Test"


class FirstSteps(msgspec.Struct, frozen=True, kw_only=True):
    """`channel` is the first one, as channel_settings reads it, `tried` its last test. `trial` is
    the message that went the whole way as a test. `sites` load the widget; those that are
    `shut_out` may not show the form."""

    channel: dict[str, Any] | None
    tried: Try | None
    trial: Row | None
    name: bool
    sites: list[str]
    shut_out: list[str]
    address: bool
    hours: bool
    colleagues: bool
    backup: bool

    @property
    def states(self) -> dict[str, bool]:
        """Each step by name, in order, and whether it is done."""
        return {
            "channel": bool(self.channel and self.channel["health"]["received_at"]),
            "trial": bool(self.trial and self.trial.deliveries.sent),
            "name": self.name,
            "site": bool(self.sites),
            "address": self.address,
            "hours": self.hours,
            "colleagues": self.colleagues,
            "backup": self.backup,
        }

    @property
    def done(self) -> int:
        return sum(self.states.values())


async def of(org: Organization) -> FirstSteps:
    """Also puts the page away once everything is done."""
    channel = await channel_of(org.id)
    loaded = [each.origin for each in await widget.seen(org.id)]
    setup = await widget.read(org.id)
    found = FirstSteps(
        channel=channel,
        tried=await last_try(uuid.UUID(channel["uid"])) if channel else None,
        trial=await _trial(org.id),
        name=org.name != UNNAMED,
        sites=[each for each in loaded if widget.allows(setup, each)],
        shut_out=[each for each in loaded if not widget.allows(setup, each)],
        address=settings.current().is_public,
        hours=await presence.schedule_of(org) is not None,
        colleagues=await Agent.count().where(
            Agent.organization == org.id, Agent.disabled_at.is_null()
        )
        > 1,
        backup=await instance.read(BACKUP) is not None,
    )
    if all(found.states.values()):
        await _over(org.id)
    return found


async def channel_of(organization: uuid.UUID) -> dict[str, Any] | None:
    """One that a person confirmed, else the first."""
    found = told_only((await read(organization))["notifications"])
    confirmed = [each for each in found if each["health"]["received_at"]]
    return next(iter([*confirmed, *found]), None)


async def _trial(organization: uuid.UUID) -> Row | None:
    query = Message.select(Message.id).where(
        Message.organization == organization, Message.submission_id == _submission(organization)
    )
    found = await database.value(uuid.UUID, query)
    return await one(organization, str(found)) if found else None


def _submission(organization: uuid.UUID) -> str:
    """One for each organization: whoever presses twice leaves one message."""
    return f"first-steps-{organization}"


async def leave_trial(org: Organization, email: str, visit: Visit) -> Left:
    """A message that goes the whole way, as a visitor's does. `email` is of whoever tries."""
    answers = Answers(content=say(org.locale, TRIAL), name=say(org.locale, TRIAL_NAME), email=email)
    return await leave(org, answers, visit, submission_id=_submission(org.id))


async def dismiss(organization: uuid.UUID, *, by: str) -> None:
    """The page is no longer offered."""
    await _over(organization)
    await audit.record(organization, by, "first_steps.over", organization)


async def _over(organization: uuid.UUID) -> None:
    await Organization.update({Organization.settled_at: dt.datetime.now(dt.UTC)}).where(
        Organization.id == organization, Organization.settled_at.is_null()
    )
