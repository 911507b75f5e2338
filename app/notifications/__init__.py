"""留言通知: an organization's channels and limits, as admins and programs manage them."""

from app.deliveries import Tested
from app.notifications.confirmation import set_confirm_channel
from app.notifications.entry import COMMON, PRIORITIES
from app.notifications.limits import set_limits
from app.notifications.read import channel, read
from app.notifications.test import test
from app.notifications.write import add, archive, change, replace, switch

__all__ = [
    "COMMON",
    "PRIORITIES",
    "Tested",
    "add",
    "archive",
    "change",
    "channel",
    "read",
    "replace",
    "set_confirm_channel",
    "set_limits",
    "switch",
    "test",
]
