"""The bodies and answers of the API. The order of the keys is a promise; more may follow them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from app.fields.check import LIMITS
from app.fields.consents import Agreed
from app.messages.shape import Content, Location, Message, Status, Visitor, common
from app.reading.dates import seconds, seconds_or_none

State = Literal["pending", "sending", "sent", "failed", "cancelled"]
Waits = Annotated[
    Literal["time", "quiet", "retry", "pause", "mending", "place", "answer", ""],
    Meta(
        description="What it waits for: its time, the end of quiet hours, the next try, the end of "
        "a pause, somebody who mends the channel, a free place under the limit, the platform's "
        "answer."
    ),
]


def _text(description: str, limit: int | None = None) -> Any:
    """For the document only: the limits are checked by app.fields.check, all at once."""
    extra = {"maxLength": limit} if limit else {}
    return Meta(description=description, extra_json_schema=extra)


class NewVisitor(Struct, frozen=True):
    """Who writes. A phone number, an e-mail address or a WeChat id is needed."""

    name: Annotated[str, _text("Name.", LIMITS["name"])] = ""
    phone: Annotated[str, _text("Phone number.", LIMITS["phone"])] = ""
    email: Annotated[str, _text("E-mail address.", LIMITS["email"])] = ""
    wechat: Annotated[str, _text("WeChat id.", LIMITS["wechat"])] = ""


class NewContent(Struct, frozen=True):
    """What is said."""

    content: Annotated[str, _text("The message; required.", LIMITS["content"])] = ""
    category: Annotated[str, _text("A category of the form.", LIMITS["category"])] = ""


class NewMessage(Struct, frozen=True):
    """A message to leave. Address, browser and time are recorded by the server."""

    org: Annotated[
        str,
        _text(
            "The brand's address (`slug`), of which an organization has one at first; with a token,"
            " one of the token's organization's, else its first.",
            64,
        ),
    ] = "default"
    visitor: NewVisitor = NewVisitor()
    message: NewContent = NewContent()
    fields: Annotated[
        dict[str, Any], Meta(description="Answers to the form's own fields, by key.")
    ] = {}
    page_url: Annotated[str, _text("The page where it was written.", 2048)] = ""
    referrer: Annotated[str, _text("Where the visitor came from.", 2048)] = ""


class Warning(Struct, frozen=True):
    """What is probably a slip. The message is stored with it."""

    pointer: Annotated[str, Meta(description="Where in the body, as a JSON pointer.")]
    code: str
    detail: str


class Receipt(Struct, frozen=True, omit_defaults=True):
    """The message is on disk."""

    uid: str
    reference: Annotated[str, Meta(description="What the visitor may quote: LM-7K3F9Q.")]
    status: Annotated[
        str,
        Meta(description="`pending` or `repeat`; never how it was judged, or what became of it."),
    ]
    duplicate: Annotated[
        bool,
        Meta(
            description="The same was said before. With the status `repeat` the reference is the "
            "first one's."
        ),
    ]
    created_at: dt.datetime
    warnings: Annotated[
        list[Warning],
        Meta(description="What to ask the visitor about; left out when there is nothing."),
    ] = []


class Messages(Struct, frozen=True):
    """A page of the list, newest first."""

    items: list[Message]
    next_cursor: Annotated[str | None, Meta(description="Send it as `cursor` for the next page.")]


class Recipient(Struct, frozen=True, kw_only=True):
    """What became of a try for one recipient."""

    recipient: Annotated[
        str, Meta(description="An e-mail address; in WeCom `user:…`, `party:…` or `tag:…`.")
    ]
    state: Literal["accepted", "refused"]
    why: Annotated[str, Meta(description="`invalid`, `unlicensed`, or the mail server's words.")]


class Attempt(Struct, frozen=True, kw_only=True):
    """One try, and what came back."""

    number: int
    started_at: dt.datetime
    finished_at: dt.datetime | None
    outcome: Annotated[str, Meta(description="`ok`, or how it failed; empty while it runs.")]
    code: Annotated[str, Meta(description="The platform's own code, or ours.")]
    message: str
    hint: Annotated[str | None, Meta(description="What to do, in the caller's language.")]
    http_status: int | None
    duration_ms: int | None
    response: str
    recipients: Annotated[
        list[Recipient],
        Meta(description="Where the receiver says so, those that were refused first."),
    ]


class ChannelName(Struct, frozen=True, kw_only=True):
    """The channel of a delivery."""

    uid: str
    type: str
    name: str


class ToldAgent(Struct, frozen=True, kw_only=True):
    """The agent who is told alone, by mail."""

    uid: str
    name: str

    @classmethod
    def of(cls, row: Any) -> ToldAgent | None:
        return cls(uid=row.agent, name=row.agent_name) if row.agent else None


class Delivery(Struct, frozen=True, kw_only=True):
    """What one channel is owed of the message, and every try."""

    uid: str
    channel: ChannelName
    purpose: Annotated[
        str,
        Meta(
            description="`new`, `repeat`, `more` (added by the visitor), `reminder`, `fallback`,"
            " `alert`, `flood`, `confirm` (to the visitor), `assigned` or `mention` (to an agent)."
        ),
    ]
    step: Annotated[int, Meta(description="Which reminder of a chain it is; 0 for the others.")]
    state: Literal["pending", "sending", "sent", "failed", "cancelled"]
    due_at: dt.datetime
    created_at: dt.datetime
    done_at: dt.datetime | None
    reason: str
    dispatch: Annotated[str | None, Meta(description="What receivers see as `webhook-id`.")]
    shared: Annotated[int, Meta(description="How many messages the same send carried.")]
    attempts: list[Attempt]
    agent: Annotated[ToldAgent | None, Meta(description="Whom alone it is for.")]


class ConsentText(Struct, frozen=True, kw_only=True):
    """What a visitor agreed to, in the words that they read."""

    key: str
    version: Annotated[int | None, Meta(description="The number of the form that they saw.")]
    language: str
    hash: Annotated[str, Meta(description="Of the exact words and the link.")]
    agreed_at: dt.datetime
    text: Annotated[str, Meta(description="Empty where that form is not there any more.")]
    link: str


class MessageDetail(Struct, frozen=True, kw_only=True):
    """One left message with its deliveries and every attempt."""

    uid: str
    reference: str
    status: Status
    visitor: Visitor
    message: Content
    fields: dict[str, str]
    source: str
    page_url: str
    created_at: dt.datetime
    repeats: int
    deliveries: list[Delivery]
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
    repeat_of: str | None
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
    location: Location
    changed: Annotated[
        int, Meta(description="Grows with every change; send it back as `seen` to overwrite none.")
    ]
    outcome_reason: Annotated[str, Meta(description="The key of the reason why it was `none`.")]
    linked: Annotated[list[Message], Meta(description="The others that said the same.")]
    brand: Annotated[str, Meta(description="The uid of one of `GET …/brands`.")]
    files: Annotated[int, Meta(description="How many the visitor sent with it.")]
    consents: Annotated[list[ConsentText], Meta(description="What the visitor agreed to.")]

    @classmethod
    def of(cls, shown: Any, hint: Any, agreed: Sequence[Agreed]) -> MessageDetail:
        """`hint` says a message id in the caller's language."""
        return cls(
            deliveries=[_delivery(sent, hint) for sent in shown.deliveries],
            linked=[Message.of(row) for row in shown.repeats],
            consents=[_agreed(each) for each in agreed],
            **common(shown.message),
        )


class Handling(Struct, frozen=True):
    """How a message was handled."""

    outcome: Annotated[str, Meta(description="The key of one of `GET …/outcomes`.")] = "none"
    outcome_reason: Annotated[str, Meta(description="The key of a reason, if it is `none`.")] = ""
    note: str = ""


class ChannelUid(Struct, frozen=True, forbid_unknown_fields=True):
    """A saved channel."""

    uid: str


def _agreed(one: Agreed) -> ConsentText:
    found = msgspec.structs.asdict(one)
    return ConsentText(**{**found, "agreed_at": seconds(one.agreed_at)})


def _delivery(sent: Any, hint: Any) -> Delivery:
    return Delivery(
        uid=sent.uid,
        channel=ChannelName(uid=sent.channel_uid, type=sent.kind, name=sent.channel_name),
        purpose=sent.purpose,
        step=sent.step,
        state=sent.state,
        due_at=seconds(sent.due_at),
        created_at=seconds(sent.created_at),
        done_at=seconds_or_none(sent.done_at),
        reason=sent.reason,
        dispatch=sent.dispatch,
        shared=sent.shared,
        attempts=[attempt_of(each, hint) for each in sent.attempts],
        agent=ToldAgent.of(sent),
    )


def attempt_of(one: Any, hint: Any) -> Attempt:
    return Attempt(
        number=one.number,
        started_at=seconds(one.started_at),
        finished_at=seconds_or_none(one.finished_at),
        outcome=one.outcome,
        code=one.code,
        message=one.message,
        hint=hint(one.hint, one.facts),
        http_status=one.http_status,
        duration_ms=one.duration_ms,
        response=one.response,
        recipients=[
            Recipient(recipient=each.who, state=each.state, why=each.why) for each in one.recipients
        ],
    )
