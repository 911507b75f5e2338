"""Which strings are times."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import msgspec

from web.api import times


class Inner(msgspec.Struct):
    at: dt.datetime
    name: str


class Outer(msgspec.Struct):
    first: Annotated[dt.datetime | None, msgspec.Meta(description="Or never.")]
    all: list[dt.datetime]
    inner: dict[str, Inner]
    others: list[Outer] = []


def test_times_are_told_wherever_they_stand() -> None:
    _, schemas = msgspec.json.schema_components([Outer])
    times.told(schemas, [Outer])

    outer, inner = schemas["Outer"]["properties"], schemas["Inner"]["properties"]
    assert outer["first"]["anyOf"] == [{"type": "string", "format": "date-time"}, {"type": "null"}]
    assert outer["all"]["items"] == {"type": "string", "format": "date-time"}
    assert inner["at"] == {"type": "string", "format": "date-time"}
    assert inner["name"] == {"type": "string"}
    assert "format" not in outer["others"]
