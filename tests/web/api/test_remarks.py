"""Programs reply to visitors and write notes."""

from __future__ import annotations

import httpx

from app import messages
from app.fields.check import Answers
from app.messages import Visit
from app.tables import Organization, Remark

BASE = "/api/v1/leavemsg/messages"


async def test_replies_and_notes_are_said_once_and_read_in_order(
    api: httpx.AsyncClient, org: Organization, answers: Answers, visit: Visit
) -> None:
    left = await messages.leave(org, answers, visit, submission_id="one")
    here, key = f"{BASE}/{left.uid}", {"Idempotency-Key": "1"}
    first = await api.post(f"{here}/reply", json={"text": "您好"}, headers=key)
    again = await api.post(f"{here}/reply", json={"text": "您好"}, headers=key)
    twice = await api.post(f"{here}/reply", json={"text": "您好"})
    note = await api.post(f"{here}/notes", json={"text": "要打电话"})

    assert [each.status_code for each in (first, again, twice, note)] == [201] * 4
    assert again.json() == first.json()
    assert (first.json()["why_not"], twice.json()["why_not"]) == ("no_channel", "said")
    assert twice.json()["reply"] == first.json()["reply"]
    assert await Remark.count() == 2
    found = (await api.get(f"{here}/remarks")).json()
    assert found["items"] == [first.json()["reply"], note.json()]
    assert [(each["author"], each["visible"]) for each in found["items"]] == [
        ("tests", True),
        ("tests", False),
    ]
    other = await api.post(f"{here}/reply", json={"text": "再见"})
    thrice = await api.post(f"{here}/reply", json={"text": "您好"})
    assert other.json()["reply"] != first.json()["reply"] == thrice.json()["reply"]
    for bad in ({"text": ""}, {}, {"text": "长" * 5001}, {"text": "x", "visble": True}):
        assert (await api.post(f"{here}/reply", json=bad)).status_code == 422
