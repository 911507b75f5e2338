"""The links in a notice, each for one act on one message: signed, through one channel, for a while.

A channel's series makes them void: each link holds for the one in which it was sent.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import uuid
from typing import Final

import msgspec

from app import secrets, settings
from app.catalogue import N_, say
from app.notices.notice import Tap

PURPOSE = "tap"
LIFETIME = dt.timedelta(days=14)
ACTS: Final = {
    "claim": N_("Claim"),
    "handle": N_("Handled"),
    "reply": N_("Reply"),
    "spam": N_("Spam"),
}
"""In the order in which notices have them; their places are part of the links."""
NAMES = tuple(ACTS)
AN_HOUR = 3600
HOURS = 4
BODY = 1 + HOURS + 16 + 16
CODE = 50
"""Characters of the body in base64."""
UNSAID = "…"


class Opened(msgspec.Struct, frozen=True):
    """What a link is for, and the hour until which it holds. Whose series it is has still to be
    asked: `holds`."""

    act: str
    channel: uuid.UUID
    message: uuid.UUID
    until: int
    signature: str

    def holds(self, series: int) -> bool:
        is_over = self.until * AN_HOUR <= dt.datetime.now(dt.UTC).timestamp()
        return not is_over and secrets.signed(PURPOSE, _signed(self, series), self.signature)


def code(
    act: str,
    channel: uuid.UUID,
    message: uuid.UUID,
    series: int,
    *,
    now: dt.datetime | None = None,
) -> str:
    until = int(((now or dt.datetime.now(dt.UTC)) + LIFETIME).timestamp()) // AN_HOUR
    made = Opened(act, channel, message, until, "")
    return _body(made) + secrets.sign(PURPOSE, _signed(made, series))


def opened(given: str) -> Opened | None:
    """Anything may be given; None for what is no such link."""
    try:
        raw = base64.urlsafe_b64decode(given[:CODE] + "==")
    except (binascii.Error, ValueError):
        return None
    if len(raw) != BODY or raw[0] >= len(NAMES):
        return None
    until, ids = int.from_bytes(raw[1 : 1 + HOURS], "big"), raw[1 + HOURS :]
    channel, message = uuid.UUID(bytes=ids[:16]), uuid.UUID(bytes=ids[16:])
    found = Opened(NAMES[raw[0]], channel, message, until, given[CODE:])
    # Base64 has several spellings for the same bytes; only ours is a link.
    return found if _body(found) == given[:CODE] else None


def links(channel: uuid.UUID, message: uuid.UUID, series: int, locale: str) -> tuple[Tap, ...]:
    return tuple(
        Tap(act, say(locale, label), address(code(act, channel, message, series)))
        for act, label in ACTS.items()
    )


def unsaid(locale: str) -> tuple[Tap, ...]:
    """For who looks at a notice in the console: that there are links, and no key."""
    return tuple(Tap(act, say(locale, label), address(UNSAID)) for act, label in ACTS.items())


def address(given: str) -> str:
    return f"{settings.current().base_url}/t/{given}"


def _body(made: Opened) -> str:
    raw = bytes([NAMES.index(made.act)]) + made.until.to_bytes(HOURS, "big")
    raw += made.channel.bytes + made.message.bytes
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _signed(made: Opened, series: int) -> str:
    return f"{_body(made)}.{series}"
