"""The team's saved views for programs."""

from __future__ import annotations

from typing import Annotated

from litestar import Router, delete, get, patch, post
from litestar.params import FromPath
from msgspec import UNSET, Meta, Struct, UnsetType

from app.errors import Invalid, Problem
from app.messages import filter, views
from app.messages.filter import Filter
from app.messages.owned import Who
from app.messages.views import View
from app.reading import objects
from web.api import bearer
from web.api.paging import NextCursor
from web.http import bodies
from web.http.operation import PREFIX, Operation, Parameter, described
from web.http.request import Incoming
from web.http.words import N_

Parts = Annotated[
    dict[str, str],
    Meta(
        description="The filter as it stands in the address of the inbox: `status` (the tab), "
        "`q`, `when` (`today`, `yesterday`, `week`, `month`), `since`, `until`, `category`, "
        "`assignee`, `tag`, `priority`, `site`, `notice`, `outcome`, `overdue`, "
        "`added`, `contact`, and `f.KEY` for an own field."
    ),
]
EXAMPLE = {"name": "Prices, today", "filter": {"when": "today", "tag": "price"}}
UID = Parameter("uid", "The view.", {"type": "string", "format": "uuid"}, "path")


class NewView(Struct, frozen=True):
    """A view of the team to be made."""

    name: str
    filter: Parts


class ViewChanges(Struct, frozen=True, kw_only=True):
    """What is left out stays as it is."""

    name: str | UnsetType = UNSET
    filter: Parts | UnsetType = UNSET


class SavedView(Struct, frozen=True, kw_only=True):
    """A filter of the inbox under a name, for the whole team."""

    uid: str
    name: str
    filter: Parts
    lost: Annotated[list[str], Meta(description="Parts of the filter that are not understood.")]

    @classmethod
    def of(cls, view: View) -> SavedView:
        return cls(uid=view.uid, name=view.name, filter=view.chosen.parameters(), lost=view.lost)


class SavedViews(Struct, frozen=True):
    """In their order."""

    items: list[SavedView]
    next_cursor: NextCursor = None


LIST = Operation(
    id="listViews",
    summary="The team's saved views of the inbox",
    scope="messages:read",
    answer=SavedViews,
)
ADD = Operation(
    id="addView",
    summary="Save a view for the team",
    scope="messages:write",
    body=NewView,
    example=EXAMPLE,
    answer=SavedView,
    status=201,
)
CHANGE = Operation(
    id="changeView",
    summary="Change the name or the filter of a view",
    scope="messages:write",
    body=ViewChanges,
    example={"name": "Prices"},
    answer=SavedView,
    parameters=(UID,),
    faults=(404,),
)
REMOVE = Operation(
    id="removeView",
    summary="Delete a view",
    scope="messages:write",
    answer=SavedViews,
    answered="Those that are left.",
    parameters=(UID,),
    faults=(404,),
)


@get("/views", opt=described(LIST))
async def listed(request: Incoming) -> SavedViews:
    return await _all(request)


async def _all(request: Incoming) -> SavedViews:
    found = await views.of(bearer.of(request).organization, None)
    return SavedViews([SavedView.of(each) for each in found])


@post("/views", opt=described(ADD))
async def add(request: Incoming) -> SavedView:
    new, caller = objects.read(bodies.json_of(request), NewView), bearer.of(request)
    chosen, who = filter_of(new.filter), _who(request)
    uid = await views.add(caller.organization, new.name, chosen, shared=True, who=who)
    return SavedView.of(await views.one(caller.organization, uid, who))


@patch("/views/{uid:str}", opt=described(CHANGE))
async def change(request: Incoming, uid: FromPath[str]) -> SavedView:
    wanted, who = objects.read(bodies.json_of(request), ViewChanges), _who(request)
    organization = bearer.of(request).organization
    await views.change(
        organization,
        uid,
        who=who,
        name=None if wanted.name is UNSET else wanted.name,
        chosen=None if wanted.filter is UNSET else filter_of(wanted.filter),
    )
    return SavedView.of(await views.one(organization, uid, who))


@delete("/views/{uid:str}", status_code=200, opt=described(REMOVE))
async def remove(request: Incoming, uid: FromPath[str]) -> SavedViews:
    await views.remove(bearer.of(request).organization, uid, who=_who(request))
    return await _all(request)


def _who(request: Incoming) -> Who:
    return Who(agent=None, is_admin=True, by=bearer.of(request).name)


def filter_of(given: dict[str, str]) -> Filter:
    """Raises Invalid with every part that is not understood."""
    chosen = filter.read(given)
    if lost := filter.lost(given, chosen):
        detail = N_("The inbox has no such filter, or no such value of it")
        raise Invalid(
            [Problem(f"/filter{objects.pointer(name)}", "unknown_filter", detail) for name in lost]
        )
    return chosen


router = Router(PREFIX, route_handlers=[listed, add, change, remove])
