"""Colleagues whom a note names with an @."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from app.text import folded

# Not in a mail address: there a letter or digit stands before the sign.
SIGN = re.compile(r"(?<![A-Za-z0-9._%+\-])[@＠]")
INSIDE = re.compile(r"[a-z0-9_]")


class Called(msgspec.Struct, frozen=True):
    """Somebody who may be named: by name, and by address where two have the same name."""

    uid: str
    name: str
    email: str


def mentioned(text: str, people: Sequence[Called]) -> list[str]:
    """The uids of those whom the text names, in its order. Of several names that fit, the longest
    counts; two of the same name are both meant, unless one's address follows in brackets."""
    found: list[str] = []
    spoken = folded(text)
    for sign in SIGN.finditer(spoken):
        found += _at(spoken[sign.end() :], people)
    return list(dict.fromkeys(found))


def _at(rest: str, people: Iterable[Called]) -> list[str]:
    fits = [each for each in people if _begins(rest, folded(each.name))]
    longest = max((len(folded(each.name)) for each in fits), default=0)
    fits = [each for each in fits if len(folded(each.name)) == longest]
    after = rest[longest:].lstrip()
    exact = [each for each in fits if after[:1] in "(（" and _begins(after[1:], each.email)]
    return [each.uid for each in (exact or fits)]


def _begins(text: str, name: str) -> bool:
    """Whether it begins with the name, and not with a longer one."""
    if not name or not text.startswith(name):
        return False
    return not (INSIDE.match(name[-1]) and INSIDE.match(text[len(name) :]))


def written(person: Called, people: Iterable[Called]) -> str:
    """How a note names them, so that nobody else is meant."""
    alike = sum(folded(each.name) == folded(person.name) for each in people)
    return f"@{person.name} ({person.email})" if alike > 1 else f"@{person.name}"
