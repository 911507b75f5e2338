"""A part that is a list of things: which entry is which thing, and what became of the others."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.configuration import many
from app.configuration.references import Source
from app.errors import Invalid
from app.reading import objects

SOURCE = Source(environment={}, folder=Path("/nonexistent"))


class Entry(msgspec.Struct, frozen=True):
    name: str
    uid: str = ""
    secret: str = ""


class Thing(msgspec.Struct, frozen=True):
    uid: uuid.UUID
    name: str


A, B, C = (Thing(uuid.UUID(int=n), name) for n, name in enumerate(("a", "b", "b")))


async def written(*raw: Any, known: tuple[Thing, ...] = (A, B, C)) -> list[tuple[str, Any]]:
    done: list[tuple[str, Any]] = []

    async def write(entry: Entry, old: Thing | None) -> None:
        done.append((entry.name, old.uid.int if old else None))
        if entry.name == "bad":
            raise Invalid.at("/name", "bad", "It is bad")

    async def remove(uid: uuid.UUID) -> None:
        done.append(("removed", uid.int))

    def read(said: Mapping[str, Any]) -> Entry:
        return objects.read(said, Entry)

    ways = many.Ways[Entry, Thing](
        read=read,
        mark_of_entry=lambda entry: entry.name,
        mark_of_stored=lambda thing: thing.name,
        write=write,
        remove=remove,
    )
    await many.write_all(list(raw), known, SOURCE, ways)
    return done


async def test_an_entry_is_known_by_its_uid_or_by_what_it_alone_is() -> None:
    # Two things are called b: without a uid neither is meant.
    assert await written({"name": "a"}, {"name": "x", "uid": str(B.uid)}, {"name": "b"}) == [
        ("removed", 2),
        ("a", 0),
        ("x", 1),
        ("b", None),
    ]


async def test_faults_have_their_places_and_come_before_any_change() -> None:
    for raw, at in (
        ([{"name": "a"}, {"name": "a"}], "/1/name"),
        ([{"name": "new"}, {"name": "new"}], "/1/name"),
        ([{"name": 1}], "/0/name"),
        ([1], "/0"),
        ([{"name": "a", "secret": "env:X"}], "/0/secret"),
        ([{"name": "a"}, {"name": "bad"}], "/1/name"),
    ):
        with pytest.raises(Invalid) as error:
            await written(*raw)
        assert error.value.problems[0].pointer == at, raw
