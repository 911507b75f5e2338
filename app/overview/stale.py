"""Days whose notices are not what was kept of them: they are counted until all are over again."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from app.tables import DaySum

A_DAY = dt.timedelta(days=1)


async def again(organization: uuid.UUID, owed_at: Iterable[dt.datetime]) -> None:
    """Notices that were over wait again; only in the transaction that makes them. `owed_at` is when
    they were owed at first."""
    days = {moment.astimezone(dt.UTC).date() for moment in owed_at}
    if days:
        # In whatever zone the days are.
        around = {(day + each * A_DAY).isoformat() for day in days for each in (-1, 0, 1)}
        stale = DaySum.update({DaySum.told: None}).where(DaySum.day.is_in(sorted(around)))
        await stale.where(DaySum.organization == organization)


async def since(organization: uuid.UUID, owed_at: dt.datetime) -> None:
    """Notices that were owed at some time since are gone; only in the transaction that deletes."""
    first = (owed_at.astimezone(dt.UTC).date() - A_DAY).isoformat()
    stale = DaySum.update({DaySum.told: None}).where(DaySum.day >= first)
    await stale.where(DaySum.organization == organization)
