"""Whether the parts that we need are there."""

from __future__ import annotations

from typing import Any

from app import database, migrate, queue
from app.errors import Unavailable

OVERDUE_SECONDS = 30
"""A due organization that nobody looked at for this long means that no worker runs."""


async def ready() -> dict[str, Any]:
    """`status` is down without the database, degraded without Redis or a working worker."""
    bell = "ok" if await queue.alive() else "down"
    try:
        now = await database.now()
        rows = await database.fetch("SELECT min(due_at) AS due FROM organization")
        schema = "ok" if not await migrate.missing() else "old"
    except Unavailable:
        return {"status": "down", "database": "down", "redis": bell, "worker": "unknown"}
    due = database.moment(rows[0]["due"])
    waiting = max(0, int((now - due).total_seconds())) if due else 0
    worker = "ok" if waiting <= OVERDUE_SECONDS else "down"
    fine = (bell, worker, schema) == ("ok", "ok", "ok")
    return {
        "status": "ok" if fine else "degraded",
        "database": "ok",
        "schema": schema,
        "redis": bell,
        "worker": worker,
        "oldest_due_seconds": waiting,
    }
