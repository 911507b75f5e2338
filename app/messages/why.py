"""Why rules do, or do not, mean a message: the rules of now, looked at with the message as it is
stored."""

from __future__ import annotations

import logging
import uuid

import msgspec

from app import database
from app.errors import NotFound
from app.hours.clock import open_at
from app.messages.ruled import Seen, subject_of
from app.messages.would_match import SEEN
from app.presence.facts import rule_of
from app.reading import uids
from app.rules import stored
from app.rules.match import Matcher
from app.rules.shape import Rule, When
from app.rules.stored import settings_of
from app.tables import Message

log = logging.getLogger(__name__)


class Looked(msgspec.Struct, frozen=True):
    """A rule as it is now. `failed` is the first condition that does not hold; `verdict` is
    "matches", "differs", "off", "passed" for one after the first that counts, or "broken"."""

    rule: Rule
    verdict: str
    failed: When | None = None


async def why(organization: uuid.UUID, uid: str) -> list[Looked]:
    """Every rule in its order. Raises NotFound."""
    query = Message.select(*SEEN).where(
        Message.organization == organization, Message.id == uids.uid(uid)
    )
    seen = await database.row(Seen, query)
    if seen is None:
        raise NotFound
    settings, rules = await settings_of(organization), await stored.read(organization)
    schedule = (await rule_of(seen.brand or organization)).hours(settings.timezone)
    # What the visitor chose: rules see that, and then what rules before them have made of it.
    subject = subject_of(seen, open_at(schedule, seen.created_at))
    found, over = [], False
    for rule in rules.rules:
        if over or not rule.enabled:
            found.append(Looked(rule, "passed" if over else "off"))
            continue
        try:
            failed = Matcher(rule.when).failed(subject)
        except Exception:
            log.exception("rule is broken", extra={"rule": rule.uid})
            found.append(Looked(rule, "broken"))
            continue
        found.append(Looked(rule, "differs" if failed else "matches", failed))
        if failed is None:
            subject.category = rule.then.category or subject.category
            over = rules.mode == "first"
    return found
