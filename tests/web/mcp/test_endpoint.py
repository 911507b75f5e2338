"""The MCP server, as a client meets it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app import messages
from app.fields.check import Answers
from app.messages import Left, Visit, remarks
from app.people import organizations, token_log, tokens
from app.tables import Audit, Organization, ReplyDraft, TokenRequest
from web.mcp import protocol
from web.mcp.tools import READING, WRITING

Web = Callable[..., httpx.AsyncClient]
BASE = "/api/v1/leavemsg"
HERE = f"{BASE}/mcp"


@pytest.fixture
async def left(org: Organization, answers: Answers, visit: Visit) -> Left:
    return await messages.leave(org, answers, visit, submission_id="one")


async def agent(web: Web, org: Organization, *scopes: str) -> httpx.AsyncClient:
    token = await tokens.create(org.id, "助手", ["mcp", *scopes])
    return web(headers={"Authorization": f"Bearer {token}"})


def rpc(method: str, **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}


async def result(client: httpx.AsyncClient, method: str, **params: Any) -> dict[str, Any]:
    answer = await client.post(HERE, json=rpc(method, **params))
    assert (answer.status_code, answer.json()["id"]) == (200, 7), answer.text
    found: dict[str, Any] = answer.json()["result"]
    return found


async def call(client: httpx.AsyncClient, name: str, **arguments: Any) -> dict[str, Any]:
    return await result(client, "tools/call", name=name, arguments=arguments)


async def test_a_client_shakes_hands_lists_and_calls(
    web: Web, org: Organization, left: Left
) -> None:
    client = await agent(web, org, "messages:read")
    hello = await result(client, "initialize", protocolVersion="2025-06-18", capabilities={})
    assert hello["protocolVersion"] == "2025-06-18"
    assert "never as instructions" in hello["instructions"]
    told = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    assert (await client.post(HERE, json=told)).status_code == 202
    assert await result(client, "ping") == {}
    mine = [each["name"] for each in (await result(client, "tools/list"))["tools"]]
    settings_only = {"list_channels", "get_hours", "list_outcomes"}
    assert mine == [each.name for each in READING if each.name not in settings_only]
    assert not {each.name for each in WRITING} & {*mine}

    found = await call(client, "list_messages", q="产品价格")
    data = found["structuredContent"]["untrusted_data"]
    assert [each["uid"] for each in data["items"]] == [left.uid]
    shown = await call(client, "get_message", uid=left.uid)
    assert shown["structuredContent"]["untrusted_data"]["uid"] == left.uid
    assert shown["content"][0]["text"].count("<untrusted-data>") == 1
    for said in (found, shown):
        assert "13800138000" not in str(said)
    full = await agent(web, org, "messages:read", "messages:contacts")
    assert "13800138000" in str(await call(full, "get_message", uid=left.uid))
    for get in ("get_stats", "get_presence", "list_agents", "list_deliveries", "list_phrases"):
        assert not (await call(client, get))["isError"], get


async def test_a_client_without_a_handshake_is_served_by_any_process(
    web: Web, org: Organization
) -> None:
    client = await agent(web, org, "messages:read")
    meta = {protocol.VERSION_KEY: protocol.PER_REQUEST}

    async def asked(method: str, **params: Any) -> httpx.Response:
        headers = {"MCP-Protocol-Version": protocol.PER_REQUEST, "Mcp-Method": method}
        headers |= {"Mcp-Name": params["name"]} if "name" in params else {}
        return await client.post(HERE, json=rpc(method, **params, _meta=meta), headers=headers)

    said = (await asked("server/discover")).json()["result"]
    assert (said["resultType"], said["supportedVersions"]) == ("complete", ["2026-07-28"])
    listed = (await asked("tools/list")).json()["result"]
    assert (listed["cacheScope"], len(listed["tools"]) > 5) == ("private", True)
    called = (await asked("tools/call", name="get_stats", arguments={})).json()["result"]
    assert (called["isError"], called["resultType"]) == (False, "complete")
    assert (await asked("nothing/here")).status_code == 404


async def test_a_token_for_an_agent_opens_nothing_else_and_others_do_not_open_it(
    web: Web, api: httpx.AsyncClient, org: Organization, left: Left
) -> None:
    refused = await api.post(HERE, json=rpc("tools/list"))
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert (await web().post(HERE, json=rpc("tools/list"))).status_code == 401
    client = await agent(web, org, "messages:read", "messages:write", "messages:erase")
    for ask in (
        client.get(f"{BASE}/messages"),
        client.post(f"{BASE}/messages/{left.uid}/reply", json={"text": "hi"}),
        client.delete(f"{BASE}/messages/{left.uid}"),
        client.post(f"{BASE}/messages/bulk", json={"uids": [left.uid], "act": "spam"}),
    ):
        answer = await ask
        assert (answer.status_code, answer.json()["code"]) == (403, "mcp_only")
    assert (await client.get(f"{BASE}/token")).json()["scopes"][-1] == "mcp"
    assert await remarks.of(org.id, left.uid) == []


async def test_a_call_has_its_scope_its_audit_and_its_log(
    web: Web, org: Organization, left: Left
) -> None:
    reader = await agent(web, org, "messages:read")
    refused = await call(reader, "add_note", uid=left.uid, text="x")
    assert refused["isError"]
    assert refused["structuredContent"]["code"] == "scope_missing"
    client = await agent(web, org, "messages:read", "messages:write", "drafts:write")
    tag = (await call(client, "get_message", uid=left.uid))["structuredContent"]["etag"]
    for _ in range(2):
        same = {"uid": left.uid, "text": "您好", "idempotency_key": "a"}
        assert not (await call(client, "propose_reply", **same))["isError"]
    noted = await call(client, "add_note", uid=left.uid, text="内部", if_match=tag)
    assert noted["structuredContent"]["code"] == "stale"
    for name, more in (
        ("add_note", {"text": "内部"}),
        ("assign_message", {"assignee": "nobody"}),
        ("change_message", {"tags": ["报价"], "priority": "high"}),
        ("handle_message", {"outcome": "phone"}),
        ("reopen_message", {}),
    ):
        assert not (await call(client, name, uid=left.uid, **more))["isError"], name
    assert await ReplyDraft.count() == 1
    assert [each.visible for each in await remarks.of(org.id, left.uid)] == [False]
    found = await Audit.select(Audit.action, Audit.actor, Audit.kind, Audit.detail).where(
        Audit.detail.like("%MCP%")
    )
    told = {each["action"]: each["detail"] for each in found}
    assert told["message.drafted"] == "MCP propose_reply"
    assert told["message.tagged"] == "MCP change_message"
    assert {(each["actor"], each["kind"]) for each in found} == {("助手", "token")}
    await token_log.flush()
    rows = await TokenRequest.select(TokenRequest.route)
    assert f"{HERE} add_note" in {each["route"] for each in rows}


async def test_what_is_wrong_is_said_and_nothing_is_answered_for_others(
    web: Web, org: Organization, left: Left
) -> None:
    client = await agent(web, org, "messages:read")
    for body, status, code in (
        (rpc("tools/call", name="delete_message"), 200, protocol.INVALID_PARAMS),
        (rpc("tools/call", name="get_message", arguments=[1]), 200, protocol.INVALID_PARAMS),
        (rpc("tools/list", cursor="x"), 200, protocol.INVALID_PARAMS),
        (rpc("resources/list"), 200, protocol.METHOD_NOT_FOUND),
        ([rpc("ping")], 400, protocol.INVALID_REQUEST),
    ):
        answer = await client.post(HERE, json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), body
    for method in ("GET", "DELETE"):
        assert (await client.request(method, HERE)).status_code == 405
    elsewhere = await client.post(
        HERE, json=rpc("ping"), headers={"Origin": "https://evil.example"}
    )
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (403, "origin_not_allowed")
    here = await client.post(HERE, json=rpc("ping"), headers={"Origin": "http://localhost:8080"})
    assert here.status_code == 200
    assert (await client.post(HERE, content=b"{", headers=JSON)).status_code == 400

    other = await organizations.create("other", "Other")
    stranger = await agent(web, other, "messages:read", "messages:write", "messages:contacts")
    for name in ("get_message", "list_remarks", "list_reply_drafts", "get_message_history"):
        said = await call(stranger, name, uid=left.uid)
        assert said["structuredContent"]["code"] == "not_found", name
    noted = await call(stranger, "add_note", uid=left.uid, text="x")
    assert noted["structuredContent"]["code"] == "not_found"
    assert (await call(client, "list_messages", status="wrong"))["structuredContent"] == {
        "code": "invalid",
        "detail": "改好列出的问题后重新发送。没有保存任何内容。",
        "errors": [{"pointer": "/status", "code": "not_a_choice"}],
    }


JSON = {"Content-Type": "application/json"}


async def test_a_call_counts_once(
    web: Web, org: Organization, configure: Callable[..., Any]
) -> None:
    configure(LEAVEMSG_API_PER_MINUTE="5")
    client = await agent(web, org, "messages:read")
    found = [await client.post(HERE, json=rpc("tools/call", name="get_stats")) for _ in range(6)]
    assert [each.status_code for each in found] == [200] * 5 + [429]
    assert found[-1].headers["retry-after"]


async def test_below_a_path_of_a_site_its_pages_are_ours(
    web: Web, org: Organization, configure: Callable[..., Any]
) -> None:
    configure(LEAVEMSG_BASE_URL="https://shop.example/desk")
    client = await agent(web, org)
    here = await client.post(HERE, json=rpc("ping"), headers={"Origin": "https://shop.example"})
    other = await client.post(HERE, json=rpc("ping"), headers={"Origin": "https://x.example"})
    assert (here.status_code, other.status_code) == (200, 403)
