"""What people call the states of a message."""

from __future__ import annotations

from app.catalogue import N_

STATUSES = {
    "pending": N_("Waiting"),
    "handled": N_("Handled"),
    "spam": N_("Spam"),
    "repeat": N_("Repeat"),
    "trash": N_("Trash"),
}
OUTCOMES = {
    "phone": N_("Called back"),
    "email": N_("Answered by email"),
    "wechat": N_("Answered on WeChat"),
    "none": N_("Nothing to do"),
}
WITHDRAWN = "withdrawn"
WITHDRAWN_BY_VISITOR = N_("Withdrawn by the visitor")
"""The outcome that only its visitor gives a message."""
PRIORITIES = {
    "high": N_("High priority"),
    "normal": N_("Normal priority"),
    "low": N_("Low priority"),
}
