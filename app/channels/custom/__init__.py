"""Any address that takes JSON, a form or a query over HTTP. Signed as
https://www.standardwebhooks.com describes."""

from __future__ import annotations

import base64
import datetime as dt
import json
import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import unquote

import msgspec

from app.channels import addresses, fields, receivers, signatures
from app.channels.custom.answers import Success, acceptance, success_faults
from app.channels.custom.headers import header_faults
from app.channels.sender import LISTED, Acceptance, Announcement, Parcel, Sender, url_faults
from app.channels.wire import ask
from app.channels.wording import link_of, repeated_by
from app.channels.written import (
    ADDRESS_CHARACTERS,
    FORM_TYPE,
    JSON_TYPE,
    Pairs,
    Written,
    as_form,
    as_query,
    fitting,
    pairs,
)
from app.egress.way import Egress
from app.errors import Invalid, Problem, SendError
from app.notices import templates

BODY_BYTES = 262_144
FORM_MEDIA = "application/x-www-form-urlencoded"
NO_ROOM = "A GET has room for one message only. Leave this off, or choose POST."
HEADER_ENCODING = "What is sent is a form, and this header says something else. Leave it out."
FORM_NEEDS_OBJECT = "Form fields have names: write an object in curly braces."
TOO_LONG = "The notice does not fit into an address. Choose POST."
PING = "leave_message_ping"
STARTER = """{
  "type": "leave_message",
  "timestamp": "{{message.timestamp}}",
  "visitor": {
    "name": "{{visitor.name}}",
    "phone": "{{visitor.phone}}",
    "email": "{{visitor.email}}",
    "ip": "{{visitor.ip}}"
  },
  "message": {
    "content": "{{message.content}}",
    "category": "{{message.category}}"
  },
  "source": "{{message.source}}"
}"""
"""The unified format written as a template, to start a custom one from."""


class Custom(Sender, tag="custom"):
    kind: ClassVar[str] = "custom"
    label: ClassVar[str] = "Custom webhook"
    limit_per_minute: ClassVar[int | None] = None
    deadline: ClassVar[float] = 15.0
    # A program reads it, and the unified format has one message.
    digests: ClassVar[bool] = False
    idempotent: ClassVar[bool] = True
    secret_fields: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("webhook_url",),
        ("headers", "*"),
        ("signing_secret",),
        ("previous_signing_secret",),
    )

    purpose: ClassVar[str] = "JSON or a form to a program of yours"
    shaping: ClassVar[tuple[str, ...]] = ("method", "encoding")
    accepted: ClassVar[str] = "The receiver answered that it went well. Did it arrive?"
    steps: ClassVar[tuple[str, ...]] = (
        "Your program takes the request and answers 200 to 299: a POST with JSON, if you choose "
        "nothing else.",
        "Answer within the waiting time; do slow work afterwards.",
        "A repeat carries the same webhook-id header: drop what you have seen.",
    )
    example: ClassVar[str] = "https://example.com/hooks/leavemsg"
    writes: ClassVar[Literal["markup", "text", "json"]] = "json"

    webhook_url: fields.Url
    method: Annotated[
        Literal["POST", "PUT", "PATCH", "GET"],
        fields.asked(
            "Method",
            "With GET all of it stands in the address, which servers write into their logs.",
        ),
    ] = "POST"
    encoding: Annotated[
        Literal["json", "form"],
        fields.asked(
            "Sent as",
            "A GET has it in the address either way.",
            choices={"json": "JSON", "form": "Form fields"},
        ),
    ] = "json"
    headers: Annotated[
        dict[str, str],
        fields.asked("Headers", "For example Authorization. Values are stored encrypted."),
    ] = {}
    signing_secret: Annotated[
        str,
        fields.SECRET,
        fields.asked(
            "Signing secret",
            "whsec_…: every notice is then signed, so that you can check it is ours.",
            secret=True,
        ),
    ] = ""
    body_template: Annotated[
        str,
        fields.asked(
            "Body",
            "JSON with variables inside its strings. Empty: the standard format. As a form, its "
            "keys are the fields' names.",
            further=True,
            code=True,
        ),
    ] = ""
    success: Success | None = None
    previous_signing_secret: receivers.PreviousSecret = ""
    timeout: receivers.Timeout = 15
    digest: Annotated[bool, fields.asked("Combine messages when many wait", further=True)] = False
    ping: Annotated[
        bool,
        fields.asked(
            "Check it regularly",
            "After a week without a notice a small request of the type leave_message_ping asks "
            "once a day whether all is well. Your program answers it like a notice.",
            further=True,
        ),
    ] = False

    def __post_init__(self) -> None:
        self.webhook_url = addresses.bare(self.webhook_url)
        self._move_login_to_headers()

    @classmethod
    def tail(cls, shown: Mapping[str, Any]) -> str:
        return receivers.tail(shown)

    @classmethod
    def own_text(cls, locale: str) -> str:
        """Without a template the body is the unified format."""
        return ""

    def takes_digests(self) -> bool:
        return self.digest and self.method != "GET"

    def faults(self, egress: Egress) -> Iterator[Problem]:
        yield from url_faults(egress, self.webhook_url, "/webhook_url")
        if self.success:
            yield from success_faults(self.success)
        yield from header_faults(self.headers)
        yield from self._encoding_faults()
        for name in ("signing_secret", "previous_signing_secret"):
            yield from signatures.faults(name, getattr(self, name))
        try:
            if self.body_template:
                templates.check_json(self.body_template)
                self.check_shape(self.body_template)
        except Invalid as error:
            for found in error.problems:
                yield Problem("/body_template", found.code, found.detail, found.facts)

    def check_shape(self, template: str) -> None:
        if not self._is_flat() or isinstance(json.loads(templates.render_json(template, {})), dict):
            return
        raise Invalid.at("", "form_needs_object", FORM_NEEDS_OBJECT)

    def _is_flat(self) -> bool:
        """Whether fields are sent and not JSON."""
        return self.encoding == "form" or self.method == "GET"

    def _encoding_faults(self) -> Iterator[Problem]:
        if self.digest and self.method == "GET":
            yield Problem("/digest", "no_room", NO_ROOM)
        if self.encoding == "json" or self.method == "GET":
            return
        for name, value in self.headers.items():
            if name.lower() == "content-type" and not value.lower().startswith(FORM_MEDIA):
                pointer = "/headers/" + name
                yield Problem(pointer, "header_encoding", HEADER_ENCODING)

    def target(self) -> str:
        return f"{self.kind} {self.method} {self.webhook_url}"

    def place(self) -> str:
        return addresses.usual(self.webhook_url)

    def credential(self) -> str:
        return f"{self.kind} {self.webhook_url}"

    def secrets(self) -> list[str]:
        return receivers.secrets(self.webhook_url, self.headers, self._keys())

    def default_template(self, locale: str) -> str:
        return self.body_template or STARTER

    def preview(self, parcel: Parcel) -> str:
        said, fields = self._said(parcel)
        if fields is None:
            return json.dumps(json.loads(said), ensure_ascii=False, indent=2)
        return "\n".join(f"{name} = {value}" for name, value in fields)

    def size(self, parcel: Parcel) -> tuple[int, int | None]:
        written = self.written(parcel)
        if self.method == "GET":
            return len(written.address), ADDRESS_CHARACTERS
        return len(written.content), BODY_BYTES

    def written(self, parcel: Parcel) -> Written:
        said, fields = self._said(parcel)
        if self.method == "GET":
            query = as_query(fields or [])
            written = Written(self.method, self.webhook_url, {}, query=query)
        else:
            content = said if fields is None else as_form(fields)
            written = Written(self.method, self.webhook_url, {}, content=content)
        headers = self._headers(parcel, written.signed_part, int(time.time()))
        return msgspec.structs.replace(written, headers=headers)

    def _said(self, parcel: Parcel) -> tuple[bytes, Pairs | None]:
        """The parcel as JSON, and the fields that are sent in its place. A template that does not
        fit into an address gives way to the standard format."""
        said = self.body(parcel)
        if not self._is_flat():
            return said, None
        found = self._fields(said)
        if found is None and not parcel.fallback:
            return self._said(msgspec.structs.replace(parcel, fallback=True))
        if found is None:
            raise SendError("permanent_content", "too_long", hint=TOO_LONG, left=False)
        return said, found

    def _fields(self, said: bytes) -> Pairs | None:
        tree = json.loads(said)
        if not isinstance(tree, dict):
            return None
        found = pairs(tree)
        if self.method != "GET":
            return found
        return fitting(found, ADDRESS_CHARACTERS - len(self.webhook_url) - 1)

    def body(self, parcel: Parcel) -> bytes:
        """As JSON, in whatever form it is sent."""
        if parcel.kind == "ping":
            now = dt.datetime.now(dt.UTC).replace(microsecond=0)
            return msgspec.json.encode({"type": PING, "timestamp": now})
        if parcel.kind == "alert":
            said = {"type": "leave_message_alert", "text": parcel.text, "link": link_of(parcel)}
            return msgspec.json.encode(said)
        if parcel.announcement is not None:
            return msgspec.json.encode(_announced(parcel, parcel.announcement))
        if parcel.kind in ("digest", "repeat", "flood"):
            return msgspec.json.encode(_several(parcel))
        if not parcel.notices:
            raise SendError("permanent_content", "nothing_to_send", left=False)
        unified = parcel.notices[0].clean().unified()
        return self._templated(parcel) or msgspec.json.encode(unified)

    def probes(self) -> bool:
        return self.ping

    async def probe(self, egress: Egress) -> Acceptance | None:
        """Asks as a notice is sent, signed like one, and of a type of its own."""
        if not self.ping:
            return None
        return await self.send(Parcel(id=str(uuid.uuid4()), kind="ping", fallback=True), egress)

    async def send(self, parcel: Parcel, egress: Egress) -> Acceptance:
        written = self.written(parcel)
        answer = await ask(egress, written, deadline=float(self.timeout))
        try:
            return acceptance(answer, self.webhook_url, self.success, parcel, self.secrets())
        except SendError as error:
            if parcel.fallback or not self._template(parcel):
                # No softer form is left to try.
                error.facts["remedy"] = ""
            raise

    def _template(self, parcel: Parcel) -> str:
        return parcel.template.strip() or self.body_template

    def _templated(self, parcel: Parcel) -> bytes | None:
        template = self._template(parcel)
        if not template or parcel.fallback:
            return None
        usual = templates.values(parcel.notices[0], locale=parcel.locale, timezone=parcel.timezone)
        values = templates.with_wechat(template, usual, parcel.locale)
        try:
            body = templates.render_json(template, values)
        except (ValueError, RecursionError):
            return None  # A message is worth more than its form.
        return body if len(body) <= BODY_BYTES else None

    def _headers(self, parcel: Parcel, content: bytes, now: int) -> dict[str, str]:
        ours = {
            "webhook-id": parcel.id,
            "webhook-timestamp": str(now),
            "Idempotency-Key": parcel.id,
            "leavemsg-attempt": str(parcel.attempt),
            "leavemsg-kind": parcel.kind,
        }
        if signature := signatures.signed(self._keys(), parcel.id, now, content):
            ours["webhook-signature"] = signature
        media = FORM_TYPE if self.encoding == "form" else JSON_TYPE
        usual = {"Accept": "*/*"} | ({} if self.method == "GET" else {"Content-Type": media})
        return receivers.headers(usual, self.headers, ours)

    def _keys(self) -> list[str]:
        return [key for key in (self.signing_secret, self.previous_signing_secret) if key]

    def _move_login_to_headers(self) -> None:
        """`https://user:password@host/` is a login; as a header it is masked like other secrets."""
        parts = addresses.split(self.webhook_url)
        if parts is None or "@" not in parts.netloc or "\\" in parts.netloc:
            return
        login, _, host = parts.netloc.rpartition("@")
        if not any(name.lower() == "authorization" for name in self.headers):
            coded = base64.b64encode(unquote(login).encode()).decode()
            self.headers = {**self.headers, "Authorization": f"Basic {coded}"}
        self.webhook_url = parts._replace(netloc=host).geturl()


def _announced(parcel: Parcel, said: Announcement) -> dict[str, Any]:
    return {
        "type": f"leave_message_{parcel.kind}",
        "title": said.title,
        "lines": [msgspec.to_builtins(line) for line in said.lines],
        "link": link_of(parcel),
    }


def _several(parcel: Parcel) -> dict[str, Any]:
    total = repeated_by(parcel) if parcel.kind == "repeat" else parcel.total
    return {
        "type": f"leave_message_{parcel.kind}",
        "total": total,
        "messages": [notice.clean().unified() for notice in parcel.notices[:LISTED]],
        "link": link_of(parcel),
    }
