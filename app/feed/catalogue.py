"""The catalogue: every type of event, what it means, and what its `data` holds."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from app.catalogue import N_

By = Literal["visitor", "team", "rule"]
EXAMPLE = {
    "uid": "01a20416-0000-7000-8000-000000000001",
    "reference": "LM-7K3F9Q",
    "status": "pending",
    "category": "",
    "priority": "normal",
    "brand": None,
    "assignee": None,
    "source": "web_chat",
    "repeat_of": None,
    "created_at": "2026-11-30T02:00:00Z",
    "by": "visitor",
    "link": "https://example.com/inbox/01a20416-0000-7000-8000-000000000001",
}
"""Of a message that was just left."""


class MessageData(msgspec.Struct, kw_only=True):
    """A message as it was when it happened, without personal data."""

    uid: str
    reference: str
    status: Literal["pending", "handled", "spam", "repeat", "trash"]
    category: str
    priority: Literal["high", "normal", "low"]
    brand: Annotated[str | None, Meta(description="Null: the organization's first.")]
    assignee: Annotated[str | None, Meta(description="An agent's uid.")]
    source: str
    repeat_of: Annotated[str | None, Meta(description="The message that says the same.")]
    created_at: dt.datetime
    by: Annotated[By, Meta(description="Who did it.")]
    link: Annotated[str, Meta(description="Its page in the console.")]


class RemarkData(MessageData, kw_only=True):
    """With what was said."""

    remark: Annotated[str, Meta(description="The uid of what was said.")]


class AssignedData(MessageData, kw_only=True):
    """With whose it was; `assignee` is null when it is nobody's now."""

    previous_assignee: str | None


class HandledData(MessageData, kw_only=True):
    """With how it was handled."""

    previous_status: str
    outcome: str
    outcome_reason: str


class BackData(MessageData, kw_only=True):
    """With what it was before."""

    previous_status: str


class SpamData(MessageData, kw_only=True):
    """`previous_status` is null for a message that was set aside as it came, for `reason`."""

    previous_status: str | None
    reason: str


class DeletedData(msgspec.Struct, kw_only=True):
    """Only the id. `erased`: for good, else it is in the trash."""

    uid: str
    erased: bool


class ChannelData(msgspec.Struct, kw_only=True):
    """A channel by which the team, or a program, is told."""

    uid: str
    type: str
    name: str
    link: Annotated[str, Meta(description="Its page in the console.")]


class BrokenData(ChannelData, kw_only=True):
    """With the code of the last failure."""

    code: str


class Type(msgspec.Struct, frozen=True):
    """`means` is an English message id."""

    name: str
    means: str
    data: type[msgspec.Struct]
    also: dict[str, Any] = {}
    """In the example, beside what every message has."""


_REMARK = {"remark": "01a20416-0000-7000-8000-000000000002"}
_AGENT = "01a20416-0000-7000-8000-000000000003"
_CHANNEL: dict[str, Any] = {
    "uid": "01a20416-0000-7000-8000-000000000004",
    "type": "feishu",
    "name": "",
    "link": "https://example.com/settings/channels/01a20416-0000-7000-8000-000000000004",
}
TYPES = (
    Type("message.created", N_("A message came in"), MessageData),
    Type("message.added", N_("The visitor added to a message"), RemarkData, _REMARK),
    Type("message.corrected", N_("The visitor corrected how they are reached"), MessageData),
    Type(
        "message.assigned",
        N_("A message was given to somebody, or taken from them"),
        AssignedData,
        {"by": "team", "assignee": _AGENT, "previous_assignee": None},
    ),
    Type(
        "message.replied",
        N_("A colleague replied to the visitor"),
        RemarkData,
        {**_REMARK, "by": "team"},
    ),
    Type(
        "message.handled",
        N_("A message was handled"),
        HandledData,
        {
            "by": "team",
            "status": "handled",
            "previous_status": "pending",
            "outcome": "phone",
            "outcome_reason": "",
        },
    ),
    Type(
        "message.reopened",
        N_("A message that was handled, or spam, is open again"),
        BackData,
        {"previous_status": "handled"},
    ),
    Type(
        "message.solved",
        N_("The visitor says that it is solved"),
        MessageData,
        {"status": "handled"},
    ),
    Type(
        "message.spam",
        N_("A message was marked as spam, or set aside as it came"),
        SpamData,
        {"by": "team", "status": "spam", "previous_status": "pending", "reason": ""},
    ),
    Type(
        "message.deleted",
        N_("A message was moved to the trash, or erased"),
        DeletedData,
        {"uid": EXAMPLE["uid"], "erased": True},
    ),
    Type(
        "message.restored",
        N_("A message was taken out of the trash"),
        BackData,
        {"by": "team", "previous_status": "trash"},
    ),
    Type(
        "channel.broken",
        N_("A channel broke: notices wait until it works again"),
        BrokenData,
        {**_CHANNEL, "code": "19024"},
    ),
    Type("channel.mended", N_("A channel that was broken works again"), ChannelData, _CHANNEL),
)
NAMES = tuple(each.name for each in TYPES)


def example(kind: Type) -> dict[str, Any]:
    """A whole event of the type, as it is read and sent."""
    of_message = issubclass(kind.data, MessageData)
    return {
        "id": "01a20416-0000-7000-8000-0000000000e1",
        "type": kind.name,
        "timestamp": "2026-11-30T02:00:00Z",
        "data": {**EXAMPLE, **kind.also} if of_message else dict(kind.also),
    }
