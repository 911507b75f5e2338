"""The form's funnel: how often it was shown, opened, begun, sent and refused, by days. Nothing is
kept of who it was.

A count costs a visitor's request nothing: it is added up in the process and written a few seconds
later. What a process that is killed has not written is lost.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import uuid
from collections import Counter
from typing import Literal
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

import msgspec

from app import database
from app.errors import Unavailable
from app.overview import statements
from app.overview.spans import Span
from app.tables import Organization, new_id

Step = Literal["shown", "opened", "begun", "sent", "refused"]
Key = tuple[uuid.UUID, dt.date]
SECONDS = 5.0
KEYS_MAX = 1000
"""Organizations and days that wait to be written; more than that means that nothing can be."""


class Funnel(msgspec.Struct, frozen=True):
    """`refused` counts tries: somebody may be refused twice and then get through."""

    shown: int = 0
    opened: int = 0
    begun: int = 0
    sent: int = 0
    refused: int = 0


_counted: WeakKeyDictionary[database.Engine, dict[Key, Counter[str]]] = WeakKeyDictionary()
_writing: set[asyncio.Task[None]] = set()


def count(org: Organization, step: Step, *also: Step) -> None:
    """Once, now. Never keeps a visitor from anything."""
    waiting = _counted.setdefault(database.engine(), {})
    try:
        key = (org.id, dt.datetime.now(ZoneInfo(org.timezone)).date())
    except (KeyError, ValueError):
        return  # A zone that this machine does not know, any more.
    if key not in waiting:
        if len(waiting) >= KEYS_MAX:
            return
        waiting[key] = Counter()
    for each in (step, *also):
        waiting[key][each] += 1
    if all(task.done() for task in _writing):
        _writing.add(task := asyncio.create_task(_later()))
        task.add_done_callback(_writing.discard)


async def _later() -> None:
    while _counted.get(database.engine()):
        await asyncio.sleep(SECONDS)
        with contextlib.suppress(Unavailable):
            await write()


async def close() -> None:
    """Before the database is closed."""
    for task in list(_writing):
        task.cancel()
    if _writing:
        await asyncio.wait(_writing)
    with contextlib.suppress(Unavailable):
        await write()


async def write() -> None:
    """What was counted so far. It waits on if the database is away."""
    waiting = _counted.setdefault(database.engine(), {})
    rows = list(waiting.items())
    waiting.clear()
    if not rows:
        return
    try:
        async with database.transaction():
            await statements.add_form_counts(
                [
                    (new_id(), organization, day.isoformat(), *(n[step] for step in STEPS))
                    for (organization, day), n in sorted(rows)
                ]
            )
    except Unavailable:
        for key, n in rows:
            waiting.setdefault(key, Counter()).update(n)
        raise


STEPS: tuple[Step, ...] = ("shown", "opened", "begun", "sent", "refused")


async def read(organization: uuid.UUID, span: Span) -> Funnel:
    return await statements.form_counts(Funnel, organization, span.first, span.last) or Funnel()
