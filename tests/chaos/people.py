"""Everybody who goes on while everything dies: visitors, colleagues, and who answers by mail."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import msgspec

from tests.chaos.mails import Correspondents
from tests.chaos.stage import Stage
from tests.chaos.team import Team
from tests.chaos.visitors import Visitors


class People(msgspec.Struct):
    visitors: Visitors
    team: Team
    mails: Correspondents

    @classmethod
    def of(cls, stage: Stage, dice: random.Random, crowd: int) -> People:
        visitors = Visitors(stage.urls, dice, crowd)
        return cls(visitors, Team(stage, visitors, dice), Correspondents(stage, dice))

    async def go_on(self, stop: asyncio.Event) -> None:
        """Who has begun goes on until they are thanked."""
        await asyncio.gather(self.visitors.write(stop), self.team.work(stop), self.mails.post(stop))

    @property
    def answers(self) -> Counter[str]:
        team, mails = self.team.patient.answers, self.mails.patient.answers
        return self.visitors.answers + team + mails

    @property
    def wrong(self) -> list[str]:
        return self.visitors.wrong + self.team.patient.wrong + self.mails.patient.wrong
