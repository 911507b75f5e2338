"""A message as programs get it: from the API, and as a line of an export. The order of the keys is
a promise; more may follow them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from app import settings
from app.messages.inbox import Row
from app.reading.dates import seconds, seconds_or_none


class Visitor(Struct, frozen=True):
    """Who wrote."""

    name: str
    phone: str
    email: str
    ip: str
    user_agent: str
    wechat: str


class Content(Struct, frozen=True):
    """What was said."""

    content: str
    category: str


class Tally(Struct, frozen=True):
    """How many deliveries of the message stand where."""

    pending: int
    sent: int
    failed: int
    cancelled: int


class Location(Struct, frozen=True):
    """Where the visitor's address is; empty where the operator has provided nothing that says."""

    country: str
    province: str
    city: str
    operator: str


class Consent(Struct, frozen=True, kw_only=True):
    """What a visitor agreed to. `version` is the number of the form that they saw."""

    key: str
    version: int | None
    language: Annotated[str, Meta(description="In which they read it.")]
    hash: Annotated[str, Meta(description="Of the exact words and the link.")]
    agreed_at: dt.datetime


Status = Annotated[
    Literal["pending", "handled", "spam", "repeat", "trash"],
    Meta(
        description="`repeat`: the same visitor said the same again; it is counted at the first, "
        "which `repeat_of` names."
    ),
]


class Message(Struct, frozen=True, kw_only=True):
    """One left message."""

    uid: str
    reference: str
    status: Status
    visitor: Visitor
    message: Content
    fields: dict[str, str]
    source: str
    page_url: str
    created_at: dt.datetime
    repeats: Annotated[int, Meta(description="How often the same was said, this included.")]
    deliveries: Tally
    referrer: str
    external_id: Annotated[str, Meta(description="Who the host page vouched for by signature.")]
    language: str
    read_at: dt.datetime | None
    handled_at: dt.datetime | None
    handled_by: str
    outcome: Annotated[
        str, Meta(description="The key of one of `GET …/outcomes`, `withdrawn`, or empty.")
    ]
    note: str
    repeat_of: Annotated[str | None, Meta(description="The uid of the first that said it.")]
    assignee: Annotated[str | None, Meta(description="The uid of the agent it is given to.")]
    priority: Literal["high", "normal", "low"]
    tags: list[str]
    snoozed_until: dt.datetime | None
    due_at: Annotated[
        dt.datetime | None, Meta(description="By when it should be handled for the first time.")
    ]
    added_at: Annotated[
        dt.datetime | None,
        Meta(description="When the visitor added something that nobody has looked at since."),
    ]
    site: Annotated[str, Meta(description="Host and port of `page_url`.")]
    changed: Annotated[
        int, Meta(description="Grows with every change; send it back as `seen` to overwrite none.")
    ]
    outcome_reason: Annotated[str, Meta(description="The key of the reason why it was `none`.")]
    location: Location
    brand: Annotated[str, Meta(description="The uid of one of `GET …/brands`.")]
    files: Annotated[int, Meta(description="How many the visitor sent with it.")]
    consents: Annotated[list[Consent], Meta(description="What the visitor agreed to.")]

    @classmethod
    def of(cls, row: Row) -> Message:
        """From a row of the inbox."""
        return cls(deliveries=_tally(row), consents=_consents(row), **common(row))


def common(row: Row) -> dict[str, Any]:
    """What a message has wherever it is shown."""
    where = settings.current().regions.find(row.ip)
    return {
        "location": Location(where.country, where.province, where.city, where.operator),
        "visitor": Visitor(row.name, row.phone, row.email, row.ip, row.user_agent, row.wechat),
        "message": Content(row.content, row.category),
        "created_at": seconds(row.created_at),
        "read_at": seconds_or_none(row.read_at),
        "handled_at": seconds_or_none(row.handled_at),
        "snoozed_until": seconds_or_none(row.snoozed_until),
        "due_at": seconds_or_none(row.due_at),
        "added_at": seconds_or_none(row.added_at),
        **{name: getattr(row, name) for name in _AS_THEY_ARE},
    }


_AS_THEY_ARE = (
    *("uid", "reference", "status", "fields", "source", "page_url", "repeats", "referrer"),
    *("language", "handled_by", "outcome", "note", "repeat_of", "external_id"),
    *("assignee", "priority", "tags", "site", "changed", "outcome_reason"),
    *("brand", "files"),
)


def _consents(row: Row) -> list[Consent]:
    return [
        Consent(
            key=each["key"],
            version=row.form_version,
            language=each["language"],
            hash=each["hash"],
            agreed_at=seconds(dt.datetime.fromisoformat(each["at"])),
        )
        for each in row.consents
    ]


def _tally(row: Row) -> Tally:
    tally = row.deliveries
    return Tally(tally.pending, tally.sent, tally.failed, tally.cancelled)
