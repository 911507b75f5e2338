"""The answers and bodies of the log of deliveries. The order of the keys is a promise."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from app.deliveries.detail import Detail
from app.deliveries.logged import Logged
from app.reading.dates import seconds, seconds_or_none
from web.api.shapes import Attempt, ChannelName, State, ToldAgent, Waits, attempt_of


class MessageName(Struct, frozen=True, kw_only=True):
    """The message of a delivery."""

    uid: str
    reference: str
    visitor: Annotated[str, Meta(description="The visitor's name.")]


class LoggedDelivery(Struct, frozen=True, kw_only=True):
    """One delivery, or one test."""

    uid: str
    test: Annotated[bool, Meta(description="A test: it belongs to no message.")]
    message: MessageName | None
    channel: ChannelName
    purpose: Annotated[
        str,
        Meta(
            description="`new`, `repeat`, `more` (added by the visitor), `reminder`, `fallback`,"
            " `alert` (about a channel), `flood` (how many were set aside), `confirm` (to the"
            " visitor), `assigned` (to whom a message was given), `mention` (to whom a note"
            " mentions), `report`, `target` (it is missed too often), `event` (to an endpoint)"
            " or `test`."
        ),
    ]
    step: Annotated[int, Meta(description="Which reminder of a chain it is; 0 for the others.")]
    about: Annotated[
        str, Meta(description="Of an alert, the channel that it is about; of an event, its type.")
    ]
    state: State
    reason: str
    created_at: dt.datetime
    done_at: dt.datetime | None
    waits_for: Waits
    next_at: Annotated[dt.datetime | None, Meta(description="When it goes on, if that is known.")]
    dispatch: Annotated[
        str | None,
        Meta(description="What receivers see as `webhook-id`; that of an event is its own id."),
    ]
    shared: Annotated[int, Meta(description="How many messages the same send carried.")]
    tries: int
    last: Annotated[Attempt | None, Meta(description="The last try.")]
    agent: Annotated[ToldAgent | None, Meta(description="Whom alone it is for.")]

    @classmethod
    def of(cls, row: Logged, hint: Any) -> LoggedDelivery:
        """`hint` says a message id in the caller's language."""
        return cls(**_common(row, hint))


class LoggedDeliveries(Struct, frozen=True):
    """A page of the log, newest first."""

    items: list[LoggedDelivery]
    next_cursor: Annotated[str | None, Meta(description="Send it as `cursor` for the next page.")]


class Company(Struct, frozen=True, kw_only=True):
    """Another delivery that travelled in the same send."""

    uid: str
    message: MessageName


class DeliveryDetail(Struct, frozen=True, kw_only=True):
    """One delivery with every try and the words that were sent."""

    uid: str
    test: bool
    message: MessageName | None
    channel: ChannelName
    purpose: str
    step: int
    about: str
    state: State
    reason: str
    created_at: dt.datetime
    done_at: dt.datetime | None
    waits_for: Waits
    next_at: dt.datetime | None
    dispatch: str | None
    shared: int
    tries: int
    last: Attempt | None
    attempts: Annotated[list[Attempt], Meta(description="Every try, those before a replay too.")]
    with_it: Annotated[list[Company], Meta(description="The first 20 that travelled along.")]
    text: Annotated[
        str, Meta(description="What people read, made anew; secrets hidden. Empty if unknown.")
    ]
    was_sent: Annotated[bool, Meta(description="False: `text` is what would be sent now.")]
    agent: Annotated[ToldAgent | None, Meta(description="Whom alone it is for.")]
    withdrawn: Annotated[
        Literal["", "pending", "done", "failed"],
        Meta(description="Whether the notice was taken back, as its message is done with."),
    ]

    @classmethod
    def of(cls, found: Detail, hint: Any) -> DeliveryDetail:
        return cls(
            **_common(found.delivery, hint),
            attempts=[attempt_of(each, hint) for each in found.tries],
            with_it=[
                Company(
                    uid=each.uid,
                    message=MessageName(
                        uid=each.message_uid, reference=each.reference, visitor=each.visitor
                    ),
                )
                for each in found.companions
            ],
            text=found.text,
            was_sent=found.was_sent,
            withdrawn=found.recalls[-1].state if found.recalls else "",
        )


class HowToReplay(Struct, frozen=True):
    """How one delivery is sent once more."""

    as_sent: Annotated[
        bool, Meta(description="With the template used at the time, else with the current one.")
    ] = False


class WhatToReplay(Struct, frozen=True):
    """Which failed deliveries are sent once more; all that is left out means all of them."""

    channel: Annotated[str, Meta(description="Only those of this channel, by its uid.")] = ""
    since: Annotated[str, Meta(description="Only those owed since: a date or a time.")] = ""
    as_sent: Annotated[bool, Meta(description="With the template used at the time.")] = False
    missed: Annotated[
        bool,
        Meta(
            description="Only what failed for a trouble of the channel's own: not what the platform"
            " refused for its content, nor what may have arrived."
        ),
    ] = False


class WhatToStop(Struct, frozen=True):
    """Which replays are stopped."""

    channel: Annotated[str, Meta(description="Only those of this channel, by its uid.")] = ""


class Replayed(Struct, frozen=True):
    """How many deliveries wait anew. They go under the limit like everything else."""

    replayed: int


class Stopped(Struct, frozen=True):
    """How many had not gone yet; they are failed again."""

    stopped: int


def _common(row: Logged, hint: Any) -> dict[str, Any]:
    message = None
    if row.message_uid:
        message = MessageName(uid=row.message_uid, reference=row.reference, visitor=row.visitor)
    return {
        "message": message,
        "channel": ChannelName(uid=row.channel_uid, type=row.kind, name=row.channel_name),
        "created_at": seconds(row.created_at),
        "done_at": seconds_or_none(row.done_at),
        "next_at": seconds_or_none(row.next_at),
        "last": attempt_of(row.last, hint) if row.last else None,
        "agent": ToldAgent.of(row),
        **{name: getattr(row, name) for name in _AS_THEY_ARE},
    }


_AS_THEY_ARE = (
    *(
        "uid",
        "test",
        "purpose",
        "step",
        "about",
        "state",
        "reason",
        "waits_for",
        "dispatch",
        "shared",
    ),
    "tries",
)
