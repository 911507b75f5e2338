"""What visitors are told when their message cannot be taken just now. Their text is always kept."""

from __future__ import annotations

from web.http.words import N_

TOO_MANY = N_("You have sent several messages in a short time.")
AWAY = N_("Not sent: we could not store it just now. Your text is kept. Try again.")
CLOSED = N_("Not sent: this form is closed, and no messages are taken here any more.")
UNKNOWN = N_(
    "The connection broke just now, so we cannot say whether it arrived. Your text is kept."
    " Send it again: it is stored only once."
)
