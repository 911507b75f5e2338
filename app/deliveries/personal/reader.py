"""Who reads a mail to one agent, and why they get it, read at the moment of sending."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec
from piccolo.columns import Column
from piccolo.query import Select

from app import database, settings
from app.catalogue import N_, say
from app.channels.sender import ASSIGNED, MENTION, REMINDER
from app.contacts import policy, sight
from app.contacts import rows as contact_rows
from app.contacts.mask import hidden
from app.deliveries.planned import shown
from app.deliveries.rows import Carried
from app.languages import nearest
from app.notices.notice import Notice
from app.reading.mailboxes import mailbox
from app.tables import Agent, Event, Message, Remark
from app.text import clean_line, clip, in_characters

NAME_CHARACTERS = 64
BY_SOMEBODY = N_("{name} assigned this message to you")
BY_RULE = N_("The rule “{name}” assigned this message to you")
IN_A_NOTE = N_("{name} mentions you in a note")
STILL = N_("Still waiting, and assigned to you")


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """`to` is empty when their account has no address that can be used."""

    to: str
    locale: str
    timezone: str
    masks: bool = False
    """They see no contacts."""

    @property
    def choice_link(self) -> str:
        return f"{settings.current().base_url}/account#mail"


def tab(purposes: Sequence[str]) -> str:
    """The path of the list that has all of it."""
    return f"/inbox?status={'mentioned' if set(purposes) == {MENTION} else 'mine'}"


class _Agent(msgspec.Struct):
    email: str
    role: str
    contacts: str
    locale: str
    timezone: str


class _Event(msgspec.Struct):
    id: uuid.UUID
    actor: str
    action: str
    facts: str

    @property
    def now(self) -> dict[str, Any]:
        return msgspec.json.decode(self.facts, type=dict[str, dict[str, Any]]).get("now", {})


class _Text(msgspec.Struct):
    id: uuid.UUID
    text: str


T = TypeVar("T", _Event, _Text)


async def reader(agent: uuid.UUID, locale: str, timezone: str) -> Reader:
    """`locale` and `timezone` are the organization's, for those who have not chosen theirs."""
    query = Agent.select(
        Agent.email,
        Agent.role,
        Agent.organization.contacts.as_alias("contacts"),
        Agent.account.locale.as_alias("locale"),
        Agent.account.timezone.as_alias("timezone"),
    )
    query = query.where(Agent.id == agent, Agent.disabled_at.is_null())
    found = await database.row(_Agent, query)
    if found is None:
        return Reader(to="", locale=locale, timezone=timezone)
    return Reader(
        to=mailbox(found.email) or "",
        locale=nearest(found.locale) or locale,
        timezone=found.timezone or timezone,
        masks=policy.stored(found.contacts).way(found.role) != "full",
    )


async def said(rows: Sequence[Carried], notices: Sequence[Notice], locale: str) -> list[Notice]:
    """The notices of these deliveries with who told the agent, and the words of their notes."""
    query = Event.select(Event.id, Event.actor, Event.action, Event.facts)
    events = await _by_id(_Event, query, Event.id, [row.about for row in rows if row.about])
    notes = await _notes(rows, events)
    if sight.masks():
        known = await contact_rows.known_of({row.id for row in rows})
        notes = {event: hidden(text, known) for event, text in notes.items()}
    told = []
    for row, notice in zip(rows, notices, strict=True):
        event = events.get(row.about) if row.about else None
        why = _why(row, event, locale) if event else ""
        told.append(msgspec.structs.replace(notice, why=why, note=notes.get(row.about, "")))
    return told


async def _by_id(
    kind: type[T], query: Select[Any], column: Column, ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, T]:
    found = await database.rows(kind, query.where(column.is_in(list(ids)))) if ids else []
    return {each.id: each for each in found}


def _why(row: Carried, event: _Event, locale: str) -> str:
    if shown(row.purpose) == REMINDER:
        return say(locale, STILL)
    name = clip(clean_line(event.actor), NAME_CHARACTERS, cost=in_characters)
    text = BY_RULE if event.action == "rule" else BY_SOMEBODY
    return say(locale, text if row.purpose == ASSIGNED else IN_A_NOTE, {"name": name})


async def _notes(
    rows: Sequence[Carried], events: dict[uuid.UUID, _Event]
) -> dict[uuid.UUID | None, str]:
    """The notes that mention them, by event. One that a message was handled with stands in its
    row."""
    said = {row.about: row.id for row in rows if row.purpose == MENTION and row.about in events}
    now = {event: events[event].now for event in said if event}
    remarks = {
        event: uuid.UUID(facts["remark"]) for event, facts in now.items() if "remark" in facts
    }
    query = Remark.select(Remark.id, Remark.text)
    texts = await _by_id(_Text, query, Remark.id, [*remarks.values()])
    others = [said[event] for event in now if event not in remarks]
    notes = Message.select(Message.id, Message.note.as_alias("text"))
    kept = await _by_id(_Text, notes, Message.id, others)
    return {
        event: texts[remarks[event]].text
        if event in remarks
        # Handled again with the same note, it is no change that the event tells of.
        else facts.get("note") or kept[said[event]].text
        for event, facts in now.items()
    }
