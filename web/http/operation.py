"""The description of an API operation, and what the API's modules share.

Tokens are checked against it, and the OpenAPI document is made from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from web.http import words
from web.http.request import Incoming

PREFIX = "/api/v1/leavemsg"


class Parameter(msgspec.Struct, frozen=True):
    """One query parameter or header; `schema` is JSON Schema."""

    name: str
    description: str
    schema: dict[str, Any] = msgspec.field(default_factory=lambda: {"type": "string"})
    place: str = "query"


class Answer(msgspec.Struct, frozen=True):
    """One kind of a good answer."""

    status: int
    type: Any
    description: str


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a program can ask for. Texts are for the OpenAPI document, in English."""

    id: str
    summary: str
    answer: Any
    """The type of a good answer."""
    answered_as: tuple[str, ...] = ("application/json",)
    """The media types of a good answer."""
    description: str = ""
    status: int = 200
    answered: str = "Done."
    other_answers: tuple[Answer, ...] = ()
    """Good answers of other statuses."""
    scope: str = ""
    """The scope that a token needs; empty when no token is needed."""
    other_scopes: tuple[str, ...] = ()
    """Any of these is enough, too."""
    open_to_all: bool = False
    """Also answers without a token; a token that is sent must be good all the same."""
    body: Any = None
    body_as: str = "application/json"
    """The media type of the body; another one is handed over as bytes."""
    body_required: bool = True
    example: Any = None
    parameters: tuple[Parameter, ...] = ()
    faults: tuple[int, ...] = ()
    """Error statuses in addition to the common ones."""
    again: Literal["kept", "own", "reads"] = "kept"
    """What a POST does that is sent again with its `Idempotency-Key`: the first answer is kept; the
    act knows by itself; or it only reads, so it reads again."""
    volatile: tuple[str, ...] = ()
    """Keys of what is read that change by themselves, and that no change replaces: If-Match does
    not compare them."""
    in_document: bool = True
    """Whether the OpenAPI document has it."""
    secrets: tuple[str, ...] = ()
    """Keys of the answer that are shown once, so no kept answer has them."""


def described(operation: Operation) -> dict[str, Any]:
    """The `opt` of a handler."""
    return {"operation": operation}


def hint(request: Incoming, msgid: str, facts: Mapping[str, Any]) -> str | None:
    """The hint in the caller's language; None without one."""
    return words.say(words.locale_of(request), msgid, facts) if msgid else None
