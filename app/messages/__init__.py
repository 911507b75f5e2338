"""Messages: how they are left, found, read and handled."""

from app.deliveries.tries import Try
from app.messages.answers import masked
from app.messages.handle import handle, read, reopen, spam
from app.messages.inbox import (
    QUERY_MAX,
    Counts,
    Page,
    Row,
    Sent,
    Shown,
    Tally,
    by_reference,
    counts,
    inbox,
    one,
    show,
)
from app.messages.leave import Left, Visit, leave

__all__ = [
    "QUERY_MAX",
    "Counts",
    "Left",
    "Page",
    "Row",
    "Sent",
    "Shown",
    "Tally",
    "Try",
    "Visit",
    "by_reference",
    "counts",
    "handle",
    "inbox",
    "leave",
    "masked",
    "one",
    "read",
    "reopen",
    "show",
    "spam",
]
