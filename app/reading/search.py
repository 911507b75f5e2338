"""Search terms of a query, and the digits of a text that is searched."""

from __future__ import annotations

import re

from app.reading import references
from app.reading.characters import digits, digits_of, plain

Term = list[list[str]]
"""Spellings of one term; of at least one spelling every piece must be found."""

TERMS_MAX = 12
"""With more words, the rest is one term."""
DIGITS_LEAST = 5
LITTLE = 2
# 010 8888 6666, (555) 866-8404, +86-138.0013.8000
NUMBER = re.compile(r"\+?[0-9(][0-9().+/-]*")
RUN = re.compile(r"[+(]?[0-9][0-9 ().+/_-]*[0-9]")
CHINA = re.compile(r"(?:0086|86)(?=[0-9]{7})")
MARKED = re.compile(r"(?<![a-z0-9])#?lm[ -]?[0-9a-z]{6}(?![a-z0-9])")


def terms(query: str) -> list[Term]:
    """The terms of a folded, one-line query; all of them must be found."""
    found: list[Term] = []
    marked = MARKED.search(query)
    if marked and (reference := references.read(marked[0])):
        found.append([[reference.casefold()], [marked[0]]])
        query = query.replace(marked[0], " ")
    words = [word for word in query.split(" ", TERMS_MAX - 1) if word]
    return found + [_term(part) for part in _joined(words)]


def digits_in(text: str) -> list[str]:
    """Every number in a text, with or without separators, as digits alone."""
    found = (digits_of(run) for line in text.split("\n") for run in RUN.findall(plain(line)))
    return list(dict.fromkeys(run for run in found if len(run) >= DIGITS_LEAST))


def _joined(words: list[str]) -> list[list[str]]:
    """Adjacent words of digits are one number. One or two digits occur in every phone number, so
    they join the word before: iPhone 15."""
    found: list[list[str]] = []
    for word in words:
        if found and _is_number(word) and _is_number(found[-1][-1]):
            found[-1].append(word)
        elif found and word.isdigit() and len(word) <= LITTLE:
            found[-1][-1] += f" {word}"
        else:
            found.append([word])
    return found


def _is_number(word: str) -> bool:
    return NUMBER.fullmatch(plain(word)) is not None


def _term(part: list[str]) -> Term:
    ways: Term = [part]
    if _is_number(part[-1]):
        bare = digits("".join(part))
        ways += [[way] for way in (bare, _national(bare)) if len(way) >= DIGITS_LEAST]
        ways += [[digits(word) for word in part]] if len(part) > 1 else []
    elif len(part[0]) == references.LENGTH and (reference := references.read(part[0])):
        ways.append([reference.casefold()])
    return [way for place, way in enumerate(ways) if all(way) and way not in ways[:place]]


def _national(number: str) -> str:
    """Without China's country code or the leading 0 of an area code."""
    return CHINA.sub("", number, count=1).lstrip("0") if CHINA.match(number) else number.lstrip("0")
