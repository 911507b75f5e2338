"""docs/api.md and the README: every address is there, and every example runs and answers what it
says."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import msgspec
import pytest

from app import channel_settings, database, outside, settings
from app.channel_settings.limits import LIMITS
from app.deliveries import Courier
from app.files import keep
from app.files.join import join
from app.people import tokens
from app.tables import Agent, Organization
from tests.app.files.pictures import picture
from tests.app.files.test_keep import TERMS, came
from tests.application import application
from tests.documents import Call, bare, calls, examples, read, sections, table
from tests.fakes.vendors import FakeVendors
from web.api import openapi
from web.http.operation import Operation
from web.http.problems import ProblemDetails

API = read("docs/api.md")
OPERATIONS = sections(API, 3)
ORIGIN = "http://localhost:8080"
PLAIN = r"{\1}"
HOOK = "http://127.0.0.1:9/crm"
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=YOUR_KEY"


@pytest.fixture
def operations(configure: Callable[..., Any]) -> dict[str, Operation]:
    app = application(settings.current())
    return {
        f"{method} {openapi.PARAMETER.sub(PLAIN, path)}": operation
        for path, method, operation in openapi.operations(app)
    }


def test_every_operation_is_documented(operations: dict[str, Operation]) -> None:
    assert set(OPERATIONS) == set(operations)


def test_every_operation_names_its_scopes(operations: dict[str, Operation]) -> None:
    for name, operation in operations.items():
        for scope in filter(None, (operation.scope, *operation.other_scopes)):
            assert f"`{scope}`" in OPERATIONS[name], name


def test_every_parameter_of_an_operation_is_documented(operations: dict[str, Operation]) -> None:
    for name, operation in operations.items():
        for parameter in operation.parameters:
            told = f"`{parameter.name}`" in OPERATIONS[name]
            assert told or f"{{{parameter.name}}}" in name, (name, parameter.name)


def test_every_key_of_a_body_is_documented(operations: dict[str, Operation]) -> None:
    for name, operation in operations.items():
        body = operation.body
        if isinstance(body, type) and issubclass(body, msgspec.Struct):
            for field in msgspec.structs.fields(body):
                assert re.search(rf"[`\".]{field.encode_name}[`\".]", OPERATIONS[name]), (
                    name,
                    field,
                )


def test_every_limit_of_the_configuration_is_documented() -> None:
    listed = [bare(row[0]) for row in table(OPERATIONS["POST /api/v1/leavemsg/config"])]

    assert sorted(listed) == sorted(["notifications", *LIMITS])


def test_the_answers_are_of_the_declared_shape(operations: dict[str, Operation]) -> None:
    """Deeper than a run can go, where a list is empty."""
    for name, operation in operations.items():
        for example in examples(OPERATIONS[name]):
            if isinstance(operation.answer, type):
                whole = msgspec.to_builtins(msgspec.convert(example, operation.answer))
                assert shape(example) == shape(whole), name


def test_the_error_is_of_the_declared_shape() -> None:
    [example] = examples(sections(API)["Errors"])

    assert shape(msgspec.to_builtins(msgspec.convert(example, ProblemDetails))) == shape(example)


def shape(value: Any) -> Any:
    """Keys at every depth; of a list, those of its first element. What is empty says nothing."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in sorted(value.items())} or None
    if isinstance(value, list):
        return [shape(value[0])] if value else None
    return None


def agree(one: Any, other: Any) -> bool:
    """Two shapes that differ at most where one of them is empty."""
    if one is None or other is None:
        return True
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(agree(one[key], other[key]) for key in one)
    return isinstance(one, list) and isinstance(other, list) and agree(one[0], other[0])


KNOWN = {
    "MADE_TOKEN": {"uid", "shown"},
    "PHRASE": {"uid", "title"},
    "BLOCK": {"uid", "expires_at"},
    "REPORT": {"uid", "skip_empty"},
    "MAIL": {"uid", "said"},
    "BOX": {"uid", "move_to"},
    "NEW_CHANNEL": {"uid", "body_template"},
}
"""The answers that name what later examples are about, by their keys."""
LISTED = {"BRAND": "slug", "FILE": "media_type", "DELIVERY": "tries", "MEMBER": "role"}
"""The same of lists, by a key of what they list."""


class Reader:
    """Somebody who types the examples in, one after the other."""

    def __init__(self, client: httpx.AsyncClient, token: str, wecom: str) -> None:
        self.client = client
        self.wecom = wecom
        self.knows = {"BASE": f"{ORIGIN}/api/v1/leavemsg", "TOKEN": token, "KEY": "7d1f0c7e"}

    async def send(self, call: Call) -> Any:
        assert call.url.startswith(ORIGIN), call.url
        body = (call.body or "").replace(WECOM, self.wecom)
        answer = await self.client.request(
            call.method, call.url, headers=call.headers, content=body or None
        )
        assert answer.status_code < 300 or "Accept-Language" in call.headers, answer.text
        kind = answer.headers.get("content-type", "")
        is_file = kind not in {"application/json", "application/problem+json"}
        return {} if is_file else self.learn(answer.json())

    def learn(self, answer: Any) -> Any:
        if "reference" in answer:
            self.knows["MESSAGE"] = answer["uid"]
        elif answer.get("act"):
            self.knows["ACT"] = answer["act"]
        elif "lost" in answer:
            self.knows["VIEW"] = answer["uid"]
        elif name := next((each for each, keys in KNOWN.items() if keys <= answer.keys()), ""):
            self.knows[name] = answer["uid"]
        elif answer.get("notifications"):
            self.knows["CHANNEL"] = answer["notifications"][0]["uid"]
        elif answer.get("items"):
            first = answer["items"][0]
            self.knows |= {name: first["uid"] for name, key in LISTED.items() if key in first}
        return answer


@pytest.fixture
async def reader(
    org: Organization, owner: Agent, visitor: httpx.AsyncClient, token: str
) -> AsyncIterator[Reader]:
    """With a channel to a fake platform, so that there is something to deliver."""
    async with FakeVendors(demo=True) as vendors:
        reader = Reader(visitor, token, vendors.address("wecom", "demo"))
        scopes = ["mcp", "messages:read"]
        reader.knows["AGENT_TOKEN"] = await tokens.create(org.id, "agent", scopes)
        [configure] = calls(OPERATIONS["POST /api/v1/leavemsg/config"], **reader.knows)
        await reader.send(configure)
        yield reader


async def delivered(org: Organization) -> None:
    """As a worker would; what is on the wire is waited for."""
    courier = Courier(outside.egress())
    async with asyncio.timeout(30):
        await courier.drain(org.id)
        while await database.rows(dict, "SELECT id FROM delivery WHERE state = 'sending'"):
            await asyncio.sleep(0.01)
    await courier.stop(5)


async def sent_along(org: Organization, message: str) -> None:
    """A picture with the message, as from its visitor."""
    taken = await keep.keep(org.id, TERMS, [came("IMG_0001.jpg", picture())], ip="")
    uploads = [each.upload for each in taken.kept]
    await join(org.id, {uuid.UUID(message): uploads}, org.created_at)


async def test_the_examples_of_the_api_run_as_they_stand(reader: Reader, org: Organization) -> None:
    texts = {"Errors": sections(API)["Errors"], **OPERATIONS}
    for name, text in texts.items():
        if name.endswith("/files"):
            await sent_along(org, reader.knows["MESSAGE"])
        if name.endswith("/signing/renew"):
            raw = {"type": "events", "webhook_url": HOOK, "types": ["channel.mended"]}
            reader.knows["ENDPOINT"] = await channel_settings.add(org.id, raw, by="tests")
        [call] = calls(text, **reader.knows)
        answer = await reader.send(call)
        assert answer or not examples(text), name
        for example in examples(text):
            assert agree(shape(example), shape(answer)), (name, answer)
        await delivered(org)


async def test_the_quick_start_of_the_readme_runs_as_it_stands(
    reader: Reader, org: Organization
) -> None:
    [quick_start] = [text for name, text in sections(read("README.md")).items() if "API" in name]
    for call in calls(quick_start, **reader.knows):
        answer = await reader.send(call)
        await delivered(org)

    assert answer["items"][0]["deliveries"]["sent"] == 1


def test_the_body_of_an_example_is_json() -> None:
    for call in calls(API):
        if call.headers.get("Content-Type") != "message/rfc822":
            assert call.body is None or json.loads(call.body) is not None
