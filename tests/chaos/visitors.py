"""Visitors who write as long as the chaos lasts, each with one key until they are thanked: programs
by the API, browsers by the form, sites by a form of their own."""

from __future__ import annotations

import asyncio
import random
import re
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from tests.chaos.patience import Patient
from tests.matrix.world import MESSAGES

REST = (0.05, 0.3)
TOKEN = re.compile(r'name="token" value="([^"]+)"')
Way = Callable[[httpx.AsyncClient, str], Awaitable[None]]


class Visitors:
    def __init__(self, urls: list[str], dice: random.Random, crowd: int) -> None:
        self.patient = Patient(urls, dice)
        self.dice, self.crowd = dice, crowd
        self.thanked: set[str] = set()
        """The texts that were acknowledged."""
        self.uids: dict[str, str] = {}
        """Of those that came by the API: the text of each, by its uid."""
        self._number = 0

    @property
    def answers(self) -> Counter[str]:
        return self.patient.answers

    @property
    def wrong(self) -> list[str]:
        return self.patient.wrong

    async def write(self, stop: asyncio.Event) -> None:
        async with self.patient.client(2 * self.crowd) as client:
            await asyncio.gather(*(self._visitor(client, stop) for _ in range(self.crowd)))

    async def _visitor(self, client: httpx.AsyncClient, stop: asyncio.Event) -> None:
        ways: tuple[Way, ...] = (self._by_api, self._by_api, self._by_form, self._by_own_form)
        while not stop.is_set():
            self._number += 1
            text = f"message {self._number}"
            await self.dice.choice(ways)(client, text)
            self.thanked.add(text)
            await asyncio.sleep(self.dice.uniform(*REST))

    async def _by_api(self, client: httpx.AsyncClient, text: str) -> None:
        visitor = {"phone": "13800138000", "email": f"v{self._number}@example.com"}
        answer = await self.patient.post(
            client,
            MESSAGES,
            201,
            json={"visitor": visitor, "message": {"content": text}},
            headers={"Idempotency-Key": uuid.uuid4().hex},
        )
        self.uids[answer.json()["uid"]] = text

    async def _by_form(self, client: httpx.AsyncClient, text: str) -> None:
        """The page, and its token until it is thanked, as an unsent text has it."""
        headers = self._somewhere()
        page = await self.patient.ask(client, "GET", "/w/default", 200, headers=headers)
        [token] = TOKEN.findall(page.text)
        typed = {"token": token, "content": text, "phone": "13800138000"}
        await self.patient.post(client, "/w/default", 303, data=typed, headers=headers)

    async def _by_own_form(self, client: httpx.AsyncClient, text: str) -> None:
        headers = {
            **self._somewhere(),
            "Idempotency-Key": uuid.uuid4().hex,
            "Accept": "application/json",
        }
        typed = {"message": text, "phone": "13800138000"}
        await self.patient.post(client, "/f/default", 200, data=typed, headers=headers)

    def _somewhere(self) -> dict[str, Any]:
        """Many from one address would look like a flood."""
        octets = (self.dice.randrange(1, 255) for _ in range(3))
        return {"X-Forwarded-For": ".".join(map(str, (100, *octets)))}
