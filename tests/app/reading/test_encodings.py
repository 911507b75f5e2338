"""Files as text, whatever program saved them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reading import encodings

TABLE = "日期,名称\r\n2026/1/1,元旦\r\n"


@pytest.mark.parametrize(
    "name", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_a_table_is_read_as_it_was_saved(name: str) -> None:
    assert encodings.text_of(TABLE.encode(name)) == TABLE


def test_traditional_characters_of_an_older_program_are_read_too() -> None:
    assert encodings.text_of("日期,名稱\n國慶節".encode("big5")) == "日期,名稱\n國慶節"


@given(st.binary())
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    assert isinstance(encodings.text_of(raw), str)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff\0")))
def test_utf_8_is_always_itself(text: str) -> None:
    assert encodings.text_of(text.encode()) == text


def test_a_line_that_was_folded_within_a_sign_is_whole_again() -> None:
    text = "BEGIN:VCALENDAR\r\nSUMMARY:清明节放假\r\nEND:VCALENDAR\r\n"
    raw = text.encode()
    start = raw.index("清".encode())
    for end in ("\r\n ", "\n\t"):
        for at in range(start, raw.index(b"\r\nEND")):
            folded = raw[:at] + end.encode() + raw[at:]
            assert encodings.text_of(folded).replace(end, "") == text
