"""What a model may call: some operations of the API, with the same scopes. Nothing here deletes,
exports, sends to a visitor, makes tokens or changes settings.

Every word of this file is ours: no name, no text of a visitor and no setting gets into it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Litestar
from litestar.routes import HTTPRoute
from msgspec import Struct

from web.api import simple
from web.http.operation import PREFIX, Operation, Parameter

Json = dict[str, Any]

LIST_SIZE = 20
"""Of a page, unless the caller says otherwise: a model reads all of it."""
KEY = "idempotency_key"
UNCHANGED = "if_match"
OF_POSTS: Json = {
    KEY: {
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "description": "Any text of your own: the same call with the same key is done once.",
    },
}
OF_WRITES: Json = {
    UNCHANGED: {
        "type": "string",
        "description": "The etag of get_message: nothing is done when it was changed since.",
    },
}
CHANNEL_PARTS = ("uid", "type", "name", "enabled", "health")
AGENT_PARTS = ("uid", "name", "works")


class Named(Struct, frozen=True, kw_only=True):
    """`path` is below the API's prefix. `parts` are the keys of each item that are handed on; all
    without any. `without` are keys of the body that it does not offer."""

    name: str
    title: str
    description: str
    path: str
    method: str = "GET"
    parts: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def writes(self) -> bool:
        return self.method != "GET"


class Tool(Named, frozen=True, kw_only=True):
    """With the operation at its address, of which it has scopes, arguments and limits."""

    operation: Operation

    @property
    def scopes(self) -> frozenset[str]:
        """Any of these is enough."""
        return frozenset({self.operation.scope, *self.operation.other_scopes})

    def is_for(self, scopes: frozenset[str]) -> bool:
        return not self.scopes.isdisjoint(scopes)

    def places(self) -> dict[str, str]:
        """Of each argument, whether it belongs into path, query, body or headers."""
        found = {each.name: each.place for each in self._parameters()}
        found |= dict.fromkeys(self._body(), "body")
        return found | dict.fromkeys(self.conditions(), "header")

    def conditions(self) -> Json:
        """Arguments that become headers, by name."""
        return {
            **(OF_POSTS if self.method == "POST" else {}),
            **(OF_WRITES if self.writes else {}),
        }

    def _parameters(self) -> list[Parameter]:
        return [each for each in self.operation.parameters if each.place in {"path", "query"}]

    def _body(self) -> Json:
        return {
            name: schema
            for name, schema in _schema(self.operation.body)["properties"].items()
            if name not in self.without
        }

    def described(self) -> Json:
        """As `tools/list` has it."""
        properties = {
            each.name: {**each.schema, "description": each.description}
            for each in self._parameters()
        }
        if "limit" in properties:
            properties["limit"] = {**properties["limit"], "default": LIST_SIZE}
        body = self._body()
        required = [each.name for each in self._parameters() if each.place == "path"]
        required += [each for each in _schema(self.operation.body)["required"] if each in body]
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "inputSchema": {
                "type": "object",
                "properties": {**properties, **body, **self.conditions()},
                "required": required,
                "additionalProperties": False,
            },
            "annotations": {
                "title": self.title,
                "readOnlyHint": not self.writes,
                "destructiveHint": False,
                "idempotentHint": not self.writes,
                "openWorldHint": False,
            },
        }


@functools.cache
def _schema(body: Any) -> Json:
    """Of the body's object. Making it takes longer than all else that a call asks of its tool."""
    if body in (None, simple.Nothing):
        return {"properties": {}, "required": []}
    (_,), named = msgspec.json.schema_components([body], ref_template="{name}")
    found = named[body.__name__]
    return {"properties": found["properties"], "required": found.get("required", [])}


def kept(tool: Tool, data: Any) -> Any:
    """What the tool hands on of an answer."""
    if not tool.parts or not isinstance(data, Mapping):
        return data
    items = [{name: each.get(name) for name in tool.parts} for each in data.get("items", [])]
    return {**data, "items": items}


READING = (
    Named(
        name="list_messages",
        title="List or search messages",
        description="Messages that visitors left, newest first; `q` searches in all of their text, "
        "`status` is pending for those that wait. Pages go on with `cursor`.",
        path="/messages",
    ),
    Named(
        name="get_message",
        title="Read one message",
        description="One message with what the visitor wrote, who takes care of it and what became "
        "of its notices.",
        path="/messages/{uid}",
    ),
    Named(
        name="list_earlier_messages",
        title="What the same visitor left before",
        description="Earlier messages with the same phone number, e-mail address or WeChat id.",
        path="/messages/{uid}/earlier",
    ),
    Named(
        name="list_remarks",
        title="Replies and notes of a message",
        description="Replies to the visitor, notes for colleagues and what the visitor added, "
        "oldest first.",
        path="/messages/{uid}/remarks",
    ),
    Named(
        name="list_reply_drafts",
        title="Drafts of a message",
        description="Replies that were proposed and that nobody has sent or discarded yet.",
        path="/messages/{uid}/drafts",
    ),
    Named(
        name="get_message_history",
        title="What happened to a message",
        description="Who did what with a message, oldest first.",
        path="/messages/{uid}/events",
    ),
    Named(
        name="list_deliveries",
        title="The log of notices",
        description="What every channel of the team was told of which message, and how it went.",
        path="/deliveries",
    ),
    Named(
        name="get_delivery",
        title="One notice",
        description="One delivery with every try and the platform's answers.",
        path="/deliveries/{uid}",
    ),
    Named(
        name="list_channels",
        title="Health of the channels",
        description="The team's channels and whether they work. Addresses and secrets are left "
        "out.",
        path="/channels",
        parts=CHANNEL_PARTS,
    ),
    Named(
        name="get_stats",
        title="Numbers of the overview",
        description="How many messages came, how fast they were handled, and what waits.",
        path="/stats",
    ),
    Named(
        name="get_presence",
        title="Who is there",
        description="Whether visitors see the team as online, and why.",
        path="/presence",
    ),
    Named(
        name="get_hours",
        title="Office hours",
        description="The week, holidays and make-up days.",
        path="/hours",
    ),
    Named(
        name="list_agents",
        title="Colleagues",
        description="Who messages can be given to: uid and name.",
        path="/agents",
        parts=AGENT_PARTS,
    ),
    Named(
        name="list_outcomes",
        title="Outcomes",
        description="How messages can be handled: the keys that handle_message takes.",
        path="/outcomes",
    ),
    Named(
        name="list_phrases",
        title="Canned replies",
        description="What the team writes again and again: a good start for a reply.",
        path="/phrases",
    ),
)
WRITING = (
    Named(
        name="propose_reply",
        title="Propose a reply",
        description="Puts a draft on the page of the message. The visitor sees nothing of it until "
        "a person of the team sends it.",
        path="/messages/{uid}/drafts",
        method="POST",
    ),
    Named(
        name="add_note",
        title="Write a note for colleagues",
        description="Only the team reads it. A colleague who is mentioned by @name is told.",
        path="/messages/{uid}/notes",
        method="POST",
    ),
    Named(
        name="assign_message",
        title="Give a message to a colleague",
        description="By the uid of list_agents, or `nobody`.",
        path="/messages/{uid}/assign",
        method="POST",
    ),
    Named(
        name="change_message",
        title="Tag, prioritize, categorize or snooze a message",
        description="What is left out stays as it is. `tags` are all of its tags from then on.",
        path="/messages/{uid}",
        method="PATCH",
        without=("assignee",),
    ),
    Named(
        name="handle_message",
        title="Mark a message handled",
        description="The visitor's status page then says so. `outcome` is a key of list_outcomes.",
        path="/messages/{uid}/handle",
        method="POST",
    ),
    Named(
        name="reopen_message",
        title="Take back that a message is handled",
        description="It waits again.",
        path="/messages/{uid}/reopen",
        method="POST",
    ),
)


def of(app: Litestar) -> dict[str, Tool]:
    """By name, in their order. The routes never change, so it is made once."""
    if "tools" not in app.state:
        operations = {
            (str(method), route.path_format): handler.opt["operation"]
            for route in app.routes
            if isinstance(route, HTTPRoute)
            for handler in route.route_handlers
            for method in handler.http_methods
            if "operation" in handler.opt
        }
        app.state.tools = {
            each.name: Tool(
                **msgspec.structs.asdict(each),
                operation=operations[each.method, PREFIX + each.path],
            )
            for each in (*READING, *WRITING)
        }
    found: dict[str, Tool] = app.state.tools
    return found
