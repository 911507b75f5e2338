"""Brings a database to the newest schema, one caller at a time."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import functools
import io
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

from piccolo.apps.migrations.tables import Migration
from piccolo.table import TABLE_REGISTRY

from app import database, piccolo_migrations, settings
from app.database import adopt
from app.database.away import away
from app.errors import Error, Misconfigured, Unavailable

ADVISORY_LOCK = 7_203_355_911
"""Any constant of our own: PostgreSQL lets one transaction at a time hold it."""
NEWER = (
    "CONFIG DATABASE: was brought up to date by a newer Leavemsg than this one ({})"
    " — start that version, or restore the backup from before the upgrade"
)
MIGRATED_SECONDS = 3600
LOCKED, LOCKED_MILLISECONDS = "locked", 500
"""PostgreSQL looks for deadlocks after a second."""
AGAIN_SECONDS = 0.5
HELD = (
    "The tables could not be changed for an hour: somebody holds one of them, or another process is"
    " at it. Nothing was changed. pg_stat_activity and pg_locks say who"
)
WAIT_SECONDS = 0.2
FOLDER = Path(piccolo_migrations.__path__[0])
ID = re.compile(r'^ID = "(.+)"$', re.MULTILINE)


class MigrationFailed(Error):
    """The schema could not be brought up to date; nothing was changed."""


async def run(*, until: str = "") -> None:
    """Applies all missing migrations or none, or those up to the id `until`. Safe to call from
    several processes at once, and beside an older version that serves. Raises Misconfigured for a
    database of a newer version, and for one from before the first release that was changed by
    hand; Unavailable where it could not for an hour."""
    deadline = time.monotonic() + MIGRATED_SECONDS
    while True:
        try:
            await _run(until)
        except TimeoutError as error:
            raise Unavailable(HELD, reason=LOCKED) from error
        except Unavailable as error:
            on_sqlite = isinstance(database.engine(), database.SQLite)
            if on_sqlite or error.reason != LOCKED:
                raise
            if time.monotonic() > deadline:
                raise Unavailable(HELD, reason=LOCKED) from error
            await asyncio.sleep(AGAIN_SECONDS)
        else:
            return


async def _run(until: str) -> None:
    async with _alone():
        ran = set(await done())
        _refuse_newer(ran)
        if ran & adopt.EARLIER:
            await adopt.adopt(ran)
        if ran != set(known()):
            await _step_aside()
            await _apply(until)


async def _step_aside() -> None:
    """A table that is changed is locked, whoever asks for it meanwhile waits behind the change, and
    two tables may be wanted in the other order. So the change gives up before anybody notices, and
    before PostgreSQL would break a deadlock, by ending whichever it likes."""
    if isinstance(database.engine(), database.Postgres):
        await database.execute(f"SET LOCAL lock_timeout = '{LOCKED_MILLISECONDS}ms'")


@contextlib.asynccontextmanager
async def _unbound() -> AsyncIterator[None]:
    """SQLite changes a table's constraints only by making it anew, and follows foreign keys when
    the old one is dropped, unless told not to before the transaction begins:
    https://www.sqlite.org/lang_altertable.html#otheralter."""
    if not isinstance(database.engine(), database.SQLite) or not await missing():
        yield
        return
    await database.execute("PRAGMA foreign_keys = 0")
    try:
        yield
    finally:
        await database.execute("PRAGMA foreign_keys = 1")


async def _apply(until: str) -> None:
    # Imported only when there is something to apply, as it takes a while.
    from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager

    import piccolo_conf

    piccolo_conf.DB = database.engine()
    # Piccolo prints its progress; we log instead.
    try:
        with contextlib.redirect_stdout(io.StringIO()) as told:
            steps = ForwardsMigrationManager(app_name="app", migration_id=until or "all")
            result = await steps.run()
    finally:
        _forget_passing_tables()
    if not result.success:
        raise MigrationFailed(told.getvalue().strip())


def _forget_passing_tables() -> None:
    """Piccolo makes a class for every table at every step, which nothing needs again."""
    TABLE_REGISTRY[:] = [each for each in TABLE_REGISTRY if each.__module__ != "types"]


async def check() -> None:
    """Raises Misconfigured for a database of a newer version, which this one might damage."""
    _refuse_newer(set(await done()))


async def state() -> Literal["ok", "old", "newer"]:
    """The database's schema compared with this code's."""
    ran = set(await done())
    if _is_newer(ran):
        return "newer"
    return "ok" if ran == set(known()) else "old"


def _is_newer(ran: set[str]) -> bool:
    return bool(ran - set(known()) - adopt.EARLIER)


def _refuse_newer(ran: set[str]) -> None:
    if _is_newer(ran):
        raise Misconfigured([NEWER.format(settings.VERSION)])


async def missing() -> list[str]:
    """Ids of migrations that the database lacks."""
    ran = await done()
    return [migration for migration in known() if migration not in ran]


@functools.cache
def known() -> tuple[str, ...]:
    """Ids of this code's migrations, in their order, read from the files: importing is slow and
    seldom needed."""
    files = (path.read_text(encoding="utf-8") for path in FOLDER.glob("app_*.py"))
    return tuple(sorted(name for text in files for name in ID.findall(text)))


async def done() -> list[str]:
    """Ids of the migrations that the database has had."""
    if not await Migration.table_exists():
        return []
    return await Migration.get_migrations_which_ran(app_name="app")


@contextlib.asynccontextmanager
async def _alone() -> AsyncIterator[None]:
    """A transaction; no other process is in one of these meanwhile. Its statements may take long:
    to index very many rows does."""
    engine = database.engine()
    if isinstance(engine, database.SQLite):
        with open(Path(engine.path).with_suffix(".lock"), "w") as lock:  # noqa: ASYNC230
            await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
            async with _unbound(), database.transaction():
                yield
        return
    # Who waits holds no session meanwhile: behind PgBouncer there may be few.
    async with asyncio.timeout(MIGRATED_SECONDS) as patience:
        while True:
            with away():
                async with engine.transaction(patient=True):
                    if await _is_first():
                        patience.reschedule(None)
                        yield
                        return
            await asyncio.sleep(WAIT_SECONDS)


async def _is_first() -> bool:
    """Holds the lock until the transaction ends, if nobody has it."""
    sql = f"SELECT pg_try_advisory_xact_lock({ADVISORY_LOCK})"
    return await database.value(bool, sql) is True
