"""Where a reply goes, said before it is sent, and what became of its mail."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec

from app.channels.sender import REPLY
from app.mail.replies import Where, where
from app.messages import Sent, Shown, masked
from web.console.auth import Desk
from web.http import words
from web.http.words import N_

BY_MAIL = N_("It is mailed to {address} and stands on the page of the message.")
BY_MAIL_TO_SOMEBODY = N_("It is mailed to the visitor and stands on the page of the message.")
NOT_BY_MAIL = {
    "no_address": N_(
        "Only on the page of the message; no mail goes out: no e-mail address was left."
    ),
    "no_channel": N_(
        "Only on the page of the message; no mail goes out: no e-mail channel can send it."
    ),
    "off": N_(
        "Only on the page of the message; no mail goes out: replies by mail are switched off."
    ),
    "too_many": N_(
        "Only on the page of the message; no mail goes out: too many were mailed lately. Try later."
    ),
    "stopped": N_("Only on the page of the message; no mail goes out: the visitor wants none."),
    "refused": N_(
        "Only on the page of the message; no mail goes out: the last one to this address came back."
    ),
    "spam": N_("Only on the page of the message; no mail goes out: the message is marked as spam."),
    "trash": N_("Only on the page of the message; no mail goes out: the message is in the trash."),
}
MENDED_AT = {"no_channel": "/settings/channels", "off": "/settings/reply-mail"}
"""Where an admin changes that."""
STATES = {
    "pending": N_("will be mailed"),
    "sending": N_("will be mailed"),
    "sent": N_("mailed"),
    "failed": N_("the mail did not arrive"),
    "cancelled": N_("not mailed"),
}
STORY = {
    "sent": N_("The reply was mailed to the visitor"),
    "failed": N_("The reply could not be mailed to the visitor"),
    "cancelled": N_("The reply was not mailed to the visitor"),
}


CAME_BACK = N_("The reply came back: it did not reach the visitor")


class Mailed(msgspec.Struct, frozen=True):
    """What became of a reply's mail, in words; `kind` is ok, err or nothing of that."""

    text: str
    kind: str


async def context(locale: str, desk: Desk, shown: Shown) -> dict[str, Any]:
    goes = await where(desk.org.id, uuid.UUID(shown.message.uid), by=desk.by)
    return {
        "goes": sentence(locale, goes),
        "goes_by_mail": bool(goes.to),
        "mended_at": MENDED_AT.get(goes.reason, "") if desk.is_admin else "",
        "mailed": {each.about: mailed(locale, each) for each in shown.deliveries if is_reply(each)},
    }


def sentence(locale: str, goes: Where, *, names: bool = True) -> str:
    """`names`: the reader may see the address, of which some letters are shown."""
    if goes.to and not names:
        return words.say(locale, BY_MAIL_TO_SOMEBODY)
    if goes.to:
        return words.say(locale, BY_MAIL, {"address": masked(goes.to)})
    return words.say(locale, NOT_BY_MAIL[goes.reason])


def is_reply(sent: Sent) -> bool:
    return sent.purpose == REPLY


def story(sent: Sent) -> str:
    """What became of the mail, as a msgid."""
    return CAME_BACK if sent.reason == "returned" else STORY[sent.state]


def mailed(locale: str, sent: Sent) -> Mailed:
    kind = {"sent": "ok", "failed": "err"}.get(sent.state, "")
    return Mailed(words.say(locale, STATES[sent.state]), kind)
