"""What happens in one seed: visitors write, agents handle, everything breaks, then all is well."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any

import msgspec

from app import messages
from app.channel_settings import trial
from app.errors import Conflict, NotFound, TooMany, Unavailable
from app.fields.check import Answers
from app.messages import Visit
from tests.simulation.loop import Endless
from tests.simulation.platforms import mood
from tests.simulation.processes import START_SECONDS, Died, Process
from tests.simulation.world import World

TROUBLE_SECONDS = 150.0
CALM_SECONDS = 100 * 3600.0
ARRIVALS_MAX = 300
"""More than all tries of all messages: it would never end."""
LAST_AFTER = 30.0
"""Seconds of calm before one more message: on a healthy channel it is told at once."""
PATIENCE_SECONDS = 40.0


class Said(msgspec.Struct, kw_only=True):
    """What one visitor wrote. `acked` and `handled` are true times of an answer."""

    mark: int
    text: str
    phone: str
    submission: str
    begun: float
    acked: float | None = None
    left: Any = None
    handling: float | None = None
    handled: float | None = None


class Story:
    def __init__(self, world: World, scene: Any) -> None:
        self.world, self.scene, self.dice = world, scene, world.dice
        self.said: list[Said] = []
        self._made = 0

    def run(self) -> None:
        world = self.world
        world.note(f"{world.kind.name}: {world.platforms.lasting}")
        logging.getLogger().handlers[:] = [_Unforeseen(world)]
        for _ in range(world.troubles.processes):
            self._begin()
        try:
            world.loop.run_until_complete(self._all())
        except Endless as error:
            world.unforeseen.append(str(error))
        except Exception as error:
            # What a visitor or agent was answered instead of what they asked for.
            world.unforeseen.append(repr(error))

    def _begin(self) -> None:
        process = Process(self.world, self._made)
        self._made += 1
        self.world.processes = [each for each in self.world.processes if each.alive]
        self.world.processes.append(process)
        process.start()

    async def _all(self) -> None:
        keeper = asyncio.ensure_future(self._keep_alive())
        visitors = [asyncio.ensure_future(self._visit(at)) for at in self._times()]
        breaking = [asyncio.ensure_future(self._break(each)) for each in self._troubles()]
        await asyncio.sleep(TROUBLE_SECONDS)
        await asyncio.gather(*breaking)
        self._be_calm()
        await asyncio.gather(*visitors)
        await asyncio.sleep(LAST_AFTER)
        await self._visit(0.0, last=True)
        await self._settle()
        keeper.cancel()

    def _times(self) -> list[float]:
        dice = self.dice
        count = dice.choice((1, 1, 2, 3, 6))
        if self.world.kind.for_ever:
            count = min(count, 2)
        first = dice.uniform(0, TROUBLE_SECONDS / 2)
        if dice.random() < 0.5:
            return [first + dice.uniform(0, 0.5) for _ in range(count)]
        return [dice.uniform(0, TROUBLE_SECONDS) for _ in range(count)]

    def _troubles(self) -> list[str]:
        each = self.world.troubles
        return ["jump"] * each.jumps + ["kill"] * each.kills + ["mood"] * each.moods

    async def _break(self, what: str) -> None:
        world, dice = self.world, self.dice
        await asyncio.sleep(dice.uniform(0, TROUBLE_SECONDS))
        if what == "jump":
            step = dice.choice((-7200, -120, -30, 20, 45, 61, 3600)) * dice.uniform(0.9, 1.1)
            world.jump(step)
            if dice.random() < 0.2:
                world.boots, world.booted = world.boots + 1, world.loop.now
                for each in world.processes:
                    each.kill("the machine starts anew")
        elif what == "kill":
            process = dice.choice(world.processes)
            if dice.random() < 0.5:
                process.kill("killed")
            else:
                await process.stop()
        else:
            channel = dice.choice(self.scene.channels)
            found = mood(dice, final=self.scene.final)
            world.platforms.moods[channel.name] = found
            world.note(f"{channel.name} is {found}")
            await asyncio.sleep(dice.choice((10.0, 40.0, 200.0)))
            world.platforms.moods.pop(channel.name, None)

    async def _keep_alive(self) -> None:
        """Whoever looks after processes starts a dead one again."""
        wanted = self.world.troubles.processes
        while True:
            there = [each for each in self.world.processes if each.alive]
            if len(there) < wanted:
                await asyncio.sleep(self.dice.uniform(*START_SECONDS))
                self._begin()
            else:
                gone = [each.gone for each in there]
                await asyncio.wait(gone, return_when=asyncio.FIRST_COMPLETED)

    def _be_calm(self) -> None:
        self.world.be_calm()
        self.world.platforms.moods.clear()
        if not self.world.kind.for_ever:
            self.world.platforms.lasting.clear()
        self.world.note("calm")

    async def _visit(self, at: float, *, last: bool = False) -> None:
        await asyncio.sleep(at)
        dice, number = self.dice, len(self.said)
        text, phone = f"question mark{number}z", f"138{number:08}"
        if not last and self.said and dice.random() < 0.2:
            # The same again, by the same or by another.
            earlier = dice.choice(self.said)
            text = earlier.text
            phone = earlier.phone if dice.random() < 0.6 else phone
        mark = int(text.rpartition("mark")[2].rstrip("z"))
        said = Said(
            mark=mark,
            text=text,
            phone=phone,
            submission=f"s{number}",
            begun=self.world.loop.now,
        )
        self.said.append(said)
        await self._insist(said)
        if dice.random() < 0.1 and not last:
            await self._insist(said)
        if dice.random() < 0.2 and not last:
            await asyncio.sleep(dice.uniform(0, 60))
            await self._handle(said)

    async def _insist(self, said: Said) -> None:
        """Whoever got no answer asks again, with the same form."""
        answers = Answers(content=said.text, name="张三", phone=said.phone)
        while True:
            process = self._somebody()
            if process is not None:
                try:
                    async with asyncio.timeout(PATIENCE_SECONDS):
                        work = messages.leave(
                            self.scene.organization,
                            answers,
                            Visit(ip="192.168.1.100"),
                            submission_id=said.submission,
                        )
                        said.left = await process.act(work)
                    said.acked = said.acked or self.world.loop.now
                    self.world.note(f"{said.submission} is thanked: {said.left.reference}")
                    return
                except (Died, Unavailable, TimeoutError, asyncio.CancelledError) as error:
                    self.world.note(f"{said.submission} fails: {type(error).__name__}")
            await asyncio.sleep(self.dice.uniform(0.1, 2))

    async def _handle(self, said: Said) -> None:
        process = self._somebody()
        if process is None:
            return
        said.handling = self.world.loop.now
        work = messages.handle(
            self.scene.organization.id, said.left.uid, outcome="phone", by="tests"
        )
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await process.act(work)
            said.handled = self.world.loop.now
            self.world.note(f"{said.submission} is handled")
        except (Died, Unavailable, TimeoutError, Conflict, NotFound) as error:
            self.world.note(f"{said.submission} is not handled: {type(error).__name__}")

    def _somebody(self) -> Process | None:
        there = [each for each in self.world.processes if each.alive and each.started]
        return self.dice.choice(there) if there else None

    async def _settle(self) -> None:
        """Until nothing is owed any more."""
        ask, world = self.world.file.ask, self.world
        horizon = world.loop.now + CALM_SECONDS
        while world.loop.now < horizon:
            await self._mend()
            open_ones = ask("SELECT count(*) FROM delivery WHERE state IN ('pending', 'sending')")
            if open_ones == [(0,)] or len(world.platforms.arrivals) > ARRIVALS_MAX:
                break
            due = world.due()
            wait = 5.0 if due is None else due - world.wall() + 0.5
            await asyncio.sleep(min(max(wait, 2.0), 1800.0))
        # Nothing comes afterwards, either.
        await asyncio.sleep(120)

    async def _mend(self) -> None:
        """An admin tests each channel that is stopped."""
        stopped = self.world.file.ask("SELECT id FROM channel WHERE stopped_at IS NOT NULL")
        for (uid,) in stopped:
            process = self._somebody()
            if process is None:
                return
            work = trial.test(self.scene.organization.id, self.world.platforms, uid=uid)
            with contextlib.suppress(Died, Unavailable, TooMany):
                await process.act(work)
                self.world.note(f"{uid} is tested")


class _Unforeseen(logging.Handler):
    """An error that the product did not expect is a fault."""

    def __init__(self, world: World) -> None:
        super().__init__(logging.ERROR)
        self._world = world

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self._world.unforeseen.append(f"{record.getMessage()}: {record.exc_info[1]!r}")
