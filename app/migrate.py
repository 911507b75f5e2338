"""Brings a database to the newest schema, one caller at a time."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import io
from collections.abc import AsyncIterator
from pathlib import Path

from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager
from piccolo.apps.migrations.tables import Migration

from app import database
from app.database.away import away
from app.errors import Error

ADVISORY_LOCK = 7_203_355_911
"""Any constant of our own: PostgreSQL lets one session at a time hold it."""


class MigrationFailed(Error):
    """The schema could not be brought up to date; nothing was changed."""


async def run() -> None:
    """Applies what is missing, all of it or nothing. Safe to call from several processes at
    once."""
    async with _alone(), database.transaction():
        # Piccolo tells its progress to people by print; machines read our log.
        with contextlib.redirect_stdout(io.StringIO()) as told:
            result = await ForwardsMigrationManager(app_name="app").run()
        if not result.success:
            raise MigrationFailed(told.getvalue().strip())


async def missing() -> list[str]:
    """Ids of migrations that this code has and the database has not."""
    manager = ForwardsMigrationManager(app_name="app")
    folder = manager.get_app_config("app").resolved_migrations_folder_path
    known = manager.get_migration_ids(manager.get_migration_modules(folder))
    if not await Migration.table_exists():
        return list(known)
    done = await Migration.get_migrations_which_ran(app_name="app")
    return [migration for migration in known if migration not in done]


@contextlib.asynccontextmanager
async def _alone() -> AsyncIterator[None]:
    engine = database.engine()
    if isinstance(engine, database.SQLite):
        with open(Path(engine.path).with_suffix(".lock"), "w") as lock:  # noqa: ASYNC230
            await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
            yield
        return
    with away():
        connection = await engine.get_new_connection()
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", ADVISORY_LOCK)
        yield
    finally:
        await connection.close()
