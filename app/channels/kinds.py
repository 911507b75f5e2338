"""The kinds of channels, and what is done with a channel of any kind.

A kind is a folder of `app/channels`; `app/channels/__init__.py` lists them and fills `KINDS`. Code
that sends, plans or shows a channel asks here and imports no kind.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, Literal

import msgspec

from app.channels import masks
from app.channels.sender import Acceptance, Parcel, Sender, plain_text
from app.egress.way import Egress
from app.errors import Invalid, Problem, SendError
from app.notices import templates
from app.reading import nulls, objects


class Lost(Sender, tag="lost"):
    """A channel whose kind is not here: the file of its preset is gone or faulty. Its configuration
    stays as it is."""

    kind: ClassVar[str] = "lost"
    label: ClassVar[str] = "Channel of a missing preset"
    purpose: ClassVar[str] = "Its file is gone or faulty. Ask the operator to put it back."
    steps: ClassVar[tuple[str, ...]] = ()
    limit_per_minute: ClassVar[int | None] = None
    deadline: ClassVar[float] = 1.0
    writes: ClassVar[Literal["markup", "text", "json"]] = "text"

    @classmethod
    def own_text(cls, locale: str) -> str:
        return plain_text(locale)

    @classmethod
    def logo(cls) -> str:
        return ""

    def faults(self, egress: Egress) -> Iterator[Problem]:
        yield Problem("/type", "missing_preset", self.purpose)

    def target(self) -> str:
        return self.kind

    def credential(self) -> str:
        return self.kind

    def secrets(self) -> list[str]:
        return []

    def default_template(self, locale: str) -> str:
        return plain_text(locale)

    def preview(self, parcel: Parcel) -> str:
        return ""

    async def send(self, parcel: Parcel, egress: Egress) -> Acceptance:
        raise SendError("permanent_config", "missing_preset", hint=self.purpose, left=False)


class _Kinds(dict[str, type[Sender]]):
    def __missing__(self, kind: str) -> type[Sender]:
        """A row may name a kind that is not here any more. It is in no list."""
        return Lost


KINDS: dict[str, type[Sender]] = _Kinds()
"""In the order in which people are offered them."""


def notified() -> dict[str, type[Sender]]:
    """The kinds that notices go to."""
    return {name: kind for name, kind in KINDS.items() if kind.hears == "notices"}


def told_only(entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of channels as they are shown, those that notices go to."""
    return [each for each in entries if KINDS[each["type"]].hears == "notices"]


def events_only(entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of channels as they are shown, the endpoints that events are sent to."""
    return [each for each in entries if KINDS[each["type"]].hears == "events"]


def check_template(kind: str, template: str) -> None:
    """Raises Invalid, without a pointer."""
    if template and KINDS[kind].writes == "json":
        templates.check_json(template)
    elif template:
        templates.check(template, marked_up=KINDS[kind].writes == "markup")


def given(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Without the null keys that may be left out."""
    kind = KINDS.get(raw["type"]) if isinstance(raw.get("type"), str) else None
    return nulls.given(raw, kind) if kind else dict(raw)


def parse(raw: Mapping[str, Any], *, also: Iterable[str] = ()) -> Sender:
    """From what an admin wrote, without the keys of every channel. Raises Invalid with all
    faults."""
    kind = raw.get("type")
    if kind is None:
        known = ", ".join(KINDS)
        raise Invalid.at("/type", "missing", "The type is missing: {choices}.", choices=known)
    if not isinstance(kind, str):
        raise Invalid.at("/type", "wrong_type", objects.MUST_BE["str"])
    if kind not in KINDS:
        raise Invalid([_unknown_type(kind)])
    said = {name: value for name, value in raw.items() if name != "type"}
    if problems := [*objects.faults(said, KINDS[kind], also=also), *masks.left_masked(said)]:
        raise Invalid(problems)
    return restore(raw)


def says_where(raw: Mapping[str, Any]) -> bool:
    """Whether it has the secrets that every channel of its kind must have, like the address of a
    robot, whole or masked. Without them nothing says that it is the same as another."""
    kind = KINDS[raw["type"]]
    secret = {path[0] for path in kind.secret_fields}
    needed = {field.encode_name for field in msgspec.structs.fields(kind) if field.required}
    return all(raw.get(name) for name in secret & needed)


def _unknown_type(kind: str) -> Problem:
    close = difflib.get_close_matches(kind.lower(), KINDS, n=1)
    facts = {"name": kind[: objects.MAX_ECHO], "choices": ", ".join(KINDS)}
    detail = "There is no type {name}; choose one of {choices}."
    if close:
        facts["suggestion"] = close[0]
        detail = "There is no type {name}. Did you mean {suggestion}?"
    return Problem("/type", "unknown_type", detail, facts)


def restore(encoded: Mapping[str, Any]) -> Sender:
    """What `encode` made. It was checked when it was saved, and is read again for every send."""
    kind = KINDS[encoded["type"]]
    return Lost() if kind is Lost else msgspec.convert(dict(encoded), kind)


def encode(sender: Sender) -> dict[str, Any]:
    """The whole configuration, secrets included: to be encrypted before it is stored."""
    plain: dict[str, Any] = msgspec.to_builtins(sender)
    return plain


def masked(sender: Sender) -> dict[str, Any]:
    """The configuration with its secrets masked."""
    return masks.masked(encode(sender), sender.secret_fields)


def unmask(raw: Mapping[str, Any], old: Sender) -> dict[str, Any]:
    """The new configuration, with the old secrets where they came back masked or were left out.

    For another host every secret must be entered again, or a changed address could have the old one
    sent there. Raises Invalid where one is missing.
    """
    return masks.unmasked(raw, encode(old), old.secret_fields)
