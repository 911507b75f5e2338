"""One run: begin, torment, let settle, judge."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from app import database
from tests.chaos.judge import Judgement, judge
from tests.chaos.keys import KeyPart
from tests.chaos.keys import faults as of_keys
from tests.chaos.many import on_failover, on_pgbouncer
from tests.chaos.people import People
from tests.chaos.stage import Part, ProcessPart, Stage, on_no_redis, on_postgres, on_sqlite

SETTLE_SECONDS = 240.0
"""A mailbox is free again two minutes after its worker died; a reply waits ten seconds."""
MOVED_SECONDS = 130.0
"""More than the longest lease and the minute for which its place stays taken after that."""
HURRY_SECONDS = 4.0
"""Moved on more often, leases of what is being sent would lapse again and again."""
TRACE, TRACES = 1500, 20
STAGES = {
    "sqlite": on_sqlite,
    "postgres": on_postgres,
    "pgbouncer": on_pgbouncer,
    "failover": on_failover,
    "redis": on_no_redis,
}
WAITING = (
    "SELECT count(*) AS n FROM delivery d JOIN channel c ON c.id = d.channel"
    " WHERE d.state IN ('pending', 'sending') AND c.name <> 'hangs'"
)
SENDING = (
    "SELECT count(*) AS n FROM delivery d JOIN channel c ON c.id = d.channel"
    " WHERE d.state = 'sending' AND c.name <> 'hangs'"
)
UNSETTLED = "SELECT count(*) AS n FROM received_mail WHERE state = 'new'"


class Report(msgspec.Struct, kw_only=True):
    kills: dict[str, int]
    answers: dict[str, int]
    settled_seconds: float
    judgement: Judgement
    unforeseen: list[str]
    """The ends of the traces in the logs: what visitors were answered 500 for."""


async def run(
    kind: str,
    folder: Path,
    *,
    seconds: float,
    seed: int,
    crowd: int = 12,
    hurry: bool = False,
    keys: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Report:
    """`hurry` moves the stored times on after the chaos in place of waiting for leases. With `keys`
    the secret key is changed all the time."""
    dice = random.Random(seed)
    async with STAGES[kind](folder) as stage:
        if keys:
            stage.parts.append(KeyPart(stage.world))
        people = People.of(stage, random.Random(seed + 1), crowd)
        await _torment(stage, people, dice, seconds)
        say(f"{len(people.visitors.thanked)} messages, the chaos is over")
        ended = time.monotonic()
        await settled(stage, people, hurry=hurry)
        took = time.monotonic() - ended
        judgement = await judge(stage, people)
        if keys:
            judgement.faults += await of_keys(stage)
        if kind == "redis":
            wrong = failed(people.answers)
            judgement.faults += [f"{n} times {each} without Redis" for each, n in wrong.items()]
        kills = _counted(stage.parts)
    return Report(
        kills=kills,
        answers=dict(people.answers),
        settled_seconds=round(took, 1),
        judgement=judgement,
        unforeseen=unforeseen(folder),
    )


def failed(answers: Mapping[str, int]) -> dict[str, int]:
    """How often each status from 500 on came, or error."""
    return {each: n for each, n in answers.items() if not each.isdecimal() or int(each) >= 500}


def unforeseen(folder: Path) -> list[str]:
    ends = dict[str, None]()
    for log in folder.rglob("*.log"):
        for line in log.read_text(errors="replace").splitlines():
            if line.startswith("{") and '"event": "unexpected"' in line:
                ends[" ".join(json.loads(line)["trace"])[-TRACE:]] = None
    return list(ends)[:TRACES]


async def _torment(stage: Stage, people: People, dice: random.Random, seconds: float) -> None:
    stop = asyncio.Event()
    writing = asyncio.create_task(people.go_on(stop))
    fates = [asyncio.create_task(_fate(part, random.Random(dice.random()))) for part in stage.parts]
    await asyncio.sleep(seconds)
    for fate in fates:
        fate.cancel()
    for outcome in await asyncio.gather(*fates, return_exceptions=True):
        if not isinstance(outcome, asyncio.CancelledError):
            raise RuntimeError("the chaos itself failed") from outcome
    stop.set()
    mending = asyncio.create_task(_mend(stage))
    await writing
    for part in stage.parts:
        await part.over()
    mending.cancel()


async def _fate(part: Part, dice: random.Random) -> None:
    while True:
        await asyncio.sleep(dice.uniform(*part.seconds))
        await asyncio.shield(part.kill())
        if isinstance(part, ProcessPart):
            part.revive()


async def _mend(stage: Stage) -> None:
    while True:
        for part in stage.parts:
            if isinstance(part, ProcessPart):
                part.revive()
        await asyncio.sleep(0.5)


async def settled(stage: Stage, people: People, *, hurry: bool, unharmed: bool = False) -> None:
    """Returns when nothing waits for a channel that works and all mail is read, or when the time
    for it is over. `unharmed`: no process was killed, so that leases that lapse explain nothing,
    and time is moved on only while nothing is being sent."""
    stop = asyncio.Event()
    posting = asyncio.create_task(people.mails.post(stop))
    mending = asyncio.create_task(_mend(stage))
    began = moved = time.monotonic()
    while time.monotonic() < began + SETTLE_SECONDS and await _waits(people):
        await asyncio.sleep(0.25)
        is_time = hurry and time.monotonic() > moved + HURRY_SECONDS
        if is_time and not (unharmed and await _number(SENDING)):
            await stage.pass_time(MOVED_SECONDS)
            moved = time.monotonic()
    stop.set()
    await posting
    mending.cancel()


async def _waits(people: People) -> bool:
    if people.mails.under_way:
        return True
    return any([await _number(sql) for sql in (WAITING, UNSETTLED)])


async def _number(sql: str) -> int:
    return await database.value(int, sql) or 0


def _counted(parts: list[Part]) -> dict[str, int]:
    kills: dict[str, int] = {}
    for part in parts:
        kills[part.name] = kills.get(part.name, 0) + part.kills
    return kills
