"""Every operation of the API against everybody who may not call it, made from the routes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from litestar.routes import HTTPRoute

from app import database, messages, settings
from app.fields.check import Answers
from app.messages import Visit
from app.people import tokens
from app.people.token_shape import MCP, SCOPES
from app.tables import ALL, Organization
from tests.application import application
from web.api import faces, openapi

Web = Callable[..., httpx.AsyncClient]

BASE = "/api/v1/leavemsg"

# (method, path): what a token of another organization gets, who knows the ids, see
# `tests/web/test_routes`.
# A route that is not in this table fails `test_every_route_is_in_the_table`.
ROUTES: dict[tuple[str, str], int] = {
    ("POST", f"{BASE}/messages"): 201,
    ("GET", f"{BASE}/messages"): 200,
    ("GET", f"{BASE}/messages/{{uid:str}}"): 404,
    ("POST", f"{BASE}/messages/{{uid:str}}/assign"): 404,
    ("POST", f"{BASE}/messages/{{uid:str}}/reply"): 404,
    ("POST", f"{BASE}/messages/{{uid:str}}/notes"): 404,
    ("GET", f"{BASE}/messages/{{uid:str}}/remarks"): 404,
    # For AI agents alone: the other token of this test has every other scope.
    ("POST", f"{BASE}/mcp"): 403,
    ("GET", f"{BASE}/messages/{{uid:str}}/drafts"): 404,
    ("POST", f"{BASE}/messages/{{uid:str}}/drafts"): 404,
    ("POST", f"{BASE}/messages/bulk"): 200,
    ("GET", f"{BASE}/channels"): 200,
    ("POST", f"{BASE}/channels"): 201,
    ("GET", f"{BASE}/channels/{{uid:str}}"): 404,
    ("PATCH", f"{BASE}/channels/{{uid:str}}"): 404,
    ("DELETE", f"{BASE}/channels/{{uid:str}}"): 404,
    ("POST", f"{BASE}/channels/{{uid:str}}/enable"): 404,
    ("POST", f"{BASE}/channels/{{uid:str}}/disable"): 404,
    ("POST", f"{BASE}/channels/{{uid:str}}/test"): 404,
    ("POST", f"{BASE}/channels/{{uid:str}}/signing/renew"): 404,
    ("POST", f"{BASE}/channels/{{uid:str}}/signing/end"): 404,
    ("GET", f"{BASE}/form"): 200,
    ("PUT", f"{BASE}/form"): 200,
    ("GET", f"{BASE}/hours"): 200,
    ("PUT", f"{BASE}/hours"): 200,
    ("POST", f"{BASE}/messages/{{uid:str}}/handle"): 404,
    ("POST", f"{BASE}/messages/{{uid:str}}/reopen"): 404,
    ("POST", f"{BASE}/messages/{{uid:str}}/spam"): 404,
    ("PATCH", f"{BASE}/messages/{{uid:str}}"): 404,
    ("POST", f"{BASE}/messages/{{uid:str}}/trash"): 404,
    ("POST", f"{BASE}/messages/{{uid:str}}/restore"): 404,
    ("GET", f"{BASE}/messages/{{uid:str}}/events"): 404,
    ("GET", f"{BASE}/messages/{{uid:str}}/earlier"): 404,
    ("GET", f"{BASE}/messages/export"): 200,
    ("GET", f"{BASE}/agents"): 200,
    ("GET", f"{BASE}/events"): 200,
    ("POST", f"{BASE}/mail/inbound"): 201,
    ("GET", f"{BASE}/mail"): 200,
    ("GET", f"{BASE}/messages/{{uid:str}}/files"): 404,
    ("GET", f"{BASE}/messages/{{uid:str}}/files/{{file:str}}"): 404,
    ("POST", f"{BASE}/mail/{{uid:str}}/settle"): 404,
    ("GET", f"{BASE}/mailboxes"): 200,
    ("POST", f"{BASE}/mailboxes"): 201,
    ("GET", f"{BASE}/mailboxes/{{uid:str}}"): 404,
    ("PATCH", f"{BASE}/mailboxes/{{uid:str}}"): 404,
    ("DELETE", f"{BASE}/mailboxes/{{uid:str}}"): 404,
    ("POST", f"{BASE}/mailboxes/{{uid:str}}/rotate"): 404,
    ("POST", f"{BASE}/mailboxes/{{uid:str}}/test"): 404,
    ("GET", f"{BASE}/brands"): 200,
    ("GET", f"{BASE}/brands/{{uid:str}}"): 404,
    ("PUT", f"{BASE}/brands/{{uid:str}}"): 404,
    ("GET", f"{BASE}/rules"): 200,
    ("PUT", f"{BASE}/rules"): 200,
    ("POST", f"{BASE}/rules/try"): 200,
    ("GET", f"{BASE}/blocks"): 200,
    ("POST", f"{BASE}/blocks"): 201,
    ("PUT", f"{BASE}/blocks/{{uid:str}}"): 404,
    ("DELETE", f"{BASE}/blocks/{{uid:str}}"): 404,
    ("POST", f"{BASE}/blocks/try"): 200,
    ("POST", f"{BASE}/messages/notify"): 200,
    ("GET", f"{BASE}/acts/{{uid:str}}"): 404,
    ("POST", f"{BASE}/acts/{{uid:str}}/stop"): 404,
    ("POST", f"{BASE}/acts/{{uid:str}}/undo"): 404,
    ("GET", f"{BASE}/views"): 200,
    ("POST", f"{BASE}/views"): 201,
    ("PATCH", f"{BASE}/views/{{uid:str}}"): 404,
    ("DELETE", f"{BASE}/views/{{uid:str}}"): 404,
    ("GET", f"{BASE}/phrases"): 200,
    ("POST", f"{BASE}/phrases"): 201,
    ("PATCH", f"{BASE}/phrases/{{uid:str}}"): 404,
    ("DELETE", f"{BASE}/phrases/{{uid:str}}"): 404,
    ("GET", f"{BASE}/reminders"): 200,
    ("PUT", f"{BASE}/reminders"): 200,
    ("GET", f"{BASE}/outcomes"): 200,
    ("GET", f"{BASE}/stats"): 200,
    ("PUT", f"{BASE}/outcomes"): 200,
    ("GET", f"{BASE}/targets"): 200,
    ("GET", f"{BASE}/rota"): 200,
    ("GET", f"{BASE}/rota/now"): 200,
    ("PUT", f"{BASE}/rota"): 200,
    ("GET", f"{BASE}/reports"): 200,
    ("POST", f"{BASE}/reports"): 422,
    ("PUT", f"{BASE}/reports/{{uid:str}}"): 404,
    ("DELETE", f"{BASE}/reports/{{uid:str}}"): 404,
    ("PUT", f"{BASE}/targets"): 200,
    ("GET", f"{BASE}/retention"): 200,
    ("PUT", f"{BASE}/retention"): 200,
    ("GET", f"{BASE}/contacts"): 200,
    ("PUT", f"{BASE}/contacts"): 200,
    ("POST", f"{BASE}/persons/erase"): 200,
    ("POST", f"{BASE}/persons/export"): 200,
    ("DELETE", f"{BASE}/messages/{{uid:str}}"): 404,
    ("GET", f"{BASE}/query/org"): 200,
    ("GET", f"{BASE}/query/uid"): 200,
    ("GET", f"{BASE}/config"): 200,
    ("POST", f"{BASE}/config"): 200,
    ("POST", f"{BASE}/create"): 200,
    ("POST", f"{BASE}/test"): 200,
    ("GET", f"{BASE}/deliveries"): 200,
    ("GET", f"{BASE}/deliveries/{{uid:str}}"): 404,
    ("POST", f"{BASE}/deliveries/{{uid:str}}/replay"): 404,
    ("POST", f"{BASE}/deliveries/replay"): 200,
    ("POST", f"{BASE}/deliveries/replay/stop"): 200,
    ("GET", f"{BASE}/templates"): 200,
    ("PUT", f"{BASE}/templates/{{kind:str}}"): 200,
    ("POST", f"{BASE}/templates/{{kind:str}}/preview"): 200,
    ("GET", f"{BASE}/templates/{{kind:str}}/versions"): 200,
    ("GET", f"{BASE}/token"): 200,
    ("GET", f"{BASE}/tokens"): 200,
    ("POST", f"{BASE}/tokens"): 201,
    ("GET", f"{BASE}/tokens/{{uid:str}}"): 404,
    ("POST", f"{BASE}/tokens/{{uid:str}}/rotate"): 404,
    ("DELETE", f"{BASE}/tokens/{{uid:str}}"): 404,
    ("GET", f"{BASE}/audit"): 200,
    ("GET", f"{BASE}/audit/export"): 200,
    ("GET", f"{BASE}/members"): 200,
    ("GET", f"{BASE}/members/{{uid:str}}"): 404,
    ("GET", f"{BASE}/presence"): 200,
    ("PUT", f"{BASE}/presence"): 200,
    ("GET", "/api/openapi.json"): 200,
}
OPEN_TO_ALL = {("POST", f"{BASE}/messages"), ("GET", "/api/openapi.json")}
WITHOUT_TOKENS = {("GET", "/api/openapi.json")}

HOOK = {"type": "custom", "webhook_url": "http://127.0.0.1:9/x", "enabled": True}
MESSAGE = {"visitor": {"phone": "13800138000"}, "message": {"content": "hello"}}
BODIES: dict[str, Any] = {"messages": MESSAGE, "config": {"notifications": [HOOK]}}
BODIES["create"] = BODIES["config"]
BODIES["presence"] = {"agents_online": 1}
BODIES["rules"] = {"rules": []}
BODIES["reminders"] = {"chains": []}
BODIES["targets"] = {"minutes": 60}
BODIES["mailboxes"] = {"host": "127.0.0.1", "user": "a@shop.example", "secret": "x"}
BODIES["retention"] = {"spam": 30}
BODIES["contacts"] = {"agents": "asked"}
BODIES["persons/export"] = {"contact": "13900000000"}
BODIES["persons/erase"] = {"contact": "13900000000", "dry_run": True}
BODIES["rota"] = {"shifts": []}
REPORT = {"channel": "01a20416-0000-7000-8000-000000000000"}
BODIES["reports"] = BODIES["reports/{uid:str}"] = REPORT
BODIES["views"] = {"name": "v", "filter": {}}
BODIES["outcomes"] = {"outcomes": [{"key": "none"}]}
BODIES["notify"] = {"uids": ["01a20416-0000-7000-8000-000000000000"]}
BODIES["phrases"] = {"title": "t", "text": "t"}
BODIES["try"] = {"when": {}}
BODIES["assign"] = {"assignee": "nobody"}
BODIES["reply"] = BODIES["drafts"] = BODIES["notes"] = {"text": "您好"}
BODIES["bulk"] = {**BODIES["notify"], "act": "reopen"}
BODIES["channels"], BODIES["channels/{uid:str}"] = HOOK, {"name": "CRM"}
BODIES["form"] = faces.FORM
BODIES["hours"] = {"weekly": {}}
BODIES["tokens"] = {"name": "crm", "scopes": ["submit"]}
for place in ("blocks", "blocks/{uid:str}", "blocks/try"):
    BODIES[place] = {"kind": "phone", "text": "13900139000"}


def routes() -> list[tuple[str, str]]:
    app = application(settings.current())
    return [
        (str(method), route.path)
        for route in app.routes
        if isinstance(route, HTTPRoute) and route.path.startswith("/api")
        for method in route.methods
        if method != "OPTIONS"
    ]


MAIL, RAW = b"From: a@b.cn\r\n\r\nhi", {"Content-Type": "message/rfc822"}


async def ask(client: httpx.AsyncClient, method: str, path: str, uid: str) -> httpx.Response:
    usual = BODIES.get(path.rpartition("/")[2], {})
    body = BODIES.get(path.removeprefix(f"{BASE}/"), usual)
    body = body if method in {"POST", "PUT", "PATCH"} else None
    if "{kind:str}" in path:
        path = path.replace("{kind:str}", "wecom")
        body = {"text": "{{ message.content }}"} if body is not None else None
    if path.endswith("/mail/inbound"):
        return await client.request(method, path, content=MAIL, headers=RAW)
    path = path.replace("{file:str}", uid)
    return await client.request(method, path.replace("{uid:str}", uid), json=body)


@pytest.fixture
async def uid(org: Organization, answers: Answers, visit: Visit) -> str:
    """A message of the first organization."""
    return (await messages.leave(org, answers, visit, submission_id="one")).uid


async def everything() -> dict[str, Any]:
    """All rows, but for when a token was last used, and its log."""
    rows = {
        table._meta.tablename: await database.rows(
            dict, f"SELECT * FROM {table._meta.tablename} ORDER BY 1"
        )
        for table in ALL
    }
    for each in rows["token"]:
        del each["used_at"], each["used_from"]
    del rows["token_request"]
    return rows


def test_every_route_is_in_the_table(configure: Any) -> None:
    assert sorted(routes()) == sorted(ROUTES)


def test_every_route_says_what_it_asks_for(configure: Any) -> None:
    described = {
        (method, path): operation
        for path, method, operation in openapi.operations(application(settings.current()))
    }

    assert {key for key in ROUTES if not described[key].scope} == WITHOUT_TOKENS
    asked = {operation.scope for operation in described.values()} - {""}
    assert asked == set(SCOPES)


@pytest.mark.parametrize("authorization", ["", "Bearer lm_abcdefghijkl_" + "x" * 43, "Basic eDp5"])
async def test_without_a_good_token_nothing_is_answered_and_nothing_changed(
    web: Web, uid: str, authorization: str
) -> None:
    client = web(headers={"authorization": authorization} if authorization else {})
    before = await everything()
    for method, path in ROUTES:
        if (method, path) in (OPEN_TO_ALL if not authorization else WITHOUT_TOKENS):
            continue
        answer = await ask(client, method, path, uid)

        assert (answer.status_code, answer.headers["www-authenticate"][:6]) == (401, "Bearer"), path
    assert await everything() == before


async def test_a_token_without_the_scope_changes_nothing(
    web: Web, org: Organization, uid: str
) -> None:
    made = openapi.operations(application(settings.current()))
    asked = {(method, path): operation.scope for path, method, operation in made}
    enough = {(m, path): {each.scope, *each.other_scopes} for path, m, each in made}
    # One for agents is refused nearly everywhere, whatever else it may do.
    lacking = {
        key: tuple(scope for scope in SCOPES if scope not in {MCP, *enough[key]})
        for key in sorted(ROUTES.keys() - WITHOUT_TOKENS)
    }
    # Every token may ask what it is.
    lacking = {key: others for key, others in lacking.items() if others}
    made_for = {
        others: await tokens.create(org.id, "narrow", others)
        for others in dict.fromkeys(lacking.values())
    }
    before = await everything()
    for (method, path), others in lacking.items():
        client = web(headers={"authorization": f"Bearer {made_for[others]}"})
        answer = await ask(client, method, path, uid)

        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing"), path
        assert asked[method, path] in answer.json()["detail"]
    assert await everything() == before


async def test_each_good_token_is_answered(api: httpx.AsyncClient, uid: str) -> None:
    for method, path in ROUTES:
        answer = await ask(api, method, path, uid)

        # The uid is a message's, and nothing else has it.
        others = "{file" in path or ("{uid" in path and "/messages/{uid" not in path)
        expected = {404} if others else {200, 201, 409}
        if (method, path) == ("POST", f"{BASE}/reports"):
            expected = {422}  # It needs a channel that there is.
        if path == f"{BASE}/mcp":
            expected = {403}  # It has a scope that no other token has.
        assert answer.status_code in expected, (path, answer.text)
