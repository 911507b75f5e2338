"""The kinds of channels. One file each; this union is the only list of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from app.channels import decode, masks, paste
from app.channels.custom import Custom
from app.channels.dingtalk import DingTalk
from app.channels.email import Email
from app.channels.feishu import Feishu
from app.channels.sender import Sender
from app.channels.wecom import WeCom

AnySender = WeCom | DingTalk | Feishu | Email | Custom

KINDS: dict[str, type[Sender]] = {
    sender.kind: sender for sender in (WeCom, DingTalk, Feishu, Email, Custom)
}


def parse(raw: Mapping[str, Any]) -> AnySender:
    """What an admin wrote, without the keys that every channel has. Raises Invalid, all faults."""
    decode.check(raw, KINDS)
    return restore(raw)


def restore(encoded: Mapping[str, Any]) -> AnySender:
    """What `encode` made. It was checked when it was saved, and is read again for every send."""
    sender: AnySender = msgspec.convert(dict(encoded), AnySender)
    return sender


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
    have the old one sent to himself. Raises Invalid where one is missing.
    """
    return masks.unmasked(raw, encode(old), old.secret_fields)


def recognise(pasted: str) -> tuple[str, dict[str, Any]] | None:
    """Which kind a pasted address, key or text belongs to, and the fields that it fills."""
    return paste.recognise(pasted)
