"""Channels by their names."""

from __future__ import annotations

from app.configuration.names import Channels
from app.errors import Problem
from app.tables import Organization
from tests.app.channel_settings.conftest import channels, hook, replace


async def test_a_name_of_one_channel_says_which(org: Organization) -> None:
    await replace(
        org, hook("a", name="销售"), hook("b", name="双"), hook("c", name="双"), hook("d")
    )
    rows = await channels()
    names = Channels(rows)
    assert [names.said(row.id) for row in rows] == ["销售", *(str(row.id) for row in rows[1:])]
    assert names.uid("销售") == str(rows[0].id)
    assert names.uid(str(rows[1].id)) == str(rows[1].id)
    assert (names.uid("双"), names.uid(""), names.uid("nobody")) == (None, None, None)
    problems: list[Problem] = []
    assert names.found(7, "/here", problems) == ""
    assert [(each.pointer, each.code) for each in problems] == [("/here", "unknown_channel")]


async def test_a_reserved_word_is_no_name(org: Organization) -> None:
    await replace(org, hook("a", name="assignee"))
    (row,) = await channels()
    assert Channels([row], reserved=("assignee",)).said(row.id) == str(row.id)
    assert Channels([row]).said(row.id) == "assignee"
