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
from app.egress.way import Egress
from app.errors import Problem
from app.reading import nulls

AnySender = WeCom | DingTalk | Feishu | Email | Custom

KINDS: dict[str, type[Sender]] = {
    sender.kind: sender for sender in (WeCom, DingTalk, Feishu, Email, Custom)
}

ROBOTS = {
    "wecom": "This is the address of a WeCom group robot. Choose the type wecom for it.",
    "dingtalk": "This is the address of a DingTalk group robot. Choose the type dingtalk for it.",
    "feishu": "This is the address of a Feishu group robot. Choose the type feishu for it.",
}


def faults(sender: AnySender, egress: Egress) -> list[Problem]:
    """What can never work as it is, each with a pointer into the channel."""
    found = list(sender.faults(egress))
    kind = paste.robot_kind(getattr(sender, "webhook_url", ""), egress)
    if not kind or kind == sender.kind:
        return found
    found = [problem for problem in found if problem.pointer != "/webhook_url"]
    return [Problem("/webhook_url", "other_kind", ROBOTS[kind], {"kind": kind}), *found]


def given(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Without the keys that are null where they may be missing."""
    kind = KINDS.get(raw["type"]) if isinstance(raw.get("type"), str) else None
    return nulls.given(raw, kind) if kind else dict(raw)


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
