"""What the mail servers received, and what can be read off it."""

from __future__ import annotations

import base64
import email
import email.policy
from dataclasses import dataclass, field
from email.message import EmailMessage, Message
from functools import cached_property
from typing import Any

ALLOWED_HEADERS = frozenset(
    {
        "from",
        "to",
        "reply-to",
        "subject",
        "date",
        "message-id",
        "in-reply-to",
        "references",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
        "auto-submitted",
        "x-auto-response-suppress",
        "list-id",
        "list-unsubscribe",
        "list-unsubscribe-post",
    }
)


@dataclass
class AuthTry:
    mechanism: str
    encrypted: bool
    login: str = ""
    answer: str = ""


@dataclass
class Visit:
    """One connection of a client."""

    listener: str
    peer: str = ""
    ehlo: str = ""
    encrypted: bool = False
    auths: list[AuthTry] = field(default_factory=list)
    recipients: list[tuple[str, str]] = field(default_factory=list)
    """Every RCPT with its answer, over all letters of the connection."""

    @property
    def login(self) -> str | None:
        """Who is signed in."""
        return next((one.login for one in self.auths if one.answer.startswith("235")), None)

    @property
    def plaintext_auth(self) -> bool:
        """A password, or the wish to send one, went over the wire for everybody to read."""
        return any(not one.encrypted for one in self.auths)


@dataclass
class Letter:
    """A message that reached the end of DATA, taken or not."""

    listener: str
    sender: str
    recipients: list[str]
    raw: bytes
    tls: bool
    ehlo: str
    auth: str | None
    """The mechanism that signed in, if any."""
    auth_count: int
    """How many AUTH commands the connection had sent by then."""
    login: str | None
    plaintext_auth: bool
    options: list[str]
    at: float
    wall: float
    answer: str = ""
    ok: bool = True
    allowed_headers: frozenset[str] = ALLOWED_HEADERS

    @cached_property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    @cached_property
    def headers(self) -> list[tuple[str, str]]:
        """The lines as they stand in the message, undecoded."""
        return [(name, str(value)) for name, value in self._plain.items()]

    @cached_property
    def _plain(self) -> Message:
        return email.message_from_bytes(self.raw, policy=email.policy.compat32)

    @property
    def subject(self) -> str:
        return str(self.message["subject"] or "")

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    def _body(self, kind: str) -> str:
        body = self.message.get_body(preferencelist=(kind,))
        return str(body.get_content()) if body is not None else ""

    @property
    def injected_headers(self) -> list[str]:
        """Headers that nobody of ours writes, second ones of a kind, and lines that are none."""
        names = [name.lower() for name, _ in self.headers]
        strange = [name for name in names if name not in self.allowed_headers]
        twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
        broken = [type(defect).__name__ for defect in self._plain.defects]
        return [*strange, *twice, *broken]

    @property
    def leaked_bcc(self) -> list[str]:
        return [value for name, value in self.headers if name.lower() in ("bcc", "resent-bcc")]

    @property
    def bare_newlines(self) -> bool:
        """A lone CR or LF: some servers end the message there and read the rest as commands."""
        rest = self.raw.replace(b"\r\n", b"")
        return b"\r" in rest or b"\n" in rest

    def as_json(self) -> dict[str, Any]:
        hidden = ("message", "headers", "_plain", "allowed_headers")
        plain = {name: value for name, value in vars(self).items() if name not in hidden}
        plain["raw"] = base64.b64encode(self.raw).decode()
        for name in ("subject", "text", "html", "injected_headers", "leaked_bcc"):
            plain[name] = getattr(self, name)
        return plain
