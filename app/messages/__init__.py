"""Messages: how they are left, found, read and handled."""

from app.contacts.mask import masked
from app.deliveries.tries import Try
from app.messages.change import Done, handle, read, reopen, spam, to_many, to_one, undo
from app.messages.inbox import (
    Counts,
    Page,
    Row,
    Sent,
    Shown,
    Tally,
    by_reference,
    count,
    counts,
    ids,
    inbox,
    one,
    show,
    sites,
)
from app.messages.leave import leave
from app.messages.search import QUERY_MAX
from app.messages.submission import Left, Visit
from app.messages.wanted import Wanted

__all__ = [
    "QUERY_MAX",
    "Counts",
    "Done",
    "Left",
    "Page",
    "Row",
    "Sent",
    "Shown",
    "Tally",
    "Try",
    "Visit",
    "Wanted",
    "by_reference",
    "count",
    "counts",
    "handle",
    "ids",
    "inbox",
    "leave",
    "masked",
    "one",
    "read",
    "reopen",
    "show",
    "sites",
    "spam",
    "to_many",
    "to_one",
    "undo",
]
