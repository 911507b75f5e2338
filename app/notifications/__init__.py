"""留言通知: an organization's channels and limits, as admins and programs manage them."""

from app.deliveries import Tested
from app.notifications.confirmation import set_confirm_channel
from app.notifications.entry import COMMON, PRIORITIES
from app.notifications.limits import set_limits
from app.notifications.read import channel, read, removed_entries, twin
from app.notifications.removal import archive, restore
from app.notifications.test import test
from app.notifications.write import add, change, replace, switch

__all__ = [
    "COMMON",
    "PRIORITIES",
    "Tested",
    "add",
    "archive",
    "change",
    "channel",
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
