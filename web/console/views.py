"""Saved views of the inbox: the filter of now is kept under a name, and the views are cared for."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from app.brands import stored as brands
from app.brands.forms import form_of_all
from app.errors import Invalid
from app.messages import outcomes, tags, views
from app.messages.owned import Who
from app.messages.views import NAME_MAX, View
from app.people import colleagues
from web.console.auth import AtDesk, Desk, console
from web.console.flash import flash
from web.console.frame import frame
from web.console.gone import unless_gone
from web.console.inbox_filter import Parts, filter_of, refusal
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see, wants_fragment
from web.http.request import Incoming
from web.http.words import N_

HERE = "/inbox/views"
DONE = {
    "changed": N_("View changed."),
    "removed": N_("View deleted."),
}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A view in the list. `parts` say its filter, `may` whether whoever looks may change it."""

    view: View
    parts: list[str]
    maker: str
    may: bool
    mine: bool
    first: bool
    last: bool


def who(desk: Desk) -> Who:
    return Who(agent=desk.agent.id, is_admin=desk.is_admin, by=desk.by)


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    return await _draw(request, desk)


@post("/", status_code=200)
async def add(request: Incoming, desk: AtDesk) -> Response[Any]:
    form, chosen = form_of(request), filter_of(request)
    shared = form.get("shared") == "yes"
    try:
        await views.add(desk.org.id, form.get("name", ""), chosen, shared=shared, who=who(desk))
    except Invalid as error:
        return await _draw(request, desk, error=error)
    return see(f"/inbox{chosen.query(done='view')}")


@post("/{uid:str}", status_code=200)
async def change(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    """Its name, and whose it is."""
    form = form_of(request)
    shared = form.get("shared") == "yes" if "whose" in form else None
    try:
        await views.change(
            desk.org.id, uid, who=who(desk), name=form.get("name", ""), shared=shared
        )
    except Invalid as error:
        return await _draw(request, desk, error=error)
    return see(_back(request, "changed"))


@post("/{uid:str}/filter", status_code=200)
async def refilter(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    await views.change(desk.org.id, uid, who=who(desk), chosen=filter_of(request))
    return see(_back(request, "changed"))


@post("/{uid:str}/remove", status_code=200)
async def remove(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    removing = views.remove(desk.org.id, uid, who=who(desk))
    return await unless_gone(removing, _back(request, "removed"), HERE)


@post("/{uid:str}/up", status_code=200)
async def up(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    return await _move(request, desk, uid, -1)


@post("/{uid:str}/down", status_code=200)
async def down(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    return await _move(request, desk, uid, 1)


async def _move(request: Incoming, desk: Desk, uid: str, step: int) -> Response[Any]:
    await views.move(desk.org.id, uid, step, who=who(desk))
    if wants_fragment(request):
        return answer(request, "views/lines.html", await _context(request, desk))
    return see(f"{HERE}{filter_of(request).query()}#line-{uid}")


def _back(request: Incoming, done: str) -> str:
    return f"{HERE}{filter_of(request).query(done=done)}"


async def _draw(request: Incoming, desk: Desk, *, error: Invalid | None = None) -> Response[str]:
    context = {
        **await frame(request, desk),
        **await _context(request, desk),
        "banner": refusal(words.locale_of(request), error) if error else None,
        "typed": form_of(request).get("name", "") if error else "",
        "flash": flash(request, DONE),
    }
    return answer(request, "views/page.html", context, status=422 if error else 200)


async def _context(request: Incoming, desk: Desk) -> dict[str, Any]:
    locale, chosen, me = words.locale_of(request), filter_of(request), who(desk)
    people = await colleagues.of(desk.org.id)
    form, used = await form_of_all(desk.org), await tags.used(desk.org.id)
    parts = Parts(locale, people, form, used, outcomes.of(desk.org), await brands.all_of(desk.org))
    names = {each.uid: each.name for each in people}
    groups: list[list[View]] = [[], []]
    for each in await views.of(desk.org.id, desk.agent.id):
        groups[0 if each.shared else 1].append(each)
    return {
        "desk": desk,
        "org": desk.org,
        "filter": chosen,
        "query": chosen.query(),
        "name_max": NAME_MAX,
        "parts": parts.whole(chosen),
        "lines": [
            Line(
                view=view,
                parts=parts.whole(view.chosen),
                maker=names.get(str(view.agent), ""),
                may=view.may_change(me),
                mine=view.agent == desk.agent.id,
                first=place == 0,
                last=place == len(group) - 1,
            )
            for group in groups
            for place, view in enumerate(group)
        ],
    }


router = console(HERE, [page, add, change, refilter, remove, up, down])
