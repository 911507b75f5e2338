"""An identity that somebody has just proved, sealed into the page that offers to link it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import msgspec

from app import secrets
from app.single_sign_on.shape import Person

LIFETIME = dt.timedelta(minutes=10)
PURPOSE = "identity to link"
LONGEST = 16_384


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """For one session alone."""

    provider: uuid.UUID
    session: uuid.UUID
    person: Person
    until: float


def sealed(provider: uuid.UUID, session: uuid.UUID, person: Person) -> str:
    until = (dt.datetime.now(dt.UTC) + LIFETIME).timestamp()
    brief = Person(subject=person.subject, email=person.email, name=person.name)
    made = Offer(provider=provider, session=session, person=brief, until=until)
    return secrets.encrypt(PURPOSE, msgspec.to_builtins(made))


def opened(text: str, session: uuid.UUID) -> Offer | None:
    """None for another session's, one that is too old, and what we did not seal."""
    if not text or len(text) > LONGEST:
        return None
    try:
        said: Any = secrets.decrypt(PURPOSE, text)
    except (secrets.Unreadable, UnicodeError):
        return None
    found = msgspec.convert(said, Offer)
    over = found.until <= dt.datetime.now(dt.UTC).timestamp()
    return None if over or found.session != session else found
