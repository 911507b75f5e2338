"""What people typed: cleaned, compared and cut without breaking a character."""

from __future__ import annotations

import functools
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate

import regex  # it ships no types

# No language needs more marks on one letter; they would paint over the neighbouring lines.
_MARKS_IN_A_ROW = 10

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_DROPPED = dict.fromkeys(
    [
        *(c for c in range(0x20) if chr(c) not in "\t\n"),
        *range(0x7F, 0xA0),  # DEL and the C1 controls
        # Direction marks can make a text look different from what it says.
        *(0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)),
        # Invisible and meaningless. U+200C and U+200D stay: Persian and emoji are made of them.
        *(0xFEFF, 0x200B, 0x2060),
    ]
)
# Not text: NUL, which PostgreSQL cannot store, terminal controls, and half surrogate pairs, which
# nothing can encode. Line ends and tabs are allowed.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_TOO_MANY_MARKS = regex.compile(rf"(\p{{M}}{{{_MARKS_IN_A_ROW}}})\p{{M}}+")
# Of what is invisible, all that counts as printable.
_VARIATION = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_INVISIBLE = regex.compile(r"(?!\s)[\p{Cc}\p{Cf}\p{Variation_Selector}]")
_GRAPHEME = regex.compile(r"\X")


def typed(text: str) -> str:
    """The text as written, but with one kind of line end and no white space around it."""
    return _LINE_ENDS.sub("\n", text).strip()


def typed_line(text: str) -> str:
    """The text as written in one line: every run of white space is one space."""
    return " ".join(text.split())


def has_controls(text: str) -> bool:
    """Whether it holds control characters or half characters, which are refused at intake."""
    return _CONTROL.search(text) is not None


def without_controls(text: str) -> str:
    return _CONTROL.sub("", text)


def clean(text: str) -> str:
    """Text of several lines that every channel and both databases can carry: without control
    characters, direction marks, invisible characters and piled-up marks."""
    if is_plain(text):
        return text.strip()
    # Browsers may post half a surrogate pair; this joins split pairs and replaces lone halves.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = _LINE_ENDS.sub("\n", text).translate(_DROPPED)
    text = _TOO_MANY_MARKS.sub(r"\1", unicodedata.normalize("NFC", text))
    return unicodedata.normalize("NFC", text).strip()


def is_plain(text: str) -> bool:
    """Whether it is one line of printable ASCII, which no normalizing changes."""
    return text.isascii() and text.isprintable()


def clean_line(text: str) -> str:
    """Text of one line: every run of white space is one space."""
    return " ".join((text if is_plain(text) else clean(text)).split())


def visible(text: str) -> bool:
    """Whether there is anything to see."""
    # Most begin with a letter or a digit.
    return text[:1].isalnum() or any(unicodedata.category(char)[0] not in "ZC" for char in text)


def without_invisible(text: str) -> str:
    if text.replace("\n", "").isprintable() and not _VARIATION.search(text):
        return text
    seen: str = _INVISIBLE.sub("", text)
    return seen


@functools.lru_cache(maxsize=64)
def canonical(text: str) -> str:
    """A form in which texts that say the same are equal."""
    text = unicodedata.normalize("NFKC", without_invisible(text))
    if (small := text.casefold()) != text:
        text = unicodedata.normalize("NFKC", small)
    return " ".join(text.split())


def folded(text: str) -> str:
    """Normalized for searching: NFKC, case-folded, without invisible characters."""
    if is_plain(text):
        return text.casefold()
    return unicodedata.normalize("NFKC", without_invisible(text)).casefold()


def in_bytes(text: str) -> int:
    """The cost of a text when a limit is in UTF-8 bytes."""
    return len(text.encode())


def in_characters(_: str) -> int:
    """The cost of a grapheme when a limit is in characters as people count them."""
    return 1


def graphemes(text: str) -> list[str]:
    """Characters as people see them: a flag, a family or an accented letter is one."""
    found: list[str] = _GRAPHEME.findall(text)
    return found


def clip(text: str, limit: int, *, cost: Callable[[str], int] = in_bytes, marker: str = "…") -> str:
    """The text, or as many whole characters as fit with the marker; empty if not even that fits."""
    if cost is in_bytes and in_bytes(text) <= limit:
        return text  # As most are.
    budget = limit - sum(cost(c) for c in graphemes(marker))
    spent = kept = end = 0
    for match in _GRAPHEME.finditer(text):
        spent += cost(match.group())
        end = match.end()
        if spent <= budget:
            kept = end
        if spent > limit:
            return text[:kept] + marker if budget >= 0 else ""
    return text


def fit(text: str, fits: Callable[[str], bool], *, marker: str = "…") -> str | None:
    """The longest beginning that `fits`, with the marker when something is missing.

    None when not even the empty text fits. For limits on a whole that has the text escaped or more
    than once, where `clip` does not know a character's cost.
    """
    if fits(text):
        return text
    ends = [0, *accumulate(map(len, graphemes(text)))]
    kept = bisect_right(ends, False, key=lambda end: not fits(text[:end] + marker)) - 1
    # What is kept was asked for and fits, also where escaping depends on the neighbour.
    if kept >= 0:
        return text[: ends[kept]] + marker
    return "" if fits("") else None
