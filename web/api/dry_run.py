"""What would become of a message that a program leaves, if it really left it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from app.deliveries.detail import Detail
from app.errors import Invalid
from app.fields.check import Answers
from app.messages import Visit
from app.messages.would_tell import Imagined, Listening, WouldTell, would_tell
from app.reading.dates import seconds, seconds_or_none
from app.tables import Organization
from web.api import bearer
from web.api.shapes import ChannelName, State, Waits, Warning
from web.http.operation import Parameter
from web.http.request import Incoming
from web.http.words import N_

As = Literal["", "program", "visitor"]
AS: dict[str, As] = {"": "", "false": "", "true": "program", "visitor": "visitor"}
SCOPES = ("config:read", "messages:read")
PARAMETER = Parameter(
    "dry_run",
    "`true`: answers what would become of this message, and stores and tells nothing. `visitor`: "
    "the same, as if a visitor had written it in the form, which is also judged for spam. Needs a "
    f"token that also has the scopes {' and '.join(f'`{scope}`' for scope in SCOPES)}.",
    {"type": "string", "enum": ["false", "true", "visitor"]},
)


class Notice(Struct, frozen=True, kw_only=True):
    """One notice that would be owed."""

    purpose: Annotated[str, Meta(description="As in the log of deliveries.")]
    step: Annotated[int, Meta(description="Which reminder of a chain it is; 0 for the others.")]
    state: Annotated[
        State,
        Meta(
            description="`sending`: it goes at once. `cancelled`: it is never sent, see `reason`."
        ),
    ]
    reason: str
    due_at: dt.datetime
    waits_for: Waits
    next_at: Annotated[dt.datetime | None, Meta(description="When it goes, if that is known.")]
    shared: Annotated[int, Meta(description="How many messages the same notice tells of.")]
    text: Annotated[str, Meta(description="How it reads; secrets hidden.")]

    @classmethod
    def of(cls, found: Detail) -> Notice:
        row: Any = found.delivery
        return cls(
            purpose=row.purpose,
            step=row.step,
            state=row.state,
            reason=row.reason,
            due_at=seconds(row.due_at),
            waits_for=row.waits_for,
            next_at=seconds_or_none(row.next_at),
            shared=row.shared,
            text=found.text,
        )


class ToldChannel(Struct, frozen=True, kw_only=True):
    """A channel, and what it would be told."""

    channel: ChannelName
    why_not: Annotated[
        Literal["", "off", "untested", "spam", "rule", "urgent", "repeat", "other"],
        Meta(description="Why it is not told of the new message; empty where it is."),
    ]
    template: Literal["own", "kind", "built_in"]
    notices: list[Notice]

    @classmethod
    def of(cls, found: Listening) -> ToldChannel:
        row = found.channel
        return cls(
            channel=ChannelName(uid=str(row.id), type=row.kind, name=row.name),
            why_not=found.why_not,
            template=found.template,
            notices=[Notice.of(each) for each in found.told],
        )


class ToldPerson(Struct, frozen=True, kw_only=True):
    """An agent whom the message would be given, and the mails to them alone."""

    uid: str
    name: str
    why_not: Annotated[
        Literal["", "no_way", "unwilling"],
        Meta(description="`no_way`: no e-mail channel is on. `unwilling`: they want no mails."),
    ]
    notices: list[Notice]


class MeantRule(Struct, frozen=True, kw_only=True):
    """A rule that means the message, and what it does to it."""

    name: str
    did: dict[str, Any]


class Caught(Struct, frozen=True, kw_only=True):
    """The entry of the block list that catches it."""

    uid: str
    kind: str
    text: Annotated[str, Meta(description="Of words: the one that was found.")]


class DryRun(Struct, frozen=True, kw_only=True):
    """What would become of the message. Nothing was stored."""

    status: Literal["pending", "repeat", "spam"]
    spam_reason: Annotated[str, Meta(description="Why it would be set aside as spam.")]
    block: Caught | None
    first: Annotated[
        str | None, Meta(description="The reference of the message that it would be a repeat of.")
    ]
    category: str
    priority: str
    assignee: Annotated[str | None, Meta(description="The agent it would be given, by uid.")]
    rules: list[MeantRule]
    channels: list[ToldChannel]
    people: list[ToldPerson]
    visitor: Annotated[list[Notice], Meta(description="The confirmation to the visitor.")]
    warnings: list[Warning]


def wanted(request: Incoming) -> As:
    """Whether nothing is to be stored, and as whom the message is left then. Raises Invalid, and
    Refused for a token that may not know it."""
    said = request.query_params.get("dry_run", "")
    if said not in AS:
        known = ", ".join(AS)
        raise Invalid.at("/dry_run", "not_a_choice", N_("Use one of {known}"), known=known[2:])
    if AS[said]:
        lacking = next((each for each in SCOPES if each not in _scopes(request)), None)
        if lacking:
            raise bearer.lacks(lacking)
    return AS[said]


def _scopes(request: Incoming) -> frozenset[str]:
    return bearer.of(request).scopes if request.auth is not None else frozenset()


async def of(
    org: Organization, answers: Answers, visit: Visit, *, by: As, warnings: list[Warning]
) -> DryRun:
    imagined = Imagined(answers=answers, visit=visit, by_program=by == "program")
    found = await would_tell(org, imagined)
    return DryRun(
        status=found.status,
        spam_reason=found.spam,
        block=_caught(found),
        first=found.first or None,
        category=found.category,
        priority=found.priority,
        assignee=found.assignee or None,
        rules=[MeantRule(name=name, did=dict(each.now)) for name, each in found.rules],
        channels=[ToldChannel.of(each) for each in found.channels],
        people=[
            ToldPerson(
                uid=each.uid,
                name=each.name,
                why_not=each.why_not,
                notices=[Notice.of(one) for one in each.told],
            )
            for each in found.people
        ],
        visitor=[Notice.of(each) for each in found.visitor],
        warnings=warnings,
    )


def _caught(found: WouldTell) -> Caught | None:
    block = found.block
    return Caught(uid=block.block, kind=block.kind, text=block.text) if block else None
