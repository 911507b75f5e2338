"""Single channels, from the first to the last of each."""

from __future__ import annotations

import httpx

from app.tables import Audit, Organization

BASE = "/api/v1/leavemsg/channels"
HOOK = {"type": "custom", "webhook_url": "http://127.0.0.1:9/secret-path", "name": "CRM"}


async def test_a_channel_from_its_beginning_to_its_end(
    api: httpx.AsyncClient, org: Organization
) -> None:
    made = await api.post(BASE, json=HOOK)
    here = f"{BASE}/{made.json()['uid']}"
    shown = await api.get(here)
    assert (made.status_code, shown.json()) == (201, made.json())
    assert (await api.get(BASE)).json() == {"items": [made.json()], "next_cursor": None}
    renamed = await api.patch(here, json={"name": "CRM 2", "rate_limit_per_minute": 5})
    assert (renamed.json()["name"], renamed.json()["rate_limit_per_minute"]) == ("CRM 2", 5)
    back = await api.patch(here, json={"webhook_url": renamed.json()["webhook_url"]})
    assert back.json() == renamed.json()
    assert (await api.post(f"{here}/disable")).json()["enabled"] is False
    assert (await api.post(f"{here}/enable")).json()["enabled"] is True
    tested = (await api.post(f"{here}/test")).json()["results"]
    assert [each["ok"] for each in tested] == [False]
    assert (await api.delete(here)).json() == {}
    assert (await api.get(here)).status_code == 404
    acts = await Audit.select(Audit.action).where(Audit.action.like("channel.%")).order_by(Audit.id)
    assert [each["action"] for each in acts] == [
        *("channel.added", "channel.changed", "channel.changed"),
        *("channel.off", "channel.on", "channel.archived"),
    ]


async def test_what_a_change_leaves_out_stays(api: httpx.AsyncClient) -> None:
    own = {"types": ["message.created"], "personal": True, "headers": {"X-Key": "a-long-secret"}}
    body = {"type": "events", "name": "CRM", "webhook_url": "http://127.0.0.1:9/h", **own}
    made = (await api.post(BASE, json=body)).json()
    here = f"{BASE}/{made['uid']}"
    for said in ({"name": "CRM 2"}, {"timeout": 5}, {"quiet_hours": None, "timeout": None}):
        changed = (await api.patch(here, json=said)).json()
        kept = {name: changed[name] for name in (*own, "signing_secret")}
        assert kept == {name: made[name] for name in kept}, said
    assert (changed["name"], changed["timeout"]) == ("CRM 2", 5)
    # Secrets go to no other host.
    moved = await api.patch(here, json={"webhook_url": "https://other.example.com/h"})
    assert {each["code"] for each in moved.json()["errors"]} == {"secret_needed"}


async def test_no_notice_goes_to_an_endpoint_of_events(api: httpx.AsyncClient) -> None:
    body = {"type": "events", "name": "CRM", "webhook_url": "http://127.0.0.1:9/h"}
    uid = (await api.post(BASE, json=body)).json()["uid"]
    rule = {"name": "r", "when": {"words": ["x"]}, "then": {"channels": [uid]}}
    root = BASE.rpartition("/")[0]
    ruled = await api.put(f"{root}/rules", json={"mode": "all", "rules": [rule]})
    reported = await api.post(f"{root}/reports", json={"channel": uid})
    assert (ruled.status_code, reported.status_code) == (422, 422)
    other = (await api.post(BASE, json=HOOK)).json()["uid"]
    for one, first in ((uid, other), (other, uid)):
        answer = await api.patch(f"{BASE}/{one}", json={"fallback_for": first})
        assert answer.json()["errors"][0]["code"] == "unknown_uid"


async def test_a_change_waits_for_no_health(api: httpx.AsyncClient) -> None:
    """A test changes the health, and no change of ours replaces that."""
    made = (await api.post(BASE, json=HOOK)).json()
    here = f"{BASE}/{made['uid']}"
    first = await api.get(here)
    await api.post(f"{here}/test")
    second = await api.get(here)
    assert first.headers["etag"] != second.headers["etag"]
    old = {"If-Match": first.headers["etag"]}
    assert (await api.patch(here, json={"name": "2"}, headers=old)).status_code == 200
    assert (await api.patch(here, json={"name": "3"}, headers=old)).status_code == 412


async def test_what_is_not_understood_is_named(api: httpx.AsyncClient) -> None:
    for body, pointer in (
        ({**HOOK, "enabeld": True}, "/enabeld"),
        ({**HOOK, "webhook_url": "ftp://x"}, "/webhook_url"),
        ({}, "/type"),
    ):
        answer = await api.post(BASE, json=body)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == pointer, answer.text
