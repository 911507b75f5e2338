"""What is done through the links of a notice, by somebody who is not signed in, or is."""

from __future__ import annotations

import uuid

import msgspec

from app import database
from app.deliveries.rows import CHANNEL, ChannelRow
from app.errors import Invalid, NotFound
from app.messages import acts, change, outcomes, remarks
from app.messages.acts import Act
from app.messages.stored import STORED, Stored
from app.people import colleagues, organizations
from app.signed import tap
from app.tables import Channel, Message, Organization
from app.text import clean_line, folded

NAME_MAX = 64
UNKNOWN = "Nobody here is called {name}. Use the name that stands in the console."


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """An open link: what it does, to which message, and where it was sent."""

    act: str
    org: Organization
    channel: uuid.UUID
    message: Stored


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
    if channel is None or not channel.one_tap or not found.holds(channel.tap_series):
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


async def act(link: Link, who: Tapper, *, outcome: str = "", text: str = "") -> None:
    """Raises Invalid at /name, /outcome, /outcome_reason or /text, and Conflict when it already is
    so."""
    uid = str(link.message.id)
    if link.act == "reply":
        await remarks.add(link.org.id, uid, text, visible=True, by=who.name, agent=who.agent)
        return
    what = await _what(link, who, outcome)
    await change.to_one(link.org.id, uid, what, by=who.name)


async def _what(link: Link, who: Tapper, outcome: str) -> Act:
    if link.act == "claim":
        return acts.claimed(who.agent or await _called(link.org.id, who.name))
    if link.act == "spam":
        return acts.spam()
    key, _, reason = outcome.partition("/")
    return outcomes.of(link.org).handled(key, reason, "", by=who.name, agent=who.agent)


async def _called(organization: uuid.UUID, name: str) -> uuid.UUID:
    """A message belongs to somebody who works here. Raises Invalid at /name."""
    same = [
        each.uid
        for each in await colleagues.of(organization)
        if each.works and folded(name) in {folded(each.name), folded(each.email)}
    ]
    if len(same) != 1:
        raise Invalid.at("/name", "unknown_agent", UNKNOWN, name=name)
    return uuid.UUID(same[0])
