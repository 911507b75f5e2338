"""How a channel is answered."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from litestar import Request

from web.api.channel_shapes import said


@pytest.mark.parametrize(
    ("language", "hint"), [("en", "Choose at least one"), ("zh-CN", "请至少选一项")]
)
def test_times_are_to_the_second_and_hints_in_the_callers_language(
    configure: Any, language: str, hint: str
) -> None:
    scope: Any = {
        "type": "http",
        "headers": [(b"accept-language", language.encode())],
        "state": {},
        "path": "/api/v1/leavemsg/channels",
        "query_string": b"",
    }
    moment = dt.datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=dt.UTC)
    health = {"last_ok_at": moment, "hint": "Choose at least one", "facts": {}, "failures": 0}
    found = said(Request(scope), {"uid": "x", "health": health})

    assert found["uid"] == "x"
    assert found["health"]["last_ok_at"] == dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC)
    assert found["health"]["hint"] == hint
    assert set(found["health"]) == {"last_ok_at", "hint", "failures"}
