"""Parts that are lists of things with a secret each, kept apart by a uid or by what they are."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from app.configuration import references
from app.configuration.references import Source
from app.errors import Invalid, Problem
from app.reading import objects
from app.reading.objects import pointer

SECRETS = (("secret",),)
UNREADABLE = "(cannot be read: the secret key has changed)"


class Entry(Protocol):
    """As the document has it."""

    @property
    def uid(self) -> str: ...


class Stored(Protocol):
    @property
    def uid(self) -> uuid.UUID: ...


E = TypeVar("E", bound=Entry)
S = TypeVar("S", bound=Stored)


class Ways(msgspec.Struct, Generic[E, S], frozen=True, kw_only=True):
    """What differs between such parts: how an entry is read, what it is recognised by where it
    names no uid, and how one is changed or removed. `write` gets what is stored, if it is."""

    read: Callable[[Mapping[str, Any]], E]
    mark_of_entry: Callable[[E], Any]
    mark_of_stored: Callable[[S], Any]
    write: Callable[[E, S | None], Awaitable[None]]
    remove: Callable[[uuid.UUID], Awaitable[None]]


async def write_all(raw: Any, known: Sequence[S], source: Source, ways: Ways[E, S]) -> None:
    """What is not listed is removed. A secret that is left out stays. Raises Invalid with every
    fault."""
    problems: list[Problem] = []
    wanted = [
        (place, entry, _known(entry, known, ways))
        for place, each in enumerate(objects.as_list(raw))
        if (entry := _read(each, pointer(place), source, problems, ways)) is not None
    ]
    seen: set[Any] = set()
    for place, entry, old in wanted:
        mark = old.uid if old is not None else ways.mark_of_entry(entry)
        if mark in seen:
            problems.append(Problem(pointer(place, "name"), "twice", "This is listed twice"))
        seen.add(mark)
    if problems:
        raise Invalid(problems)
    kept = {old.uid for _, _, old in wanted if old is not None}
    for each in known:
        if each.uid not in kept:
            await ways.remove(each.uid)
    for place, entry, old in wanted:
        try:
            await ways.write(entry, old)
        except Invalid as error:
            problems += error.below(pointer(place))
    if problems:
        raise Invalid(problems)


def _read(raw: Any, at: str, source: Source, problems: list[Problem], ways: Ways[E, S]) -> E | None:
    if not isinstance(raw, Mapping):
        problems.append(Problem(at, "wrong_type", "This must be an object"))
        return None
    said, before = dict(raw), len(problems)
    references.resolve(said, SECRETS, source, problems, at=at)
    try:
        entry = ways.read(said)
    except Invalid as error:
        problems += error.below(at)
        return None
    return entry if len(problems) == before else None


def _known(entry: E, known: Sequence[S], ways: Ways[E, S]) -> S | None:
    """The one that it means: by its uid, else the only one with its mark."""
    if entry.uid:
        return next((each for each in known if str(each.uid) == entry.uid), None)
    mark = ways.mark_of_entry(entry)
    alike = [each for each in known if ways.mark_of_stored(each) == mark]
    return alike[0] if len(alike) == 1 else None
