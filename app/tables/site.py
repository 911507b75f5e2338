"""What a site shows: its form, its presence, its widget."""

from __future__ import annotations

from piccolo.columns import UUID, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.tables.base import Organization, now, own_id, owner


class Brand(Table):
    """One face of an organization to visitors, with an address of its own. The id of its first is
    the organization's: what belongs to no other brand belongs to that. `name` and `locale` are the
    organization's where they are empty."""

    id = own_id()
    organization = owner(Organization)
    slug = Varchar(64, unique=True)
    name = Varchar(128, default="")
    locale = Varchar(16, default="")
    position = Integer(default=0)
    channels = Text(default="[]")
    """The uids of those that are told of its messages, as JSON; none: all."""
    archived_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=now)


class FormVersion(Table):
    """A brand's form as it was published once; the highest number is in force. The one without
    `published_at` is the draft. A number names one form of the organization. `brand` is NULL for
    the first one's where an older process has written it."""

    id = own_id()
    organization = owner(Organization)
    brand = UUID(null=True, default=None)
    number = Integer(default=1)
    form = Text(default="{}")
    published_at = Timestamptz(null=True, default=None)
    published_by = Varchar(254, default="")
    created_at = Timestamptz(default=now)


class PresenceRule(Table):
    """When a brand counts as online, one row each: its rule, its office hours as JSON, and what was
    set by hand."""

    id = own_id()
    organization = owner(Organization)
    brand = UUID(null=True, default=None)
    rule = Varchar(24, default="agents")
    schedule = Text(default="")
    override = Varchar(8, default="")
    override_until = Timestamptz(null=True, default=None)
    override_by = Varchar(254, default="")
    updated_at = Timestamptz(default=now)


class PresenceReport(Table):
    """What somebody last said of who is online. `source` is "console" or a token's id; `who` is one
    agent, or empty for all of the source together."""

    id = own_id()
    organization = owner(Organization)
    source = Varchar(64)
    who = Varchar(64, default="")
    name = Varchar(254, default="")
    online = Integer(default=0)
    until = Timestamptz(default=now)
    overloaded_until = Timestamptz(null=True, default=None)
    at = Timestamptz(default=now)


class Widget(Table):
    """The visitor's widget of a brand, one row each. `embedding` says who may frame the form:
    "listed" for `hosts`, or "any". `identity` is encrypted, and set at
    `identity_at`."""

    id = own_id()
    organization = owner(Organization)
    brand = UUID(null=True, default=None)
    embedding = Varchar(8, default="listed")
    hosts = Text(default="[]")
    label = Varchar(32, default="")
    label_en = Varchar(32, default="")
    labels = Text(default="{}")
    """The button's texts as JSON, by language tag. `label` and `label_en` held two of them, and go
    with the release after the first."""
    side = Varchar(8, default="right")
    accent = Varchar(8, default="")
    theme = Varchar(8, default="auto")
    show = Varchar(8, default="offline")
    online = Varchar(8, default="hide")
    chat_link = Text(default="")
    phone = Varchar(32, default="")
    email = Varchar(254, default="")
    wechat = Varchar(64, default="")
    context = Text(default="[]")
    identity = Text(default="")
    identity_at = Timestamptz(null=True, default=None)
    updated_at = Timestamptz(default=now)


class WidgetHost(Table):
    """A site that loaded a brand's widget, and in how many minutes. Nothing of its visitors."""

    id = own_id()
    organization = owner(Organization)
    brand = UUID(null=True, default=None)
    origin = Varchar(255)
    minutes = Integer(default=1)
    first_at = Timestamptz(default=now)
    at = Timestamptz(default=now)
