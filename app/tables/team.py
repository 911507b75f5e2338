"""What colleagues have to do with messages beside what they do with them."""

from __future__ import annotations

from piccolo.columns import BigInt, Timestamptz
from piccolo.table import Table

from app.tables.base import Organization, now, own_id, owner
from app.tables.messages import Message
from app.tables.people import Agent


class Mention(Table):
    """A note of a message mentions an agent; when they look at the message, the last of theirs
    stays. `number` is the organization's `wakes` then."""

    id = own_id()
    organization = owner(Organization)
    message = owner(Message)
    agent = owner(Agent)
    number = BigInt(default=0)
    created_at = Timestamptz(default=now)
    seen_at = Timestamptz(null=True, default=None)


class Looker(Table):
    """An agent who has the message in front of them, and when their page last said so. Old rows
    go."""

    id = own_id()
    organization = owner(Organization)
    message = owner(Message)
    agent = owner(Agent)
    seen_at = Timestamptz(default=now)
