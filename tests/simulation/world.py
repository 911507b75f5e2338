"""All that one seed decides: dice, clocks, ids, and how much goes wrong."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import datetime as dt
import hashlib
import os
import random
import sys
import time
import uuid
from collections.abc import Iterator
from typing import Any

import aiosqlite
import msgspec
import piccolo.engine.base
import time_machine
import uuid_utils.compat

from app import database, health, queue, steady
from app.database.batch import Batch
from app.people import kept_answers
from app.people.audit import tries
from tests.simulation import kinds
from tests.simulation.loop import HERE, Loop
from tests.simulation.platforms import Platforms
from tests.simulation.scene import EPOCH
from tests.simulation.storage import Connection, File, Hiccup

EPOCH_SECONDS = EPOCH.timestamp()
UPTIME = 100_000.0
BUSY_LONGEST, CALM_LONGEST = 61.0, 4 * 3600.0
"""Seconds between two sweeps that find nothing: in real life it is one. In the calm it is as long
between two looks for what was forgotten, which is a minute."""


REGISTRIES = ("_all_tasks", "_scheduled_tasks")
"""Where Python before and since 3.12 lists every task, for `asyncio.all_tasks`, which nobody asks
here; a list of what may vanish costs as much as the tasks."""


class Troubles(msgspec.Struct):
    """How much goes wrong: each seed has some of it only, so that each kind is met alone too."""

    slow: float
    """Statements that take time, so that others come in between."""
    fails: float
    dies: float
    stalls: float
    rings_lost: float
    rings_late: float
    jumps: int
    kills: int
    moods: int
    processes: int
    shuffles: bool
    jumps_at_sends: int = 0
    """Forward, while a notice is on its way."""
    freezes: int = 0
    """Of a process which has just heard that a notice was not answered."""

    @classmethod
    def of(cls, dice: random.Random) -> Troubles:
        def some(*values: Any) -> Any:
            return dice.choice(values)

        return cls(
            slow=some(0.0, 0.05, 0.3),
            fails=some(0.0, 0.0, 0.0, 0.01, 0.05),
            dies=some(0.0, 0.0, 0.004, 0.02),
            stalls=some(0.0, 0.0, 0.0, 0.004),
            rings_lost=some(0.0, 0.3, 1.0),
            rings_late=some(0.0, 0.5),
            jumps=some(0, 0, 0, 1, 2),
            kills=some(0, 0, 1, 3),
            moods=some(0, 1, 2, 4),
            processes=some(1, 1, 2),
            shuffles=some(False, True),
        )

    @property
    def clock(self) -> bool:
        return bool(self.jumps or self.jumps_at_sends)

    @property
    def disk(self) -> bool:
        return bool(self.fails or self.stalls or self.freezes)


class World:
    def __init__(self, seed: int, file: File, *, told: bool = False) -> None:
        self.seed, self.file, self.told = seed, file, told
        self.dice = random.Random(seed)
        self.gap_dice, self.byte_dice = random.Random(seed), random.Random(seed)
        self.kind = kinds.of(seed)
        self.troubles = msgspec.structs.replace(Troubles.of(self.dice), **self.kind.troubles)
        self.jumps_left, self.freezes_left = self.troubles.jumps_at_sends, self.troubles.freezes
        self.loop = Loop(random.Random(seed), shuffles=self.troubles.shuffles)
        self.around = contextvars.Context()
        self.platforms = Platforms(self)
        self.platforms.lasting = kinds.lasting(self.kind, self.dice)
        self.lasting = dict(self.platforms.lasting)
        self.processes: list[Any] = []
        self.moved = 0.0
        """Seconds that the wall clock was put forward, or back."""
        self.boots, self.booted = 0, -UPTIME
        self.calm = False
        self.made: list[float] = []
        """When each id was made."""
        self.changed: asyncio.Future[None] = self.loop.create_future()
        self._due: float | None = None
        self._is_known = False
        self.unforeseen: list[str] = []
        self._trace = hashlib.blake2b(digest_size=12)
        self._noted_at, self._stamp = -1.0, ""

    def note(self, said: str) -> None:
        """Two runs of one seed note the same."""
        line = f"{self.loop.now:.6f} {said}\n"
        self._trace.update(line.encode())
        if self.told:
            sys.stdout.write(line)

    def note_statement(self, process: Any, sql: str) -> None:
        if self._noted_at != self.loop.now:
            self._noted_at, self._stamp = self.loop.now, f"{self.loop.now:.6f}"
        self._trace.update(f"{self._stamp} {process.name} {sql}\n".encode())
        if self.told and os.environ.get("SQL"):
            sys.stdout.write(f"{self.loop.now:.6f} {process.name} {sql[:150]}\n")

    @property
    def mark(self) -> str:
        return self._trace.hexdigest()

    def wall(self) -> float:
        return EPOCH_SECONDS + self.loop.now + self.moved

    def uptime(self) -> float:
        return self.loop.now - self.booted

    def new_id(self) -> uuid.UUID:
        """UUIDv7: the wall clock, then a count, so that ids of one millisecond are in order."""
        self.made.append(self.loop.now)
        millis = int(self.wall() * 1000)
        return uuid.UUID(int=(millis << 80) | (7 << 76) | (2 << 62) | len(self.made))

    def made_at(self, uid: str) -> float:
        """The true time, whatever the clock showed."""
        return self.made[uuid.UUID(uid).int % 2**62 - 1]

    def hiccup(self, process: Any, sql: str) -> Hiccup | None:
        troubles = self.troubles
        if process.frozen_until > self.loop.now and sql.startswith("BEGIN"):
            return Hiccup.late(process.frozen_until - self.loop.now)
        if self.calm or not process.started or self.dice.random() >= troubles.slow:
            return None
        scale = 1 / troubles.slow
        return Hiccup.of(
            self.dice,
            fails=troubles.fails * scale if sql != "ROLLBACK" else 0,
            dies=troubles.dies * scale,
            stalls=troubles.stalls * scale,
        )

    def dies_now(self, process: Any) -> bool:
        return not self.calm and self.dice.random() < self.troubles.dies

    def be_calm(self) -> None:
        self.calm = True
        sweeping: Any = sys.modules["tasks.sweep"]
        sweeping.RESCUE_SECONDS = CALM_LONGEST

    def jump(self, step: float) -> None:
        self.moved += step
        self.change()
        self.note(f"the clock jumps by {step:.0f} s")

    def jump_meanwhile(self, seconds: float) -> None:
        """Perhaps, within what a notice needs to be told and confirmed."""
        if self.jumps_left and not self.calm and self.dice.random() < 0.5:
            self.jumps_left -= 1
            step = self.dice.choice((30.0, 61.0, 3600.0))
            at = self.dice.uniform(0, seconds / 2)
            self.loop.call_later(at, self.jump, step, context=self.around)

    def freeze(self, process: Any) -> None:
        """Perhaps for longer than it holds what it sends."""
        if self.freezes_left and not self.calm and self.dice.random() < 0.7:
            self.freezes_left -= 1
            process.freeze(self.dice.uniform(20, 45))

    def due(self) -> float | None:
        """Wall clock of the next look that an organization wants."""
        if not self._is_known:
            ((at,),) = self.file.ask("SELECT min(due_at) FROM organization")
            self._due = dt.datetime.fromisoformat(at).timestamp() if at else None
            self._is_known = True
        return self._due

    def change(self) -> None:
        """Something was committed, or the clock has jumped."""
        self._is_known = False
        if not self.changed.done():
            self.changed.set_result(None)

    def changed_now(self) -> bool:
        if not self.changed.done():
            return False
        self.changed = self.loop.create_future()
        return True

    def ring(self, organization: uuid.UUID, number: int) -> None:
        """The doorbell: lost, late, twice or to another process."""
        troubles, dice = self.troubles, self.dice
        if dice.random() < troubles.rings_lost:
            return
        late = dice.uniform(0, 5) if dice.random() < troubles.rings_late else 0.001
        for _ in range(2 if dice.random() < 0.1 else 1):
            self.loop.call_later(late, self._heard, organization, context=self.around)

    def _heard(self, organization: uuid.UUID) -> None:
        there = [each for each in self.processes if each.started and each.alive]
        if there:
            process = self.dice.choice(there)
            process.context.run(process.courier.look, organization)


class Rest:
    """Takes the place of asyncio where the sweep sleeps: sweeps that would find nothing are left
    out, for nothing is due before a commit or a jump of the clock says so."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def sleep(self, seconds: float) -> None:
        world = self._world
        await asyncio.sleep(seconds)
        until = world.loop.now + (CALM_LONGEST if world.calm else BUSY_LONGEST)
        while world.loop.now < until:
            due = world.due()
            if due is not None and due <= world.wall():
                return
            wait = until - world.loop.now
            if due is not None:
                wait = min(wait, due - world.wall())
            # Not in the millisecond before.
            await asyncio.wait([world.changed], timeout=wait + 0.001)
            if world.changed_now():
                # As if it were the next look of one each second.
                await asyncio.sleep(world.dice.uniform(0.0, seconds))


class _Router:
    """Piccolo's queries go to the database of the process that asks."""

    def __getattr__(self, name: str) -> Any:
        return getattr(HERE.get().engine, name)


class _Each:
    """A batch for each process."""

    def __init__(self, module: Any, does: str) -> None:
        self._module, self._does = module, does

    async def __call__(self, key: Any, work: Any) -> Any:
        batches = HERE.get().batches
        if self not in batches:
            batches[self] = Batch(getattr(self._module, self._does))
        return await batches[self](key, work)


async def _nothing() -> None:
    pass


class _Clock:
    world: World


@contextlib.contextmanager
def taken_over() -> Iterator[type[_Clock]]:
    """The product's clocks, ids, dice and doors are those of `_Clock.world`, in this process. Not
    undone: only for a process that does nothing else."""

    def now_ns(_: Any = None) -> int:
        return int(_Clock.world.wall() * 1e9)

    with time_machine.travel(EPOCH, tick=False) as traveller:
        traveller.time_ns = now_ns
        time.monotonic = lambda: _Clock.world.loop.now + UPTIME
        steady.uptime = lambda: _Clock.world.uptime()
        steady.boot = lambda: f"boot {_Clock.world.boots}"
        uuid_utils.compat.uuid7 = lambda *_: _Clock.world.new_id()
        os.urandom = lambda n: _Clock.world.byte_dice.randbytes(n)
        random.SystemRandom = lambda: _Clock.world.gap_dice
        aiosqlite.connect = lambda **_: Connection(_Clock.world)
        queue.wake = lambda *given: _Clock.world.ring(*given)
        # Asks SQLite for its version, in a thread, whenever an engine is made.
        piccolo.engine.base.run_sync = lambda asked: asked.close()
        router = _Router()
        database.use(router)
        database.engine = lambda: HERE.get().engine
        health.glance = dict  # Looks at the disk, in a thread.
        sweeping: Any = sys.modules["tasks.sweep"]
        # No rule gives messages to agents here, no program asks twice, and nobody signs in.
        sweeping.take_back = kept_answers.forget_old = tries.sum_up = _nothing
        for registry in REGISTRIES:
            if (tasks := getattr(asyncio.tasks, registry, None)) is not None:
                tasks.add = tasks.discard = lambda _: None
        for name, does in (
            ("app.messages.leave", "_commit"),
            ("app.deliveries.courier", "_commit"),
            ("app.deliveries.carried", "_read"),
        ):
            # By name: the package has a function of the same name.
            module = sys.modules[name]
            module._together = _Each(module, does)
        yield _Clock
