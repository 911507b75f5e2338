"""The short pieces of a text by which an index finds it: single characters, pairs, and of letters
and digits also three and four in a row.

Every text that contains a string has all of that string's `needed` pieces among its own."""

from __future__ import annotations

import re
from operator import add

import msgspec

FEW = 2
"""When there are no more pairs than this, their characters tell something new."""
# Up to here scripts spell words with few letters, whose pairs stand in every other text; above are
# characters that mean a word or half of one.
WORDS = "\u2e80"
LETTERS = re.compile(f"[^\n{WORDS}-\U0010ffff]{{3,}}")


def grams(text: str) -> set[str]:
    """All pieces of a text. None reaches from one line into the next."""
    runs = "\n".join(LETTERS.findall(text))
    twos = list(map(add, runs, runs[1:]))
    found = {*text, *map(add, text, text[1:])}
    found.update(map(add, twos, runs[2:]), map(add, twos, twos[2:]))
    return {gram for gram in found if "\n" not in gram}


def needed(text: str) -> list[str]:
    """Pieces that every text has that contains this one, a line: the longest there are, and where
    they are few the characters that mean a word, too."""
    if len(text) < 2:
        return [text]
    found = dict.fromkeys(_longest(text))
    if len(found) <= FEW:
        found.update(dict.fromkeys(one for one in text if one >= WORDS))
    return [*found]


def _longest(text: str) -> list[str]:
    found: list[str] = []
    inside = [False] * len(text)
    for run in LETTERS.finditer(text):
        size = min(len(run[0]), 4)
        found += [run[0][at : at + size] for at in range(len(run[0]) - size + 1)]
        inside[run.start() : run.end()] = [True] * len(run[0])
    pairs = [
        text[at : at + 2] for at in range(len(text) - 1) if not (inside[at] and inside[at + 1])
    ]
    return found + pairs


def answer_pair(key: str, value: str) -> str:
    """As it stands in the JSON of a message's answers. That has no blanks, so it has one
    spelling."""
    return msgspec.json.encode({key: value}).decode()[1:-1]


def answer_gram(key: str, value: str) -> str:
    """As the index knows it: no text has a piece like it."""
    return f"\n{answer_pair(key, value)}"
