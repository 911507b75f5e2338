"""Somebody who asks until they are answered: what breaks off or is away is asked again."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from typing import Any

import httpx

from tests.processes import GONE

TIMEOUT_SECONDS = 35.0
KEPT_SECONDS = 2.0
"""An idle connection: less than the server's, which might close it under the next request."""
REST = (0.05, 0.3)


class Patient:
    def __init__(self, urls: list[str], dice: random.Random) -> None:
        self.urls, self.dice = urls, dice
        self.answers: Counter[str] = Counter()
        self.served: Counter[str] = Counter()
        """How often each process answered."""
        self.wrong: list[str] = []

    def client(self, most: int) -> httpx.AsyncClient:
        limits = httpx.Limits(max_connections=most, keepalive_expiry=KEPT_SECONDS)
        return httpx.AsyncClient(timeout=TIMEOUT_SECONDS, limits=limits)

    async def post(
        self, client: httpx.AsyncClient, path: str, *good: int, **request: Any
    ) -> httpx.Response:
        return await self.ask(client, "POST", path, *good, **request)

    async def ask(
        self, client: httpx.AsyncClient, method: str, path: str, *good: int, **request: Any
    ) -> httpx.Response:
        """Also after the chaos: who has begun goes on until one of these statuses comes."""
        while True:
            try:
                base = self.dice.choice(self.urls)
                answer = await client.request(method, base + path, **request)
            except GONE as error:
                self.answers[type(error).__name__] += 1
            else:
                self.answers[str(answer.status_code)] += 1
                self.served[base] += 1
                if answer.status_code in good:
                    return answer
                if answer.status_code != 503:
                    self.wrong.append(f"{answer.status_code} {method} {path} {answer.text[:300]}")
            await asyncio.sleep(self.dice.uniform(*REST))
