"""Phrases: what a team writes again and again (常用语), with places for what differs."""

from __future__ import annotations

import difflib
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from app import database
from app.catalogue import N_, PLACEHOLDER, fill
from app.deliveries.owe import lock
from app.errors import Invalid, Problem
from app.messages import owned
from app.messages.inbox import Row
from app.messages.owned import Owned, Who
from app.reading import uids
from app.reading.pinyin import spellings
from app.tables import Phrase as Stored
from app.tables import new_id
from app.text import clean, clean_line, folded, visible

TITLE_MAX = 64
TEXT_MAX = 2000
PHRASES_MAX = 200
"""Of the team, and of each agent."""
FULL = N_("There are {limit} phrases, which is the most. Delete one first.")
VARIABLES: dict[str, str] = {
    "name": "The visitor's name",
    "reference": "The message's number",
    "category": "The message's category",
    "agent": "Who writes",
    "site": "The site that the message came from",
}


class Phrase(Owned, frozen=True, kw_only=True):
    title: str
    text: str

    def matches(self, wanted: str) -> bool:
        """`wanted` is folded; a title is also found by its pinyin."""
        found = wanted in folded(f"{self.title}\n{self.text}")
        return found or any(way.startswith(wanted) for way in spellings(self.title))


class _Row(msgspec.Struct):
    id: uuid.UUID
    agent: uuid.UUID | None
    title: str
    text: str
    shared: bool


ROW = (Stored.id, Stored.agent, Stored.title, Stored.text, Stored.shared)


async def of(organization: uuid.UUID, agent: uuid.UUID | None) -> list[Phrase]:
    """The agent's own, then those of the team, each by title."""
    query = Stored.select(*ROW).where(Stored.organization == organization)
    query = query.where((Stored.shared == True) | (Stored.agent == agent))  # noqa: E712
    found = [
        Phrase(uid=str(row.id), title=row.title, text=row.text, shared=row.shared, agent=row.agent)
        for row in await database.rows(_Row, query.order_by(Stored.title, Stored.id))
    ]
    return sorted(found, key=lambda each: each.shared)


async def one(organization: uuid.UUID, uid: str, who: Who) -> Phrase:
    """One that they may see. Raises NotFound."""
    return owned.one(await of(organization, who.agent), uid)


def filled(phrase: Phrase, row: Row, *, by: str) -> str:
    """With what is known of the message; what is not known is left out."""
    facts = {
        "name": row.name,
        "reference": row.shown_reference or row.reference,
        "category": row.category,
        "agent": by,
        "site": row.site,
    }
    return fill(phrase.text, facts)


async def add(organization: uuid.UUID, title: str, text: str, *, shared: bool, who: Who) -> str:
    """Returns its uid. Raises Invalid at /title and /text."""
    values = _checked(title, text)
    async with database.transaction():
        await lock(organization)
        await _need_room(organization, who, shared=shared)
        uid = new_id()
        kept: dict[Any, Any] = {
            Stored.id: uid,
            Stored.organization: organization,
            Stored.agent: who.agent,
            Stored.shared: shared,
        }
        await Stored.insert(Stored({**kept, **values}))
        await owned.record(organization, who, "phrase.added", uid, shared=shared)
    return str(uid)


async def change(
    organization: uuid.UUID,
    uid: str,
    *,
    who: Who,
    title: str | None = None,
    text: str | None = None,
    shared: bool | None = None,
) -> None:
    """What is None stays. Only who made a phrase says whose it is. Raises NotFound, also for one
    that is not theirs to change, and Invalid at /title and /text."""
    async with database.transaction():
        await lock(organization)
        found = await _theirs(organization, uid, who)
        values = _checked(
            found.title if title is None else title, found.text if text is None else text
        )
        if shared is not None and found.is_by(who):
            if shared != found.shared:
                await _need_room(organization, who, shared=shared)
            values[Stored.shared] = shared
        await Stored.update(values).where(Stored.id == uids.uid(uid))
        seen = found.shared or bool(values.get(Stored.shared))
        await owned.record(organization, who, "phrase.changed", uid, shared=seen)


async def remove(organization: uuid.UUID, uid: str, *, who: Who) -> None:
    """Raises NotFound, also for one that is not theirs to remove."""
    async with database.transaction():
        await lock(organization)
        found = await _theirs(organization, uid, who)
        await Stored.delete().where(Stored.id == uids.uid(uid))
        await owned.record(organization, who, "phrase.removed", uid, shared=found.shared)


async def _need_room(organization: uuid.UUID, who: Who, *, shared: bool) -> None:
    """Raises Invalid at /title when there are enough."""
    known = owned.group(await of(organization, who.agent), shared=shared)
    owned.need_room(known, PHRASES_MAX, "/title", FULL)


async def _theirs(organization: uuid.UUID, uid: str, who: Who) -> Phrase:
    return owned.theirs(await of(organization, who.agent), uid, who)


def _checked(title: str, text: str) -> dict[Any, Any]:
    """As they are stored. Raises Invalid with every fault."""
    values = {Stored.title: clean_line(title).strip(), Stored.text: clean(text).strip()}
    if problems := list(_faults(*values.values())):
        raise Invalid(problems)
    return {**values}


def _faults(title: str, text: str) -> Iterator[Problem]:
    yield from _length("/title", title, TITLE_MAX, "Enter a title")
    yield from _length("/text", text, TEXT_MAX, "Write something first")
    for name in dict.fromkeys(PLACEHOLDER.findall(text)):
        if name not in VARIABLES:
            yield _unknown(name, [*VARIABLES])


def _length(at: str, text: str, most: int, missing: str) -> Iterator[Problem]:
    if not visible(text):
        yield Problem(at, "required", missing)
    if len(text) > most:
        yield Problem(at, "too_long", "Use at most {limit} characters", {"limit": str(most)})


def _unknown(name: str, known: Sequence[str]) -> Problem:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    detail = "There is no variable {name}. Did you mean {suggestion}?"
    if not near:
        detail = "There is no variable {name}. There are {known}."
    shown = {"name": f"{{{name}}}", "suggestion": "".join(f"{{{each}}}" for each in near)}
    facts = {**shown, "known": ", ".join(f"{{{each}}}" for each in known)}
    return Problem("/text", "unknown_variable", detail, facts)
