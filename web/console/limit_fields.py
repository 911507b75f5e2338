"""What is asked about the limits of all channels: (name, label, hint, unit)."""

from __future__ import annotations

from web.http.words import N_

LIMIT_FIELDS = (
    (
        "rate_limit_per_minute",
        N_("Notices per channel"),
        N_("What is over the limit waits or is combined; nothing is dropped."),
        N_("a minute"),
    ),
    (
        "rate_limit_total_per_minute",
        N_("Notices over all channels"),
        N_("Empty: no limit together."),
        N_("a minute"),
    ),
    (
        "dedup_minutes",
        N_("The same text is told once in"),
        N_("0: every message is told."),
        N_("minutes"),
    ),
)
