"""The pieces by which an index finds a text."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from app.reading.grams import answer_gram, answer_pair, grams, needed

MIXED = st.text() | st.text(alphabet="价格ab1 8-@😀é\n")


@given(before=MIXED, text=MIXED, after=MIXED)
def test_a_text_that_contains_a_line_has_all_that_it_needs(
    before: str, text: str, after: str
) -> None:
    line = text.replace("\n", "")
    if line:
        assert {*needed(line)} <= grams(before + line + after)


def test_no_piece_reaches_from_one_line_into_the_next() -> None:
    assert grams("价格\nabcd") == {*"价格abcd", "价格", "ab", "bc", "cd", "abc", "bcd", "abcd"}


def test_what_tells_most_is_needed() -> None:
    assert needed("价") == ["价"]
    assert needed("价格") == ["价格", "价", "格"]
    assert needed("价格表单") == ["价格", "格表", "表单"]
    assert needed("8000") == ["8000"]
    assert needed("zxm") == ["zxm"]
    assert needed("价a") == ["价a", "价"]
    assert needed("ab") == ["ab"]
    assert set(needed("1380013")) == {"1380", "3800", "8001", "0013"}


@given(answers=st.dictionaries(MIXED, MIXED), key=MIXED, value=MIXED)
def test_an_answer_stands_in_the_answers_as_its_pair(
    answers: dict[str, str], key: str, value: str
) -> None:
    assert answer_pair(key, value) in msgspec.json.encode({**answers, key: value}).decode()


def test_no_text_has_the_piece_of_an_answer() -> None:
    piece = answer_gram("a", "b")
    assert piece not in grams(f"x{piece}\n{piece}")
