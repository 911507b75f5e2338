"""Earlier states of the settings."""

from __future__ import annotations

from piccolo.columns import UUID, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.tables.base import Organization, now, own_id, owner


class SettingVersion(Table):
    """A part of the settings as it stood once, as JSON; of secrets only keyed hashes. `entry` is
    that of the audit which made it so; NULL: as it was found."""

    id = own_id()
    organization = owner(Organization)
    part = Varchar(16)
    state = Text(default="{}")
    entry = UUID(null=True, default=None)
    by = Varchar(254, default="")
    at = Timestamptz(default=now)
