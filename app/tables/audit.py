"""Who did what."""

from __future__ import annotations

from piccolo.columns import BigInt, Boolean, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.tables.base import Organization, now, own_id, owner


class Audit(Table):
    """Who did what to which thing, when, from where. Holds no secret and no visitor's words.
    `kind` is what the actor is, `who` the agent's or token's uid; `area` is what the action belongs
    to. `change` is what stood before and after, as JSON. `mark` is a keyed hash of all that;
    `number` and `hash` are the place in the chain, given by a worker."""

    id = own_id()
    organization = owner(Organization)
    at = Timestamptz(default=now)
    kind = Varchar(8, default="")
    who = Varchar(36, default="")
    actor = Varchar(254)
    action = Varchar(48)
    area = Varchar(16, default="")
    target = Varchar(64, default="")
    detail = Text(default="")
    address = Varchar(64, default="")
    change = Text(default="")
    mark = Varchar(32, default="")
    number = BigInt(null=True, default=None)
    hash = Varchar(32, default="")


class AuditHead(Table):
    """The end of an organization's chain; its row is the lock of the chain. The first `old` entries
    are from before there was one; it goes on being joined by such until it is `settled`. Entries up
    to `since` have an earlier secret key. `seal` is a keyed hash of the row."""

    id = own_id()
    organization = owner(Organization)
    number = BigInt(default=0)
    hash = Varchar(32, default="")
    old = BigInt(default=0)
    settled = Boolean(default=False)
    since = BigInt(default=0)
    seal = Varchar(32, default="")


class BadTry(Table):
    """Bad tries to sign in that are not recorded one by one, for an hour after the first: `more`
    follow it."""

    id = own_id()
    organization = owner(Organization)
    action = Varchar(48)
    target = Varchar(64, default="")
    actor = Varchar(254, default="")
    more = Integer(default=0)
    addresses = Text(default="")
    at = Timestamptz(default=now)
