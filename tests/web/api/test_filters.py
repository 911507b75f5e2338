"""The query of a list."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from app.errors import Invalid
from web.api import filters


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[misc,arg-type]


def test_nothing_asks_for_the_first_fifty() -> None:
    assert filters.read({}) == {"limit": 50}
    assert filters.read({"status": "", "q": "", "limit": "", "cursor": ""}) == {"limit": 50}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"status": "pending"}, {"status": "pending"}),
        ({"limit": "200"}, {"limit": 200}),
        ({"q": "价格"}, {"q": "价格"}),
        ({"from": "2026-11-22"}, {"since": utc(2026, 11, 22)}),
        ({"to": "2026-11-22"}, {"until": utc(2026, 11, 23)}),
        ({"to": "2026-11-22T08:00:00Z"}, {"until": utc(2026, 11, 22, 8)}),
        ({"from": "2026-11-22T08:00:00+08:00"}, {"since": utc(2026, 11, 22)}),
        ({"from": "2026-11-22T08:00:00"}, {"since": utc(2026, 11, 22, 8)}),
    ],
)
def test_good_parameters_are_read(query: dict[str, str], expected: dict[str, Any]) -> None:
    assert filters.read(query) == {"limit": 50, **expected}


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("status", "open", "not_a_choice"),
        ("limit", "0", "out_of_range"),
        ("limit", "201", "out_of_range"),
        ("limit", "-1", "out_of_range"),
        ("limit", "ten", "out_of_range"),
        ("limit", "٣", "out_of_range"),
        ("limit", "1e2", "out_of_range"),
        ("q", "x" * 65, "too_long"),
        ("cursor", "x" * 257, "too_long"),
        ("from", "yesterday", "time_format"),
        ("from", "2026-13-01", "time_format"),
        ("to", "9999-12-31", "time_format"),
        ("to", "0001-01-01T00:00:00+14:00", "time_format"),
        ("sort", "asc", "unknown_key"),
    ],
)
def test_a_bad_parameter_is_named(name: str, text: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        filters.read({name: text})

    assert [(each.pointer, each.code) for each in caught.value.problems] == [(f"/{name}", code)]


def test_every_bad_parameter_is_named_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        filters.read({"status": "open", "limit": "x", "to": "x"})

    assert [each.pointer for each in caught.value.problems] == ["/status", "/limit", "/to"]
