"""An object against a Struct, every fault at once."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta, Struct

from app.errors import Invalid
from app.reading import objects


class Inner(Struct, frozen=True):
    text: str = ""


class Shape(Struct):
    name: str = ""
    count: int = 0
    sure: bool = False
    colour: Literal["red", "green"] = "red"
    inner: Inner = Inner()
    loose: dict[str, Any] = {}
    minute: Annotated[int, Meta(ge=0, le=59)] | None = None
    some: Annotated[list[Annotated[str, Meta(max_length=3)]], Meta(max_length=2)] = []
    headers: dict[str, str] = {}
    rows: list[Inner] = []
    named: dict[str, Inner] | None = None


def faults(raw: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each.pointer, each.code) for each in objects.faults(raw, Shape)]


def test_what_fits_becomes_the_struct() -> None:
    found = objects.read(
        {"name": "a", "count": 2, "inner": {"text": "b"}, "loose": {"c": []}}, Shape
    )

    assert found == Shape("a", 2, inner=Inner("b"), loose={"c": []})


@pytest.mark.parametrize("rows", [{}, {"text": "a"}, {"txt": 1}])
def test_an_object_is_no_list_of_such_objects(rows: dict[str, Any]) -> None:
    assert faults({"rows": rows}) == [("/rows", "wrong_type")]


def test_what_a_list_or_mapping_holds_is_checked_too() -> None:
    raw = {"rows": [{"text": "a"}, {"txt": 1}, 1], "named": {"text": {"text": 1}, "b": {}}}
    assert faults(raw) == [
        ("/rows/1/txt", "unknown_key"),
        ("/rows/2", "wrong_type"),
        ("/named/text/text", "wrong_type"),
    ]


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
        objects.read(raw, Shape)


def test_a_near_miss_gets_a_suggestion() -> None:
    (near,) = objects.faults({"nmae": 1}, Shape)
    (far,) = objects.faults({"zzz": 1}, Shape)

    assert near.facts == {"key": "nmae", "near": "name"}
    assert far.facts == {"key": "zzz"}


def test_pointers_are_escaped_and_short() -> None:
    assert objects.pointer("a/b", 3, "m~n", "") == "/a~1b/3/m~0n/"
    assert len(objects.pointer("x" * 9000)) == 1 + objects.MAX_ECHO


def test_null_is_left_out_where_a_key_is_optional() -> None:
    raw = {"name": None, "count": None, "inner": {"text": None}, "loose": {"kept": None}}
    assert objects.read(raw, Shape) == Shape(loose={"kept": None})


def test_null_is_no_answer_where_a_key_is_needed() -> None:
    class Needed(Struct):
        name: str

    with pytest.raises(Invalid):
        objects.read({"name": None}, Needed)


def said(raw: dict[str, Any]) -> list[tuple[str, str]]:
    found = objects.faults(raw, Shape)
    return [(each.pointer, each.detail.format_map(each.facts)) for each in found]


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ({"minute": 60}, ("/minute", "Use a number from 0 to 59")),
        ({"minute": -1}, ("/minute", "Use a number from 0 to 59")),
        ({"minute": "1"}, ("/minute", "This must be a whole number")),
        ({"colour": 7}, ("/colour", "Use one of red, green")),
        ({"some": ["four"]}, ("/some/0", "Use at most 3 characters")),
        ({"some": ["a", "b", "c"]}, ("/some", "At most 2 is allowed.")),
        ({"some": "a"}, ("/some", "This must be a list")),
        ({"headers": {"X-A/b": 1}}, ("/headers/X-A~1b", "This must be text")),
    ],
)
def test_a_limit_is_said_in_words(raw: dict[str, Any], fault: tuple[str, str]) -> None:
    assert said(raw) == [fault]


def test_every_value_of_a_list_is_looked_at() -> None:
    assert [place for place, _ in said({"some": [1, "long"]})] == ["/some/0", "/some/1"]


class Row(Struct):
    kind: Literal["a", "b"]


class Rows(Struct):
    rows: tuple[Row, ...] = ()


def test_a_row_of_any_length_is_looked_at_like_a_list() -> None:
    found = objects.faults({"rows": [{"kind": "a"}, {"kind": "c"}, {}]}, Rows)
    assert [(each.pointer, each.code) for each in found] == [
        ("/rows/1/kind", "not_a_choice"),
        ("/rows/2/kind", "missing"),
    ]
    assert [each.pointer for each in objects.faults({"rows": {"kind": "a"}}, Rows)] == ["/rows"]


def test_a_number_that_is_too_small_or_too_large_is_told_both_bounds() -> None:
    class Waits(Struct):
        seconds: Annotated[int, Meta(ge=1, le=15, description="to be shown")] = 5
        least: Annotated[int, Meta(ge=1)] = 1
        name: Annotated[str, Meta(min_length=1)] = "x"

    found = objects.faults({"seconds": 0, "least": 0, "name": ""}, Waits)
    assert [each.detail.format_map(each.facts) for each in found] == [
        "Use a number from 1 to 15",
        "At least 1 is needed.",
        "This must not be empty",
    ]


def test_keys_from_elsewhere_are_suggested_too() -> None:
    (near,) = objects.faults({"priorty": 1}, Shape, also=("priority",))
    assert near.facts["near"] == "priority"
