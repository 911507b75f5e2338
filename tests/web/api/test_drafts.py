"""Programs propose replies."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from app import messages
from app.fields.check import Answers
from app.messages import Visit
from app.people import tokens
from app.tables import Organization, Remark

Web = Callable[..., httpx.AsyncClient]
BASE = "/api/v1/leavemsg/messages"


async def test_a_token_that_only_proposes_reaches_nobody(
    web: Web, org: Organization, answers: Answers, visit: Visit
) -> None:
    left = await messages.leave(org, answers, visit, submission_id="one")
    here = f"{BASE}/{left.uid}"
    made = await tokens.create(org.id, "助手", ["drafts:write"])
    program = web(headers={"Authorization": f"Bearer {made}"})
    first = await program.post(f"{here}/drafts", json={"text": "您好"})
    again = await program.post(f"{here}/drafts", json={"text": "您好"})

    assert (first.status_code, first.json()["author"]) == (201, "助手")
    assert again.json() == first.json()
    assert (await program.get(f"{here}/drafts")).json()["items"] == [first.json()]
    for act in ("reply", "notes"):
        refused = await program.post(f"{here}/{act}", json={"text": "您好"})
        assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    for bad in ({"text": ""}, {}, {"text": "长" * 5001}, {"text": "x", "visible": True}):
        assert (await program.post(f"{here}/drafts", json=bad)).status_code == 422
    assert await Remark.count() == 0
