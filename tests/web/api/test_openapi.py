"""The OpenAPI document says what the API does, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import msgspec
import pytest

from app import settings
from app.channels.kinds import KINDS
from app.messages.export.wish import FORMATS
from app.people.tokens import SCOPES
from tests.application import application
from web.api import openapi
from web.http.operation import Operation

BASE = "/api/v1/leavemsg"
JSON = "application/json"
FILE = "application/octet-stream"


PATHS = [
    "/api/openapi.json",
    f"{BASE}/acts/{{uid}}",
    f"{BASE}/acts/{{uid}}/stop",
    f"{BASE}/acts/{{uid}}/undo",
    f"{BASE}/agents",
    f"{BASE}/audit",
    f"{BASE}/audit/export",
    f"{BASE}/blocks",
    f"{BASE}/blocks/try",
    f"{BASE}/blocks/{{uid}}",
    f"{BASE}/brands",
    f"{BASE}/brands/{{uid}}",
    f"{BASE}/channels",
    f"{BASE}/channels/{{uid}}",
    f"{BASE}/channels/{{uid}}/disable",
    f"{BASE}/channels/{{uid}}/enable",
    f"{BASE}/channels/{{uid}}/signing/end",
    f"{BASE}/channels/{{uid}}/signing/renew",
    f"{BASE}/channels/{{uid}}/test",
    f"{BASE}/config",
    f"{BASE}/contacts",
    f"{BASE}/create",
    f"{BASE}/deliveries",
    f"{BASE}/deliveries/replay",
    f"{BASE}/deliveries/replay/stop",
    f"{BASE}/deliveries/{{uid}}",
    f"{BASE}/deliveries/{{uid}}/replay",
    f"{BASE}/events",
    f"{BASE}/form",
    f"{BASE}/hours",
    f"{BASE}/mail",
    f"{BASE}/mail/inbound",
    f"{BASE}/mail/{{uid}}/settle",
    f"{BASE}/mailboxes",
    f"{BASE}/mailboxes/{{uid}}",
    f"{BASE}/mailboxes/{{uid}}/rotate",
    f"{BASE}/mailboxes/{{uid}}/test",
    f"{BASE}/members",
    f"{BASE}/members/{{uid}}",
    f"{BASE}/messages",
    f"{BASE}/messages/bulk",
    f"{BASE}/messages/export",
    f"{BASE}/messages/notify",
    f"{BASE}/messages/{{uid}}",
    f"{BASE}/messages/{{uid}}/assign",
    f"{BASE}/messages/{{uid}}/drafts",
    f"{BASE}/messages/{{uid}}/earlier",
    f"{BASE}/messages/{{uid}}/events",
    f"{BASE}/messages/{{uid}}/files",
    f"{BASE}/messages/{{uid}}/files/{{file}}",
    f"{BASE}/messages/{{uid}}/handle",
    f"{BASE}/messages/{{uid}}/notes",
    f"{BASE}/messages/{{uid}}/remarks",
    f"{BASE}/messages/{{uid}}/reopen",
    f"{BASE}/messages/{{uid}}/reply",
    f"{BASE}/messages/{{uid}}/restore",
    f"{BASE}/messages/{{uid}}/spam",
    f"{BASE}/messages/{{uid}}/trash",
    f"{BASE}/outcomes",
    f"{BASE}/persons/erase",
    f"{BASE}/persons/export",
    f"{BASE}/phrases",
    f"{BASE}/phrases/{{uid}}",
    f"{BASE}/presence",
    f"{BASE}/query/org",
    f"{BASE}/query/uid",
    f"{BASE}/reminders",
    f"{BASE}/reports",
    f"{BASE}/reports/{{uid}}",
    f"{BASE}/retention",
    f"{BASE}/rota",
    f"{BASE}/rota/now",
    f"{BASE}/rules",
    f"{BASE}/rules/try",
    f"{BASE}/stats",
    f"{BASE}/targets",
    f"{BASE}/templates",
    f"{BASE}/templates/{{kind}}",
    f"{BASE}/templates/{{kind}}/preview",
    f"{BASE}/templates/{{kind}}/versions",
    f"{BASE}/test",
    f"{BASE}/token",
    f"{BASE}/tokens",
    f"{BASE}/tokens/{{uid}}",
    f"{BASE}/tokens/{{uid}}/rotate",
    f"{BASE}/views",
    f"{BASE}/views/{{uid}}",
    "/livez",
    "/readyz",
    "/w/{slug}/presence",
]


@pytest.fixture
def document(configure: Callable[..., Any]) -> dict[str, Any]:
    return openapi.describe(application(settings.current()))


def every(value: Any) -> Iterator[dict[str, Any]]:
    """All objects of the document."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value:
        if isinstance(each, dict | list):
            yield from every(each)


async def test_it_works(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/api/openapi.json")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json()["openapi"] == "3.1.0"
    assert answer.json()["servers"] == [{"url": "http://localhost:8080"}]


def test_the_documented_paths_are_there_and_no_page_is(document: dict[str, Any]) -> None:
    assert sorted(document["paths"]) == PATHS


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for each in every(document):
        if "$ref" in each:
            where = document
            for part in each["$ref"].removeprefix("#/").split("/"):
                where = where[part]
            assert where


def test_every_operation_is_whole(document: dict[str, Any]) -> None:
    operations = [op for path in document["paths"].values() for op in path.values()]

    assert len({op["operationId"] for op in operations}) == len(operations)
    for op in operations:
        assert re.fullmatch(r"[A-Za-z_]+", op["operationId"])
        assert op["summary"]
        assert {"200", "201"} & set(op["responses"])
        assert {"400", "405", "500", "503"} <= set(op["responses"])
        if "security" in op:
            assert {"401", "403"} <= set(op["responses"])
            assert op["x-scope"] in SCOPES
        if "requestBody" in op:
            assert {"408", "413", "415", "422"} <= set(op["responses"])


def test_every_fault_is_a_problem(document: dict[str, Any]) -> None:
    for path in document["paths"].values():
        for op in path.values():
            for status, response in op["responses"].items():
                if "$ref" in response:
                    name = response["$ref"].removeprefix("#/components/responses/")
                    assert name == f"Problem{status}"
                    response = document["components"]["responses"][name]
                if status == "304":
                    assert "content" not in response
                elif status in {"200", "201"}:
                    raw = {"exportMessages": [*FORMATS.values()], "getFile": [FILE]}
                    raw["exportPerson"] = ["application/zip"]
                    raw["exportAudit"] = ["application/jsonl", "text/csv"]
                    good = raw.get(op["operationId"], [JSON])
                    assert list(response["content"]) == good
                else:
                    assert list(response["content"]) == ["application/problem+json"]


def test_generators_of_clients_find_what_they_need(document: dict[str, Any]) -> None:
    """Names for classes and methods, and nothing that they read otherwise than people do."""
    components = document["components"]
    names = [*components["schemas"], *components["responses"]]
    assert [name for name in names if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name)] == []
    assert len({name.lower() for name in names}) == len(names)
    tags = [each["name"] for each in document["tags"]]
    used = [op["tags"] for path in document["paths"].values() for op in path.values()]
    assert {*tags} == {tag for own in used for tag in own}
    assert {len(own) for own in used} == {1}
    for op in (op for path in document["paths"].values() for op in path.values()):
        content = (op.get("requestBody") or {"content": {}})["content"].values()
        assert all("$ref" in c["schema"] or _is_bytes_or_choice(c["schema"]) for c in content), op
    for each in every({key: components[key] for key in ("schemas", "responses")}):
        kind = each.get("type")
        if kind == "object":
            assert {"properties", "additionalProperties", "$ref"} & each.keys(), each
        if kind == "array" or (isinstance(kind, list) and "array" in kind):
            assert "items" in each, each
        assert "nullable" not in each


def _is_bytes_or_choice(schema: dict[str, Any]) -> bool:
    return schema.get("format") == "binary" or "oneOf" in schema


def test_no_body_has_a_default(document: dict[str, Any]) -> None:
    """Generated clients send it, also where what is left out stays as it is."""
    for name, schema in document["components"]["schemas"].items():
        for key, field in schema.get("properties", {}).items():
            assert not any("default" in each for each in every(field)), (name, key)


def test_acts_on_one_thing_take_an_if_match(document: dict[str, Any]) -> None:
    taking = {
        op["operationId"]: {*op["responses"]}
        for path in document["paths"].values()
        for op in path.values()
        if any(each["name"] == "If-Match" for each in op.get("parameters", ()))
    }
    assert {"handleMessage", "enableChannel", "rotateToken", "replaceRules"} <= taking.keys()
    assert not {"leaveMessage", "addView", "changeMessages", "getMessage"} & taking.keys()
    assert all({"409", "412"} <= statuses for statuses in taking.values())


def test_every_kind_of_channel_is_described(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    either = schemas["Channel"]

    assert set(either["discriminator"]["mapping"]) == set(KINDS)
    for each in either["oneOf"]:
        schema = schemas[each["$ref"].rpartition("/")[2]]
        assert {"type", "uid", "name", "enabled", "priority", "health"} <= set(schema["properties"])
        assert schema["additionalProperties"] is False


async def test_what_is_answered_is_what_is_described(
    visitor: httpx.AsyncClient, api: httpx.AsyncClient
) -> None:
    made = openapi.operations(application(settings.current()))
    body = {"visitor": {"phone": "13800138000"}, "message": {"content": "hi"}}
    uid = (await api.post(f"{BASE}/messages", json=body)).json()["uid"]

    # What erases the message comes last.
    for path, method, operation in sorted(made, key=lambda each: each[1] == "DELETE"):
        raw = operation.body_as != "application/json"
        if (path, method) == (f"{BASE}/messages", "POST") or raw or not _is_struct(operation):
            continue
        where = path.replace("{uid:str}", uid).replace("{slug:str}", "default")
        where = where.replace("{kind:str}", "wecom")
        answer = await api.request(method, where, json=_body(path, method))
        # No message is a delivery, a view or an act, and a report needs a channel: those are looked
        # at where they are tested.
        others = "{uid" in path and "/messages/{uid" not in path
        others = others or (path.endswith("/reports") and method == "POST")
        if answer.status_code != 409 and not others:
            msgspec.json.decode(answer.content, type=operation.answer)


REPLACED: dict[str, Any] = {
    "/brands": {"name": "Shop"},
    "/targets": {"minutes": 60},
    "/retention": {"spam": 30},
    "/contacts": {"agents": "asked"},
    "/rota": {"mention_new": False},
    "/outcomes": {"outcomes": [{"key": "none"}]},
    "/reminders": {"chains": []},
}
"""Bodies of what is only replaced."""
POSTED: dict[str, Any] = {
    "/reply": {"text": "您好"},
    "/notes": {"text": "您好"},
    "/drafts": {"text": "您好"},
    "/assign": {"assignee": "nobody"},
    "/tokens": {"name": "crm", "scopes": ["submit"]},
    "/bulk": {
        "uids": ["01a20416-0000-7000-8000-000000000000"],
        "act": "spam",
        "dry_run": True,
    },
    "/notify": {"uids": ["01a20416-0000-7000-8000-000000000000"]},
    "/persons/erase": {"contact": "13900000000", "dry_run": True},
    "/mailboxes": {"host": "127.0.0.1", "user": "a@shop.example", "secret": "x"},
}
"""Bodies of what is only posted, by the end of the path."""


def _body(path: str, method: str) -> dict[str, Any] | None:
    if "/templates" in path:
        return {"text": ""} if method != "GET" else None
    if path.endswith("/views"):
        return {"name": "v", "filter": {}} if method == "POST" else None
    if part := next((each for each in POSTED if path.endswith(each)), ""):
        return POSTED[part] if method == "POST" else None
    if part := next((each for each in REPLACED if each in path), ""):
        return REPLACED[part] if method == "PUT" else None
    if "/phrases" in path:
        return {"title": "t", "text": "t"} if method == "POST" else None
    if "/blocks" in path:
        entry = {"kind": "phone", "text": "13900139000"}
        return entry if method in {"POST", "PUT"} else None
    if "/rules" in path:
        return {"GET": None, "PUT": {"rules": []}, "POST": {"when": {}}}[method]
    return {"PUT": {"agents_online": 1}, "PATCH": {"priority": "high"}}.get(method)


def _is_struct(operation: Operation) -> bool:
    return isinstance(operation.answer, type)


async def test_a_configuration_has_exactly_the_described_keys(
    api: httpx.AsyncClient, document: dict[str, Any]
) -> None:
    hook = {"type": "custom", "webhook_url": "https://hooks.example.com/x"}
    saved = (await api.post(f"{BASE}/config", json={"notifications": [hook]})).json()

    schemas = document["components"]["schemas"]
    # Only what takes a channel away names it.
    assert [*saved, "archived"] == list(schemas["Configuration"]["properties"])
    (entry,) = saved["notifications"]
    described = schemas["Custom"]["properties"]
    assert set(entry) <= set(described)
    assert described["health"] == {"$ref": "#/components/schemas/ChannelHealth"}
    assert set(entry["health"]) == set(schemas["ChannelHealth"]["properties"])
