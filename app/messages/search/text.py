"""The text by which a message is found, in its own column: everything a person may search it by."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

import msgspec

from app import database
from app.messages.stored import STORED, Stored
from app.reading import emails, phones, pinyin, wechats
from app.reading.search import digits_in
from app.tables import Message, Remark, SearchChange, new_id
from app.text import folded


def search_text(row: Stored, remarks: Sequence[str] = ()) -> str:
    """One part a line, each line once, with a line end on both sides of each: so a line can be
    looked for as a whole, as `contact_lines` are."""
    answered = _values(row.fields)
    said = (
        *(row.reference, row.name, row.phone, row.email, row.wechat, row.content, row.category),
        *(row.external_id, *answered, *_values(row.written), row.note, *remarks),
    )
    digits = digits_in(
        "\n".join((row.phone, row.wechat, row.content, *answered, row.note, *remarks))
    )
    more = (*digits, *contact_lines(row.phone, row.email, row.wechat), *pinyin.spellings(row.name))
    lines = dict.fromkeys(folded("\n".join((*said, *more))).split("\n"))
    return "\n".join(("", *filter(None, lines), ""))


def contact_lines(phone: str, email: str, wechat: str) -> list[str]:
    """Equal for whoever can be reached at the same phone, e-mail address or WeChat id."""
    keys = [*sorted(phones.keys(phone)), emails.address(email), *sorted(wechats.keys(wechat))]
    return [line for key in keys if (line := folded(key))]


def reach_lines(contacts: Iterable[str]) -> list[str]:
    """Of messages with one of these phones, e-mail addresses or WeChat ids."""
    return [line for each in contacts for line in _reach_lines(each)]


def _reach_lines(contact: str) -> list[str]:
    if emails.address(contact):
        return contact_lines("", contact, "")
    if wechats.is_id(contact):
        return contact_lines("", "", contact)
    return list(dict.fromkeys(contact_lines(contact, "", contact)))


def _values(fields: str) -> list[str]:
    """The answers without their keys, which would match every message."""
    return list(msgspec.json.decode(fields, type=dict[str, str]).values())


async def renew(messages: Sequence[uuid.UUID]) -> None:
    """To call whenever something by which they are found was changed, in the same transaction."""
    query = Message.select(*STORED).where(Message.id.is_in([*messages]))
    if not isinstance(database.engine(), database.SQLite):
        # Two who add to one at once: the second sees what the first has added.
        query = query.lock_rows("UPDATE")
    rows = await database.rows(Stored, query)
    await write(await outdated(rows))
    await changed(rows)


async def changed(rows: Iterable[Stored]) -> None:
    """The index does not know their texts yet: every search reads them until it does."""
    now = await database.now()
    changes = [_Change(new_id(), row.organization, row.id, now) for row in rows]
    await database.insert(_CHANGE, changes)


async def outdated(rows: Sequence[Stored]) -> list[tuple[Stored, str]]:
    """Those that are found by another text than they should be, with the right one."""
    if not rows:
        return []
    query = Remark.select(Remark.message, Remark.text).order_by(Remark.id)
    query = query.where(Remark.message.is_in([row.id for row in rows]))
    said: dict[uuid.UUID, list[str]] = {}
    for each in await database.rows(_Said, query):
        said.setdefault(each.message, []).append(each.text)
    texts = [(row, search_text(row, said.get(row.id, ()))) for row in rows]
    return [(row, text) for row, text in texts if text != row.search]


async def write(texts: Iterable[tuple[Stored, str]]) -> None:
    """What has changed since its row was read stays as it is."""
    for row, text in texts:
        same = (Message.id == row.id) & (Message.search == row.search)
        await Message.update({Message.search: text}).where(same)


class _Said(msgspec.Struct):
    message: uuid.UUID
    text: str


class _Change(msgspec.Struct):
    id: uuid.UUID
    organization: uuid.UUID
    message: uuid.UUID
    created_at: dt.datetime


_CHANGE = (
    SearchChange.id,
    SearchChange.organization,
    SearchChange.message,
    SearchChange.created_at,
)
