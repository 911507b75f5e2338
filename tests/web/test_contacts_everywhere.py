"""Who sees no contacts finds none: on any page, in any answer, file or stream."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app import messages
from app.contacts import policy
from app.fields.check import Answers
from app.fields.shape import Label
from app.mail.receive import receive
from app.mail.settle import settle
from app.messages import Visit, remarks
from app.people import agents, sessions, tokens
from app.people.token_shape import ALL, CONTACTS
from app.tables import Organization
from tests.web.console.test_roles import CASES, ENDLESS, OURS, filled
from tests.web.http import test_operation as operations
from tests.web.http.test_operation import BASE, ROUTES

Web = Callable[..., httpx.AsyncClient]

PHONE, EMAIL, WECHAT, PLATE = (
    "13912345678",
    "canary.person@hidden.example",
    "canary_wx_77",
    "沪A12345",
)
TOLD = ("13912345678", "139 1234 5678", "canary.person@", WECHAT, PLATE)
CHANNEL = {"type": "custom", "name": "CRM", "webhook_url": "https://crm.example/"}


@pytest.fixture
async def left(org: Organization, api: httpx.AsyncClient) -> str:
    """A message that has contacts everywhere, also where nobody was asked for one."""
    await api.post(f"{BASE}/config", json={"notifications": [CHANNEL]})
    words = f"打 139 1234 5678，微信 {WECHAT}，{EMAIL}"
    answers = Answers(
        name="王小姐",
        phone=PHONE,
        email=EMAIL,
        wechat=WECHAT,
        content=words,
        fields={"second": PHONE, "plate": PLATE},
        labels={
            "second": Label({"zh-CN": "备用"}, "phone", list=True),
            "plate": Label({"zh-CN": "车牌"}, personal=True, list=True),
        },
    )
    made = await messages.leave(org, answers, Visit(ip="203.0.113.7"), submission_id="one")
    uid = str(made.uid)
    await remarks.append(org.id, uid, f"补充：{words} {PLATE}")
    await messages.handle(org.id, uid, outcome="phone", note=f"{words} {PLATE}", by="王")
    await messages.leave(org, answers, Visit(ip="203.0.113.7"), submission_id="two")
    mail = await receive(org.id, f"From: {EMAIL}\r\nSubject: {PHONE}\r\n\r\n{words}".encode())
    await settle(org.id, mail)
    return uid


def found_in(answer: httpx.Response) -> list[str]:
    """Not in what was asked for itself."""
    said = f"{answer.headers} {answer.text}"
    return [each for each in TOLD if each in said]


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_a_member_who_sees_no_contacts_finds_none(
    web: Web, org: Organization, left: str
) -> None:
    await policy.save(org, {"agents": "masked", "viewers": "masked"}, by="tests")
    owner = await agents.create(org.id, email="o@shop.example", password="correct horse 9")
    agent = await agents.create(
        org.id, email="a@shop.example", password="correct horse 9", role="agent"
    )
    found: dict[str, list[Any]] = {}
    for who in (owner, agent):
        raw = await sessions.start(who, address="127.0.0.1", user_agent="t")
        browser = web(cookies={"sid": raw}, headers={**OURS, "X-CSRF-Token": sessions.csrf(raw)})
        found[who.role] = [
            (path, told)
            for method, roles, path in CASES
            if method == "GET" and "agent" in roles and path != ENDLESS
            if (told := found_in(await browser.get(filled(path, {"/inbox": left}))))
        ]
        for form in ("csv", "jsonl"):
            file = await browser.post("/inbox/export?status=all", data={"format": form})
            # Not even an owner's, who did not ask for them.
            assert (file.status_code, "王小姐" in file.text, found_in(file)) == (200, True, [])
        full = {"format": "csv", "contacts": "full"}
        file = await browser.post("/inbox/export?status=all", data=full)
        assert file.status_code == (200 if who is owner else 403)
        assert bool(found_in(file)) == (who is owner)
    assert found["agent"] == []
    shown = {path for path, _ in found["owner"]}
    assert shown >= {"/inbox", "/inbox/{uid}", "/mail"}, "or this shows nothing"


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_a_token_that_may_not_see_contacts_finds_none(
    web: Web, org: Organization, left: str, api: httpx.AsyncClient
) -> None:
    scopes = [each for each in ALL if each != CONTACTS]
    blind = web(headers={"Authorization": f"Bearer {await tokens.create(org.id, 'blind', scopes)}"})
    delivery = (await api.get(f"{BASE}/deliveries")).json()["items"][0]["uid"]
    seen: dict[str, list[Any]] = {"blind": [], "all": []}
    named: dict[str, set[str]] = {"blind": set(), "all": set()}
    for name, client in (("blind", blind), ("all", api)):
        for method, path in ROUTES:
            if method != "GET" and "preview" not in path:
                continue
            uid = delivery if "/deliveries/" in path else left
            answer = await operations.ask(client, method, path, uid)
            if "王小姐" in answer.text:
                named[name].add(path)
            if told := found_in(answer):
                seen[name].append((method, path, told))
    assert seen["blind"] == []
    assert named["blind"] == named["all"], "it reads the same, but for the contacts"
    shown = {path.removeprefix(BASE) for _, path, _ in seen["all"]}
    assert shown >= {"/messages", "/messages/{uid:str}", "/messages/export"}, (
        "or this shows nothing"
    )
