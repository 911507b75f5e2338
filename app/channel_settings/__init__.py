"""留言通知: an organization's channels and limits, as admins and programs manage them."""

from app.channel_settings.arrival import arrived
from app.channel_settings.confirmation import set_confirm_channel
from app.channel_settings.entry import COMMON, PRIORITIES
from app.channel_settings.limits import set_limits
from app.channel_settings.order import move
from app.channel_settings.read import (
    channel,
    kind_of,
    read,
    removed_entries,
    twin,
)
from app.channel_settings.removal import archive, restore
from app.channel_settings.trial import test
from app.channel_settings.write import (
    add,
    change,
    replace,
    switch,
)
from app.deliveries.trial import Tested

__all__ = [
    "COMMON",
    "PRIORITIES",
    "Tested",
    "add",
    "archive",
    "arrived",
    "change",
    "channel",
    "kind_of",
    "move",
    "read",
    "removed_entries",
    "replace",
    "restore",
    "set_confirm_channel",
    "set_limits",
    "switch",
    "test",
    "twin",
]
