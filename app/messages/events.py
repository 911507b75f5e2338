"""The story of a message: what happened to it, in order, for people and for programs."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec

from app import database
from app.contacts import rows as contact_rows
from app.contacts import sight
from app.deliveries.owe import Locked
from app.feed import write as feed
from app.messages import statements
from app.messages.stored import STORED_EVENT, StoredEvent
from app.people import audit
from app.tables import new_id

Facts = dict[str, Any]


class Happened(msgspec.Struct, frozen=True):
    """What was and what is now, by field; dates and ids as text. For what is no change, `now` says
    what is to be known."""

    message: uuid.UUID
    was: Facts = {}
    now: Facts = {}


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """`actor` is empty for the visitor, and the name of a rule for what that did. Numbers grow with
    time, and are shared by what was done at once. `via` is "link" where the actor has only typed
    the name, on the page of a link in a notice."""

    uid: str
    at: dt.datetime
    actor: str
    action: str
    was: Facts
    now: Facts
    act: str | None
    number: int
    via: str = ""


SAID = ("noted", "replied", "drafted", "discarded", "read")
"""They change nothing that somebody else could overwrite."""
BY_LINK = "link"


async def record(
    organization: uuid.UUID,
    happened: Sequence[Happened],
    action: str,
    *,
    by: str,
    org: Locked,
    act: uuid.UUID | None = None,
) -> list[uuid.UUID]:
    """Returns the ids, in their order. Only inside a transaction that holds the organization's
    lock, and after the change itself: other programs hear of it, too."""
    via = {"via": BY_LINK} if audit.origin().kind == BY_LINK else {}
    rows = [
        StoredEvent(
            id=new_id(),
            organization=organization,
            message=each.message,
            at=org.now,
            actor=by,
            action=action,
            facts=msgspec.json.encode({"was": each.was, "now": each.now, **via}).decode(),
            act=act,
            number=org.wakes,
        )
        for each in happened
    ]
    await database.insert(STORED_EVENT, rows)
    await feed.changed(organization, org, happened, action, by)
    return [row.id for row in rows]


async def of(organization: uuid.UUID, message: uuid.UUID) -> list[Event]:
    """Oldest first."""
    return await _told(await statements.story(organization, message))


async def since(
    organization: uuid.UUID, message: uuid.UUID, number: int, *, but: str
) -> list[Event]:
    """Changes after the one with that number by others than `but`, oldest first; who has only typed
    that name is another one."""
    found = await _told(await statements.story(organization, message, after=number))
    return [each for each in found if (each.actor != but or each.via) and each.action not in SAID]


async def of_act(
    organization: uuid.UUID, act: uuid.UUID, messages: Sequence[uuid.UUID] | None = None
) -> list[Happened]:
    """What one action did to every message, or to these."""
    found = [(row, _event(row)) for row in await statements.act(organization, act, messages)]
    return [Happened(row.message, event.was, event.now) for row, event in found]


async def about(organization: uuid.UUID, act: uuid.UUID) -> tuple[str, list[uuid.UUID]]:
    """What one action was, and the messages that it changed; without a word if there is none."""
    found = await statements.act(organization, act)
    return found[0].action if found else "", [each.message for each in found]


async def _told(rows: Sequence[StoredEvent]) -> list[Event]:
    """To be read; addresses in it are masked for who sees none."""
    found = [_event(row) for row in rows]
    if not sight.masks():
        return found
    known = await contact_rows.known_of({row.message for row in rows})
    return [
        msgspec.structs.replace(
            each,
            was=contact_rows.facts(each.was, known),
            now=contact_rows.facts(each.now, known),
        )
        for each in found
    ]


def _event(row: StoredEvent) -> Event:
    facts = msgspec.json.decode(row.facts, type=dict[str, Any])
    return Event(
        uid=str(row.id),
        at=row.at,
        actor=row.actor,
        action=row.action,
        was=facts.get("was", {}),
        now=facts.get("now", {}),
        act=str(row.act) if row.act else None,
        number=row.number,
        via=facts.get("via", ""),
    )
