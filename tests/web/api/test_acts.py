"""Acts on many messages by program."""

from __future__ import annotations

import httpx

from app import channel_settings
from app.messages import long_acts
from app.tables import Delivery, Organization

API = "/api/v1/leavemsg"
HOOK = {"type": "custom", "webhook_url": "http://127.0.0.1:9/hook"}
MESSAGE = {"visitor": {"phone": "13800138000"}, "message": {"content": "hello"}}


async def test_messages_are_told_again_as_an_act_that_can_be_taken_back(
    api: httpx.AsyncClient, org: Organization
) -> None:
    await channel_settings.add(org.id, HOOK, by="tests")
    left = (await api.post(f"{API}/messages", json=MESSAGE)).json()
    await Delivery.update({Delivery.state: "failed"}).where(Delivery.organization == org.id)
    all_failed = {"filter": {"notice": "failed"}, "matching": 1}
    dry = (await api.post(f"{API}/messages/notify", json={**all_failed, "dry_run": True})).json()
    assert (dry["told"], dry["minutes"], dry["act"]) == (1, 1, "")
    told = (await api.post(f"{API}/messages/notify", json=all_failed)).json()
    here = f"{API}/acts/{told['act']}"
    assert (await api.get(here)).json()["state"] == "running"
    await long_acts.step()
    assert (await api.get(here)).json() == {
        "uid": told["act"],
        "action": "notified",
        "state": "done",
        "total": 1,
        "done": 1,
        "changed": 1,
    }
    undone = (await api.post(f"{here}/undo")).json()
    assert (undone["action"], undone["state"]) == ("undone", "running")
    again = await api.post(f"{API}/acts/{undone['uid']}/undo")
    assert (again.status_code, again.json()["code"]) == (409, "not_undoable")
    stopped = (await api.post(f"{API}/acts/{undone['uid']}/stop")).json()
    assert stopped["state"] == "stopped"

    for body, status in (
        ({"filter": {"status": "mine"}, "matching": 0}, 200),
        ({"filter": {"notice": "pending"}, "matching": 2}, 409),
        ({"filter": {"mood": "angry"}, "matching": 1}, 422),
        ({"uids": []}, 422),
        ({"uids": [left["uid"], "x"]}, 422),
    ):
        assert (await api.post(f"{API}/messages/notify", json=body)).status_code == status
    both = await api.post(f"{API}/messages/notify", json={**all_failed, "uids": [left["uid"]]})
    assert (both.status_code, both.json()["errors"][0]["pointer"]) == (422, "/uids")
