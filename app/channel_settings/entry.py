"""One channel as people and programs write it: what every channel has, and the kind's own
keys."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

import msgspec

from app import outside
from app.channels import kinds, robots
from app.channels.sender import Sender
from app.errors import Invalid, Problem
from app.hours import quiet
from app.hours.quiet import QuietHours
from app.notices.disclosed import Shows
from app.reading import nulls, objects
from app.reading.uids import uid_or_none
from app.secrets import keyed_hash
from app.text import clean_line

NULLABLE = ("rate_limit_per_minute", "fallback_for", "quiet_hours")
"""Keys where null has a meaning: the organization's limit, no fallback, never quiet. Elsewhere it
leaves a key out."""
RATE_MAX = 1000
NAME_MAX = 64
AFTER_MAX = 24 * 3600
UNKNOWN_CHANNEL = "There is no such channel, or it cannot stand in for itself or for a fallback"

Priority = Literal["high", "normal", "low"]
PRIORITIES: tuple[str, ...] = get_args(Priority)
Rate = Annotated[int, msgspec.Meta(ge=0, le=RATE_MAX)]
"""Notices a minute. 0 means no limit of our own."""


class Common(msgspec.Struct, kw_only=True):
    """What every channel has, whatever its kind."""

    name: Annotated[str, msgspec.Meta(max_length=NAME_MAX)] = ""
    enabled: bool = True
    priority: Priority = "normal"
    rate_limit_per_minute: Rate | None = None
    """None leaves it to the organization's."""
    template: str = ""
    fallback_for: uuid.UUID | None = None
    fallback_after_seconds: Annotated[int, msgspec.Meta(ge=0, le=AFTER_MAX)] = 600
    quiet_hours: QuietHours | None = None
    one_tap: bool = True
    only_high: bool = False
    shows: Shows = "all"


COMMON = ("uid", *Common.__struct_fields__, "health", "same_as", "on_when_tested")
"""Keys beside the kind's own. `uid` and the last three are read-only: ignored when sent back."""


class Entry(Common, kw_only=True):
    """A checked channel, ready to be stored."""

    sender: Sender

    @property
    def own_template(self) -> str:
        """The channel's template, which a custom channel has as `body_template`."""
        return self.template or getattr(self.sender, "body_template", "")

    @property
    def target(self) -> str:
        return target_of(self.sender)

    @property
    def bucket(self) -> str:
        return bucket_of(self.sender)


def target_of(sender: Sender) -> str:
    return keyed_hash("target", f"{sender.kind}\n{sender.target()}")


def bucket_of(sender: Sender) -> str:
    return keyed_hash("bucket", f"{sender.kind}\n{sender.credential()}")


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
    common = _common(raw, defaults or {}, problems)
    sender = _sender({key: raw[key] for key in raw if key not in COMMON}, old, problems)
    if sender is not None:
        _check(sender, common.get("template", ""), problems)
    if problems or sender is None:
        raise Invalid(problems)
    return Entry(sender=sender, **common)


def _common(
    raw: Mapping[str, Any], defaults: Mapping[str, Any], problems: list[Problem]
) -> dict[str, Any]:
    """The common keys without faulty ones, whose faults are added to `problems`."""
    said = {**defaults, **nulls.without(raw, nullable=NULLABLE)}
    said = {key: said[key] for key in said if key in Common.__struct_fields__}
    if isinstance(said.get("name"), str):
        said["name"] = clean_line(said["name"])
    if isinstance(said.get("fallback_for"), str):
        # Whether it names a channel of the organization is seen when it is stored.
        said["fallback_for"] = uid_or_none(said["fallback_for"])
        if said["fallback_for"] is None:
            problems.append(Problem("/fallback_for", "unknown_uid", UNKNOWN_CHANNEL))
    found = objects.faults(said, Common)
    problems += found
    wrong = {each.pointer.split("/")[1] for each in found}
    if isinstance(said.get("quiet_hours"), Mapping) and "quiet_hours" not in wrong:
        said["quiet_hours"] = quiet.read(said["quiet_hours"])
        problems += quiet.faults(said["quiet_hours"] or QuietHours())
    return {key: said[key] for key in said if key not in wrong}


def _sender(raw: dict[str, Any], old: Sender | None, problems: list[Problem]) -> Sender | None:
    try:
        said = kinds.given(raw)
        whole = kinds.unmask(said, old) if old is not None else said
        return kinds.parse(whole, also=COMMON)
    except Invalid as error:
        problems += error.problems
        return None


def _check(sender: Sender, template: str, problems: list[Problem]) -> None:
    problems += robots.faults(sender, outside.egress())
    try:
        kinds.check_template(sender.kind, template)
        if template:
            sender.check_shape(template)
    except Invalid as error:
        problems += [
            Problem("/template", each.code, each.detail, each.facts) for each in error.problems
        ]
