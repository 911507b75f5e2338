"""What was just done to a message, in a sentence, and the way back."""

from __future__ import annotations

import uuid

from app.messages import Row
from app.messages.filter import Filter
from web.console.flash import Flash
from web.http import words
from web.http.words import N_

WAYS_BACK = {"handled": "reopen", "spam": "reopen", "trashed": "restore"}
TAKEN_BACK = frozenset(
    {"assigned", "unassigned", "claimed", "prioritized", "categorized", "snoozed", "woken"}
    | {"replied", "mailed"}
)
"""What gives the message back as it was, by one button."""
DONE = {
    "undone": N_("Taken back."),
    "handled": N_("Marked as handled."),
    "spam": N_("Marked as spam."),
    "reopened": N_("Open again."),
    "assigned": N_("Assigned."),
    "unassigned": N_("Unassigned now."),
    "claimed": N_("It is yours."),
    "prioritized": N_("Priority changed."),
    "categorized": N_("Category changed."),
    "tagged": N_("Tags changed."),
    "snoozed": N_("Snoozed."),
    "woken": N_("Waiting again."),
    "trashed": N_("Moved to the trash."),
    "restored": N_("Restored from the trash."),
    "replayed": N_("It is sent once more."),
    "replied": N_("The visitor sees your reply on the page of the message."),
    "mailed": N_("Your reply is mailed in 10 seconds."),
    "unreplied": N_("Your reply is taken back. Nothing was sent."),
    "noted": N_("Noted for the team."),
    "discarded": N_("The proposed reply is discarded. Nothing was sent."),
    "blocked": N_("The sender is blocked."),
}


def flash(locale: str, row: Row, done: str, act: uuid.UUID | None, chosen: Filter) -> Flash:
    way_back = WAYS_BACK.get(done, "") if row.status in {"handled", "spam", "trash"} else ""
    undo = f"/inbox/{row.uid}/{way_back}{chosen.query()}" if way_back else ""
    if act and done in TAKEN_BACK:
        verb = "unreply" if done in ("replied", "mailed") else "undo"
        undo = f"/inbox/{row.uid}/{verb}/{act}{chosen.query()}"
    return Flash("ok", "circle-check", words.say(locale, DONE[done]), undo=undo)
