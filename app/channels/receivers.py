"""What the kinds that call a program of one's own share: its address, its headers and its keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import unquote

from msgspec import Meta

from app.channels import addresses, fields
from app.channels.masks import keys_in
from app.channels.secrecy import HIDDEN

TAIL_CHARACTERS = 40

PreviousSecret = Annotated[
    str,
    fields.SECRET,
    fields.asked(
        "Previous signing secret",
        "While receivers still know the old one, both sign.",
        secret=True,
        further=True,
    ),
]
Timeout = Annotated[
    int, Meta(ge=1, le=15), fields.asked("Seconds to wait for an answer", further=True)
]

_OPEN_HEADERS = ("content-type", "accept", "user-agent")


def tail(shown: Mapping[str, Any]) -> str:
    """The end of the address, without what is hidden in it."""
    parts = addresses.split(str(shown.get("webhook_url") or ""))
    place = f"{parts.hostname or ''}{parts.path}" if parts else ""
    return place.replace(HIDDEN, "…")[-TAIL_CHARACTERS:]


def secrets(url: str, headers: Mapping[str, str], keys: Sequence[str]) -> list[str]:
    """What the program may quote, and nobody else may read."""
    parts = addresses.split(url)
    values = addresses.query(parts).values() if parts else []
    # A "not found" page quotes the path, as written or decoded.
    hidden = keys_in(parts.path) if parts else set()
    steps = [form for step in sorted(hidden) for form in (step, unquote(step))]
    closed = [v for name, v in headers.items() if name.lower() not in _OPEN_HEADERS]
    words = [word for value in closed for word in value.split()]
    return [url, *steps, *values, *closed, *words, *keys]


def headers(
    usual: Mapping[str, str], given: Mapping[str, str], ours: Mapping[str, str]
) -> dict[str, str]:
    """The `usual` ones give way to those that an admin has `given`, however they are written."""
    named = {name.lower() for name in given}
    kept = {name: value for name, value in usual.items() if name.lower() not in named}
    return {**kept, **given, **ours}
