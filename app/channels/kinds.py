"""The kinds of channels that there are, and what is done with a channel of any kind.

A kind is a folder of `app/channels`; `app/channels/__init__.py` lists them and fills `KINDS`.
Whoever sends, plans or shows a channel asks here and imports no kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from app.channels import decode, masks
from app.channels.sender import Sender
from app.notices import templates
from app.reading import nulls

KINDS: dict[str, type[Sender]] = {}
"""In the order in which people are offered them."""


def check_template(kind: str, template: str) -> None:
    """Raises Invalid, without a pointer."""
    if template and KINDS[kind].writes == "json":
        templates.check_json(template)
    elif template:
        templates.check(template, marked_up=KINDS[kind].writes == "markup")


def given(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Without the keys that are null where they may be missing."""
    kind = KINDS.get(raw["type"]) if isinstance(raw.get("type"), str) else None
    return nulls.given(raw, kind) if kind else dict(raw)


def parse(raw: Mapping[str, Any]) -> Sender:
    """What an admin wrote, without the keys that every channel has. Raises Invalid, all faults."""
    decode.check(raw, KINDS)
    return restore(raw)


def restore(encoded: Mapping[str, Any]) -> Sender:
    """What `encode` made. It was checked when it was saved, and is read again for every send."""
    return msgspec.convert(dict(encoded), KINDS[encoded["type"]])


def encode(sender: Sender) -> dict[str, Any]:
    """The whole configuration, secrets included: to be encrypted before it is stored."""
    plain: dict[str, Any] = msgspec.to_builtins(sender)
    return plain


def masked(sender: Sender) -> dict[str, Any]:
    """What may leave the product."""
    return masks.masked(encode(sender), sender.secret_fields)


def unmask(raw: Mapping[str, Any], old: Sender) -> dict[str, Any]:
    """The new configuration with the secrets that came back masked or were left out.

    At another host every secret must be entered again, or whoever may change the address could
    have the old one sent to themselves. Raises Invalid where one is missing.
    """
    return masks.unmasked(raw, encode(old), old.secret_fields)
