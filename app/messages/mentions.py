"""Who was mentioned in the notes of a message, and has not looked at it since."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

import msgspec

from app import database
from app.messages import statements
from app.people import colleagues
from app.reading import uids
from app.reading.mentions import Called, mentioned
from app.tables import Mention, new_id

MOST = 1000


class _Row(msgspec.Struct, kw_only=True):
    id: uuid.UUID
    organization: uuid.UUID
    message: uuid.UUID
    agent: uuid.UUID
    number: int
    created_at: dt.datetime


ROW = (
    Mention.id,
    Mention.organization,
    Mention.message,
    Mention.agent,
    Mention.number,
    Mention.created_at,
)


async def people(organization: uuid.UUID) -> list[Called]:
    """Who may be mentioned: those who work here."""
    found = await colleagues.of(organization)
    return [Called(each.uid, each.name, each.email) for each in found if each.works]


async def record(
    organization: uuid.UUID, notes: Mapping[uuid.UUID, str], *, now: dt.datetime, number: int
) -> dict[uuid.UUID, list[str]]:
    """Who is mentioned in the notes of these messages, by uid: they are told, also when they were
    before. Messages whose notes mention nobody are left out. Only inside a transaction that holds
    the organization's lock; `number` is its `wakes`."""
    alike: dict[str, list[uuid.UUID]] = {}
    for message, text in notes.items():
        if "@" in text or "＠" in text:
            alike.setdefault(text, []).append(message)
    known = await people(organization) if alike else []
    found = {text: mentioned(text, known) for text in alike}
    for text, messages in alike.items():
        await _add(organization, messages, found[text], now, number)
    return {
        message: called
        for text, messages in alike.items()
        for message in messages
        if (called := found[text])
    }


async def _add(
    organization: uuid.UUID,
    messages: Sequence[uuid.UUID],
    called: Sequence[str],
    now: dt.datetime,
    number: int,
) -> None:
    rows = [
        _Row(
            id=new_id(),
            organization=organization,
            message=message,
            agent=uuid.UUID(agent),
            number=number,
            created_at=now,
        )
        for message in messages
        for agent in called
    ]
    await database.insert(ROW, rows)


async def seen(organization: uuid.UUID, message: str, agent: uuid.UUID) -> None:
    """They look at the message: of all that mentioned them there, the last is kept."""
    await statements.forget_mentions_before_last(organization, uids.uid(message), agent)
    changed = Mention.update({Mention.seen_at: await database.now()})
    await changed.where(
        Mention.organization == organization,
        Mention.message == uids.uid(message),
        Mention.agent == agent,
        Mention.seen_at.is_null(),
    )


async def unseen(organization: uuid.UUID, agent: uuid.UUID, *, after: int = -1) -> list[str]:
    """Messages in whose notes they were mentioned after that number and that they have not looked
    at since, by uid; the latest come first. Spam and the trash are left out, and a viewer has
    none."""
    found = await statements.unseen(organization, agent, after=after, most=MOST)
    return [str(each) for each in found]
