"""What files weigh, in SQL: sums that Piccolo has only for all rows."""

from __future__ import annotations

import datetime as dt
import uuid

from app import database
from app.database import names
from app.tables import VisitorFile


async def weighs() -> int:
    """All files of the installation, in bytes."""
    f = names(VisitorFile)
    return await database.value(int, f"SELECT SUM({f.size} + {f.small}) FROM {f}") or 0


async def of_sender(sender: str, since: dt.datetime) -> int:
    f = names(VisitorFile)
    sql = f"SELECT SUM({f.size}) FROM {f} WHERE {f.sender} = ? AND {f.created_at} > ?"
    return await database.value(int, sql, sender, since) or 0


async def loose(organization: uuid.UUID) -> int:
    """What has no message."""
    f = names(VisitorFile)
    sql = f"SELECT SUM({f.size}) FROM {f} WHERE {f.message} IS NULL AND {f.organization} = ?"
    return await database.value(int, sql, organization) or 0
