"""What was erased, so that no copy brings it back."""

from __future__ import annotations

from piccolo.columns import Timestamptz
from piccolo.table import Table

from app.tables.base import Organization, now, own_id, owner


class Tombstone(Table):
    """A message that was erased `at`; its id is the message's, and nothing else of it is left."""

    id = own_id()
    organization = owner(Organization)
    at = Timestamptz(default=now)
