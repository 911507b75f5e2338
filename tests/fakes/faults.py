"""What can go wrong on the way to a vendor or back, each by a name that a test can write.

busy rate_limit code:93000                       the vendor says so
http:502 http:502:html http:200:empty body:{…}   something else answers
timeout_before reset_before close_before         the vendor never sees the call
timeout_after_accept reset_after_accept          the vendor takes it, its answer is lost
close_after_accept truncated_json half slow:800 drip drip_head
big gzip_bomb bad_status_line not_http html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from .bots import JSON_TYPE, Bot, Vendor, Verdict
from .scripts import answer_for, page
from .server import Answer
from .wire import Request

BUSY = -1
BODIES = frozenset({"", "html", "json", "empty"})

UNSEEN: dict[str, str] = {
    "timeout_before": "hang_after",
    "reset_before": "reset",
    "close_before": "close",
    "big": "big",
    "gzip_bomb": "gzip_bomb",
    "bad_status_line": "bad_status_line",
    "not_http": "not_http",
    "html": "html",
}
AFTER: dict[str, dict[str, Any]] = {
    "timeout_after_accept": {"part": 0, "then": "hang"},
    "reset_after_accept": {"part": 0, "then": "reset"},
    "close_after_accept": {"part": 0, "then": "close"},
    "half": {"part": 0.5, "then": "close"},
    "drip": {"drip": 1.0},
    "drip_head": {"drip": 1.0, "drip_head": True},
    "truncated_json": {},
}


@dataclass(frozen=True, slots=True)
class Fault:
    kind: str
    value: str = ""

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.value}" if self.value else self.kind


def parse(name: str) -> Fault:
    kind, _, value = name.partition(":")
    known = kind in UNSEEN or kind in AFTER or kind in ("busy", "rate_limit")
    if not (known and not value) and not _fits(kind, value):
        raise ValueError(f"no fault is called {name!r}")
    return Fault(kind, value)


def _fits(kind: str, value: str) -> bool:
    if kind == "body":
        return True
    if kind == "http":
        status, _, body = value.partition(":")
        return status.isdigit() and body in BODIES
    if kind == "slow":
        return value.isdigit()
    return kind == "code" and value.lstrip("-").isdigit()


@dataclass(frozen=True, slots=True)
class Scene:
    """A call on its way to a vendor, not yet judged."""

    vendor: Vendor
    bot: Bot | None
    request: Request
    judge: Callable[[], Verdict]


def carry_out(fault: Fault, scene: Scene) -> tuple[Verdict, Answer]:
    if fault.kind in UNSEEN:
        return Verdict(None), answer_for(UNSEEN[fault.kind])
    if fault.kind in AFTER or fault.kind == "slow":
        return _afterwards(fault, scene.judge())
    if fault.kind in ("http", "body"):
        return Verdict(None), _foreign(fault)
    verdict = _said(fault, scene)
    return verdict, verdict.answer()


def _afterwards(fault: Fault, verdict: Verdict) -> tuple[Verdict, Answer]:
    answer = verdict.answer()
    if fault.kind == "slow":
        return verdict, replace(answer, delay=int(fault.value) / 1000)
    if fault.kind == "truncated_json":
        return verdict, replace(answer, body=answer.body[: len(answer.body) // 2])
    return verdict, replace(answer, **AFTER[fault.kind])


def _foreign(fault: Fault) -> Answer:
    if fault.kind == "body":
        return Answer(200, fault.value.encode(), (JSON_TYPE,))
    status, _, body = fault.value.partition(":")
    if body == "empty":
        return Answer(int(status))
    if body == "json":
        return Answer(int(status), b"{}", (JSON_TYPE,))
    return page(int(status))


def _said(fault: Fault, scene: Scene) -> Verdict:
    if fault.kind == "rate_limit":
        return scene.vendor.throttled(scene.request, scene.bot)
    code = BUSY if fault.kind == "busy" else int(fault.value)
    return scene.vendor.coded(scene.request, scene.bot, code)
