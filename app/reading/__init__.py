"""What people write, read for what it means: numbers to call, addresses, days, files.

Every reader leaves what was written as it is and says what it comes to. It raises `Unreadable` only
for what reaches nobody or means nothing; where it is in doubt it says so, for somebody to ask.
"""

from app.reading.doubt import Doubt, Unreadable

__all__ = ["Doubt", "Unreadable"]
