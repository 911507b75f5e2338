"""Colleagues whom a note names with an @."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from app.text import folded

SIGN = re.compile(r"[@＠]")
# Not in a mail address: there a letter or digit stands before the sign.
BEFORE = re.compile(r"(?<![A-Za-z0-9._%+\-])@$")
INSIDE = re.compile(r"[a-z0-9_]")


class Called(msgspec.Struct, frozen=True):
    """Somebody who may be named: by name, and by address where two have the same name."""

    uid: str
    name: str
    email: str


def mentioned(text: str, people: Sequence[Called]) -> list[str]:
    """The uids of those whom the text names, in its order. Of several names that fit, the longest
    counts; two of the same name are both meant, unless one's address follows in brackets."""
    found = [each.uid for _, _, called in _calls(text, people) for each in called]
    return list(dict.fromkeys(found))


def pieces(text: str, people: Sequence[Called]) -> list[tuple[str, bool]]:
    """The whole text in parts, and whether a part is a sign and a name."""
    found, done = [], 0
    for start, end, _ in _calls(text, people):
        found += [(text[done:start], False), (text[start:end], True)]
        done = end
    return [piece for piece in (*found, (text[done:], False)) if piece[0]]


def _calls(text: str, people: Sequence[Called]) -> Iterator[tuple[int, int, list[Called]]]:
    """Where a sign stands, where the name after it ends, and whose it is."""
    done = 0
    for sign in SIGN.finditer(text):
        start = sign.start()
        if start < done or not BEFORE.search(folded(text[: sign.end()])):
            continue
        rest = text[sign.end() :]
        length, called = _at(folded(rest), people)
        if called:
            ends = (n for n in range(1, len(rest) + 1) if len(folded(rest[:n])) >= length)
            done = sign.end() + next(ends, len(rest))
            yield start, done, called


def _at(rest: str, people: Iterable[Called]) -> tuple[int, list[Called]]:
    """How long the name is with which the folded text begins, and whose it is."""
    fits = [each for each in people if _begins(rest, folded(each.name))]
    longest = max((len(folded(each.name)) for each in fits), default=0)
    fits = [each for each in fits if len(folded(each.name)) == longest]
    after = rest[longest:].lstrip()
    exact = [each for each in fits if after[:1] in "(（" and _begins(after[1:], each.email)]
    return longest, exact or fits


def _begins(text: str, name: str) -> bool:
    """Whether it begins with the name, and not with a longer one."""
    if not name or not text.startswith(name):
        return False
    return not (INSIDE.match(name[-1]) and INSIDE.match(text[len(name) :]))


def written(person: Called, people: Iterable[Called]) -> str:
    """How a note names them, so that nobody else is meant."""
    alike = sum(folded(each.name) == folded(person.name) for each in people)
    return f"@{person.name} ({person.email})" if alike > 1 else f"@{person.name}"
