"""What a model may call, and what it may never."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from app import settings
from app.people.token_shape import MCP, SCOPES
from tests.application import application
from web.mcp import tools
from web.mcp.tools import Tool, kept

Tools = dict[str, Tool]

NEVER = {"messages:erase", "config:write", "channels:test", "tokens:write", "audit:read", "submit"}
WORDS = re.compile(r"delete|erase|export|reply$|send|token|config|spam|trash|bulk|replay|test")


@pytest.fixture
def known(configure: Callable[..., object]) -> Tools:
    found = tools.of(application(settings.current()))
    assert found, "nothing to look at"
    return found


def test_no_tool_deletes_exports_sends_or_configures(known: Tools) -> None:
    for name, tool in known.items():
        assert tool.method in {"GET", "POST", "PATCH"}
        assert not tool.scopes & {*NEVER, MCP}
        assert tool.operation.answered_as == ("application/json",)
        if tool.writes:
            last = tool.path.rpartition("/")[2]
            assert not WORDS.search(last), name
            assert tool.scopes <= {"messages:write", "drafts:write"}


def test_a_tool_is_for_whoever_has_a_scope_of_its_operation(known: Tools) -> None:
    def of(*scopes: str) -> set[str]:
        return {each.name for each in known.values() if each.is_for(frozenset(scopes))}

    assert of(MCP) == of("events:read") == set()
    assert {each.writes for each in map(known.__getitem__, of(MCP, "messages:read"))} == {False}
    assert of("drafts:write") == {"propose_reply", "list_reply_drafts"}
    assert of(*SCOPES) == known.keys()


def test_a_tool_is_described_with_a_closed_schema(known: Tools) -> None:
    for tool in known.values():
        said = tool.described()
        schema = said["inputSchema"]
        assert schema["additionalProperties"] is False
        assert {*schema["required"]} <= {*schema["properties"]} == {*tool.places()}
        assert all(each.get("type") or each.get("enum") for each in schema["properties"].values())
        assert "$ref" not in str(said)
        assert said["annotations"]["readOnlyHint"] is not tool.writes
        assert ("uid" in schema["required"]) == ("{uid}" in tool.path)


def test_addresses_and_mail_of_the_team_are_left_out(known: Tools) -> None:
    item = {"uid": "1", "type": "custom", "name": "CRM", "enabled": True, "health": {}}
    answer = {"items": [{**item, "webhook_url": "https://x.example"}], "next_cursor": None}
    assert kept(known["list_channels"], answer) == {"items": [item], "next_cursor": None}
    assert "email" not in known["list_agents"].parts
