"""What people in China make passwords of, beside the list of common ones: words of love, luck and
everyday in pinyin and characters, names, services and cities (`habits.txt`), and numbers that sound
like words. Gathered by us."""

from __future__ import annotations

import functools
from pathlib import Path

LIST = Path(__file__).parent / "habits.txt"
MOST = 3
"""More of them in a row are too many for anybody to try."""
DIGITS = frozenset(
    ("0", "00", "1", "11", "66", "8", "88", "99", "110", "119", "120", "1314", "1573", "168")
    + ("518", "520", "521", "530", "588", "666", "678", "688", "777", "888", "987", "999")
)
"""They sound like "I love you", "all my life", "luck all the way", or are luck themselves."""


@functools.cache
def words() -> frozenset[str]:
    return frozenset(LIST.read_text("utf-8").split())


def are_few(text: str, of: frozenset[str]) -> bool:
    """Whether the text is made of at most MOST of these words."""
    best = [0] + [MOST + 1] * len(text)
    longest = max(map(len, of))
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - longest), end):
            if best[start] < best[end] - 1 and text[start:end] in of:
                best[end] = best[start] + 1
    return best[-1] <= MOST
