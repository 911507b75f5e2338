"""One channel as people and programs write it: what every channel has, and the kind's own
keys."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import msgspec

from app import outside
from app.channels import kinds, robots
from app.channels.sender import Sender
from app.errors import Invalid, Problem
from app.reading import nulls
from app.reading.uids import uid_or_none
from app.secrets import keyed_hash
from app.text import clean_line

COMMON = (
    *("uid", "name", "enabled", "priority", "rate_limit_per_minute", "template"),
    *("fallback_for", "fallback_after_seconds", "health", "same_as", "on_when_tested"),
)
"""Keys beside the kind's own; `uid` and the last three are ours to say and ignored when sent
back."""
NULLABLE = ("rate_limit_per_minute", "fallback_for")
"""Where null says something: no limit and no channel of its own. Elsewhere it leaves a key out."""
PRIORITIES = ("high", "normal", "low")
RATE_MAX = 1000
NAME_MAX = 64
AFTER_MAX = 24 * 3600
UNKNOWN_CHANNEL = "There is no such channel, or it cannot stand in for itself or for a fallback"


class Entry(msgspec.Struct, kw_only=True):
    """A checked channel, ready to be stored."""

    sender: Sender
    name: str = ""
    enabled: bool = True
    priority: str = "normal"
    rate_limit_per_minute: int | None = None
    template: str = ""
    fallback_for: uuid.UUID | None = None
    fallback_after_seconds: int = 600

    @property
    def own_template(self) -> str:
        """Wherever it stands: a custom channel may have its own as `body_template`."""
        return self.template or getattr(self.sender, "body_template", "")

    @property
    def target(self) -> str:
        return keyed_hash("target", f"{self.sender.kind}\n{self.sender.target()}")

    @property
    def bucket(self) -> str:
        return keyed_hash("bucket", f"{self.sender.kind}\n{self.sender.credential()}")


def read_entry(
    raw: Any, *, old: Sender | None = None, defaults: Mapping[str, Any] | None = None
) -> Entry:
    """Raises Invalid with pointers into this one channel.

    `old` is what is stored, for secrets sent back masked or left out; `defaults` what is kept of
    the common keys when they are left out.
    """
    if not isinstance(raw, Mapping):
        raise Invalid.at("", "wrong_type", "This must be an object")
    problems: list[Problem] = []
    said = nulls.without(raw, nullable=NULLABLE)
    common = _common({**(defaults or {}), **said}, problems)
    sender = _sender({key: raw[key] for key in raw if key not in COMMON}, old, problems)
    if sender is not None:
        _check(sender, common["template"], problems)
    if problems or sender is None:
        raise Invalid(problems)
    return Entry(sender=sender, **common)


def _sender(raw: dict[str, Any], old: Sender | None, problems: list[Problem]) -> Sender | None:
    try:
        said = kinds.given(raw)
        whole = kinds.unmask(said, old) if old is not None else said
        return kinds.parse(whole)
    except Invalid as error:
        problems += error.problems
        return None


def _check(sender: Sender, template: str, problems: list[Problem]) -> None:
    problems += robots.faults(sender, outside.egress())
    try:
        kinds.check_template(sender.kind, template)
    except Invalid as error:
        problems += [
            Problem("/template", each.code, each.detail, each.facts) for each in error.problems
        ]


def _common(raw: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": raw.get("name", ""),
        "enabled": raw.get("enabled", True),
        "priority": raw.get("priority", "normal"),
        "rate_limit_per_minute": raw.get("rate_limit_per_minute"),
        "template": raw.get("template") or "",
        "fallback_for": _uid(raw.get("fallback_for"), problems),
        "fallback_after_seconds": raw.get("fallback_after_seconds", 600),
    }
    for name, kind, words in (
        ("name", str, "This must be text"),
        ("enabled", bool, "This must be true or false"),
        ("template", str, "This must be text"),
    ):
        if not isinstance(found[name], kind):
            problems.append(Problem(f"/{name}", "wrong_type", words))
            found[name] = kind()
    if found["priority"] not in PRIORITIES:
        facts = {"known": ", ".join(PRIORITIES)}
        problems.append(Problem("/priority", "not_a_choice", "Use one of {known}", facts))
    found["name"] = clean_line(found["name"])
    if len(found["name"]) > NAME_MAX:
        facts = {"limit": str(NAME_MAX)}
        problems.append(Problem("/name", "too_long", "Use at most {limit} characters", facts))
    check_rate(found["rate_limit_per_minute"], "/rate_limit_per_minute", problems)
    _check_after(found["fallback_after_seconds"], problems)
    return found


def _uid(value: Any, problems: list[Problem]) -> uuid.UUID | None:
    """Whether it names a channel of the organization is seen when it is stored."""
    found = uid_or_none(value)
    if value is not None and found is None:
        problems.append(Problem("/fallback_for", "unknown_uid", UNKNOWN_CHANNEL))
    return found


def _check_after(value: Any, problems: list[Problem]) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= AFTER_MAX:
        facts = {"low": "0", "high": str(AFTER_MAX)}
        problems.append(
            Problem(
                "/fallback_after_seconds",
                "out_of_range",
                "Use a number from {low} to {high}",
                facts,
            )
        )


def check_rate(value: Any, pointer: str, problems: list[Problem]) -> None:
    """0 means no limit of our own; None leaves it to the next wider rule."""
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= RATE_MAX:
        facts = {"low": "0", "high": str(RATE_MAX)}
        problems.append(
            Problem(pointer, "out_of_range", "Use a number from {low} to {high}", facts)
        )
