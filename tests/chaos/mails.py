"""Visitors who answer each mail that they get: by a mailbox that is fetched, by a mail server that
posts what comes, or by both ways at once."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import Counter

from tests.chaos.patience import Patient
from tests.chaos.stage import Stage
from tests.fakes.letters import Letter
from tests.fakes.post import reply

INBOUND = "/api/v1/leavemsg/mail/inbound"


class Correspondents:
    def __init__(self, stage: Stage, dice: random.Random) -> None:
        self.stage = stage
        self.patient = Patient(stage.urls, dice)
        self.letters: Counter[tuple[str, str]] = Counter()
        """How often each mail arrived: its id, and what it says first."""
        self.answers: dict[str, str] = {}
        """The reply that each answer answers, by its text."""
        self._numbers = itertools.count()
        self._to_post: asyncio.Queue[bytes] = asyncio.Queue()
        self._unposted = 0
        stage.mail.listeners.append(self._read)

    async def post(self, stop: asyncio.Event) -> None:
        """Until everything that was to be posted is."""
        headers = {
            "Authorization": f"Bearer {self.stage.token}",
            "Content-Type": "message/rfc822",
        }
        async with self.patient.client(2) as client:
            while not (stop.is_set() and self._to_post.empty()):
                try:
                    raw = await asyncio.wait_for(self._to_post.get(), 0.5)
                except TimeoutError:
                    continue
                await self.patient.post(client, INBOUND, 201, content=raw, headers=headers)
                self._unposted -= 1

    @property
    def under_way(self) -> bool:
        """Something is not posted or not fetched yet."""
        return bool(self._unposted or set(self.stage.box.mails) - self.stage.box.seen)

    def _read(self, letter: Letter) -> None:
        said = next((line for line in letter.text.splitlines() if line.startswith("reply ")), "")
        mail = str(letter.message["Message-ID"]), said
        self.letters[mail] += 1
        if self.letters[mail] > 1 or not said:
            return
        number = next(self._numbers)
        text = f"answer {number}"
        self.answers[text] = said
        raw = reply(letter, text)
        if number % 3 != 1:
            self.stage.box.add(raw)
        if number % 3 != 0:
            self._to_post.put_nowait(raw)
            self._unposted += 1
