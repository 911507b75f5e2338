"""An object against a Struct, every fault at once."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from msgspec import Struct

from app.errors import Invalid
from web.http import shapes


class Inner(Struct, frozen=True):
    text: str = ""


class Shape(Struct):
    name: str = ""
    count: int = 0
    sure: bool = False
    colour: Literal["red", "green"] = "red"
    inner: Inner = Inner()
    loose: dict[str, Any] = {}


def faults(raw: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each.pointer, each.code) for each in shapes.faults(raw, Shape)]


def test_what_fits_becomes_the_struct() -> None:
    found = shapes.read(
        {"name": "a", "count": 2, "inner": {"text": "b"}, "loose": {"c": []}}, Shape
    )

    assert found == Shape("a", 2, inner=Inner("b"), loose={"c": []})


def test_every_fault_is_named() -> None:
    raw = {"name": 1, "count": "2", "sure": 0, "colour": "blue", "inner": {"txt": 1}, "loose": []}

    assert faults(raw) == [
        ("/name", "wrong_type"),
        ("/count", "wrong_type"),
        ("/sure", "wrong_type"),
        ("/colour", "not_a_choice"),
        ("/inner/txt", "unknown_key"),
        ("/loose", "wrong_type"),
    ]


@pytest.mark.parametrize(
    "raw", [{"count": True}, {"count": 1.5}, {"inner": []}, {"name": []}, {"colour": ["red"]}]
)
def test_nothing_is_converted(raw: dict[str, Any]) -> None:
    assert len(faults(raw)) == 1
    with pytest.raises(Invalid):
        shapes.read(raw, Shape)


def test_a_near_miss_gets_a_suggestion() -> None:
    (near,) = shapes.faults({"nmae": 1}, Shape)
    (far,) = shapes.faults({"zzz": 1}, Shape)

    assert near.facts == {"key": "nmae", "near": "name"}
    assert far.facts == {"key": "zzz"}


def test_pointers_are_escaped_and_short() -> None:
    assert shapes.pointer("a/b", 3, "m~n", "") == "/a~1b/3/m~0n/"
    assert len(shapes.pointer("x" * 9000)) == 1 + shapes.MAX_ECHO


def test_null_is_left_out_where_a_key_is_optional() -> None:
    raw = {"name": None, "count": None, "inner": {"text": None}, "loose": {"kept": None}}
    assert shapes.read(raw, Shape) == Shape(loose={"kept": None})


def test_null_is_no_answer_where_a_key_is_needed() -> None:
    class Needed(Struct):
        name: str

    with pytest.raises(Invalid):
        shapes.read({"name": None}, Needed)
