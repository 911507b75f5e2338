"""The rota is checked, dated, kept and told in the history."""

from __future__ import annotations

import datetime as dt

import pytest

from app.errors import Invalid
from app.people import audit
from app.rota import change
from app.rota.shape import Rota
from app.tables import Agent, Organization


async def test_it_is_kept_with_the_week_in_which_turns_begin(owner: Agent) -> None:
    org, me = owner.organization, str(owner.id)
    shifts = [
        {"agents": [me, me], "since": "2026-01-07", "start": "22:00", "end": "06:00"},
        {"agents": [me], "weekdays": ["mon"], "since": "2026-01-07"},
        {"agents": [me, me]},
    ]
    swaps = [{"day": "2026-02-02", "agent": me}, {"day": "2026-01-01", "agent": me}]
    saved = await change.save(org, {"shifts": shifts, "swaps": swaps, "backups": [me]}, by="Li")
    assert await change.read(org) == saved
    assert [each.since for each in saved.shifts[:2]] == [dt.date(2026, 1, 5), None]
    begins = saved.shifts[2].since
    assert begins is not None
    assert begins.weekday() == 0
    assert [each.day.isoformat() for each in saved.swaps] == ["2026-01-01", "2026-02-02"]
    assert [each.action for each in await audit.of(org, org)][-1:] == ["rota.changed"]
    assert await change.save(org, {}, by="Li") == Rota() == await change.read(org)


async def test_every_fault_is_told_with_its_place(org: Organization) -> None:
    shifts = [
        {"agents": []},
        {"agents": ["x"], "start": "9", "end": "25:00"},
        {"agents": ["x"], "end": "18:00"},
        {"agents": ["x"], "start": "24:00", "end": "08:00"},
    ]
    raw = {
        "shifts": shifts,
        "backups": ["y"],
        "swaps": [{"day": "2026-01-01", "agent": "", "instead_of": "z"}],
    }
    with pytest.raises(Invalid) as error:
        await change.save(org.id, raw, by="tests")
    assert [(each.pointer, each.code) for each in error.value.problems] == [
        ("/shifts/0/agents", "too_short"),
        ("/shifts/1/agents/0", "unknown_agent"),
        ("/shifts/1/start", "bad_time"),
        ("/shifts/1/end", "bad_time"),
        ("/shifts/2/agents/0", "unknown_agent"),
        ("/shifts/2/start", "required"),
        ("/shifts/3/agents/0", "unknown_agent"),
        ("/shifts/3/start", "bad_time"),
        ("/backups/0", "unknown_agent"),
        ("/swaps/0/agent", "unknown_agent"),
        ("/swaps/0/instead_of", "unknown_agent"),
    ]
