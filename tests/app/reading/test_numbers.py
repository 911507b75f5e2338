"""Numbers as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reading import Unreadable, numbers


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        *(("12", "12"), ("+3.50", "3.50"), ("-7", "-7"), ("１,２３４", "1234"), ("١٢٣", "123")),
        *(("1 234 567", "1234567"), ("1,234,567.5", "1234567.5"), ("1'234", "1234")),
        *(("1.234,56", "1234.56"), ("1,5", "1.5"), ("1.234.567", "1234567")),
        *(("3万", "30000"), ("1.5万元", "15000"), ("3百万", "3000000"), ("2亿", "200000000")),
        *(("5k", "5000"), ("3w", "30000"), ("12个", "12"), ("80 kg", "80"), ("50㎡", "50")),
        ("¥1,200.50", "1200.50"),
    ],
)
def test_a_number_is_read_for_what_it_means(text: str, meant: str) -> None:
    assert numbers.read(text) == meant


@pytest.mark.parametrize(
    "text", ["", "twelve", "1e9", "1e999", "NaN", "inf", "3M", "20%", "约30", "1,23,456", "9" * 16]
)
def test_what_could_be_another_number_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        numbers.read(text)


def test_whole_numbers_of_addresses_are_plain() -> None:
    assert numbers.whole("12") == 12
    for text in ("", "-1", "٣", "1.0", "9" * 10, "9" * 5000):
        assert numbers.whole(text) is None


@given(st.text(alphabet=st.characters()) | st.text(alphabet="0123456789., 万亿千kw元-+'"))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        said = numbers.read(text)
    except Unreadable:
        return
    assert numbers.NUMBER.fullmatch(said)
