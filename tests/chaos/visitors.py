"""Visitors who write as long as the chaos lasts, each with one key until he is thanked."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections import Counter

import httpx

from tests.matrix.world import MESSAGES

TIMEOUT_SECONDS = 35.0
REST = (0.05, 0.3)


class Visitors:
    def __init__(self, urls: list[str], dice: random.Random, crowd: int) -> None:
        self.urls, self.dice, self.crowd = urls, dice, crowd
        self.thanked: dict[str, str] = {}
        """The text of each acknowledged message, by its uid."""
        self.answers: Counter[str] = Counter()
        self.wrong: list[str] = []
        self._number = 0

    async def write(self, stop: asyncio.Event) -> None:
        limits = httpx.Limits(max_connections=2 * self.crowd)
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, limits=limits) as client:
            await asyncio.gather(*(self._visitor(client, stop) for _ in range(self.crowd)))

    async def _visitor(self, client: httpx.AsyncClient, stop: asyncio.Event) -> None:
        while not stop.is_set():
            self._number += 1
            await self._one(client, f"message {self._number}")
            await asyncio.sleep(self.dice.uniform(*REST))

    async def _one(self, client: httpx.AsyncClient, text: str) -> None:
        """Also after the chaos: who has begun goes on until he is thanked."""
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        body = {"visitor": {"phone": "13800138000"}, "message": {"content": text}}
        while True:
            try:
                url = self.dice.choice(self.urls) + MESSAGES
                answer = await client.post(url, json=body, headers=headers)
            except httpx.HTTPError as error:
                self.answers[type(error).__name__] += 1
            else:
                self.answers[str(answer.status_code)] += 1
                if answer.status_code == 201:
                    self.thanked[answer.json()["uid"]] = text
                    return
                if answer.status_code != 503:
                    self.wrong.append(f"{answer.status_code} {answer.text[:200]}")
            await asyncio.sleep(self.dice.uniform(*REST))
