"""The errors of the product."""

from __future__ import annotations

from app.errors import Invalid, Problem

FAULTS = [Problem("", "empty", "{n}", {"n": "1"}), Problem("/a/0", "wrong", "Wrong")]


def test_faults_of_a_part_are_told_where_it_stands_in_the_whole() -> None:
    assert [each.pointer for each in Invalid(FAULTS).below("/rules/2")] == [
        "/rules/2",
        "/rules/2/a/0",
    ]


def test_and_those_of_the_whole_where_they_are_in_the_part() -> None:
    whole = Invalid(Invalid(FAULTS).below("/rules/2"))
    assert whole.out_of("/rules/2") == FAULTS
    assert Invalid(FAULTS).out_of("/elsewhere") == FAULTS
