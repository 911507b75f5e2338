"""My account, own working hours."""

from __future__ import annotations

import httpx

from app.people import working_hours
from app.tables import Agent
from tests.web.reading import Page

HERE = "/account/hours"


async def agent_of(owner: Agent) -> Agent:
    (found,) = await Agent.objects().where(Agent.id == owner.id)
    return found


async def test_hours_are_set_seen_and_taken_back(client: httpx.AsyncClient, owner: Agent) -> None:
    assert "随时" in Page(await client.get("/account")).words
    page = Page(await client.get(HERE))
    assert "您的时区 Asia/Shanghai" in page.words
    filled = {**page.values, "mon_0_start": "9:00", "mon_0_end": "18:00"}
    saved = await client.post(HERE, data=filled)
    assert saved.headers["location"] == "/account?done=saved#hours"
    schedule = working_hours.of(await agent_of(owner))
    assert schedule is not None
    assert schedule.weekly == {"mon": (("09:00", "18:00"),)}
    again = Page(await client.get(HERE))
    assert (again.values["mon_0_start"], again.values["mon_0_end"]) == ("09:00", "18:00")
    emptied = {**again.values, "mon_0_start": "", "mon_0_end": ""}
    await client.post(HERE, data=emptied)
    assert working_hours.of(await agent_of(owner)) is None


async def test_a_button_copies_a_day_and_saves_nothing(
    client: httpx.AsyncClient, owner: Agent
) -> None:
    page = Page(await client.get(HERE))
    filled = {**page.values, "mon_0_start": "09:00", "mon_0_end": "18:00"}
    for headers in ({}, {"HX-Request": "true", "HX-Request-Type": "partial"}):
        answer = await client.post(f"{HERE}?do=workdays", data=filled, headers=headers)
        shown = Page(answer)
        assert shown.values["fri_0_end"] == "18:00"
        assert "还没有保存" in shown.words
        assert ("<html" in answer.text) is not bool(headers)
    assert working_hours.of(await agent_of(owner)) is None


async def test_what_are_no_hours_is_said_at_its_field(client: httpx.AsyncClient) -> None:
    page = Page(await client.get(HERE))
    answer = await client.post(HERE, data={**page.values, "tue_0_start": "09:00"})
    assert answer.status_code == 422
    (field,) = Page(answer).attributes("input", id="tue_0_end")
    assert field["aria-invalid"] == "true"
    assert Page(answer).values["tue_0_start"] == "09:00"
