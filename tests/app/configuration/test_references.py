"""`env:NAME` and `file:PATH`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.channels.secrecy import HIDDEN
from app.configuration.references import FILE_MAX, resolve
from app.errors import Problem
from tests.app.configuration.conftest import ENVIRONMENT, source

PATHS = (("key",), ("headers", "*"))


def resolved(raw: dict[str, Any], **more: Any) -> tuple[dict[str, Any], list[Problem]]:
    problems: list[Problem] = []
    resolve(raw, PATHS, source(**more), problems)
    return raw, problems


def test_a_variable_gives_its_value_and_other_text_stays() -> None:
    raw = {"key": "env:HOOK", "headers": {"A": "env:AUTH", "B": "plain"}, "name": "env:HOOK"}
    found, problems = resolved(raw)
    assert found == {
        "key": ENVIRONMENT["HOOK"],
        "headers": {"A": ENVIRONMENT["AUTH"], "B": "plain"},
        "name": "env:HOOK",
    }
    assert problems == []


@pytest.mark.parametrize("contents", ["秘密\n", "秘密\r\n", "秘密", "\ufeff秘密\n"])
def test_a_file_gives_its_text_without_the_line_break_at_its_end(
    tmp_path: Path, contents: str
) -> None:
    (tmp_path / "secret").write_bytes(contents.encode())
    assert resolved({"key": "file:secret"}, folder=tmp_path) == ({"key": "秘密"}, [])
    assert resolved({"key": f"file:{tmp_path}/secret"})[0] == {"key": "秘密"}


@pytest.mark.parametrize("contents", [b"", b"\n", b"\xff\xfe\x00", b"x" * (FILE_MAX + 1)])
def test_a_file_that_is_no_secret_is_named_and_not_shown(tmp_path: Path, contents: bytes) -> None:
    (tmp_path / "secret").write_bytes(contents)
    _, (problem,) = resolved({"key": "file:secret"}, folder=tmp_path)
    assert (problem.pointer, problem.code, problem.facts) == ("/key", "no_file", {"name": "secret"})


@pytest.mark.parametrize("value", ["env:", "env:UNSET", "env:EMPTY", "env: UNSET "])
def test_a_variable_that_is_not_set_is_a_fault_at_its_place(value: str) -> None:
    _, (problem,) = resolved({"headers": {"X": value}}, EMPTY="")
    assert (problem.pointer, problem.code) == ("/headers/X", "no_variable")


@pytest.mark.parametrize("value", ["env:UNSET", "file:unset", "file:\0", "file:"])
def test_where_stored_secrets_are_kept_a_missing_one_is_left_out_or_masked(value: str) -> None:
    raw = {"key": value, "headers": {"A": value}, "name": "x"}
    assert resolved(raw, keep=True) == ({"headers": {"A": HIDDEN}, "name": "x"}, [])


def test_what_is_no_text_is_left_to_the_checks_of_the_kind() -> None:
    assert resolved({"key": 7, "headers": ["env:AUTH"]}) == (
        {"key": 7, "headers": ["env:AUTH"]},
        [],
    )
