"""The secret key is changed, back and forth, while everything else dies: all processes read with
both keys, and whoever makes everything anew is killed in the middle again and again."""

from __future__ import annotations

import asyncio

from app import keymark, settings
from app.keys import census
from app.keys.rotate import rotate
from tests.chaos.stage import NEXT, SECRET, Part, Stage
from tests.matrix.world import World
from tests.nursery import Forked
from tests.processes import environment

SECONDS = (0.8, 8.0)
"""Some are killed before they begin, some in the middle, some come to their end."""


class KeyPart(Part):
    def __init__(self, world: World) -> None:
        super().__init__("key rotate", SECONDS)
        self.world = world
        self.ended = 0
        self.running: Forked | None = None

    async def kill(self) -> None:
        if self.running is not None:
            await asyncio.to_thread(self.stop)
        new, old = ((NEXT, SECRET), (SECRET, NEXT))[self.kills % 2]
        log = self.world.folder / f"rotate-{self.kills}.log"
        keys = {"LEAVEMSG_SECRET_KEY": new, "LEAVEMSG_OTHER_SECRET_KEYS": old}
        place = {"DATABASE_URL": self.world.url} if self.world.url else {}
        env = environment(self.world.folder, **keys, **place)
        log.touch()
        self.running = Forked("key", "rotate", env=env, stdout=log, stderr=log)
        self.kills += 1

    def stop(self) -> None:
        assert self.running is not None
        self.ended += self.running.poll() == 0
        self.running.kill()
        self.running.wait(10)


async def faults(stage: Stage) -> list[str]:
    """After all is over: everything can be read, and one more run makes all of it of one key."""
    found = []
    for part in stage.parts:
        if isinstance(part, KeyPart):
            await asyncio.to_thread(part.stop)
            if not part.ended:
                found.append("the key was never changed whole")
    lost = [f"{each.name}: {each.unreadable}" async for each in rotate() if each.unreadable]
    found += [f"cannot be read: {each}" for each in lost]
    counted = await census.look()
    if counted.older or not await keymark.is_only_this():
        found.append(f"another key than {settings.current().secret_key[:4]}… is still needed")
    return found
