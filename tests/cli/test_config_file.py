"""A configuration as a YAML file."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from app.errors import Invalid, Problem
from cli.config_file import SIZE_MAX, read, told, written
from cli.output import filled

DOCUMENT = {
    "hours": {"weekly": {"mon": [["09:00", "18:00"]]}, "holidays": {"2027-01-01": "元旦"}},
    "templates": {"wecom": "第一行\n第二行 {{ message.content }}"},
    "blocks": [{"kind": "phone", "text": "13800138000"}, {"kind": "words", "text": "on"}],
    "widget": {"name": "小店: #1", "accent": "#4558d0", "phone": "0571"},
    "limits": {"rate_limit_total_per_minute": None},
    "form": {"proof_of_work": False},
    "people": [],
}
LAUGHS = "a: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"b{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)
"""Few lines that would be 9 ** 12 values."""


@pytest.fixture
def file(tmp_path: Path) -> Any:
    def write(text: str | bytes) -> str:
        path = tmp_path / "leavemsg.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


def test_what_is_written_is_read_again(file: Any) -> None:
    text = written(DOCUMENT, ["A", "B"])
    assert read(file(text)).document == DOCUMENT
    assert "#   A\n#   B\n" in text
    assert "|-\n    第一行\n    第二行" in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hours: {holidays: {2027-01-01: 元旦}}", {"2027-01-01": "元旦"}),
        ("hours: {holidays: {on: no, 7: off}}", {"on": "no", "7": "off"}),
        ("\ufeffhours: {holidays: {a: 09:00, b: 1_0}}", {"a": "09:00", "b": 10}),
        ('{"hours": {"holidays": {"a": "b"}}}', {"a": "b"}),
        ("x: &x {a: 2027-01-01}\nhours: {holidays: *x}", {"a": "2027-01-01"}),
    ],
)
def test_words_and_dates_stay_what_they_say(file: Any, text: str, expected: Any) -> None:
    assert read(file(text)).document["hours"]["holidays"] == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1", "line 1"),
        ("a: 1\na: 2", "line 2"),
        ("a: !!python/object:os.system 1\n", ""),
        ("- x", "It must list parts"),
        ("", "It must list parts"),
        ("{" * 900, ""),
        (b"\xff\xfe", "It is not UTF-8"),
        (b"#" * (SIZE_MAX + 1), "larger than 2 MB"),
        (LAUGHS, "too long"),
        ("a: {[1]: 2}", ""),
        ("a: " + "[" * 40 + "]" * 40, "nested too deeply"),
        ("a: \x07", ""),
        (r'a: "b\0"', "cannot be stored"),
        (r'a: "\ud800"', "cannot be stored"),
    ],
)
def test_what_is_no_document_is_refused_in_one_line(file: Any, text: Any, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(file(text))
    (problem,) = caught.value.problems
    line = filled(problem.detail, problem.facts)
    assert line.startswith("The file cannot be read: ")
    assert said in line
    assert "\n" not in line


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as caught:
        read(str(tmp_path / "none.yaml"))
    assert caught.value.problems[0].facts == {"why": "No such file or directory"}


def test_a_document_comes_by_a_pipe_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"limits: {}\n")))
    assert read("-").document == {"limits": {}}


def test_faults_come_with_their_lines_in_the_order_of_the_file(file: Any) -> None:
    text = "limits:\n  x: 1\nchannels:\n  - name: a\n  - type: b\n    headers: {A: 1}\n"
    found = read(file(text))
    error = Invalid(
        [
            Problem("/channels/1/headers/A", "x", "no {n}", {"n": "1"}),
            Problem("/channels/1/missing", "x", "two"),
            Problem("/limits/x", "x", "three"),
            Problem("", "x", "four"),
        ]
    )
    assert list(told(error, found, filled)) == [
        "file: four",
        "line 2, limits/x: three",
        "line 5, channels/1/missing: two",
        "line 6, channels/1/headers/A: no 1",
    ]
