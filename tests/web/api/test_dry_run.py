"""A dry run says what a real one does; tests/app/messages/test_would_tell.py compares the two."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from app import channel_settings
from app.blocks import change as blocks
from app.blocks.shape import Block
from app.people import tokens
from app.tables import Message, Organization
from tests.web.api.test_leave import BODY, MESSAGES, faults

Web = Callable[..., httpx.AsyncClient]


async def test_a_dry_run_says_what_would_happen_and_stores_nothing(
    api: httpx.AsyncClient, org: Organization
) -> None:
    hook = {"type": "custom", "webhook_url": "https://93.184.216.34/x", "name": "sales"}
    await channel_settings.add(org.id, hook, by="tests")

    answer = await api.post(f"{MESSAGES}?dry_run=true", json=BODY)

    assert answer.status_code == 200
    found = answer.json()
    assert (found["status"], found["spam_reason"], found["first"]) == ("pending", "", None)
    assert found["category"] == "产品咨询"
    told = found["channels"][0]
    assert (told["channel"]["name"], told["why_not"], told["template"]) == ("sales", "", "built_in")
    assert [(each["purpose"], each["state"]) for each in told["notices"]] == [("new", "sending")]
    assert "我想咨询一下产品价格" in told["notices"][0]["text"]
    assert await Message.count() == 0


async def test_a_dry_run_of_a_repeat_names_the_first(api: httpx.AsyncClient) -> None:
    left = (await api.post(MESSAGES, json=BODY)).json()
    found = (await api.post(f"{MESSAGES}?dry_run=true", json=BODY)).json()
    assert (found["status"], found["first"]) == ("repeat", left["reference"])
    assert await Message.count() == 1


async def test_a_dry_run_names_the_block_that_catches_it(
    api: httpx.AsyncClient, org: Organization
) -> None:
    await blocks.add(org.id, [Block(kind="words", text="价格")], by="tests")
    found = (await api.post(f"{MESSAGES}?dry_run=true", json=BODY)).json()
    assert (found["status"], found["spam_reason"]) == ("spam", "blocked")
    assert (found["block"]["kind"], found["block"]["text"]) == ("words", "价格")
    assert found["channels"] == []


async def test_only_what_a_visitor_writes_is_judged_for_spam(api: httpx.AsyncClient) -> None:
    links = {**BODY, "message": {"content": " ".join(f"https://x{n}.example" for n in range(30))}}
    by_program = (await api.post(f"{MESSAGES}?dry_run=true", json=links)).json()
    by_visitor = (await api.post(f"{MESSAGES}?dry_run=visitor", json=links)).json()
    assert (by_program["status"], by_visitor["status"]) == ("pending", "spam")
    assert (await api.post(MESSAGES, json=links)).json()["status"] == "pending"


async def test_a_dry_run_has_the_faults_of_a_real_one(api: httpx.AsyncClient) -> None:
    answer = await api.post(f"{MESSAGES}?dry_run=true", json={"message": {"content": ""}})
    assert answer.status_code == 422
    assert ("/message/content", "required") in faults(answer)
    said = await api.post(f"{MESSAGES}?dry_run=1", json=BODY)
    assert faults(said) == [("/dry_run", "not_a_choice")]


@pytest.mark.parametrize("scopes", [None, ["submit"], ["submit", "config:read"]])
async def test_a_dry_run_is_for_who_may_read_all_of_it(
    web: Web, org: Organization, scopes: list[str] | None
) -> None:
    given = await tokens.create(org.id, "t", scopes) if scopes else ""
    headers = {"Authorization": f"Bearer {given}"} if given else {}
    answer = await web(headers=headers).post(f"{MESSAGES}?dry_run=true", json=BODY)
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert await Message.count() == 0
