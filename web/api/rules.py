"""Rules for new messages and reminders, for programs: read, replaced, and rules tried on messages
of before."""

from __future__ import annotations

from typing import Annotated

from litestar import Router, get, post, put
from msgspec import Meta, Struct

from app.messages.would_match import LAST, would_match
from app.people.token_shape import CONTACTS
from app.reading import objects
from app.rules import change, check, reminders, stored
from app.rules.reminders import Reminders
from app.rules.shape import Rules, When
from web.api import bearer
from web.http import bodies
from web.http.bodies import CONFIG_LIMIT
from web.http.operation import PREFIX, Operation, described
from web.http.request import Incoming

EXAMPLE = {
    "mode": "all",
    "rules": [
        {
            "name": "Refunds",
            "when": {"words": ["refund", "退款"], "hours": "inside"},
            "then": {"category": "After-sales", "priority": "high", "tags": ["refund"]},
        }
    ],
}


class TriedRule(Struct, frozen=True, kw_only=True):
    """Conditions to try."""

    when: When
    last: Annotated[int, Meta(description="How many messages to look at: 100 or 1000.")] = LAST[0]


class MatchedMessage(Struct, frozen=True):
    """A message that a rule would have meant."""

    uid: str
    reference: str


class Matched(Struct, frozen=True, kw_only=True):
    """Newest first."""

    looked_at: Annotated[int, Meta(description="How many messages there were to look at.")]
    matched: int
    messages: list[MatchedMessage]


READ = Operation(
    id="getRules",
    summary="The rules for new messages",
    scope="config:read",
    answer=Rules,
    answered="The rules, in their order.",
)
REPLACE = Operation(
    id="replaceRules",
    summary="Replace the rules",
    description="A rule with a known `uid` is changed, one without is new, and one that is not "
    "listed is removed. `assignee` may be an agent's email. Counts for messages from then on.",
    scope="config:write",
    body=Rules,
    example=EXAMPLE,
    answer=Rules,
    answered="The rules as they are now.",
)
TRY = Operation(
    id="tryRule",
    again="reads",
    summary="Which of the last messages a rule would have meant",
    description="Nothing is saved. Needs the scopes `messages:read` and `messages:contacts`, too.",
    scope="config:read",
    body=TriedRule,
    example={"when": {"words": ["refund"]}, "last": 100},
    answer=Matched,
    answered="The messages, newest first.",
)


READ_REMINDERS = Operation(
    id="getReminders",
    summary="The reminders of messages that nobody takes care of",
    scope="config:read",
    answer=Reminders,
    answered="The chains, in their order.",
)
REPLACE_REMINDERS = Operation(
    id="replaceReminders",
    summary="Replace the reminders",
    description="Counts for messages from then on.",
    scope="config:write",
    body=Reminders,
    example={"chains": [{"steps": [{"after_minutes": 30, "channel": "CHANNEL"}]}]},
    answer=Reminders,
    answered="The chains as they are now.",
)


@get("/reminders", opt=described(READ_REMINDERS))
async def read_reminders(request: Incoming) -> Reminders:
    return await reminders.read(bearer.of(request).organization)


@put("/reminders", opt=described(REPLACE_REMINDERS))
async def replace_reminders(request: Incoming) -> Reminders:
    who = bearer.of(request)
    return await reminders.save(who.organization, bodies.json_of(request), by=who.name)


@get("/rules", opt=described(READ))
async def read(request: Incoming) -> Rules:
    return await stored.read(bearer.of(request).organization)


@put("/rules", request_max_body_size=CONFIG_LIMIT, opt=described(REPLACE))
async def replace(request: Incoming) -> Rules:
    who = bearer.of(request)
    return await change.replace(who.organization, bodies.json_of(request), by=who.name)


@post("/rules/try", status_code=200, opt=described(TRY))
async def try_(request: Incoming) -> Matched:
    who = bearer.of(request)
    bearer.needs(who, "messages:read", CONTACTS)
    tried = objects.read(bodies.json_of(request), TriedRule)
    conditions = check.conditions(tried.when, await check.brands(who.organization))
    found = await would_match(who.organization, conditions, tried.last)
    messages = [MatchedMessage(str(each.id), each.reference) for each in found.matched]
    return Matched(looked_at=found.looked_at, matched=len(messages), messages=messages)


router = Router(PREFIX, route_handlers=[read, replace, try_, read_reminders, replace_reminders])
