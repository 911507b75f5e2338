"""A team's work for programs: who takes care of a message, how it is marked, and its story."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from litestar import get, patch, post
from litestar.params import FromPath
from msgspec import UNSET, Meta, Struct, UnsetType

from app import messages
from app.messages import acts, events
from app.messages.acts import Act
from app.messages.shape import Message
from app.messages.wanted import NOBODY
from app.people import colleagues
from app.reading import objects, uids
from app.reading.dates import seconds
from web.api import bearer
from web.api.filters import UID, moment_of
from web.api.paging import NextCursor
from web.api.simple import Nothing, simple
from web.http import bodies
from web.http.operation import Operation, described
from web.http.request import Incoming


class Changes(Struct, frozen=True, kw_only=True):
    """What is left out stays as it is."""

    assignee: Annotated[str | UnsetType, Meta(description="An agent's uid, or `nobody`.")] = UNSET
    priority: Literal["high", "normal", "low"] | UnsetType = UNSET
    category: str | UnsetType = UNSET
    tags: Annotated[list[str] | UnsetType, Meta(description="All of its tags.")] = UNSET
    snoozed_until: Annotated[
        str | UnsetType,
        Meta(description="A time as in RFC 3339; empty ends the snooze."),
    ] = UNSET
    seen: Annotated[
        int | UnsetType,
        Meta(description="`changed` as you read it: 409 when somebody has changed it since."),
    ] = UNSET


class Giving(Struct, frozen=True, kw_only=True):
    """Whom a message is given to."""

    assignee: Annotated[str, Meta(description="An agent's uid, or `nobody`.")]


class StoryEvent(Struct, frozen=True, kw_only=True):
    """One thing that happened to a message."""

    uid: str
    at: dt.datetime
    actor: Annotated[str, Meta(description="Who did it; empty for the visitor.")]
    action: str
    was: Annotated[dict[str, Any], Meta(description="What was changed, as it was before.")]
    now: Annotated[dict[str, Any], Meta(description="What was changed, as it was then.")]
    via: Annotated[
        str,
        Meta(
            description="`link`: who did it was not signed in, and has typed the name of `actor`."
        ),
    ]


class Story(Struct, frozen=True):
    """Oldest first."""

    items: list[StoryEvent]
    next_cursor: NextCursor = None


class AgentName(Struct, frozen=True, kw_only=True):
    """Somebody who signs in to the console."""

    uid: str
    name: str
    email: str
    works: Annotated[bool, Meta(description="Whether messages may be given to them.")]


class AgentNames(Struct, frozen=True):
    """By name."""

    items: list[AgentName]
    next_cursor: NextCursor = None


CHANGE = Operation(
    id="changeMessage",
    summary="Assign, tag, snooze, or change category or priority",
    description="Each change is told in the story of the message.",
    scope="messages:write",
    body=Changes,
    example={"priority": "high", "tags": ["VIP"]},
    answer=Message,
    parameters=(UID,),
    faults=(404, 409),
)


def of_message(id: str, summary: str) -> Operation:
    return simple(id, summary, 409, about=UID, answer=Message)


TRASH = of_message("trashMessage", "Move a message to the trash")
RESTORE = of_message("restoreMessage", "Take a message out of the trash, as it was before")
ASSIGN = Operation(
    id="assignMessage",
    summary="Give a message to an agent, or to nobody",
    scope="messages:write",
    body=Giving,
    example={"assignee": "nobody"},
    answer=Message,
    parameters=(UID,),
    faults=(404,),
)
STORY = Operation(
    id="getMessageEvents",
    summary="What happened to a message, oldest first",
    scope="messages:read",
    answer=Story,
    parameters=(UID,),
    faults=(404,),
)
AGENTS = Operation(
    id="listAgents",
    summary="Who messages can be given to",
    scope="messages:read",
    answer=AgentNames,
)


@patch("/messages/{uid:str}", opt=described(CHANGE))
async def change(request: Incoming, uid: FromPath[str]) -> Message:
    wanted = objects.read(bodies.json_of(request), Changes)
    who = bearer.of(request)
    found = await messages.one(who.organization, uid)
    seen = None if wanted.seen is UNSET else wanted.seen
    for act in await _acts(who.organization, wanted):
        await messages.to_many(
            who.organization, [uuid.UUID(found.uid)], act, by=who.name, seen=seen
        )
    return Message.of(await messages.one(who.organization, uid))


async def _acts(organization: uuid.UUID, wanted: Changes) -> list[Act]:
    """All of them are checked before the first is done. Raises Invalid."""
    found = []
    if wanted.assignee is not UNSET:
        found.append(await given(organization, wanted.assignee))
    if wanted.priority is not UNSET:
        found.append(acts.prioritized(wanted.priority))
    if wanted.category is not UNSET:
        found.append(acts.categorized(acts.category(wanted.category)))
    if wanted.tags is not UNSET:
        found.append(acts.retagged(wanted.tags))
    if wanted.snoozed_until is not UNSET:
        found.append(_snoozed(wanted.snoozed_until))
    return found


def _snoozed(text: str) -> Act:
    if not text:
        return acts.woken()
    place = "/snoozed_until"
    return acts.snoozed(moment_of(text, place), now=dt.datetime.now(dt.UTC), place=place)


@post("/messages/{uid:str}/assign", status_code=200, opt=described(ASSIGN))
async def assign(request: Incoming, uid: FromPath[str]) -> Message:
    """Who has it already keeps it: that is no fault."""
    wanted, who = objects.read(bodies.json_of(request), Giving), bearer.of(request)
    found = await messages.one(who.organization, uid)
    act = await given(who.organization, wanted.assignee)
    await messages.to_many(who.organization, [uuid.UUID(found.uid)], act, by=who.name)
    return Message.of(await messages.one(who.organization, uid))


async def given(organization: uuid.UUID, assignee: str) -> Act:
    """Raises Invalid at /assignee."""
    nobody = assignee in {"", NOBODY}
    return acts.assigned(None if nobody else await colleagues.worker(organization, assignee))


@post("/messages/{uid:str}/trash", status_code=200, opt=described(TRASH))
async def trash(request: Incoming, uid: FromPath[str]) -> Message:
    return await done(request, uid, acts.trashed())


@post("/messages/{uid:str}/restore", status_code=200, opt=described(RESTORE))
async def restore(request: Incoming, uid: FromPath[str]) -> Message:
    return await done(request, uid, acts.restored())


async def done(request: Incoming, uid: str, act: Act) -> Message:
    """Does it, and answers the message as it is then."""
    objects.read(bodies.json_of(request, empty=True), Nothing)
    who = bearer.of(request)
    await messages.to_one(who.organization, uid, act, by=who.name)
    return Message.of(await messages.one(who.organization, uid))


@get("/messages/{uid:str}/events", opt=described(STORY))
async def story(request: Incoming, uid: FromPath[str]) -> Story:
    organization = bearer.of(request).organization
    await messages.one(organization, uid)
    return Story(
        [
            StoryEvent(
                uid=each.uid,
                at=seconds(each.at),
                actor=each.actor,
                action=each.action,
                was=each.was,
                now=each.now,
                via=each.via,
            )
            for each in await events.of(organization, uids.uid(uid))
        ]
    )


@get("/agents", opt=described(AGENTS))
async def agents(request: Incoming) -> AgentNames:
    found = await colleagues.of(bearer.of(request).organization)
    return AgentNames(
        [
            AgentName(uid=each.uid, name=each.name, email=each.email, works=each.works)
            for each in found
        ]
    )


HANDLERS = [change, assign, trash, restore, story, agents]
# In the router of messages: an address belongs to one router.
