"""Numbers of the overview that are kept, so that no page counts every message. All of them can be
counted anew."""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.tables.base import Organization, now, own_id, owner


class KeptDays(Table):
    """Up to which day an organization's sums are kept, in days of the zone that it had then."""

    id = own_id()
    organization = owner(Organization)
    zone = Varchar(64)
    until = Varchar(10)


class DaySum(Table):
    """The sums of one day, as JSON; a kept day without a row has none. `told` is what became of
    its notices, NULL while not all of them are over."""

    id = own_id()
    organization = owner(Organization)
    day = Varchar(10)
    sums = Text(default="{}")
    told = Text(null=True, default=None)


class FormDay(Table):
    """How often the form was shown, opened, begun, sent and refused on a day of the organization's
    zone."""

    id = own_id()
    organization = owner(Organization)
    day = Varchar(10)
    shown = Integer(default=0)
    opened = Integer(default=0)
    begun = Integer(default=0)
    sent = Integer(default=0)
    refused = Integer(default=0)


class Report(Table):
    """Tells a `channel` every day or week how the days before went: at `at`, a time like 09:00 of
    the organization's zone; of a week on `weekday`, 0 for Monday. It is due from `since` on."""

    id = own_id()
    organization = owner(Organization)
    channel = UUID(null=True, default=None)
    every = Varchar(8, default="day")
    weekday = Integer(default=0)
    at = Varchar(5, default="09:00")
    skip_empty = Boolean(default=False)
    skip_closed = Boolean(default=False)
    since = Timestamptz(default=now)


class Announcement(Table):
    """What a channel is told beside messages, as it was written once: every try says the same. Of a
    `report` and `period` there is one. `skipped` is why it was not sent: "empty", "no_channel"."""

    id = own_id()
    organization = owner(Organization)
    purpose = Varchar(8)
    report = UUID(null=True, default=None)
    period = Varchar(40, default="")
    channel = UUID(null=True, default=None)
    title = Text(default="")
    lines = Text(default="[]")
    link = Text(default="")
    skipped = Varchar(16, default="")
    created_at = Timestamptz(default=now)
