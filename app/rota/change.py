"""Reading and replacing an organization's rota."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from app import database
from app.errors import Invalid, Problem
from app.hours.schedule import BAD_TIME, TIME
from app.people import audit
from app.reading import objects
from app.rota.shape import Rota, Shift, minutes, monday, stored
from app.rules import check
from app.tables import Organization

SHIFTS_MAX = 30
AGENTS_MAX = 30
SWAPS_MAX = 400


async def read(organization: uuid.UUID) -> Rota:
    query = Organization.select(Organization.rota).where(Organization.id == organization)
    return stored(await database.value(str, query) or "")


async def save(organization: uuid.UUID, raw: Mapping[str, Any], *, by: str) -> Rota:
    """Counts at once. Raises Invalid with every fault."""
    found = objects.read(raw, Rota)
    known = set((await check.known(organization)).agents)
    # Who has left since stays written down until somebody takes them out.
    known |= set(_people(await read(organization)))
    if problems := list(_faults(found, known)):
        raise Invalid(problems)
    zone = Organization.select(Organization.timezone).where(Organization.id == organization)
    today = await _today(await database.value(str, zone) or "UTC")
    shifts = [_dated(each, today) for each in found.shifts]
    swaps = sorted(found.swaps, key=lambda each: each.day)
    found = msgspec.structs.replace(found, shifts=shifts, swaps=swaps)
    text = "" if found == Rota() else msgspec.json.encode(found).decode()
    async with database.transaction():
        await Organization.update({Organization.rota: text}).where(Organization.id == organization)
        await audit.record(organization, by, "rota.changed", organization)
    return found


async def _today(timezone: str) -> dt.date:
    return (await database.now()).astimezone(ZoneInfo(timezone)).date()


def _dated(shift: Shift, today: dt.date) -> Shift:
    """Turns begin with this week where nothing else is said."""
    if len(shift.agents) < 2:
        return msgspec.structs.replace(shift, since=None)
    return msgspec.structs.replace(shift, since=monday(shift.since or today))


def _people(rota: Rota) -> Iterator[str]:
    for shift in rota.shifts:
        yield from shift.agents
    yield from rota.backups
    for swap in rota.swaps:
        yield from (swap.agent, swap.instead_of)


def _faults(rota: Rota, known: set[str]) -> Iterator[Problem]:
    for name, listed, most in (
        ("shifts", rota.shifts, SHIFTS_MAX),
        ("backups", rota.backups, AGENTS_MAX),
        ("swaps", rota.swaps, SWAPS_MAX),
    ):
        if len(listed) > most:
            yield _too_long(f"/{name}", most)
    for place, shift in enumerate(rota.shifts):
        at = objects.pointer("shifts", place)
        if not shift.agents:
            yield Problem(f"{at}/agents", "too_short", "Choose somebody who works here")
        if len(shift.agents) > AGENTS_MAX:
            yield _too_long(f"{at}/agents", AGENTS_MAX)
        yield from _unknown(shift.agents, f"{at}/agents", known)
        yield from _times(shift, at)
    yield from _unknown(rota.backups, "/backups", known)
    for place, swap in enumerate(rota.swaps):
        at = objects.pointer("swaps", place)
        people = {"agent": swap.agent, "instead_of": swap.instead_of}
        for name, uid in people.items():
            if uid not in known and (uid or name == "agent"):
                yield _nobody(f"{at}/{name}")


def _times(shift: Shift, at: str) -> Iterator[Problem]:
    for name in ("start", "end"):
        text = getattr(shift, name)
        if not text and (shift.start or shift.end):
            yield Problem(f"{at}/{name}", "required", BAD_TIME)
        elif text and not TIME.fullmatch(text):
            yield Problem(f"{at}/{name}", "bad_time", BAD_TIME)
        elif name == "start" and text and minutes(text) == 24 * 60:
            yield Problem(f"{at}/start", "bad_time", BAD_TIME)


def _unknown(agents: list[str], at: str, known: set[str]) -> Iterator[Problem]:
    for place, uid in enumerate(agents):
        if uid not in known:
            yield _nobody(f"{at}/{place}")


def _nobody(at: str) -> Problem:
    return Problem(at, "unknown_agent", "Choose somebody who works here")


def _too_long(at: str, most: int) -> Problem:
    return Problem(at, "too_long", "At most {limit} is allowed.", {"limit": str(most)})
