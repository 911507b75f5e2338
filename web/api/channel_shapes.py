"""How channels and their tests are answered."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from msgspec import Meta, Struct

from app.deliveries.trial import Tested
from app.reading.dates import seconds
from web.http.operation import hint
from web.http.request import Incoming


class Result(Struct, frozen=True, kw_only=True):
    """The platform's own answer to a test message."""

    uid: str | None
    type: str
    ok: bool
    code: str
    message: str
    hint: Annotated[str | None, Meta(description="What to do, in the caller's language.")]
    duration_ms: int
    name: str
    http_status: int | None
    response: str


class Results(Struct, frozen=True):
    """One entry for every channel that was tested."""

    results: list[Result]


def result_of(request: Incoming, one: Tested) -> Result:
    return Result(
        uid=one.uid,
        type=one.type,
        ok=one.ok,
        code=one.code,
        message=one.message,
        hint=hint(request, one.hint, one.facts),
        duration_ms=one.duration_ms,
        name=one.name,
        http_status=one.http_status,
        response=one.response,
    )


def said(request: Incoming, channel: dict[str, Any]) -> dict[str, Any]:
    """The channel with its hint in the caller's language."""
    health = {name: _to_the_second(value) for name, value in channel["health"].items()}
    health["hint"] = hint(request, health["hint"], health.pop("facts"))
    return {**channel, "health": health}


def _to_the_second(value: Any) -> Any:
    return seconds(value) if isinstance(value, dt.datetime) else value
