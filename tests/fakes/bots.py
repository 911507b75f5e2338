"""What the three vendors have in common: registered bots, verdicts, windows of time, signatures."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from .clock import Clock
from .server import Answer
from .wire import Request

State = Literal["ok", "disabled", "removed", "dissolved"]
STATES: tuple[State, ...] = ("ok", "disabled", "removed", "dissolved")
JSON_TYPE = ("Content-Type", "application/json; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a vendor makes of a call. Code 0 is the only one that means accepted."""

    code: int | None
    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (JSON_TYPE,)
    duplicate: bool = False

    @property
    def ok(self) -> bool:
        return self.code == 0

    def answer(self) -> Answer:
        return Answer(self.status, self.body, self.headers)


class Window:
    """How much has happened in the last `span` seconds."""

    def __init__(self, span: float) -> None:
        self.span = span
        self._moments: deque[float] = deque()

    def count(self, now: float) -> int:
        while self._moments and now - self._moments[0] >= self.span:
            self._moments.popleft()
        return len(self._moments)

    def add(self, now: float) -> None:
        self._moments.append(now)


@dataclass
class Bot:
    vendor: str
    token: str
    secret: str | None = None
    keywords: tuple[str, ...] = ()
    ip_allow: tuple[str, ...] = ()
    state: State = "ok"
    dialect: dict[str, Any] = field(default_factory=dict)
    minute: Window = field(default_factory=lambda: Window(60))
    second: Window = field(default_factory=lambda: Window(1))
    seen: set[str] = field(default_factory=set)

    def allows(self, address: str) -> bool:
        return not self.ip_allow or any(covers(rule, address) for rule in self.ip_allow)

    def finds_keyword(self, content: Any) -> bool:
        if not self.keywords:
            return True
        spoken = list(strings(content))
        return any(keyword in text for keyword in self.keywords for text in spoken)


class Vendor(Protocol):
    """`defaults` hold for unregistered tokens and are where a bot's dialect begins."""

    name: str
    defaults: dict[str, Any]

    def __init__(self, clock: Clock) -> None: ...

    def check(self, bot: Bot) -> None:
        """Refuses, with ValueError, what the vendor's own settings page would not offer."""

    def judge(self, request: Request, token: str, bot: Bot | None) -> Verdict: ...

    def coded(self, request: Request, bot: Bot | None, code: int) -> Verdict:
        """The vendor's own answer for a code, whatever the request was."""

    def throttled(self, request: Request, bot: Bot | None) -> Verdict: ...


def dialect_of(defaults: Mapping[str, Any], bot: Bot | None) -> dict[str, Any]:
    return {**defaults, **(bot.dialect if bot else {})}


def dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def strings(value: Any) -> Iterator[str]:
    """Every string in a JSON value, without the keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def byte_length(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def covers(rule: str, address: str) -> bool:
    """Rules are an address, a network such as 123.1.1.1/24, or a pattern such as 123.12.1.*"""
    if rule.endswith(".*"):
        return address.startswith(rule[:-1])
    return ipaddress.ip_address(address) in ipaddress.ip_network(rule, strict=False)


def seal(*, key: str, message: str) -> str:
    digest = hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())
