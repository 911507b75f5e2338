"""What the roles are called, and what each of them may do, in a sentence."""

from __future__ import annotations

from web.http import words
from web.http.words import N_

NAMES = {
    "owner": N_("Owner"),
    "admin": N_("Admin"),
    "agent": N_("Agent"),
    "viewer": N_("Viewer"),
}
MAY = {
    "owner": N_("Everything, and says who the owners are."),
    "admin": N_("Handles messages, changes every setting and manages the members."),
    "agent": N_("Reads, handles and answers messages. Changes no settings."),
    "viewer": N_("Reads messages and deliveries, and changes nothing."),
}


def names(locale: str) -> dict[str, str]:
    return {role: words.say(locale, text) for role, text in NAMES.items()}


def may(locale: str) -> dict[str, str]:
    return {role: words.say(locale, text) for role, text in MAY.items()}
