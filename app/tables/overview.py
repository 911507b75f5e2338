"""Numbers of the overview that are kept, so that no page counts every message. All of them can be
counted anew."""

from __future__ import annotations

from piccolo.columns import Text, Varchar
from piccolo.table import Table

from app.tables.base import Organization, own_id, owner


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
