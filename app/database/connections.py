"""How busy the connections of this process are, and how long SQLite's log has grown."""

from __future__ import annotations

import os

from app import database
from app.database.postgres import POOL_SIZE, Postgres
from app.database.sqlite import FOR_VISITORS, READERS


def in_use() -> tuple[int, int]:
    """Connections that somebody holds, and the most that there may be."""
    engine = database.engine()
    if isinstance(engine, Postgres):
        pool = engine.pool
        return (pool.get_size() - pool.get_idle_size() if pool else 0), POOL_SIZE
    most = READERS + FOR_VISITORS
    free = engine._readers.qsize() + engine._for_visitors.qsize()
    return most - free + engine._writing.locked(), most + 1


def log_bytes() -> int:
    """The size of SQLite's log (WAL); 0 where there is none."""
    engine = database.engine()
    if isinstance(engine, Postgres):
        return 0
    try:
        return os.stat(f"{engine.path}-wal").st_size
    except OSError:
        return 0
