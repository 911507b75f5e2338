"""Whether a colour can be seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.widget import ACCENT, legibility, on_colour
from app.widget.colour import contrast


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#ffffff", "#000000", 21.0), ("#ffffff", "#ffffff", 1.0), ("#767676", "#ffffff", 4.54)],
)
def test_contrast_is_what_wcag_says(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


@given(st.integers(0, 0xFFFFFF))
def test_words_on_any_colour_can_be_read(number: int) -> None:
    colour = f"#{number:06x}"

    assert contrast(colour, on_colour(colour)) >= 4.2


def test_our_own_colour_is_seen_on_light_and_dark_pages() -> None:
    found = legibility(ACCENT)

    assert found.seen_on_light
    assert found.seen_on_dark
    assert found.words >= 4.5


def test_a_pale_colour_is_not_seen_on_white() -> None:
    found = legibility("#ffd54f")

    assert not found.seen_on_light
    assert found.seen_on_dark
    assert found.text == "#111318"
