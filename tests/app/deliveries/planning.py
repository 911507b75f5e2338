"""Plans made and recorded by hand: no courier, no network, no waiting."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from app import database
from app.channels.sender import Acceptance
from app.deliveries.courier import _write, turn
from app.deliveries.planned import Planned
from app.deliveries.record import Went
from app.errors import SendError
from app.tables import Organization

WECOM = "http://127.0.0.1:9/cgi-bin/webhook/send?key="
HOOK = "http://127.0.0.1:9/hook/"
TIMES = {
    "attempt": ("started_at", "finished_at", "blocks_until"),
    "dispatch": ("created_at", "lease_until", "retry_at"),
    "delivery": ("rank", "due_at", "created_at"),
    "message": ("handled_at",),
    "channel": ("paused_until", "blocked_until", "error_at", "failing_since", "ok_at"),
}
OK = Acceptance()
BUSY = SendError("retry", "http_503", http_status=503)


async def plan(organization: uuid.UUID) -> list[Planned]:
    return [*(await turn(organization)).planned]


async def plan_apart(organization: uuid.UUID) -> list[Planned]:
    """As another worker does at the same moment: in a transaction of its own."""
    return [*(await _write(organization, (), plans=True)).planned]


async def record(planned: Planned, outcome: Acceptance | SendError, duration_ms: int) -> None:
    """And plans nothing."""
    await turn(planned.organization, Went(planned, outcome, duration_ms), plans=False)


async def all_plans(org: Organization) -> list[Planned]:
    """As the courier does it: until nothing is left to plan."""
    found: list[Planned] = []
    while planned := await plan(org.id):
        found += planned
    return found


async def went(planned: list[Planned], outcome: Acceptance | SendError = OK) -> None:
    for each in planned:
        await record(each, outcome, 5)


async def later(**passed: float) -> None:
    """Everything that is on record happened that much earlier."""
    step = dt.timedelta(**passed)
    async with database.transaction():
        for table, names in TIMES.items():
            found = await database.rows(dict, f"SELECT * FROM {table}")
            sets = ", ".join(f"{name} = ?" for name in names)
            await database.execute_many(
                f"UPDATE {table} SET {sets} WHERE id = ?",
                [[*(row[name] and row[name] - step for name in names), row["id"]] for row in found],
            )


async def rows(table: str, *columns: str) -> list[tuple[Any, ...]]:
    found = await database.rows(dict, f"SELECT * FROM {table} ORDER BY id")
    return [tuple(row[name] for name in columns) for row in found]


async def due_in(org: Organization) -> float | None:
    """Seconds until the organization wants its next look."""
    (row,) = await database.rows(dict, "SELECT due_at FROM organization WHERE id = ?", org.id)
    if row["due_at"] is None:
        return None
    return float((row["due_at"] - await database.now()).total_seconds())
