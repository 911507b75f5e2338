"""Who did what."""

from __future__ import annotations

from piccolo.columns import Text, Timestamptz, Varchar
from piccolo.table import Table

from app.tables.base import Organization, now, own_id, owner


class Audit(Table):
    """Who did what to which thing, when. Holds no secret and no visitor's words."""

    id = own_id()
    organization = owner(Organization)
    at = Timestamptz(default=now)
    actor = Varchar(254)
    action = Varchar(48)
    target = Varchar(64, default="")
    detail = Text(default="")
