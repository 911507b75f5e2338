"""What was received: one Call for every request, whatever became of it."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .oracles import Findings, findings
from .wire import parse_json


@dataclass
class Call:
    """`vendor` is wecom, dingtalk, feishu, hook, or "" for an address that nobody serves."""

    number: int
    vendor: str
    token: str
    at: float
    """Seconds of the fakes' monotonic clock: the real one, plus what a test let pass."""
    wall: float
    """Seconds since the epoch, by the fakes' clock."""
    method: str
    path: str
    query: list[tuple[str, str]]
    headers: list[tuple[str, str]]
    raw: bytes
    connection: int
    status: int | None
    """None when no answer was given."""
    answer: bytes
    ok: bool
    """Accepted. An accepted call whose answer was lost is still accepted."""
    code: int | None = None
    duplicate: bool = False
    fault: str | None = None
    webhook_id: str | None = None
    timestamp: str | None = None
    signature_ok: bool | None = None
    """None when no secret is registered."""

    def header(self, name: str) -> str | None:
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    @cached_property
    def parsed(self) -> Any:
        return parse_json(self.raw)

    @cached_property
    def findings(self) -> Findings:
        return findings(self.vendor, self.parsed)

    @property
    def mentions(self) -> list[str]:
        return self.findings.mentions

    @property
    def links(self) -> list[str]:
        return self.findings.links

    @property
    def images(self) -> list[str]:
        return self.findings.images

    @property
    def markup(self) -> list[tuple[str, str]]:
        return self.findings.markup

    def as_json(self) -> dict[str, Any]:
        plain = {name: value for name, value in vars(self).items() if name != "findings"}
        plain["parsed"] = self.parsed
        plain["raw"] = base64.b64encode(self.raw).decode()
        plain["body"] = self.answer.decode("utf-8", "replace")
        plain["ts"] = self.wall
        for name in ("mentions", "links", "images", "markup"):
            plain[name] = getattr(self, name)
        del plain["answer"], plain["wall"]
        return plain


@dataclass(frozen=True)
class Attempts:
    """All calls of a custom receiver that carry the same webhook-id."""

    attempts: int
    distinct_timestamps: int
    bodies_identical: bool
    signatures_ok: bool | None


def by_webhook_id(calls: Iterable[Call]) -> dict[str, Attempts]:
    groups: dict[str, list[Call]] = {}
    for call in calls:
        groups.setdefault(call.webhook_id or "", []).append(call)
    return {key: _attempts(group) for key, group in groups.items()}


def _attempts(group: list[Call]) -> Attempts:
    signatures = {call.signature_ok for call in group}
    return Attempts(
        attempts=len(group),
        distinct_timestamps=len({call.timestamp for call in group}),
        bodies_identical=len({call.raw for call in group}) == 1,
        signatures_ok=None if signatures == {None} else signatures == {True},
    )
