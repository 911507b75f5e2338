"""One act on many messages, for programs."""

from __future__ import annotations

import uuid
from typing import Annotated, Literal

from litestar import Router, post
from msgspec import Meta, Struct

from app.errors import Invalid
from app.messages import acts, long_acts, outcomes
from app.messages.acts import Act
from app.people.token_shape import Bearer
from app.reading import objects
from web.api import bearer, team
from web.api.acts import ActProgress, Meant, meant_by
from web.http import bodies
from web.http.operation import PREFIX, Operation, described
from web.http.request import Incoming
from web.http.words import N_

ERASURES = {"erase": "erased", "anonymise": "anonymised"}
NEEDED = N_("This act needs it")


class BulkAct(Meant, frozen=True, kw_only=True):
    """What to do with which messages: `uids`, or all that a `filter` finds, of which there must be
    as many as `matching` says."""

    act: Literal[
        "handle",
        "reopen",
        "spam",
        "trash",
        "restore",
        "assign",
        "priority",
        "category",
        "tag",
        "erase",
        "anonymise",
    ]
    outcome: Annotated[str, Meta(description="Of `handle`; a key of `GET …/outcomes`.")] = "none"
    outcome_reason: Annotated[str, Meta(description="Of `handle`.")] = ""
    note: Annotated[str, Meta(description="Of `handle`.")] = ""
    assignee: Annotated[str, Meta(description="Of `assign`: an agent's uid, or `nobody`.")] = ""
    priority: Annotated[str, Meta(description="Of `priority`.")] = ""
    category: Annotated[str, Meta(description="Of `category`.")] = ""
    add_tags: Annotated[list[str], Meta(description="Of `tag`.")] = []
    remove_tags: Annotated[list[str], Meta(description="Of `tag`.")] = []


class BulkBegun(Struct, frozen=True, kw_only=True):
    """What is done behind the answer."""

    matching: Annotated[int, Meta(description="How many messages it is done with.")]
    act: Annotated[
        ActProgress | None,
        Meta(description="Null for a dry run. `GET …/acts/{uid}` says how far it is."),
    ]


BULK = Operation(
    id="changeMessages",
    summary="Do one thing with many messages",
    description="It goes on after the answer, at most 100000 messages at a time; …/stop and …/undo "
    "of the act end it and take it back. Messages that already are so stay as they are. `erase` "
    "and `anonymise` need the scope `messages:erase`, and nothing takes them back.",
    scope="messages:write",
    body=BulkAct,
    example={"filter": {"tag": "VIP"}, "matching": 3, "act": "priority", "priority": "high"},
    answer=BulkBegun,
    answered="It has begun.",
    faults=(409,),
)


@post("/messages/bulk", status_code=200, opt=described(BULK))
async def bulk(request: Incoming) -> BulkBegun:
    wanted, who = objects.read(bodies.json_of(request), BulkAct), bearer.of(request)
    action, said = await _act(who, wanted)
    found = await meant_by(who.organization, wanted)
    if wanted.dry_run:
        return BulkBegun(matching=len(found), act=None)
    begun = await long_acts.begin(who.organization, found, action, said=said, by=who.name)
    running = await long_acts.of(who.organization, str(begun))
    return BulkBegun(matching=running.total, act=ActProgress.of(running))


async def _act(who: Bearer, wanted: BulkAct) -> tuple[str, str]:
    """What it is called, and what makes it again. Raises Invalid, and Refused."""
    if wanted.act in ERASURES:
        bearer.needs(who, "messages:erase")
        return ERASURES[wanted.act], ""
    act = await _of(who.organization, wanted, by=who.name)
    return act.action, act.said


async def _of(organization: uuid.UUID, wanted: BulkAct, *, by: str) -> Act:
    if wanted.act == "handle":
        known = await outcomes.read(organization)
        return known.handled(wanted.outcome, wanted.outcome_reason, wanted.note, by=by)
    if wanted.act == "assign":
        if not wanted.assignee:
            raise Invalid.at("/assignee", "required", NEEDED)
        return await team.given(organization, wanted.assignee)
    if wanted.act == "priority":
        return acts.prioritized(wanted.priority)
    if wanted.act == "category":
        return acts.categorized(acts.category(wanted.category))
    if wanted.act == "tag":
        if not wanted.add_tags and not wanted.remove_tags:
            raise Invalid.at("/add_tags", "required", NEEDED)
        return acts.tagged(wanted.add_tags, wanted.remove_tags)
    plain = {
        "reopen": acts.reopened,
        "spam": acts.spam,
        "trash": acts.trashed,
        "restore": acts.restored,
    }
    return plain[wanted.act]()


router = Router(PREFIX, route_handlers=[bulk])
