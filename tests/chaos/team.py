"""Colleagues who act from the group: they claim and reply by one tap, each until they are told that
it is done."""

from __future__ import annotations

import asyncio
import itertools
import random
import re
import uuid

import httpx

from app.signed import tap
from tests.chaos.patience import Patient
from tests.chaos.stage import COLLEAGUE, Stage
from tests.chaos.visitors import Visitors

REST, REPLYING = (0.1, 0.4), 2
REPLIES_MAX = 200
"""What is mailed in an hour is limited."""
PER_NAME = 20
ONCE = re.compile(r'name="once" value="([^"]+)"')


class Team:
    def __init__(self, stage: Stage, visitors: Visitors, dice: random.Random) -> None:
        self.stage, self.visitors, self.dice = stage, visitors, dice
        self.patient = Patient(stage.urls, dice)
        self.claimed: set[str] = set()
        self.replies: dict[str, str] = {}
        """The message of each reply that was acknowledged, by its text."""
        self._seen: set[str] = set()
        self._numbers = itertools.count()

    async def work(self, stop: asyncio.Event) -> None:
        async with self.patient.client(6) as client:
            replying = (self._answer(client, stop) for _ in range(REPLYING))
            await asyncio.gather(self._take(client, stop), *replying)

    async def _take(self, client: httpx.AsyncClient, stop: asyncio.Event) -> None:
        """Every other of those whose reminders come due."""
        for uid in self.stage.waiting[::2]:
            if not stop.is_set():
                await self._claim(client, uid)
                await self._rest()

    async def _answer(self, client: httpx.AsyncClient, stop: asyncio.Event) -> None:
        while not stop.is_set():
            new = self.visitors.uids.keys() - self._seen
            if new and len(self._seen) < REPLIES_MAX:
                uid = min(new)
                self._seen.add(uid)
                await self._claim(client, uid)
                await self._reply(client, uid)
            await self._rest()

    async def _rest(self) -> None:
        await asyncio.sleep(self.dice.uniform(*REST))

    async def _claim(self, client: httpx.AsyncClient, uid: str) -> None:
        # Whoever asks again after a broken connection may learn that it was done.
        link = self._link("claim", uid)
        await self.patient.post(client, link, 200, 409, data={"name": COLLEAGUE}, headers=OURS)
        self.claimed.add(uid)

    async def _reply(self, client: httpx.AsyncClient, uid: str) -> None:
        number = next(self._numbers)
        text, link = f"reply {number}", self._link("reply", uid)
        page = await self.patient.ask(client, "GET", link, 200)
        once = "".join(ONCE.findall(page.text)[:1])
        said = {"name": f"colleague {number // PER_NAME}", "text": text, "once": once}
        await self.patient.post(client, link, 200, data=said, headers=OURS)
        self.replies[text] = uid

    def _link(self, act: str, uid: str) -> str:
        return "/t/" + tap.code(act, uuid.UUID(self.stage.channel), uuid.UUID(uid), 1)


OURS = {"Sec-Fetch-Site": "same-origin"}
