"""Deliveries: what is owed, when it may go, and how it went.

The database is the queue, the throttle and the truth. `plan` decides under the organization's row
lock what is sent now; the courier sends it with no transaction open; `record` writes down how it
went.
"""

from app.deliveries.courier import Courier
from app.deliveries.flood import owe_flood
from app.deliveries.more import owe_again, owe_news
from app.deliveries.owe import cancel, insert, listening, lock, owe
from app.deliveries.owed import Owed
from app.deliveries.places import SLACK
from app.deliveries.quota import Quota, quota
from app.deliveries.replay import replay, stop_replay
from app.deliveries.sweep import due, rescue
from app.deliveries.trial import Tested, send_test

__all__ = [
    "SLACK",
    "Courier",
    "Owed",
    "Quota",
    "Tested",
    "cancel",
    "due",
    "insert",
    "listening",
    "lock",
    "owe",
    "owe_again",
    "owe_flood",
    "owe_news",
    "quota",
    "replay",
    "rescue",
    "send_test",
    "stop_replay",
]
