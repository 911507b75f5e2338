"""The document as the reference shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from app import settings
from tests.application import application
from tests.documents import calls
from web.api import openapi, reference, resources


def test_every_operation_has_its_place_and_a_curl_that_sends_it(
    configure: Callable[..., Any],
) -> None:
    document = openapi.describe(application(settings.current()))
    found = [op for chapter in reference.chapters(document) for op in chapter.operations]

    assert [op.id for op in found][:2] == ["listMessages", "leaveMessage"]
    assert {(op.path, op.method) for op in found} == {
        (path, method.upper()) for path, methods in document["paths"].items() for method in methods
    }
    for op in found:
        described = document["paths"][op.path][op.method.lower()]
        [call] = calls(f"```sh\n{op.curl}\n```")
        assert call.method == op.method, op.curl
        assert "{" not in call.url
        assert call.url.count("$") == op.path.count("{")
        assert ("Authorization" in call.headers) is (bool(op.scope) and not op.open_to_all)
        content = described.get("requestBody", {"content": {}})["content"]
        sent = next((each["example"] for each in content.values() if "example" in each), None)
        if isinstance(sent, str):
            assert (call.body or "").splitlines() == sent.splitlines()
        else:
            assert (msgspec.json.decode(call.body) if call.body else None) == sent
        assert {status for status, _, _ in op.answers} <= {"200", "201"}
        assert op.faults


def test_fields_say_what_they_hold(configure: Callable[..., Any]) -> None:
    document = openapi.describe(application(settings.current()))
    fields = {
        (each.name, field.name): field
        for each in reference.types(document)
        for field in each.fields
    }

    assert fields["Messages", "items"].types == ("Message",)
    assert fields["Messages", "items"].kind == "list of object"
    assert fields["Messages", "next_cursor"].kind == "string or null"
    assert fields["WeCom", "type"].choices == ("wecom",)
    assert fields["Received", "received_at"].kind == "time"
    assert fields["Message", "read_at"].kind == "time or null"
    assert fields["Configuration", "archived"].types == ("ArchivedChannel",)
    assert fields["ProblemDetails", "code"].required


def test_quotes_in_an_example_survive_the_shell() -> None:
    document = {"servers": [{"url": "https://desk.example.com"}]}
    body = {"required": True, "content": {"application/json": {"example": {"a": "it's $5"}}}}
    made = reference.curl(document, "/a/{uid}", "PUT", {"requestBody": body})

    [call] = calls(f"```sh\n{made}\n```")
    assert msgspec.json.decode(call.body or "") == {"a": "it's $5"}
    assert (call.method, call.url) == ("PUT", "https://desk.example.com/a/$A")


def test_an_address_of_no_resource_is_a_mistake_of_ours() -> None:
    assert resources.of("/api/v1/leavemsg/query/org").name == "messages"
    assert resources.of("/api/v1/leavemsg/messages/{uid}/handle").name == "messages"
    assert resources.of("/w/{slug}/presence").name == "presence"
