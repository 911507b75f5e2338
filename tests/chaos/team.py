"""Colleagues who act from the group: they claim and reply by one tap, each until they are told that
it is done."""

from __future__ import annotations

import asyncio
import random
import re
import uuid

import httpx

from app.signed import tap
from tests.chaos.patience import Patient
from tests.chaos.stage import COLLEAGUE, Stage
from tests.chaos.visitors import Visitors

REST = (0.2, 0.6)
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

    async def work(self, stop: asyncio.Event) -> None:
        async with self.patient.client(4) as client:
            for uid in self.stage.waiting[::2]:
                if stop.is_set():
                    return
                await self._claim(client, uid)
                await self._rest()
            while not stop.is_set():
                new = self.visitors.uids.keys() - self._seen
                if new and len(self.replies) < REPLIES_MAX:
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
        number = len(self.replies)
        text, link = f"reply {number}", self._link("reply", uid)
        page = await self.patient.ask(client, "GET", link, 200)
        once = "".join(ONCE.findall(page.text)[:1])
        said = {"name": f"colleague {number // PER_NAME}", "text": text, "once": once}
        await self.patient.post(client, link, 200, data=said, headers=OURS)
        self.replies[text] = uid

    def _link(self, act: str, uid: str) -> str:
        return "/t/" + tap.code(act, uuid.UUID(self.stage.channel), uuid.UUID(uid), 1)


OURS = {"Sec-Fetch-Site": "same-origin"}
