"""What every kind of channel is: fields as an admin writes them, and a way to send a parcel."""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, ClassVar, Final, Literal

import msgspec

from app.channels.handles import Handles
from app.channels.secrecy import HIDDEN
from app.channels.written import Written
from app.egress.refused import UrlRefused
from app.egress.way import Egress
from app.errors import Invalid, Problem, SendError
from app.languages import DEFAULT, pick
from app.notices.notice import Notice

Remedy = Literal["", "fallback", "neutral"]

CONFIRM: Final = "confirm"
"""Kind of dispatch and purpose of what goes to the visitor, not to the team."""
REPLY: Final = "reply"
"""Kind of dispatch and purpose of what an agent answers a visitor by mail."""
TO_VISITOR: Final = (CONFIRM, REPLY)
REMINDER: Final = "reminder"
"""Kind of dispatch that says once more what nobody takes care of."""
ASSIGNED: Final = "assigned"
MENTION: Final = "mention"
"""Kinds of dispatch and purposes of what one agent is told alone: a message was given to them, a
note mentions them."""
REPORT: Final = "report"
TARGET: Final = "target"
"""Kinds of dispatch and purposes of what is announced to a channel: how the last days went, that a
target is missed too often."""
EVENT: Final = "event"
"""Kind of dispatch and purpose of what happened, for another program."""
ANNOUNCED: Final = (REPORT, TARGET)
OF_ONE: Final = ("single", "more", REMINDER, ASSIGNED, MENTION, "test")
"""The kinds of parcel that are about one message and link to it."""
LISTED = 20
"""A digest lists this many messages and counts the rest: nobody reads more lines in a chat."""


class Confirmation(msgspec.Struct, frozen=True, kw_only=True):
    """What the visitor is told, without a visitor's words: anybody can enter any address into the
    form, and would write to it through us."""

    to: str
    reference: str
    shop: str
    link: str
    reply_by: str = ""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent answers a visitor, in their language and without their words: anybody can enter
    any address into the form, and would write to it through us."""

    to: str
    reference: str
    shop: str
    text: str
    opening: str
    signature: str
    link: str
    message_id: str
    references: tuple[str, ...]
    """The root of the thread first, the mail before this one last."""
    answer_to: str = ""
    """Where answers go; empty: to the sender."""


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What one agent is told about their own account, in their language; the `link` stands after
    the first paragraph."""

    subject: str
    paragraphs: tuple[str, ...]
    link: str = ""
    label: str = ""


class Line(msgspec.Struct, frozen=True):
    """One line of an announcement, and the list that it counts."""

    text: str
    link: str = ""


class Announcement(msgspec.Struct, frozen=True):
    """Our own words, with nothing of a visitor in them."""

    title: str
    lines: tuple[Line, ...] = ()


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """What one dispatch carries."""

    id: str
    attempt: int = 1
    earlier: tuple[str, ...] | None = None
    """The codes that the tries before this one ended with, in order; None where nobody knows."""
    kind: Literal[
        "single",
        "more",
        "reminder",
        "digest",
        "repeat",
        "alert",
        "flood",
        "confirm",
        "reply",
        "assigned",
        "mention",
        "report",
        "target",
        "test",
        "ping",
        "event",
    ] = "single"
    notices: tuple[Notice, ...] = ()
    total: int = 1
    """How many messages the dispatch covers; a digest may cover more than it lists."""
    text: str = ""
    """What an alert says."""
    maybe_repeat: bool = False
    """An earlier try of this id may have arrived: the text says so."""
    neutral: bool = False
    """The platform refused the content: nothing a visitor wrote is sent."""
    fallback: bool = False
    """The platform refused the format: the plainest one is sent."""
    locale: str = DEFAULT
    timezone: str = "Asia/Shanghai"
    template: str = ""
    """Empty: the kind's own."""
    inbox_link: str = ""
    accepted: frozenset[str] = frozenset()
    """E-mail recipients that have it from an earlier try."""
    refused: frozenset[str] = frozenset()
    """E-mail recipients that refused it for good in an earlier try."""
    to: str | None = None
    """An agent's own address, instead of where the channel leads: nobody else gets it. Empty when
    they have none."""
    choice_link: str = ""
    """Where that agent says what they are mailed."""
    announcement: Announcement | None = None
    """In a "report" or "target" parcel."""
    called: tuple[Handles, ...] = ()
    on_duty: tuple[str, ...] = ()
    """The uids of those who are called, in the same order."""
    """People whom a robot mentions, besides those that its settings name."""
    confirmation: Confirmation | None = None
    """In a "confirm" parcel, which carries nothing else."""
    reply: Reply | None = None
    """In a "reply" parcel, which carries nothing else."""
    event: Mapping[str, Any] | None = None
    """In an "event" parcel, which carries nothing else: its id, type, timestamp and data."""
    letter: Letter | None = None
    """In an "alert" to one agent alone, which carries nothing else."""

    def in_a_row(self, code: str) -> int:
        """How many tries up to this one ended with this code, if this one does."""
        if self.earlier is None:
            return self.attempt
        others = (n for n, before in enumerate(reversed(self.earlier)) if before != code)
        return next(others, len(self.earlier)) + 1


class Acceptance(msgspec.Struct, frozen=True, kw_only=True):
    """The platform itself said that it took the parcel."""

    code: str = "0"
    message: str = "ok"
    http_status: int | None = None
    response: str = ""
    accepted: tuple[str, ...] = ()
    refused: dict[str, str] = {}
    """Recipients that do not get it, with the reason."""
    receipt: str = ""
    """What the platform calls it, where it is to be taken back one day."""
    warning: str = ""
    """English message id; something worked differently from what was configured."""
    facts: dict[str, str] = {}
    certificate_until: dt.datetime | None = None
    """When the certificate of the other side ends, where it was seen."""


class Guide(msgspec.Struct, frozen=True, kw_only=True):
    """Help beside a channel's form. Sentences are English message ids."""

    steps: tuple[str, ...]
    """How to get what the form asks for."""
    placeholders: dict[str, str] = {}
    """By the path of the field."""
    listed: dict[str, str] = {}
    """Values that fit many, by value with their names."""
    listed_as: str = ""


class Sender(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    """One configured destination. Its fields are the JSON that an admin writes."""

    kind: ClassVar[str]
    """The name of the kind's folder."""
    label: ClassVar[str]
    purpose: ClassVar[str]
    """What it is, in one line below its label."""
    accepted: ClassVar[str] = "The platform accepted it. Do you see it in the group?"
    """Above a test that went well: what the admin looks at now."""
    steps: ClassVar[tuple[str, ...]]
    """How an admin gets what the form asks for."""
    example: ClassVar[str] = ""
    """What its address looks like, with … for the key."""
    writes: ClassVar[Literal["markup", "text", "json"]] = "markup"
    """What its template produces. A JSON template is the whole body, and a field of the kind."""
    limit_per_minute: ClassVar[int | None]
    """What the platform allows, less a margin; None when it sets no limit."""
    deadline: ClassVar[float]
    """Seconds for one send as a whole."""
    spacing: ClassVar[float] = 0.0
    """Seconds between the starts of two sends, where the platform also counts by the second."""
    digests: ClassVar[bool] = True
    idempotent: ClassVar[bool] = False
    """The receiver can recognise a parcel's id, so a repeat does no harm."""
    worded: ClassVar[bool] = True
    """People read a text that a template makes. Else the platform has the text, and gets values."""
    hears: ClassVar[Literal["notices", "events"]] = "notices"
    """Whether it is told of messages, or is an endpoint that events are sent to."""
    costly: ClassVar[bool] = False
    """Each send costs money: the form of a new one suggests high priority only."""
    shaping: ClassVar[tuple[str, ...]] = ()
    """The fields that change what people read."""
    secret_fields: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Paths of the fields that never leave the product; "*" stands for every key."""

    @classmethod
    def specimen(cls) -> dict[str, Any]:
        """The required fields of a channel that is never sent to, for a preview."""
        return {"webhook_url": cls.example.replace("…", "preview")}

    @classmethod
    def guide(cls, form: Mapping[str, str]) -> Guide:
        return Guide(steps=cls.steps)

    @classmethod
    def begun(cls, form: Mapping[str, str]) -> dict[str, str]:
        """Further values for a new form with these values, for people to check."""
        return {}

    @classmethod
    def completed(cls, form: Mapping[str, str]) -> Mapping[str, str]:
        """The form with empty fields filled in where the others imply a value."""
        return form

    @classmethod
    def recognised(cls, pasted: str) -> dict[str, Any] | None:
        """The fields that a text without an address fills; None unless it can only be this
        kind's."""
        return None

    @classmethod
    def suffices(cls, found: Mapping[str, Any]) -> bool:
        """Whether fields that were recognised are all that a channel needs."""
        needed = msgspec.structs.fields(cls)
        return all(field.encode_name in found for field in needed if field.required)

    @classmethod
    def tail(cls, shown: Mapping[str, Any]) -> str:
        """The end of the key, to tell channels apart. `shown` is masked."""
        key = str(shown.get("webhook_url") or "").rpartition(HIDDEN)
        return f"…{key[2]}" if key[1] and key[2] else ""

    @classmethod
    def own_text(cls, locale: str) -> str:
        """The kind's template in the language."""
        return _read(cls.__module__, f"{pick(locale)}.md")

    @classmethod
    def logo(cls) -> str:
        """An SVG to stand in a page."""
        return _read(cls.__module__, "logo.svg")

    def takes_digests(self) -> bool:
        """Whether several messages may travel in one send."""
        return self.digests

    def check(self, egress: Egress) -> None:
        """Raises Invalid for what can never work: every fault, with a pointer into the channel."""
        problems = list(self.faults(egress))
        if problems:
            raise Invalid(problems)

    @abstractmethod
    def faults(self, egress: Egress) -> Iterator[Problem]: ...

    def check_shape(self, template: str) -> None:
        """Raises Invalid, without a pointer, for a checked template that this channel cannot
        send."""

    @abstractmethod
    def target(self) -> str:
        """Identifies the destination: two channels with one target are the same. Secret."""
        ...

    def address(self) -> str:
        """The address that it sends to; empty for mail. Secret."""
        return str(getattr(self, "webhook_url", ""))

    def place(self) -> str:
        """Identifies the destination in any spelling, to find duplicates. Secret."""
        return self.target()

    @abstractmethod
    def credential(self) -> str:
        """Identifies the platform's limit that a send uses up. Secret."""
        ...

    def mailboxes(self) -> list[str]:
        """The team's own, as far as the fields name them."""
        return []

    @abstractmethod
    def secrets(self) -> Sequence[str]:
        """What must never be seen in a log, an error or an answer."""
        ...

    @abstractmethod
    def default_template(self, locale: str) -> str: ...

    @abstractmethod
    def preview(self, parcel: Parcel) -> str:
        """What people would read."""
        ...

    def markdown(self, parcel: Parcel) -> tuple[str, str] | None:
        """Title and body as the platform draws them, where it is sent Markdown."""
        return None

    def size(self, parcel: Parcel) -> tuple[int, int | None]:
        """Bytes that count towards the platform's limit, and that limit; None: no limit."""
        return len(self.preview(parcel).encode()), None

    def mentions(self, who: Handles) -> bool:
        """Whether its notices mention somebody who is called so."""
        return False

    def written(self, parcel: Parcel) -> Written | None:
        """The request that sends it; None where it takes more than one, or another protocol."""
        return None

    @abstractmethod
    async def send(self, parcel: Parcel, egress: Egress) -> Acceptance:
        """Returns when the platform accepted it, else raises `SendError`."""
        ...

    def takes_back(self) -> bool:
        """Whether notices are to be taken back when their message is done with."""
        return False

    async def take_back(self, receipt: str, egress: Egress) -> Acceptance:
        """Takes back what was sent under this receipt. Raises `SendError` as `send` does, and where
        the platform has no such way."""
        raise SendError("gone", "not_possible", left=False)

    def probes(self) -> bool:
        """Whether `probe` does something."""
        return False

    def signs_in(self) -> bool:
        """Whether `probe` shows that the platform lets us in, not only that it is there."""
        return False

    async def probe(self, egress: Egress) -> Acceptance | None:
        """Goes as far as it can without disturbing anybody, and raises `SendError` as `send` does.
        None where the platform has no such way, or nobody wants it."""
        return None


def url_faults(
    egress: Egress, url: str, pointer: str, hosts: Sequence[str] | None = None
) -> Iterator[Problem]:
    """What is wrong with an address before anything is sent there."""
    try:
        egress.check_url(url, hosts=hosts)
    except UrlRefused as error:
        yield Problem(pointer, error.code, error.detail, error.facts)


def remedy(error: SendError) -> Remedy:
    """The softer form of the parcel that may pass after this refusal."""
    found: Remedy = error.facts.get("remedy", "")
    return found


def plain_text(locale: str) -> str:
    """The template of formats that know no markup."""
    return _read("app.channels", f"{pick(locale)}.md")


@cache
def _read(package: str, name: str) -> str:
    return (resources.files(package) / name).read_text("utf-8").rstrip("\n")
