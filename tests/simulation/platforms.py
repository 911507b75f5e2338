"""The other side of every notice: takes it, refuses it, is away, answers late or never. It keeps
its own book of what arrived and what it said, by the true time."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Mapping
from typing import Any

import msgspec
from structlog.contextvars import get_contextvars

from app.deliveries.recovery import SOON
from app.egress import OutboundError
from app.egress.way import MAX_ANSWER, Answer
from tests.simulation.loop import HERE

MARK = re.compile(r"mark(\d+)z")
ACCEPTED = {
    "wecom": b'{"errcode":0,"errmsg":"ok"}',
    "feishu": b'{"code":0,"msg":"success"}',
    "custom": b"{}",
}
REFUSED = {
    "busy": {"wecom": (200, b'{"errcode":-1,"errmsg":"system busy"}'), "feishu": (502, b"<html>")},
    "too fast": {
        "wecom": (200, b'{"errcode":45009,"errmsg":"api freq out of limit"}'),
        "feishu": (200, b'{"code":9499,"msg":"too many request"}'),
        "custom": (429, b""),
    },
    "gone": {
        "wecom": (200, b'{"errcode":93000,"errmsg":"invalid webhook url"}'),
        "feishu": (200, b'{"code":19001,"msg":"param invalid: incoming webhook access token"}'),
        "custom": (410, b""),
    },
    "odd": {
        "wecom": (200, b'{"errcode":987654,"errmsg":"?"}'),
        "feishu": (200, b'{"code":987654,"msg":"?"}'),
        "custom": (418, b"?"),
    },
}
"""By what it is: status and body. Where a platform has none, HTTP 503."""


class Arrival(msgspec.Struct, kw_only=True):
    """One request that reached the platform. `dispatch` is empty for an admin's test. `confirmed`:
    its sender got the answer alive."""

    at: float
    channel: str
    dispatch: str
    marks: tuple[int, ...]
    kind: str
    taken: bool
    said: str
    process: Any
    confirmed: bool = False
    confirmed_at: float = 0.0


class Mood(msgspec.Struct):
    """How a platform behaves: the probability of each trouble."""

    away: float = 0.0
    silent: float = 0.0
    """Takes it and does not answer in time."""
    deaf: float = 0.0
    """Neither takes it nor answers."""
    refuses: float = 0.0
    how: str = "busy"
    slow: float = 0.05
    """Usual seconds on the way there and back."""
    kills: bool = False
    """Takes it, and whoever sent it dies."""


WELL = Mood()


def mood(dice: random.Random, *, final: bool) -> Mood:
    """One of many; `final` ones never take what they refuse."""
    made = Mood(slow=dice.choice((0.01, 0.05, 1.0, 4.0)))
    kind = dice.choice(("well", "away", "silent", "deaf", "refuses", "mixed"))
    share = dice.choice((0.1, 0.5, 1.0))
    if kind in ("away", "silent", "deaf", "refuses"):
        setattr(made, kind, share)
    elif kind == "mixed":
        made.away = made.silent = made.deaf = made.refuses = 0.15
    made.how = dice.choice(("busy", "too fast", "odd", "gone") if final else ("busy", "too fast"))
    return made


class Platforms:
    """The simulated way out: `app.egress.way.Egress`, as far as these kinds need it."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.moods: dict[str, Mood] = {}
        self.lasting: dict[str, Mood] = {}
        """How they are when they are in no other mood."""
        self.arrivals: list[Arrival] = []

    def check_url(self, url: str, *, hosts: Any = None) -> None:
        pass

    def mood(self, name: str) -> Mood:
        return self.moods.get(name) or self.lasting.get(name, WELL)

    async def reach(self, url: str, *, deadline: float) -> None:
        """A knock: the connection is made, and nothing sent."""
        mood = self.mood(_place(url)[1])
        if self.world.calm and mood.away == 1.0:
            # It never comes back, so one knock stands for all that would follow.
            await asyncio.sleep(SOON.total_seconds())
        await asyncio.sleep(min(self.world.dice.uniform(0, 2 * mood.slow), deadline))
        if self.world.dice.random() < mood.away:
            raise OutboundError("connect_failed", connected=False)

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        content: bytes,
        deadline: float,
        max_bytes: int = MAX_ANSWER,
        keep_alive: bool = False,
    ) -> Answer:
        world, process = self.world, HERE.get()
        kind, channel = _place(url)
        mood, dice = self.mood(channel), world.dice
        dispatch = str(get_contextvars().get("dispatch", ""))
        turn = dice.random()
        way = dice.uniform(0, 2 * mood.slow)
        back = dice.uniform(0, 2 * mood.slow)
        if world.dies_now(process):
            await process.die("before a request")
        if turn < mood.away:
            await asyncio.sleep(min(way, deadline))
            raise OutboundError("connect_failed", connected=False)
        turn -= mood.away
        if turn < mood.deaf or way >= deadline:
            await asyncio.sleep(deadline)
            world.freeze(process)
            raise OutboundError("timeout", connected=True, written=True)
        turn -= mood.deaf
        arriving: asyncio.Future[Arrival] = world.loop.create_future()
        said = self._said(mood, turn - mood.silent)
        arrive = (kind, channel, dispatch, content, said, process, arriving)
        # What is on the wire arrives also when its sender dies.
        world.loop.call_later(way, self._arrive, *arrive, context=world.around)
        world.jump_meanwhile(way + back)
        arrival = await arriving
        if mood.kills or world.dies_now(process):
            await process.die("after a request")
        if turn < mood.silent or way + back >= deadline:
            await asyncio.sleep(deadline - way)
            raise OutboundError("timeout", connected=True, written=True)
        if dice.random() < mood.silent / 4:
            raise OutboundError("reset", connected=True, written=True)
        await asyncio.sleep(back)
        arrival.confirmed, arrival.confirmed_at = True, world.loop.time()
        status, body = self._answer(kind, said)
        return Answer(status, {}, body, False, 1)

    def _said(self, mood: Mood, turn: float) -> str:
        return mood.how if 0 <= turn < mood.refuses else "yes"

    def _answer(self, kind: str, said: str) -> tuple[int, bytes]:
        if said == "yes":
            return 200, ACCEPTED[kind]
        return REFUSED[said].get(kind, (503, b""))

    def _arrive(
        self,
        kind: str,
        channel: str,
        dispatch: str,
        content: bytes,
        said: str,
        process: Any,
        arriving: asyncio.Future[Arrival],
    ) -> None:
        text = content.decode()
        marks = tuple(sorted({int(each) for each in MARK.findall(text)}))
        found = Arrival(
            at=self.world.loop.time(),
            channel=channel,
            dispatch=dispatch,
            marks=marks,
            kind=kind,
            taken=said == "yes",
            said=said,
            process=process,
        )
        self.arrivals.append(found)
        self.world.note(f"{channel} hears {marks} in {dispatch[-6:] or 'a test'}: {said}")
        if not arriving.done():
            arriving.set_result(found)


def _place(url: str) -> tuple[str, str]:
    """The platform's kind, and the name of the robot: the end of its address."""
    name = url.rpartition("=")[2] if "=" in url else url.rpartition("/")[2]
    if "qyapi" in url:
        return "wecom", name
    return ("feishu" if "feishu" in url else "custom"), name
