"""One thing that was looked at, in a line; and looks that take too long."""

from __future__ import annotations

import asyncio

import pytest

from app.diagnosis import finding
from app.diagnosis.finding import Finding, within


def test_a_line_has_its_facts_and_its_name() -> None:
    told = Finding(
        "ok", "outbound", "It can be {what}, {unknown}.", {"what": "reached"}, "a.example"
    )
    assert told.line() == "ok    outbound     a.example: It can be reached, {unknown}."


async def test_a_look_that_takes_too_long_is_told_and_holds_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(finding, "DEADLINE", 0.01)

    async def endless() -> list[Finding]:
        await asyncio.Event().wait()
        return []

    (told,) = await within("mail", endless())
    assert (told.state, told.about) == ("warn", "mail")
