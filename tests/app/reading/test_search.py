"""What a search looks for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.reading.search import digits_in, terms


def test_every_word_is_looked_for() -> None:
    assert terms("维修 屏幕") == [[["维修"]], [["屏幕"]]]
    assert terms("") == []


def test_digits_are_one_number_with_and_without_the_country() -> None:
    assert ["13800138000"] in terms("+86 138-0013-8000")[0]
    assert ["01088886666"] in terms("010 8888 6666")[0]
    assert ["5558668404"] in terms("(555) 866-8404")[0]


def test_a_little_number_belongs_to_the_word_before_it() -> None:
    assert terms("iphone 15 屏幕") == [[["iphone 15"]], [["屏幕"]]]
    assert [way[0] for way in terms("15")[0]] == ["15"]


def test_a_reference_is_looked_for_as_we_write_it() -> None:
    for query in ("lm 8xftsh", "lm8xftsh", "#lm-8xftsh"):
        assert terms(query)[0][0] == ["lm-8xftsh"]
    assert len(terms("lm 8xftsh 维修")) == 2


def test_numbers_in_a_text_are_kept_as_digits() -> None:
    assert digits_in("call 010-8888 6666 or 5 times\n(555) 866-8404") == [
        "01088886666",
        "5558668404",
    ]


@given(st.text(alphabet=st.characters()) | st.text(alphabet="0123456789 +-()lm8xftsh"))
def test_no_query_breaks_the_reader(text: str) -> None:
    for term in terms(" ".join(text.split())):
        assert all(piece for way in term for piece in way)
    digits_in(text)
