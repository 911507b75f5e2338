"""SQLite without threads: the product's own engine talks to real connections, each statement takes
virtual time, and any of them may be where a process dies, the disk stalls or refuses."""

from __future__ import annotations

import asyncio
import contextlib
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.simulation.loop import HERE

TRIES = 0.01
"""Seconds between two looks at a lock that another process holds."""
FAULTS = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY)
OPTIONS: dict[str, Any] = {
    "detect_types": sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES,
    "isolation_level": None,
    "timeout": 0,
    "check_same_thread": False,
}
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = OFF",  # Nobody cuts the power here; tests/power does.
    "PRAGMA foreign_keys = 1",
)


class File:
    """One database file, its connections, and the state that each seed begins with."""

    def __init__(self, template: Path, folder: Path) -> None:
        self.path = folder / "simulated.sqlite"
        # A copy of one's own: a transaction locks whatever is attached.
        own = folder / "template.sqlite"
        for each in (self.path, own):
            each.write_bytes(template.read_bytes())
        self._made: list[sqlite3.Connection] = []
        self._free: list[sqlite3.Connection] = []
        self._janitor = sqlite3.connect(self.path, isolation_level=None, timeout=0)
        self._janitor.execute("PRAGMA journal_mode = WAL")
        self._janitor.execute("PRAGMA synchronous = OFF")
        self._janitor.execute("ATTACH ? AS template", [str(own)])
        names = self._janitor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        self._tables = [name for (name,) in names]
        self._full = [each for each in self._tables if self._has_rows(f"template.{each}")]

    def _has_rows(self, table: str) -> bool:
        return bool(self._janitor.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone())

    def reset(self) -> None:
        """Every table as the template has it, and nothing under way."""
        for raw in self._made:
            if raw.in_transaction:
                raw.rollback()
        self._free = list(self._made)
        run = self._janitor.execute
        run("BEGIN IMMEDIATE")
        for each in self._tables:
            if self._has_rows(f"main.{each}"):
                run(f"DELETE FROM main.{each}")
        for each in self._full:
            run(f"INSERT INTO main.{each} SELECT * FROM template.{each}")
        run("COMMIT")

    def ask(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """From outside of the simulation: takes no time."""
        return self._janitor.execute(sql, values).fetchall()

    def lend(self) -> sqlite3.Connection:
        if self._free:
            return self._free.pop()
        raw = sqlite3.connect(self.path, cached_statements=512, **OPTIONS)
        for pragma in PRAGMAS:
            raw.execute(pragma)
        self._made.append(raw)
        return raw

    def give_back(self, raw: sqlite3.Connection) -> None:
        """As after a crash: what was not committed never happened."""
        if raw.in_transaction:
            raw.rollback()
        self._free.append(raw)


class _Thread:
    daemon = True

    def join(self, timeout: float) -> None:
        pass


class Connection:
    """Takes the place of aiosqlite's: like its thread, it does what it was asked in order, also
    when nobody waits for it any more."""

    def __init__(self, world: Any) -> None:
        self._world = world
        self._process = HERE.get()
        self._thread = _Thread()
        self._raw: sqlite3.Connection | None = None
        self._patience = 0.0
        self._last: asyncio.Future[Any] | None = None

    def __await__(self) -> Any:
        self._raw = self._world.file.lend()
        self._process.connections.append(self)
        return self
        yield

    @property
    def raw(self) -> sqlite3.Connection:
        if self._raw is None:
            raise ValueError("Connection closed")
        return self._raw

    @property
    def in_transaction(self) -> bool:
        return self.raw.in_transaction

    @property
    def row_factory(self) -> Any:
        return self.raw.row_factory

    @row_factory.setter
    def row_factory(self, factory: Any) -> None:
        self.raw.row_factory = factory

    async def execute(self, sql: str, values: Any = ()) -> Any:
        if sql.startswith("PRAGMA"):
            return self._pragma(sql)
        return await self._do(sql, lambda raw: raw.execute(sql, values))

    async def execute_fetchall(self, sql: str, values: Any = ()) -> Any:
        return await self._do(sql, lambda raw: raw.execute(sql, values).fetchall())

    async def executemany(self, sql: str, many: Any) -> Any:
        return await self._do(sql, lambda raw: raw.executemany(sql, many))

    async def rollback(self) -> None:
        await self._do("ROLLBACK", lambda raw: raw.rollback())

    async def close(self) -> None:
        raw, self._raw = self._raw, None
        if raw is not None:
            self._process.connections.remove(self)
            self._world.file.give_back(raw)

    def lose(self) -> None:
        """Its process died."""
        raw, self._raw = self._raw, None
        if raw is not None:
            self._world.file.give_back(raw)

    def _pragma(self, sql: str) -> None:
        if sql.startswith("PRAGMA busy_timeout"):
            self._patience = int(sql.rpartition("=")[2]) / 1000

    async def _do(self, sql: str, work: Callable[[sqlite3.Connection], Any]) -> Any:
        world = self._world
        world.note_statement(self._process, sql)
        hiccup = world.hiccup(self._process, sql)
        if self._last is None and hiccup is None:
            try:
                return self._work(work)
            except sqlite3.OperationalError as error:
                if not _is_busy(error):
                    raise
        before = self._last
        task = asyncio.ensure_future(self._slowly(before, work, sql, hiccup))
        self._last = task
        task.add_done_callback(self._done)
        return await asyncio.shield(task)

    def _work(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        raw = self.raw
        began = raw.total_changes
        inside = raw.in_transaction
        found = work(raw)
        if not raw.in_transaction and (inside or raw.total_changes != began):
            self._world.change()
        return found

    def _done(self, task: asyncio.Future[Any]) -> None:
        if self._last is task:
            self._last = None
        if not task.cancelled():
            task.exception()

    async def _slowly(
        self,
        before: asyncio.Future[Any] | None,
        work: Callable[[sqlite3.Connection], Any],
        sql: str,
        hiccup: Hiccup | None,
    ) -> Any:
        if before is not None:
            with contextlib.suppress(Exception):
                await asyncio.shield(before)
        hiccup = hiccup or NONE
        await asyncio.sleep(hiccup.before)
        if hiccup.dies == "before":
            await self._process.die(f"before {sql[:40]}")
        if hiccup.code and not (hiccup.done and sql == "COMMIT"):
            if sql == "COMMIT" and self.raw.in_transaction:
                self.raw.rollback()
            raise _error(hiccup.code)
        found = await self._patiently(work)
        if hiccup.dies == "after":
            await self._process.die(f"after {sql[:40]}")
        await asyncio.sleep(hiccup.after)
        if hiccup.code:
            raise _error(sqlite3.SQLITE_IOERR)
        return found

    async def _patiently(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        until = self._world.loop.time() + self._patience
        while True:
            try:
                return self._work(work)
            except sqlite3.OperationalError as error:
                if not _is_busy(error) or self._world.loop.time() >= until:
                    raise
            await asyncio.sleep(TRIES)


class Hiccup:
    """What becomes of one statement: seconds before and after it, an error code (`done`: a commit
    that came through all the same), and whether its process dies."""

    def __init__(self) -> None:
        self.before = self.after = 0.0
        self.code = 0
        self.done = False
        self.dies = ""

    @classmethod
    def late(cls, seconds: float) -> Hiccup:
        made = cls()
        made.before = seconds
        return made

    @classmethod
    def of(cls, dice: random.Random, *, fails: float, dies: float, stalls: float) -> Hiccup:
        made = cls()
        made.before, made.after = dice.uniform(0, 0.004), dice.uniform(0, 0.004)
        turn = dice.random()
        if turn < fails:
            made.code, made.done = dice.choice(FAULTS), dice.random() < 0.5
        elif turn < fails + dies:
            made.dies = dice.choice(("before", "after"))
        elif turn < fails + dies + stalls:
            made.before = dice.choice((0.3, 2.0, 9.0, 25.0))
        return made


NONE = Hiccup()


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("simulated")
    error.sqlite_errorcode = code
    return error
