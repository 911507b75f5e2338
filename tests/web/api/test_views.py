"""Saved views by program: those of the team."""

from __future__ import annotations

import httpx

from app.messages import views
from app.messages.filter import Filter
from app.messages.owned import Who
from app.tables import Agent, Organization

VIEWS = "/api/v1/leavemsg/views"


async def test_a_program_keeps_the_teams_views(
    api: httpx.AsyncClient, org: Organization, owner: Agent
) -> None:
    boss = Who(agent=owner.id, is_admin=True, by="Boss")
    await views.add(org.id, "private", Filter(), shared=False, who=boss)
    made = (await api.post(VIEWS, json={"name": "VIP", "filter": {"tag": "VIP"}})).json()
    assert made == {"uid": made["uid"], "name": "VIP", "filter": {"tag": "VIP"}, "lost": []}
    here = f"{VIEWS}/{made['uid']}"
    changed = (await api.patch(here, json={"filter": {"when": "today"}})).json()
    assert (changed["name"], changed["filter"]) == ("VIP", {"when": "today"})
    assert (await api.get(VIEWS)).json() == {"items": [changed], "next_cursor": None}
    shared = [each for each in await views.of(org.id, owner.id) if each.shared]
    assert [(each.name, each.may_change(boss)) for each in shared] == [("VIP", True)]
    assert (await api.delete(here)).json() == {"items": [], "next_cursor": None}
    assert (await api.delete(here)).status_code == 404


async def test_what_is_no_filter_is_refused_at_its_place(api: httpx.AsyncClient) -> None:
    body = {"name": "x", "filter": {"mood": "angry", "when": "someday", "tag": "ok"}}
    answer = await api.post(VIEWS, json=body)
    assert answer.status_code == 422
    found = [(each["pointer"], each["code"]) for each in answer.json()["errors"]]
    assert found == [
        ("/filter/mood", "unknown_filter"),
        ("/filter/when", "unknown_filter"),
    ]
