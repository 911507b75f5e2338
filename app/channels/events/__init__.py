"""An endpoint of another program: it is sent what happens, one event a request, signed as
https://www.standardwebhooks.com describes."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

import msgspec
from msgspec import Meta

from app.channels import addresses, fields, receivers, signatures
from app.channels.custom.answers import acceptance
from app.channels.custom.headers import header_faults
from app.channels.events.types import EventType, said
from app.channels.sender import Acceptance, Parcel, Sender, url_faults
from app.channels.wire import ask
from app.channels.written import JSON_TYPE, Written
from app.egress.way import Egress
from app.errors import Problem, SendError

TEST = "endpoint.test"
"""The type of what a test sends."""
Word = Annotated[str, Meta(min_length=1, max_length=64)]
WORDS_MAX = 50


class EventEndpoint(Sender, tag="events"):
    kind: ClassVar[str] = "events"
    label: ClassVar[str] = "Event endpoint"
    hears: ClassVar[Literal["notices", "events"]] = "events"
    limit_per_minute: ClassVar[int | None] = None
    deadline: ClassVar[float] = 15.0
    digests: ClassVar[bool] = False
    idempotent: ClassVar[bool] = True
    worded: ClassVar[bool] = False
    secret_fields: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("webhook_url",),
        ("headers", "*"),
        ("signing_secret",),
        ("previous_signing_secret",),
    )
    purpose: ClassVar[str] = "What happens to messages and channels, to a program of yours"
    accepted: ClassVar[str] = "The receiver answered that it went well. Did it arrive?"
    steps: ClassVar[tuple[str, ...]] = (
        "Your program takes a POST with JSON and answers 200 to 299 within the waiting time; do "
        "slow work afterwards.",
        "It checks the signature with the secret, and drops a webhook-id that it has seen before.",
        "Without a public address, read the same events by the API instead: GET …/events.",
    )
    example: ClassVar[str] = "https://example.com/hooks/leavemsg"
    writes: ClassVar[Literal["markup", "text", "json"]] = "json"

    webhook_url: fields.Url
    types: Annotated[
        list[EventType],
        fields.asked("Which events it gets", "None chosen: all of them.", choices=said()),
    ] = []
    signing_secret: Annotated[
        str,
        fields.SECRET,
        fields.asked(
            "Signing secret",
            "whsec_…, or a private key whsk_…, with which every event is signed. Copy it "
            "before you save: it is not shown again.",
            secret=True,
        ),
    ] = ""
    personal: Annotated[
        bool,
        fields.asked(
            "With personal data",
            "Contacts, and what was written, go along. Otherwise events have only ids, the "
            "reference, status, category and times.",
        ),
    ] = False
    statuses: Annotated[
        list[Literal["pending", "handled", "spam", "repeat"]],
        fields.asked(
            "Only of messages with this status",
            further=True,
            choices={
                "pending": "Waiting",
                "handled": "Handled",
                "spam": "Spam",
                "repeat": "Repeat",
            },
        ),
    ] = []
    priorities: Annotated[
        list[Literal["high", "normal", "low"]],
        fields.asked(
            "Only of messages with this priority",
            further=True,
            choices={
                "high": "High priority",
                "normal": "Normal priority",
                "low": "Low priority",
            },
        ),
    ] = []
    categories: Annotated[
        list[Word],
        Meta(max_length=WORDS_MAX),
        fields.asked("Only of messages of these categories", fields.ONE_PER_LINE, further=True),
    ] = []
    brands: Annotated[
        list[Word],
        Meta(max_length=WORDS_MAX),
        fields.asked(
            "Only of messages from these forms",
            "Addresses of brands, one per line.",
            further=True,
        ),
    ] = []
    headers: Annotated[
        dict[str, str],
        fields.asked(
            "Headers", "For example Authorization. Values are stored encrypted.", further=True
        ),
    ] = {}
    previous_signing_secret: receivers.PreviousSecret = ""
    timeout: receivers.Timeout = 15

    def __post_init__(self) -> None:
        self.webhook_url = addresses.bare(self.webhook_url)
        if not self.signing_secret:
            self.signing_secret = signatures.new_secret()

    @classmethod
    def begun(cls, form: Mapping[str, str]) -> dict[str, str]:
        return {"signing_secret": signatures.new_secret()}

    @classmethod
    def tail(cls, shown: Mapping[str, Any]) -> str:
        return receivers.tail(shown)

    @classmethod
    def own_text(cls, locale: str) -> str:
        """Events have no template."""
        return ""

    def faults(self, egress: Egress) -> Iterator[Problem]:
        yield from url_faults(egress, self.webhook_url, "/webhook_url")
        yield from header_faults(self.headers)
        for name in ("signing_secret", "previous_signing_secret"):
            yield from signatures.faults(name, getattr(self, name), pairs=True)

    def target(self) -> str:
        # Two programs behind one address may want different events.
        return f"{self.kind} {self.webhook_url} {' '.join(sorted(self.types))}"

    def place(self) -> str:
        return f"{self.kind} {addresses.usual(self.webhook_url)} {' '.join(sorted(self.types))}"

    def credential(self) -> str:
        return f"{self.kind} {self.webhook_url}"

    def secrets(self) -> list[str]:
        return receivers.secrets(self.webhook_url, self.headers, self._keys())

    def default_template(self, locale: str) -> str:
        return ""

    def preview(self, parcel: Parcel) -> str:
        return msgspec.json.format(self.written(parcel).content, indent=2).decode()

    def _event(self, parcel: Parcel) -> Mapping[str, Any]:
        if parcel.event is not None:
            return parcel.event
        if parcel.kind == "event":
            raise SendError("permanent_content", "nothing_to_send", left=False)
        now = dt.datetime.now(dt.UTC).replace(microsecond=0)
        return {"id": parcel.id, "type": TEST, "timestamp": now, "data": {"test": True}}

    def written(self, parcel: Parcel) -> Written:
        event, now = self._event(parcel), int(time.time())
        uid, content = event["id"], msgspec.json.encode(event)
        ours = {
            "webhook-id": uid,
            "webhook-timestamp": str(now),
            "webhook-signature": signatures.signed(self._keys(), uid, now, content),
            "Idempotency-Key": uid,
            "leavemsg-attempt": str(parcel.attempt),
        }
        usual = {"Accept": "*/*", "Content-Type": JSON_TYPE}
        headers = receivers.headers(usual, self.headers, ours)
        return Written("POST", self.webhook_url, headers, content=content)

    def _keys(self) -> list[str]:
        return [key for key in (self.signing_secret, self.previous_signing_secret) if key]

    async def send(self, parcel: Parcel, egress: Egress) -> Acceptance:
        written = self.written(parcel)
        answer = await ask(egress, written, deadline=float(self.timeout))
        try:
            return acceptance(answer, self.webhook_url, None, parcel, self.secrets())
        except SendError as error:
            error.facts["remedy"] = ""
            if error.outcome in {"permanent_content", "permanent_config"}:
                # Nothing about an event can be put right here, and the program may be mended.
                error.outcome = "retry"
            raise
