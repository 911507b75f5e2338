"""Messages, and what belongs to them, as somebody reads them who sees no contacts."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from app import database
from app.contacts.mask import hidden, masked_or_empty, without
from app.fields.shape import Label
from app.reading.networks import around
from app.tables import Message

CONTACTS = frozenset({"phone", "email", "wechat"})
"""Kinds of fields, and names of what every form asks."""
R = TypeVar("R", bound=msgspec.Struct)
Change = Callable[[str, Iterable[str]], str]


def is_personal(label: Label | None) -> bool:
    """Answers that no form asked for may be anything."""
    return label is None or label.personal or label.kind in CONTACTS


def of_message(row: R) -> R:
    """A message as it is shown: phone number, e-mail address, WeChat id, what identifies the
    visitor, personal answers, and whatever looks like one of them in the texts. Of the address its
    network stays."""
    of: Any = row
    if of.masked:
        return row
    known = known_in(of, of.fields, of.labels)
    return replace(
        row,
        masked=True,
        fields=answers(of.fields, of.labels, known),
        written=written(of.written, known),
        **texts(row, known),
    )


def noticed(row: R) -> R:
    """A message as its notices read it, whose `fields` and `labels` are JSON."""
    of: Any = row
    fields, labels = _decoded(of)
    known = known_in(of, fields, labels)
    told = msgspec.json.encode(answers(fields, labels, known)).decode()
    return replace(row, fields=told, **texts(row, known))


def texts(row: Any, known: Iterable[str]) -> dict[str, str]:
    """Of what has the columns of a message, those that are masked."""
    return {
        name: change(getattr(row, name), known)
        for name, change in _CHANGES.items()
        if hasattr(row, name)
    }


def known_in(row: Any, fields: Mapping[str, str], labels: Mapping[str, Label]) -> list[str]:
    """What is a contact wherever it stands, though nothing in it says so."""
    own = [text for key, text in fields.items() if is_personal(labels.get(key))]
    return [each for each in (row.phone, row.email, row.wechat, *own) if each]


def known_stored(row: Any) -> list[str]:
    """The same, of a row whose `fields` and `labels` are JSON."""
    return known_in(row, *_decoded(row))


def answers(
    fields: Mapping[str, str], labels: Mapping[str, Label], known: Iterable[str]
) -> dict[str, str]:
    return {
        key: masked_or_empty(text) if is_personal(labels.get(key)) else hidden(text, known)
        for key, text in fields.items()
    }


def written(typed: Mapping[str, str], known: Iterable[str]) -> dict[str, str]:
    """What was typed where less is kept; that of a contact is one."""
    return {
        key: masked_or_empty(hidden(text, known)) if _ends(key) in CONTACTS else hidden(text, known)
        for key, text in typed.items()
    }


def facts(value: Any, known: Iterable[str]) -> Any:
    """What an event tells, however deep it is."""
    if isinstance(value, str):
        return hidden(value, known)
    if isinstance(value, Mapping):
        return {key: facts(each, known) for key, each in value.items()}
    return [facts(each, known) for each in value] if isinstance(value, list) else value


class _Known(msgspec.Struct):
    phone: str
    email: str
    wechat: str
    fields: str
    labels: str


async def known_of(messages: Iterable[uuid.UUID]) -> list[str]:
    """The contacts of messages, for texts that belong to them."""
    ids = list(messages)
    if not ids:
        return []
    query = Message.select(
        Message.phone, Message.email, Message.wechat, Message.fields, Message.labels
    )
    rows = await database.rows(_Known, query.where(Message.id.is_in(ids)))
    return list(dict.fromkeys(each for row in rows for each in known_stored(row)))


def _decoded(row: Any) -> tuple[dict[str, str], dict[str, Label]]:
    fields = msgspec.json.decode(row.fields, type=dict[str, str])
    return fields, msgspec.json.decode(row.labels, type=dict[str, Label])


def _ends(key: str) -> str:
    return key.rsplit("/", 1)[-1]


def _whole(text: str, _known: Iterable[str]) -> str:
    return masked_or_empty(text)


def _network(text: str, _known: Iterable[str]) -> str:
    return around(text)


_CHANGES: dict[str, Change] = {
    **dict.fromkeys(("phone", "email", "wechat", "external_id"), _whole),
    **dict.fromkeys(("name", "content", "note", "page_url", "referrer"), hidden),
    # Versions of browsers are long numbers.
    "user_agent": without,
    "ip": _network,
}
