"""The rota as the values of a form, and back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from app.hours.schedule import WEEKDAYS
from app.rota.change import AGENTS_MAX, SHIFTS_MAX, SWAPS_MAX
from app.rota.shape import Rota

NUMBER = "0|[1-9][0-9]{0,3}"
SHIFT = re.compile(rf"shift-({NUMBER})-.+")
SWAP = re.compile(rf"swap-({NUMBER})-.+")
TURNS = 3
"""Places for those who take turns that are offered at least."""
SPARE_SWAPS = 2


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A shift as it is typed; `at` begins the names of its inputs."""

    at: str
    agents: list[str]
    weekdays: list[str]
    start: str = ""
    end: str = ""
    since: str = ""


class SwapRow(msgspec.Struct, frozen=True, kw_only=True):
    at: str
    day: str = ""
    agent: str = ""
    instead_of: str = ""


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    shifts: list[Row]
    backups: list[str]
    swaps: list[SwapRow]
    mention_new: bool
    over: list[SwapRow] = []
    """Of days that are over: kept, and not shown."""
    focus: str = ""
    """The input that was just added."""


def shown(rota: Rota, today: dt.date) -> Typed:
    """With an empty row below each list."""
    shifts = [
        Row(
            at=f"shift-{n}",
            agents=_filled(each.agents),
            weekdays=list(each.weekdays),
            start=each.start,
            end=each.end,
            since=each.since.isoformat() if each.since else "",
        )
        for n, each in enumerate(rota.shifts)
    ]
    if len(shifts) < SHIFTS_MAX:
        shifts.append(Row(at=f"shift-{len(shifts)}", agents=_filled([]), weekdays=[]))
    swaps = [
        SwapRow(
            at=f"swap-{n}",
            day=each.day.isoformat(),
            agent=each.agent,
            instead_of=each.instead_of,
        )
        for n, each in enumerate(rota.swaps)
    ]
    spare = [SwapRow(at=f"swap-{len(swaps) + n}") for n in range(SPARE_SWAPS)]
    to_come = [each for each in swaps if each.day >= today.isoformat()]
    return Typed(
        shifts=shifts,
        backups=_filled(rota.backups),
        swaps=[*to_come, *spare],
        mention_new=rota.mention_new,
        over=[each for each in swaps if each.day < today.isoformat()],
    )


def with_more(rota: Typed, which: str) -> Typed:
    """With one more empty row in one of the lists."""
    if which == "shifts" and len(rota.shifts) < SHIFTS_MAX:
        at = _free("shift", [row.at for row in rota.shifts])
        row = Row(at=at, agents=_filled([]), weekdays=[])
        return msgspec.structs.replace(rota, shifts=[*rota.shifts, row], focus=f"{at}-agent-0")
    if which == "swaps" and len(rota.swaps) < SWAPS_MAX:
        at = _free("swap", [each.at for each in rota.swaps])
        swap = SwapRow(at=at)
        return msgspec.structs.replace(rota, swaps=[*rota.swaps, swap], focus=f"{at}-day")
    return rota


def _free(name: str, taken: list[str]) -> str:
    """How the inputs of a row begin that comes behind all that are shown."""
    last = max((int(each.rpartition("-")[2]) for each in taken), default=-1)
    return f"{name}-{last + 1}"


def typed(form: Mapping[str, str]) -> Typed:
    """As it was sent, to be shown again: every row of it, however many there are."""
    return Typed(
        shifts=[_row(form, f"shift-{n}") for n in _numbers(form, SHIFT)],
        backups=_filled(_agents(form, "backup")),
        swaps=[_swap(form, f"swap-{n}") for n in _numbers(form, SWAP)],
        mention_new=form.get("mention_new") == "yes",
    )


def _numbers(form: Mapping[str, str], name: re.Pattern[str]) -> list[int]:
    return sorted({int(found[1]) for key in form if (found := name.fullmatch(key))})


def _row(form: Mapping[str, str], at: str) -> Row:
    return Row(
        at=at,
        agents=_filled(_agents(form, at)),
        weekdays=[day for day in WEEKDAYS if form.get(f"{at}-{day}") == "yes"],
        start=form.get(f"{at}-start", "").strip(),
        end=form.get(f"{at}-end", "").strip(),
        since=form.get(f"{at}-since", "").strip(),
    )


def _swap(form: Mapping[str, str], at: str) -> SwapRow:
    return SwapRow(
        at=at,
        day=form.get(f"{at}-day", "").strip(),
        agent=form.get(f"{at}-agent", ""),
        instead_of=form.get(f"{at}-instead", ""),
    )


def _agents(form: Mapping[str, str], at: str) -> list[str]:
    places = _numbers(form, re.compile(rf"{at}-agent-({NUMBER})"))
    return [uid for n in places if (uid := form[f"{at}-agent-{n}"])]


def _filled(agents: list[str]) -> list[str]:
    """With one empty place more."""
    empty = max(TURNS - len(agents), 1 if len(agents) < AGENTS_MAX else 0)
    return [*agents, *[""] * empty]


def raw(rota: Typed) -> tuple[dict[str, Any], dict[str, str]]:
    """The JSON that the form means, and the input for each pointer into it. Rows without anything
    are left out."""
    inputs: dict[str, str] = {}
    shifts: list[dict[str, Any]] = []
    for row in rota.shifts:
        agents = [each for each in row.agents if each]
        if not (agents or row.start or row.end):
            continue
        at = f"/shifts/{len(shifts)}"
        inputs |= {f"{at}/{name}": f"{row.at}-{name}" for name in ("start", "end", "since")}
        inputs |= {f"{at}/agents/{n}": f"{row.at}-agent-{n}" for n in range(len(agents))}
        inputs[f"{at}/agents"] = f"{row.at}-agent-0"
        shifts.append(
            {
                "agents": agents,
                "weekdays": row.weekdays,
                "start": row.start,
                "end": row.end,
                "since": row.since or None,
            }
        )
    swaps: list[dict[str, Any]] = []
    for each in [*rota.over, *rota.swaps]:
        if not (each.day or each.agent):
            continue
        at = f"/swaps/{len(swaps)}"
        inputs |= {f"{at}/day": f"{each.at}-day", f"{at}/agent": f"{each.at}-agent"}
        inputs[f"{at}/instead_of"] = f"{each.at}-instead"
        swaps.append({"day": each.day, "agent": each.agent, "instead_of": each.instead_of})
    backups = [each for each in rota.backups if each]
    inputs |= {f"/backups/{n}": f"backup-agent-{n}" for n in range(len(backups))}
    return {
        "shifts": shifts,
        "backups": backups,
        "swaps": swaps,
        "mention_new": rota.mention_new,
    }, inputs
