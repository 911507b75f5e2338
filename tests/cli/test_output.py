"""What a command prints."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from app.errors import Invalid, Problem
from cli.output import filled, show, told


def test_a_list_is_a_line_each_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    show([{"n": 1}, {"n": 2}], as_json=False, line=lambda row: f"row {row['n']}")
    assert capsys.readouterr().out == "row 1\nrow 2\n"
    show("alone", as_json=False)
    assert capsys.readouterr().out == "alone\n"


def test_and_one_array_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"名": "群", "at": dt.datetime(2026, 11, 22, tzinfo=dt.UTC)}]
    show(rows, as_json=True, line=str)
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert json.loads(out) == [{"名": "群", "at": "2026-11-22T00:00:00Z"}]


def test_every_fault_has_a_line() -> None:
    error = Invalid(
        [
            Problem("/smtp_config/host", "x", "Use {limit} at most", {"limit": "9"}),
            Problem("", "y", "This must be an object"),
        ]
    )
    assert told(error) == "smtp_config/host: Use 9 at most\ninput: This must be an object"


@pytest.mark.parametrize(
    ("text", "facts", "said"),
    [
        ("plain", {}, "plain"),
        ("{a} and {b}", {"a": "1"}, "1 and {b}"),
        ("{a}", {"a": "{b}", "b": "x"}, "{b}"),
        ("{} {0} {a.b} {", {"a": "x"}, "{} {0} {a.b} {"),
    ],
)
def test_places_are_filled_once_and_never_fail(text: str, facts: dict[str, str], said: str) -> None:
    assert filled(text, facts) == said
