"""Reads what people write: phone numbers, addresses, days, files.

A reader returns the meaning and leaves the text as it is. It raises `Unreadable` only for text
without a meaning; when in doubt it returns a `Doubt`, a question for the writer.
"""

from app.reading.doubt import Doubt, Unreadable

__all__ = ["Doubt", "Unreadable"]
