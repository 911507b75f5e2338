"""Words for mails that came in, and those of a message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.mail import waiting
from app.mail.waiting import Waiting
from app.messages import Shown
from web.console.auth import Desk
from web.http import words
from web.http.words import N_

REASONS = {
    "unknown": N_("It answers no message that we know"),
    "several": N_("The notice that it answers was about several messages"),
    "stranger": N_("Neither the visitor nor one of the team wrote it"),
    "forged": N_("The mail server says that the sender is forged"),
    "full": N_("The message has no room for more"),
    "unreadable": N_("It cannot be read"),
    "automatic": N_("A program wrote it"),
    "bounce": N_("A mail did not arrive"),
    "delayed": N_("A mail is still on its way"),
}
FOUND_BY: Mapping[str, str] = {
    "id": N_("it answers a mail of ours"),
    "own": N_("it goes on with an earlier mail of theirs"),
    "address": N_("the mark in the address leads here"),
    "subject": N_("the mark in the subject leads here"),
    "hand": N_("{name} put it here"),
    "source": N_("it came to a mailbox whose mails become messages"),
}


def reason(locale: str, mail: Waiting) -> str:
    """Why it waits, or which program wrote it; empty for what somebody said at a message."""
    if mail.reason not in REASONS or (mail.state != "waiting" and mail.kind == "mail"):
        return ""
    return words.say(locale, REASONS[mail.reason])


def found(locale: str, mail: Waiting) -> str:
    """How its message was found."""
    if mail.found_by not in FOUND_BY:
        return ""
    return words.say(locale, FOUND_BY[mail.found_by], {"name": mail.settled_by})


async def context(locale: str, desk: Desk, shown: Shown) -> dict[str, Any]:
    """The mails of a message: that it was itself, and those that are its remarks, by their uid."""
    mails = await waiting.of_message(desk.org.id, shown.message.uid)
    lines = [
        (each, found(locale, each))
        for each in mails
        if each.kind == "mail" and each.reason != "twice"
    ]
    return {
        "began_as": [line for line in lines if line[0].remark is None],
        "came_as": {str(line[0].remark): line for line in lines if line[0].remark},
    }
