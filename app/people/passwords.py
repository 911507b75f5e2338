"""Whether a password is fit: long enough, not one of those that are tried first, and not made of
what others know about its owner.

The list is Django's (`common-passwords.txt.gz`, BSD-3-Clause: docs/decisions.md), by Royce Williams
from passwords that became public, the most frequent first; without those of three characters.
What people in China choose stands in `habits`.
"""

from __future__ import annotations

import functools
import gzip
import re
import string
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from secrets import choice

from app.errors import Problem
from app.people import habits

MIN = 10
MAX = 128
CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"
LIST = Path(__file__).parent / "common_passwords.txt.gz"
TOP = 1000
"""Two of so many in a row are tried as well."""
ADDED = 4
"""Digits and signs at the ends of a common password that make it no better, as 2024 and 1! do."""
DIGITS_MIN = 14
"""Shorter ones of digits alone are phone numbers and dates."""
REST = 6
"""Characters that are to be left without what others know."""
PRODUCT = ("leavemsg", "留言")
EDGE = string.digits + string.punctuation + string.whitespace
LOOKALIKES = str.maketrans("@013457$!", "aoieastsi")
ROWS = (
    *("qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb", "zaq12wsxcde34rfv"),
    *(string.ascii_lowercase, string.digits * 2),
)
YEAR_OR_DATE = re.compile(r"(?:19|20)\d\d(?:[01]?\d[0-3]?\d)?|[0-3]\d[01]\d(?:19|20)\d\d")
PART = re.compile(r"[^\W\d_]+|\d+")
PARTS = re.compile(r"[\W_]+")
ENDINGS = frozenset({"com", "net", "org", "www", "mail", "example", "local", "localhost"})

COMMON = (
    "This password is one of those that are tried first. Use several words that do not belong"
    " together, or let your password manager make one"
)
KNOWN = (
    "This is made of your name, your address or the name of the organization, which others know."
    " Use several words that do not belong together"
)


def suggested() -> str:
    """Four groups of four letters and digits that nobody mixes up: 78 random bits."""
    return "-".join("".join(choice(CLEAR) for _ in range(4)) for _ in range(4))


def problems(password: str, known: Iterable[str] = ()) -> list[Problem]:
    """What makes it unfit, at /password. `known`: the owner's address and name, the name of the
    organization."""
    if not MIN <= len(password) <= MAX:
        facts = {"min": str(MIN), "max": str(MAX)}
        return [Problem("/password", "password_length", "Use {min} to {max} characters", facts)]
    text = _folded(password)
    if len(set(text)) < 4:
        return [Problem("/password", "password_weak", "Use a password that is harder to guess")]
    forms = {text, text.translate(LOOKALIKES)}
    words = _words(known)
    if any(_is_of(each, words) for each in forms):
        return [Problem("/password", "password_known", KNOWN)]
    if any(_is_common(each) for each in forms):
        return [Problem("/password", "password_common", COMMON)]
    return []


@functools.cache
def _listed() -> dict[str, int]:
    """Each common password with its place."""
    lines = gzip.decompress(LIST.read_bytes()).decode().split()
    return {line: place for place, line in enumerate(lines)}


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _is_common(text: str) -> bool:
    if text in _listed() or _is_row(text) or _is_row(text[::-1]):
        return True
    if not text.strip(EDGE):
        return len(text) < DIGITS_MIN
    return _is_extended(text) or _is_a_pair(text) or _is_of_habits(text)


def _is_row(text: str) -> bool:
    """Keys or letters in their order."""
    return any(text in row for row in ROWS)


def _is_extended(text: str) -> bool:
    """A common password or two letters, with something simple at its ends."""
    core = text.strip(EDGE)
    before, _, after = text.partition(core)
    if not (
        len(core) <= 2 or core in _listed() or _is_row(core) or _is_repeated(PARTS.sub("", core))
    ):
        return False
    signs = [PARTS.sub("", each) for each in (before, after)]
    return len(before) + len(after) <= ADDED or all(map(_is_simple, signs))


def _is_simple(digits: str) -> bool:
    return (
        len(digits) <= ADDED
        or digits in _listed()
        or _is_row(digits)
        or len(set(digits)) == 1
        or YEAR_OR_DATE.fullmatch(digits) is not None
    )


def _is_of_habits(text: str) -> bool:
    """A few words that many choose, with numbers that many choose anywhere between."""
    parts = PART.findall(text)
    letters = "".join(each for each in parts if not each.isdecimal())
    numbers = [each for each in parts if each.isdecimal()]
    return habits.are_few(letters, habits.words()) and all(
        _is_simple(each) or habits.are_few(each, habits.DIGITS) for each in numbers
    )


def _is_repeated(text: str) -> bool:
    """The same again and again: something short, or common."""
    unit = (text + text).find(text, 1)
    return unit < len(text) and (unit < REST or text[:unit] in _listed())


def _is_a_pair(text: str) -> bool:
    def is_top(part: str) -> bool:
        return _listed().get(part.strip(string.punctuation + " "), TOP) < TOP

    return any(is_top(text[:at]) and is_top(text[at:]) for at in range(4, len(text) - 3))


def _words(known: Iterable[str]) -> list[str]:
    """What others know, the longest first, whole and in its parts."""
    found = set(PRODUCT)
    for each in map(_folded, known):
        found |= {each, PARTS.sub("", each), *PARTS.split(each), *each.split("@")}
    return sorted(
        (each for each in found if _counts(each) and each not in ENDINGS), key=len, reverse=True
    )


def _counts(word: str) -> bool:
    return len(word) >= (3 if word.isascii() else 2)


def _is_of(text: str, words: list[str]) -> bool:
    left = text
    for word in words:
        left = left.replace(word, " ")
    if left == text:
        return False
    rest = PARTS.sub("", left)
    return len(rest) < REST or rest in _listed() or _is_simple(rest)
