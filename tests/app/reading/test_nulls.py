"""Null in what programs send."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from app.reading.nulls import given, struct_in


class Inner(msgspec.Struct):
    host: str
    port: int = 25


class Outer(msgspec.Struct, rename={"sender": "from"}):
    name: str
    sender: str | None
    server: Inner | None = None
    loose: dict[str, Any] | None = None
    count: int = 0


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ({"count": None}, {}),
        ({"server": None, "loose": None}, {}),
        ({"server": {"host": "a", "port": None}}, {"server": {"host": "a"}}),
        # What must be there was not said: whoever checks it says so.
        ({"name": None}, {"name": None}),
        ({"from": None}, {"from": None}),
        ({"server": {"host": None}}, {"server": {"host": None}}),
        # Nobody knows what it means here.
        ({"unknown": None}, {"unknown": None}),
        ({"loose": {"kept": None}}, {"loose": {"kept": None}}),
        ({"server": "smtp.example"}, {"server": "smtp.example"}),
    ],
)
def test_null_leaves_out_what_may_be_missing(said: dict[str, Any], meant: dict[str, Any]) -> None:
    assert given(said, Outer) == meant


def test_the_struct_that_a_type_allows() -> None:
    assert struct_in(Inner | None) is Inner
    assert struct_in(list[str] | int) is None
