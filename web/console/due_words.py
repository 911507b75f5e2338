"""What is due to be renewed, in words."""

from __future__ import annotations

import msgspec

from app.channels.kinds import KINDS
from app.rotation.due import Due
from web.console.auth import Desk
from web.http import words
from web.http.words import N_

PLACES = {
    "token": "/settings/tokens/{}",
    "channel": "/settings/channels/{}",
    "certificate": "/settings/channels/{}",
    "identity": "/settings/widget?brand={}#identity",
    "mailbox": "/settings/mail#{}-title",
    "provider": "/settings/sign-in/providers/{}",
}
SAID = {
    "token": N_("The secret of API token {name} was set on {day}."),
    "channel": N_("The secrets of channel {name} were set on {day}."),
    "certificate": N_("The certificate of the server behind channel {name} ends on {day}."),
    "identity": N_("The secret for the identity of visitors of {name} was set on {day}."),
    "mailbox": N_("The password of mailbox {name} was set on {day}."),
    "provider": N_("The secret of a sign-in provider was set on {day}."),
}
REMEDIES = {
    "token": N_("Rotate it."),
    "channel": N_("Renew them at the platform, then enter the new ones."),
    "certificate": N_("Whoever runs the server renews it."),
    "identity": N_("Replace it, on your server too."),
    "mailbox": N_("Change it there, then enter the new one; renew a secret of ours here."),
    "provider": N_("Renew it at the provider, then enter the new one."),
}


class Line(msgspec.Struct, frozen=True):
    text: str
    remedy: str
    href: str


def lines(locale: str, desk: Desk, found: list[Due]) -> list[Line]:
    return [
        Line(
            words.say(locale, SAID[each.kind], _facts(locale, desk, each)),
            words.say(locale, REMEDIES[each.kind]),
            PLACES[each.kind].format(each.uid),
        )
        for each in found
    ]


def _facts(locale: str, desk: Desk, due: Due) -> dict[str, str]:
    name = words.say(locale, KINDS[due.name].label) if due.name in KINDS else due.name
    return {"name": name or due.uid, "day": words.short(locale, desk.zone, due.at)}
