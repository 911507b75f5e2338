"""What is done through the links of a notice, by somebody who is not signed in, or is."""

from __future__ import annotations

import uuid

import msgspec

from app import database
from app.deliveries.rows import CHANNEL, ChannelRow
from app.errors import Conflict, Invalid, NotFound
from app.messages import acts, change, outcomes, remarks
from app.messages.acts import Act
from app.messages.stored import STORED, Stored
from app.people import audit, colleagues, organizations
from app.people.colleagues import Colleague
from app.signed import tap
from app.tables import Channel, Message, Organization
from app.text import clean_line, folded

NAME_MAX = 64
MAKES = {"handle": "handled", "spam": "spam"}
"""What a message is when it is done."""
UNKNOWN = "Nobody here is called {name}. Use the name that stands in the console."
SEVERAL = "Several people here are called {name}. Use your email address."
ALREADY = "The message already is in this state"


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """An open link: what it does, to which message, and where it was sent."""

    act: str
    org: Organization
    channel: uuid.UUID
    message: Stored

    @property
    def is_open(self) -> bool:
        """Whether there still is something to do. A message in the trash is as good as gone."""
        row = self.message
        if row.status == "trash":
            return False
        if self.act == "claim":
            return row.assignee is None and row.status in acts.OPEN
        return self.act == "reply" or row.status != MAKES[self.act]


class Tapper(msgspec.Struct, frozen=True):
    """Who follows it. `agent` is known only of who is signed in."""

    name: str
    agent: uuid.UUID | None = None


async def open_link(given: str) -> Link:
    """Raises NotFound for what is no link of ours, is over or was made void."""
    found = tap.opened(given)
    if found is None:
        raise NotFound
    query = Channel.select(*CHANNEL).where(Channel.id == found.channel)
    channel = await database.row(ChannelRow, query)
    if channel is None or channel.archived_at is not None or not channel.one_tap:
        raise NotFound
    if not found.holds(channel.tap_series):
        raise NotFound
    asked = Message.select(*STORED)
    asked = asked.where(Message.organization == channel.organization, Message.id == found.message)
    row = await database.row(Stored, asked)
    org = await organizations.by_id(channel.organization)
    if row is None or org.disabled_at is not None:
        raise NotFound
    return Link(act=found.act, org=org, channel=channel.id, message=row)


def name_of(text: str) -> str:
    """Raises Invalid at /name."""
    name = clean_line(text)
    if not name:
        raise Invalid.at("/name", "required", "Enter your name, so that the others know who it was")
    if len(name) > NAME_MAX:
        limit = str(NAME_MAX)
        raise Invalid.at("/name", "too_long", "Use at most {limit} characters", limit=limit)
    return name


async def act(link: Link, who: Tapper, *, outcome: str = "", text: str = "", once: str = "") -> str:
    """Returns the name under which it is done. Raises Invalid at /name, /outcome, /outcome_reason
    or /text, and Conflict when it already is so, or cannot be any more."""
    if who.agent is None:
        # Also where somebody is signed in, as a member of another organization.
        audit.known("link")
    if link.act == "claim":
        return await _claim(link, who)
    if not link.is_open:
        raise Conflict("nothing_to_change", ALREADY)
    uid = str(link.message.id)
    if link.act == "reply":
        await remarks.add(
            link.org.id, uid, text, visible=True, by=who.name, agent=who.agent, once=once
        )
    else:
        await change.to_one(link.org.id, uid, _what(link, who, outcome), by=who.name)
    return who.name


async def _claim(link: Link, who: Tapper) -> str:
    member, name = who.agent, who.name
    if member is None:
        called = await _called(link.org.id, who.name)
        member, name = uuid.UUID(called.uid), called.name
    if link.message.assignee == member and link.message.status in acts.OPEN:
        # A second press of the button.
        return name
    if not link.is_open:
        raise Conflict("nothing_to_change", ALREADY)
    await change.to_one(link.org.id, str(link.message.id), acts.claimed(member), by=name)
    return name


def _what(link: Link, who: Tapper, outcome: str) -> Act:
    if link.act == "spam":
        return acts.spam()
    key, _, reason = outcome.partition("/")
    return outcomes.of(link.org).handled(key, reason, "", by=who.name, agent=who.agent)


async def _called(organization: uuid.UUID, name: str) -> Colleague:
    """A message belongs to somebody who works here. Raises Invalid at /name."""
    same = [
        each
        for each in await colleagues.of(organization)
        if each.works and folded(name) in {folded(each.name), folded(each.email)}
    ]
    if len(same) != 1:
        raise Invalid.at("/name", "unknown_agent", SEVERAL if same else UNKNOWN, name=name)
    return same[0]
