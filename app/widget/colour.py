"""Whether a colour can be seen: contrast as in WCAG 2.2."""

from __future__ import annotations

import re

import msgspec

HEX = re.compile(r"#[0-9a-f]{6}", re.ASCII)
WHITE, BLACK = "#ffffff", "#111318"
# The usual backgrounds of host pages.
LIGHT_PAGE, DARK_PAGE = "#ffffff", "#121317"
SEEN = 3.0
"""The least contrast of a button with the page around it."""


class Legibility(msgspec.Struct, frozen=True):
    """`text` is the colour of the button's text; the others are contrast ratios."""

    text: str
    words: float
    light: float
    dark: float

    @property
    def seen_on_light(self) -> bool:
        return self.light >= SEEN

    @property
    def seen_on_dark(self) -> bool:
        return self.dark >= SEEN


def legibility(colour: str) -> Legibility:
    text = on_colour(colour)
    return Legibility(
        text,
        round(contrast(colour, text), 1),
        round(contrast(colour, LIGHT_PAGE), 1),
        round(contrast(colour, DARK_PAGE), 1),
    )


def on_colour(colour: str) -> str:
    """White or black, whichever has more contrast with `colour`."""
    return WHITE if contrast(colour, WHITE) >= contrast(colour, BLACK) else BLACK


def contrast(one: str, other: str) -> float:
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
