"""The encrypted configuration in a channel's row."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from app.channels import kinds
from app.channels.kinds import KINDS
from app.channels.sender import Sender
from app.deliveries.rows import ChannelRow, Sealed
from app.keys.fields import CHANNEL
from app.secrets import Unreadable, decrypt, encrypt


def seal(organization: object, channel: object, sender: Sender) -> str:
    return encrypt(CHANNEL.at(channel, organization), kinds.encode(sender))


def config_of(channel: Sealed) -> Any:
    """What `seal` encrypted, as plain data. Raises secrets.Unreadable."""
    return decrypt(CHANNEL.at(channel.id, channel.organization), channel.config)


def sender_of(channel: Sealed) -> Sender:
    """Raises secrets.Unreadable when the secret key has changed."""
    return kinds.restore(config_of(channel))


def own(channel: Sealed) -> Mapping[str, Any]:
    """The settings of a kind that writes JSON, which hold its texts; other kinds keep those in
    columns.

    Empty when the secret key has changed: the send reports that.
    """
    if KINDS[channel.kind].writes == "json":
        with contextlib.suppress(Unreadable):
            found: dict[str, Any] = config_of(channel)
            return found
    return {}


def template_of(channel: ChannelRow, own: Mapping[str, Any], of_kinds: Mapping[str, str]) -> str:
    """The channel's own, else the organization's for its kind; empty stands for the built-in."""
    mine = channel.template or own.get("body_template", "")
    return str(mine or of_kinds.get(channel.kind, ""))
