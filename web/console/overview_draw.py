"""Where the bars and squares of the overview's drawings are. All words stand beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from app.reading.clock_hours import HOURS, WEEKDAYS

WIDTH, HEIGHT = 620, 100
GAP = 0.25
"""Of the room of a day."""
LEVELS = 4


class Rect(msgspec.Struct, frozen=True):
    x: float
    y: float
    width: float
    height: float
    look: str


class Chart(msgspec.Struct, frozen=True):
    """`most` is what the highest bar stands for."""

    rects: list[Rect]
    most: int


class Heat(msgspec.Struct, frozen=True):
    rects: list[Rect]
    most: int


def chart(pairs: Sequence[tuple[int, int]]) -> Chart:
    """Two bars beside each other for every day."""
    most = max((n for pair in pairs for n in pair), default=0)
    room = WIDTH / max(len(pairs), 1)
    width = room * (1 - GAP) / 2
    rects = [
        Rect(
            round(day * room + room * GAP / 2 + place * width, 2),
            round(HEIGHT - HEIGHT * n / most, 2),
            round(width, 2),
            round(HEIGHT * n / most, 2),
            ("new", "handled")[place],
        )
        for day, pair in enumerate(pairs)
        for place, n in enumerate(pair)
        if n
    ]
    return Chart(rects, most)


def heat(hours: Mapping[str, int]) -> Heat:
    """A square for every hour of the week, the darker the more; any is more than none."""
    most = max(hours.values(), default=0)
    rects = [
        Rect(
            hour,
            row,
            0.9,
            0.86,
            f"l{-(-LEVELS * hours.get(f'{day}-{hour:02}', 0) // max(most, 1))}",
        )
        for row, day in enumerate(WEEKDAYS)
        for hour in range(HOURS)
    ]
    return Heat(rects, most)
