"""Messages are erased for good, or anonymised, once somebody has said that they are sure."""

from __future__ import annotations

from typing import Any

from litestar import Response, post

from app.errors import Conflict, Invalid
from app.messages import Done, long_acts
from app.tables import new_id
from web.console.auth import ADMINS, AtDesk, console
from web.console.erase_form import asked
from web.console.inbox import after, refused, ticked
from web.console.inbox_filter import filter_of
from web.http.bodies import form_of
from web.http.request import Incoming
from web.http.words import N_


@post("/", status_code=200)
async def erase(request: Incoming, desk: AtDesk) -> Response[Any]:
    form, chosen = form_of(request), filter_of(request)
    try:
        meant = await ticked(request, desk, chosen)
    except (Invalid, Conflict) as error:
        return await refused(request, desk, chosen, error)
    how = form.get("how", "")
    try:
        if how not in long_acts.ERASURES:
            raise Invalid.at("/how", "not_a_choice", N_("Choose what to do"))
        if "sure" not in form:
            raise Invalid.at("/sure", "required", N_("Tick that you are sure"))
    except Invalid as error:
        return await asked(request, desk, chosen, meant, error=error)
    done = await long_acts.erase_all(desk.org.id, meant, how, by=desk.by)
    if isinstance(done, int):
        said = Done(str(new_id()), [str(each) for each in meant[:done]], len(meant) - done)
        return await after(request, desk, chosen, said, what="erased")
    return await after(request, desk, chosen, done)


router = console("/inbox/erase", [erase], readers=ADMINS, writers=ADMINS)
