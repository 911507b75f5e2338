"""Acts on many messages for programs: telling them again, how far that is, and taking it back."""

from __future__ import annotations

import uuid
from typing import Annotated, Literal

from litestar import Router, get, post
from litestar.params import FromPath
from msgspec import Meta, Struct

from app import messages
from app.errors import Conflict, Invalid
from app.messages import long_acts, notify_again
from app.messages.long_acts import MESSAGES_MAX, NOTIFIED, Running
from app.people import organizations
from app.reading import objects, uids
from web.api import bearer, views
from web.api.simple import Nothing, simple
from web.http import bodies
from web.http.operation import PREFIX, Operation, Parameter, described
from web.http.request import Incoming
from web.http.words import N_

UID = Parameter("uid", "The act.", {"type": "string", "format": "uuid"}, "path")
CHANGED = N_("Meanwhile the filter finds {n} messages. Look again before you change them all.")

BOTH = N_("Say either which messages or a filter, not both")


class Meant(Struct, frozen=True, kw_only=True):
    """Either `uids`, or all that a `filter` finds: then `matching` must say how many those are."""

    uids: list[str] = []
    filter: views.Parts | None = None
    matching: int | None = None
    dry_run: Annotated[bool, Meta(description="Only say what it would do.")] = False


class ToldAgain(Struct, frozen=True, kw_only=True):
    """What telling messages again does."""

    told: int
    waiting: Annotated[int, Meta(description="They wait to be told anyway.")]
    silent: Annotated[int, Meta(description="They have no channel.")]
    closed: Annotated[int, Meta(description="They are handled, spam, in the trash, or repeats.")]
    minutes: Annotated[int, Meta(description="How long it takes with the limits of the channels.")]
    act: Annotated[str, Meta(description="Its uid; empty for a dry run.")]


class ActProgress(Struct, frozen=True, kw_only=True):
    """How far an act on many messages is."""

    uid: str
    action: str
    state: Literal["running", "done", "stopped", "failed"]
    total: int
    done: int
    changed: int

    @classmethod
    def of(cls, act: Running) -> ActProgress:
        states: dict[str, Literal["running", "done", "stopped", "failed"]] = {
            "stopped": "stopped",
            "failed": "failed",
        }
        return cls(
            uid=str(act.id),
            action=act.action,
            state=states.get(act.stopped, "done" if act.ended_at else "running"),
            total=act.total,
            done=act.done,
            changed=act.changed,
        )


NOTIFY = Operation(
    id="notifyAgain",
    summary="Tell the channels of many messages again",
    description="Each message that waits for an answer is told to its channels once more, under "
    "their limits; what waits to be told already is left out. It goes on after the answer.",
    scope="messages:write",
    body=Meant,
    example={"filter": {"notice": "failed"}, "matching": 2, "dry_run": True},
    answer=ToldAgain,
    faults=(409,),
)
SHOW = Operation(
    id="getAct",
    summary="How far an act on many messages is",
    scope="messages:read",
    answer=ActProgress,
    parameters=(UID,),
    faults=(404,),
)


STOP = simple(
    "stopAct", "Leave what an act has not come to as it is", about=UID, answer=ActProgress
)
UNDO = simple(
    "undoAct",
    "Take an act back from every message, as an act of its own",
    409,
    about=UID,
    answer=ActProgress,
)


@post("/messages/notify", status_code=200, opt=described(NOTIFY))
async def notify(request: Incoming) -> ToldAgain:
    meant, who = objects.read(bodies.json_of(request), Meant), bearer.of(request)
    found = await meant_by(who.organization, meant)
    told = await notify_again.foresee(who.organization, found)
    act = ""
    if not meant.dry_run and told.told:
        act = str(await long_acts.begin(who.organization, found, NOTIFIED, by=who.name))
    return ToldAgain(
        told=told.told,
        waiting=told.waiting,
        silent=told.silent,
        closed=told.closed,
        minutes=told.minutes,
        act=act,
    )


async def meant_by(organization: uuid.UUID, meant: Meant) -> list[uuid.UUID]:
    """Raises Invalid, also for both, and Conflict when the filter finds more or fewer than the
    caller says."""
    if meant.filter is not None and meant.uids:
        raise Invalid.at("/uids", "not_allowed", BOTH)
    if meant.filter is None:
        found = [each for text in meant.uids if (each := uids.uid_or_none(text))]
        if not found or len(found) < len(meant.uids):
            raise Invalid.at("/uids", "required", N_("Say which messages, by their uids"))
    else:
        org = await organizations.by_id(organization)
        wanted = views.filter_of(meant.filter).wanted(org.timezone, None)
        count = await messages.count(organization, wanted)
        if count != meant.matching:
            raise Conflict("count_changed", CHANGED, {"n": str(count)})
        found = await messages.ids(organization, wanted, most=MESSAGES_MAX + 1)
    if len(found) > MESSAGES_MAX:
        detail = N_("At most {limit} messages are changed at a time. Narrow the filter.")
        raise Invalid.at("/filter", "too_many", detail, limit=str(MESSAGES_MAX))
    return found


@get("/acts/{uid:str}", opt=described(SHOW))
async def show(request: Incoming, uid: FromPath[str]) -> ActProgress:
    return ActProgress.of(await long_acts.of(bearer.of(request).organization, uid))


@post("/acts/{uid:str}/stop", status_code=200, opt=described(STOP))
async def stop(request: Incoming, uid: FromPath[str]) -> ActProgress:
    objects.read(bodies.json_of(request, empty=True), Nothing)
    who = bearer.of(request)
    act = await long_acts.of(who.organization, uid)
    await long_acts.stop(who.organization, act.id, by=who.name)
    return ActProgress.of(await long_acts.of(who.organization, uid))


@post("/acts/{uid:str}/undo", status_code=200, opt=described(UNDO))
async def undo(request: Incoming, uid: FromPath[str]) -> ActProgress:
    objects.read(bodies.json_of(request, empty=True), Nothing)
    who = bearer.of(request)
    act = await long_acts.of(who.organization, uid)
    undone = await long_acts.begin_undo(who.organization, act, by=who.name)
    return ActProgress.of(await long_acts.of(who.organization, str(undone)))


router = Router(PREFIX, route_handlers=[notify, show, stop, undo])
