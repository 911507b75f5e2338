"""Why a message was set aside, in words."""

from __future__ import annotations

from web.http.words import N_

SPAM_REASONS = {
    "trap": N_("it filled in a field that people do not see."),
    "fast": N_("it was sent sooner than a person can write."),
    "links": N_("it has more than two links."),
    "blocked": N_("it is on the block list."),
    "same_text": N_("the same text came from several addresses."),
    "flood": N_("more messages came in a minute than people write."),
}
