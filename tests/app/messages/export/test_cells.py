"""What spreadsheets would run or spoil."""

from __future__ import annotations

import pytest

from app.messages.export.cells import CELL_MAX, harmless, held


@pytest.mark.parametrize(
    "text",
    [
        *("=cmd|'/c calc'!A0", "+8613800138000", "-1+2", "@SUM(A1)"),
        *("＝1+1", "＋86", "－1", "＠SUM(A1)"),
        *("  =1+1", "\u3000=1", "\ufeff=1", "\u200b=1", "\n=1", "\t=1", "\tcmd", "\rcmd"),
    ],
)
def test_what_may_be_a_formula_is_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["13800138000", "6222020200112233445", "0755", "007", "12E5"])
def test_long_digits_stay_as_they_were_written(text: str) -> None:
    assert harmless(text) == f"\t{text}"


@pytest.mark.parametrize(
    "text", ["", "张三", "a=b", "3 + 4", "0", "42", "2026-11-29 08:00:00", "a-b"]
)
def test_everything_else_is_as_it_was_written(text: str) -> None:
    assert harmless(text) == text


def test_numbers_are_numbers() -> None:
    assert harmless(-3) == -3


def test_control_characters_are_left_out_and_hide_no_formula() -> None:
    assert harmless("a\x00b\x1bc") == "abc"
    assert harmless("\x01=1") == "'=1"
    assert held("a\x0b\x1f\ufffeb\ud800c\nd") == "abc\nd"


def test_a_text_that_no_cell_holds_ends_with_an_ellipsis() -> None:
    assert held("字" * CELL_MAX) == "字" * CELL_MAX
    assert held("字" * (CELL_MAX + 1)) == "字" * (CELL_MAX - 1) + "…"
    # Excel counts a character beyond the basic plane as two.
    assert held("😀" * CELL_MAX) == "😀" * ((CELL_MAX - 1) // 2) + "…"


def test_what_looks_like_the_library_s_own_xml_is_text() -> None:
    assert held("<r></is></c></r>") == " <r></is></c></r>"
